import { index, snakeCase } from "drizzle-orm/pg-core";

/** Errors that are alike, by fingerprint: one row however often it happens. */
export const errorGroups = snakeCase.table(
  "error_groups",
  (t) => ({
    fingerprint: t.text().primaryKey(),
    /** The class of the error: `TypeError`. */
    type: t.text().notNull(),
    message: t.text().notNull(),
    stack: t.text().notNull(),
    /** Where it happened last: method, route and request, or the task. */
    context: t.jsonb().$type<Record<string, string>>().notNull(),
    count: t.integer().notNull(),
    firstSeenAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    lastSeenAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** Somebody said that it is mended. It is news when it comes back. */
    resolvedAt: t.timestamp({ withTimezone: true }),
  }),
  (t) => [index().on(t.lastSeenAt)],
);

/** What the operator is told, by fingerprint: at most one message an hour, which says how often it was raised since. */
export const alerts = snakeCase.table("alerts", (t) => ({
  fingerprint: t.text().primaryKey(),
  kind: t.text({ enum: ["trouble", "mended", "news"] }).notNull(),
  title: t.text().notNull(),
  text: t.text().notNull(),
  /** How often it was raised since the last message. */
  raised: t.integer().notNull(),
  raisedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  /** When the last message was handed over. */
  sentAt: t.timestamp({ withTimezone: true }),
}));

/** What the checks of all apps said last. */
export const checkStates = snakeCase.table("check_states", (t) => ({
  name: t.text().primaryKey(),
  /** Null when all is well. */
  problem: t.text(),
  /** Since when it has been well or wrong. */
  since: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  checkedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
}));

/** Whether the site answered at its own address, once a minute. A minute without a row: nothing was there to ask. */
export const uptimeSamples = snakeCase.table("uptime_samples", (t) => ({
  /** The full minute. */
  at: t.timestamp({ withTimezone: true }).primaryKey(),
  ms: t.integer().notNull(),
  /** Null when it answered as it should. */
  problem: t.text(),
}));

/** What was written to BACKUP_URL, and whether it can be read again. The files are the truth; a row is what is known of one. */
export const backups = snakeCase.table(
  "backups",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    /** The name of its file. */
    name: t.text().notNull().unique(),
    startedAt: t.timestamp({ withTimezone: true }).notNull(),
    /** When the file was whole. */
    finishedAt: t.timestamp({ withTimezone: true }),
    /** When it was restored last, and nothing was missing. */
    verifiedAt: t.timestamp({ withTimezone: true }),
    sizeBytes: t.bigint({ mode: "number" }),
    /** SHA-256 of the file. */
    hash: t.text(),
    tableCount: t.integer(),
    rowCount: t.bigint({ mode: "number" }),
    objectCount: t.integer(),
    /** Files that the database knows and the store had lost already. */
    missing: t.jsonb().$type<string[]>().notNull().default([]),
    /** Why it was not written, or does not count. */
    error: t.text(),
  }),
  (t) => [index().on(t.startedAt)],
);
