import { index, snakeCase } from "drizzle-orm/pg-core";
import { users } from "#apps/accounts/schema.ts";
import { products } from "#apps/members/schema.ts";

/** Files that whoever bought a product may download. */
export const productFiles = snakeCase.table(
  "product_files",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    productId: t
      .integer()
      .notNull()
      .references(() => products.id, { onDelete: "cascade" }),
    /** As it is called when it is saved: `book.pdf`. */
    name: t.text().notNull(),
    /** Where it is in storage. */
    storageKey: t.text().notNull(),
    contentType: t.text().notNull(),
    bytes: t.bigint({ mode: "number" }).notNull(),
    position: t.integer().notNull().default(0),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [index().on(t.productId)],
);
export type ProductFile = typeof productFiles.$inferSelect;

/** Who downloaded what and when: for their own history, and to see links that were handed on. */
export const downloads = snakeCase.table(
  "downloads",
  (t) => ({
    id: t.bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    fileId: t
      .integer()
      .notNull()
      .references(() => productFiles.id, { onDelete: "cascade" }),
    at: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [index().on(t.userId), index().on(t.fileId)],
);
