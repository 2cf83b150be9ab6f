import { and, inArray, isNull } from "drizzle-orm";
import { model, readOnlyModel } from "#lib/admin.ts";
import { db } from "#lib/db.ts";
import { alerts, backups, checkStates, errorGroups, uptimeSamples } from "./schema.ts";

const ofErrors = model(errorGroups, {
  one: "error",
  many: "Errors",
  about: "Errors that are alike, one row however often they happen.",
  title: "message",
  list: ["message", "type", "count", "lastSeenAt", "resolvedAt"],
  search: ["message", "type"],
  filters: ["resolvedAt", "type"],
  dates: "lastSeenAt",
  order: "-lastSeenAt",
  readOnly: ["fingerprint", "type", "message", "stack", "context", "count", "firstSeenAt", "lastSeenAt"],
  help: { resolvedAt: "It is news when it comes back after that." },
  long: ["stack"],
  without: ["add", "delete"],
  actions: [
    {
      name: "resolve",
      label: "Mark as mended",
      confirm: (count) => `Mark ${count === 1 ? "this error" : `${count} errors`} as mended?`,
      run: async (_viewer, keys) => {
        const { rowCount } = await db
          .update(errorGroups)
          .set({ resolvedAt: new Date() })
          .where(and(inArray(errorGroups.fingerprint, keys.map(decodeURIComponent)), isNull(errorGroups.resolvedAt)));
        return `${rowCount ?? 0} marked as mended.`;
      },
    },
  ],
});

const ofAlerts = model(alerts, {
  title: "title",
  list: ["title", "kind", "raised", "raisedAt", "sentAt"],
  search: ["title"],
  filters: ["kind"],
  dates: "raisedAt",
  order: "-raisedAt",
  long: ["text"],
  without: readOnlyModel,
});

const ofChecks = model(checkStates, {
  one: "check",
  many: "Checks",
  title: "name",
  list: ["name", "problem", "since", "checkedAt"],
  search: ["name"],
  filters: ["problem"],
  order: "name",
  without: readOnlyModel,
});

const ofSamples = model(uptimeSamples, {
  one: "uptime sample",
  title: "problem",
  list: ["at", "ms", "problem"],
  filters: ["problem"],
  dates: "at",
  order: "-at",
  without: readOnlyModel,
});

const ofBackups = model(backups, {
  title: "name",
  list: ["name", "startedAt", "verifiedAt", "sizeBytes", "error"],
  search: ["name", "error"],
  filters: ["verifiedAt", "error"],
  dates: "startedAt",
  order: "-startedAt",
  without: readOnlyModel,
});

export const models = [ofErrors, ofAlerts, ofChecks, ofSamples, ofBackups];
