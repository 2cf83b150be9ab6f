import { model, readOnlyModel } from "#lib/admin.ts";
import { urls } from "#urls.ts";
import { blocks } from "./schema.ts";

export const models = [
  model(blocks, {
    about: "Who is turned away at the door.",
    title: "value",
    list: ["value", "kind", "reason", "createdBy", "expiresAt"],
    search: ["value", "reason"],
    filters: ["kind", "expiresAt"],
    order: "value",
    without: readOnlyModel,
    elsewhere: () => ({ label: "To the page of blocks", href: urls.staffBlocks() }),
  }),
];
