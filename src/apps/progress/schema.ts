import { sql } from "drizzle-orm";
import { index, primaryKey, snakeCase } from "drizzle-orm/pg-core";
import { users } from "#apps/accounts/schema.ts";
import { entries } from "#apps/catalog/schema.ts";

export const readingKinds = ["opened", "moved", "completed", "reopened", "saved", "unsaved"] as const;
export type ReadingKind = (typeof readingKinds)[number];

/** What readers did with entries, in the order in which it was told. Rows are only added, or cleared by their reader. */
export const readingEvents = snakeCase.table(
  "reading_events",
  (t) => ({
    id: t.bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    kind: t.text({ enum: readingKinds }).notNull(),
    /** For `moved`: the section that was in view, and how much of the text lies above, in hundredths. */
    anchor: t.text().notNull().default(""),
    percent: t.smallint().notNull().default(0),
    at: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [
    index().on(t.userId, t.entryId, t.id),
    index().on(t.entryId),
    // Rows come in the order of time, so that a small index finds the days.
    index().using("brin", t.at),
  ],
);

/** Where a reader stands with an entry: derived from `reading_events` in the transaction that adds one. */
export const readings = snakeCase.table(
  "readings",
  (t) => ({
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    openedAt: t.timestamp({ withTimezone: true }),
    anchor: t.text().notNull().default(""),
    percent: t.smallint().notNull().default(0),
    completedAt: t.timestamp({ withTimezone: true }),
    savedAt: t.timestamp({ withTimezone: true }),
  }),
  (t) => [
    primaryKey({ columns: [t.userId, t.entryId] }),
    index().on(t.entryId),
    index()
      .on(t.userId, t.savedAt)
      .where(sql`saved_at is not null`),
  ],
);
export type Reading = typeof readings.$inferSelect;
