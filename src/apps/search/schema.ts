import { primaryKey, snakeCase } from "drizzle-orm/pg-core";

/** What was asked on a day, and how often: for the author to see what readers miss. Nothing says who asked. */
export const searches = snakeCase.table(
  "searches",
  (t) => ({
    day: t.date().notNull(),
    query: t.text().notNull(),
    times: t.integer().notNull(),
    /** How often nothing was found. */
    empty: t.integer().notNull(),
    lastAt: t.timestamp({ withTimezone: true }).notNull(),
  }),
  (t) => [primaryKey({ columns: [t.day, t.query] })],
);

/** Questions that need no answer, as somebody of the staff has said. */
export const dismissedSearches = snakeCase.table("dismissed_searches", (t) => ({
  query: t.text().primaryKey(),
  at: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
}));
