import { index, primaryKey, snakeCase } from "drizzle-orm/pg-core";
import { users } from "#apps/accounts/schema.ts";
import { levels, topics } from "#apps/catalog/schema.ts";

/** What a reader told of themselves on the first day; `level` is null for who would not say. */
export const learners = snakeCase.table("learners", (t) => ({
  userId: t
    .integer()
    .primaryKey()
    .references(() => users.id, { onDelete: "cascade" }),
  level: t.text({ enum: levels }),
  answeredAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
}));

export const interests = snakeCase.table(
  "interests",
  (t) => ({
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    topicId: t
      .integer()
      .notNull()
      .references(() => topics.id, { onDelete: "cascade" }),
  }),
  (t) => [primaryKey({ columns: [t.userId, t.topicId] }), index().on(t.topicId)],
);
