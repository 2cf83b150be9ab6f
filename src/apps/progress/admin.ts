import { model, readOnlyModel } from "#lib/admin.ts";
import { readingEvents, readings } from "./schema.ts";

const ofReadings = model(readings, {
  about: "Where each reader stands with each entry.",
  title: "entryId",
  list: ["userId", "entryId", "percent", "openedAt", "completedAt", "savedAt"],
  filters: ["userId", "entryId", "completedAt", "savedAt"],
  dates: "openedAt",
  order: "-openedAt",
  without: readOnlyModel,
});

const ofEvents = model(readingEvents, {
  one: "reading event",
  about: "What readers did with entries, in the order in which it was told.",
  title: "kind",
  list: ["at", "kind", "userId", "entryId", "anchor"],
  filters: ["kind", "userId", "entryId"],
  dates: "at",
  order: "-at",
  without: readOnlyModel,
});

export const models = [ofReadings, ofEvents];
