import { index, primaryKey, snakeCase } from "drizzle-orm/pg-core";
import { entries } from "#apps/catalog/schema.ts";

/** Which file became which entry, and what it was made from: a file whose fingerprint is the same is left alone. */
export const importedFiles = snakeCase.table(
  "imported_files",
  (t) => ({
    /** The name of the mapping, else the real path of the folder. */
    folder: t.text().notNull(),
    /** The path below the folder; `series:<slug>` for a series that has no file of its own. */
    file: t.text().notNull(),
    entryId: t
      .integer()
      .notNull()
      .references(() => entries.id, { onDelete: "cascade" }),
    /** SHA-256 of everything that the entry is made from: text, fields, pictures, where its links lead. */
    fingerprint: t.text().notNull(),
    importedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [primaryKey({ columns: [t.folder, t.file] }), index().on(t.entryId)],
);
