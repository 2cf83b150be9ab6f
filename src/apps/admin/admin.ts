import { model, readOnlyModel } from "#lib/admin.ts";
import { changes } from "./schema.ts";

// What was changed may belong to tables that whoever may read this list may not open: their histories show it.
export const models = [
  model(changes, {
    one: "change",
    many: "Changes by hand",
    title: "title",
    list: ["at", "title", "model", "action", "actorId", "ip"],
    search: ["title", "ip"],
    filters: ["model", "action", "actorId"],
    dates: "at",
    order: "-at",
    hidden: ["before", "after", "gone"],
    without: readOnlyModel,
    owner: "actorId",
  }),
];
