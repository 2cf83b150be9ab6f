import { primaryKey, snakeCase } from "drizzle-orm/pg-core";
import { entries } from "#apps/catalog/schema.ts";

/** Every saved text of an entry, oldest first. The public page shows one of them; none is ever changed. */
export const revisions = snakeCase.table(
  "revisions",
  (t) => ({
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    number: t.integer().notNull(),
    source: t.text().notNull(),
    /** Where the text came from: "imported from intro.md". */
    note: t.text().notNull(),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [primaryKey({ columns: [t.entryId, t.number] })],
);

/** What the last look at an address found to which published text links. */
export const linkChecks = snakeCase.table("link_checks", (t) => ({
  url: t.text().primaryKey(),
  /** A sentence; null when all is well. */
  problem: t.text(),
  /** When a look found a problem first, of those that have found one ever since. */
  brokenSince: t.timestamp({ withTimezone: true }),
  checkedAt: t.timestamp({ withTimezone: true }).notNull(),
}));

export type Revision = typeof revisions.$inferSelect;
