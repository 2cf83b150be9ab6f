import { model, readOnlyModel } from "#lib/admin.ts";
import { importedFiles } from "./schema.ts";

export const models = [
  model(importedFiles, {
    about: "Which file became which entry.",
    title: "file",
    list: ["file", "folder", "entryId", "importedAt"],
    search: ["file"],
    filters: ["entryId"],
    order: "-importedAt",
    hidden: ["fingerprint"],
    without: readOnlyModel,
  }),
];
