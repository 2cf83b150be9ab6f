import { snakeCase, uniqueIndex } from "drizzle-orm/pg-core";
import { users } from "#apps/accounts/schema.ts";

export const blockKinds = ["address", "network", "country", "agent"] as const;
export type BlockKind = (typeof blockKinds)[number];

/** Who is turned away at the door. */
export const blocks = snakeCase.table(
  "blocks",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    kind: t.text({ enum: blockKinds }).notNull(),
    /** An address, a network such as `192.0.2.0/24`, a country such as `NL`, or a part of the User-Agent in lowercase. */
    value: t.text().notNull(),
    reason: t.text().notNull().default(""),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    createdBy: t.integer().references(() => users.id, { onDelete: "set null" }),
    /** Null: until somebody takes it away. */
    expiresAt: t.timestamp({ withTimezone: true }),
  }),
  (t) => [uniqueIndex().on(t.kind, t.value)],
);
export type Block = typeof blocks.$inferSelect;
