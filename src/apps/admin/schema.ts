import { index, snakeCase } from "drizzle-orm/pg-core";
import { users } from "#apps/accounts/schema.ts";
import type { KeptRows } from "#lib/admin/dependents.ts";

/** What was changed by hand: who, when, from where, and what was there before. Rows are only added. */
export const changes = snakeCase.table(
  "admin_changes",
  (t) => ({
    id: t.bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    actorId: t.integer().references(() => users.id, { onDelete: "set null" }),
    ip: t.text().notNull().default(""),
    model: t.text().notNull(),
    key: t.text().notNull(),
    title: t.text().notNull(),
    /** `added`, `changed`, `deleted`, `restored`, or the name of an action. */
    action: t.text().notNull(),
    before: t.jsonb().$type<Record<string, unknown>>().notNull(),
    after: t.jsonb().$type<Record<string, unknown>>().notNull(),
    /** What went with a row that was deleted, itself first, so that it can be put back. */
    gone: t.jsonb().$type<KeptRows[]>().notNull().default([]),
  }),
  (t) => [index().on(t.model, t.key, t.id), index().on(t.actorId, t.id), index().on(t.at)],
);
export type AdminChange = typeof changes.$inferSelect;
