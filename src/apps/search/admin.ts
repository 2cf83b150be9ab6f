import { model, readOnlyModel } from "#lib/admin.ts";
import { searches } from "./schema.ts";

export const models = [
  model(searches, {
    one: "search",
    many: "Searches",
    about: "What was asked on a day, and how often nothing was found. Nothing says who asked.",
    title: "query",
    list: ["query", "day", "times", "empty", "lastAt"],
    search: ["query"],
    dates: "day",
    order: "-empty",
    without: readOnlyModel,
  }),
];
