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

export type Revision = typeof revisions.$inferSelect;
