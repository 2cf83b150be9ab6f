import { sql } from "drizzle-orm";
import { check, index, snakeCase, uniqueIndex, type AnyPgColumn } from "drizzle-orm/pg-core";
import { users } from "#apps/accounts/schema.ts";

export const planKinds = ["subscription", "lifetime", "team"] as const;
export const intervals = ["month", "year"] as const;

/** What a membership is sold as. */
export const plans = snakeCase.table("plans", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  slug: t.text().notNull().unique(),
  name: t.text().notNull(),
  summary: t.text().notNull().default(""),
  /** What it gives, a line each. */
  features: t.text().array().notNull().default([]),
  /** `lifetime` is paid once; of `team` so many seats are paid. */
  kind: t.text({ enum: planKinds }).notNull().default("subscription"),
  /** How often it is paid; null for what is paid once. */
  interval: t.text({ enum: intervals }),
  trialDays: t.smallint().notNull().default(0),
  position: t.integer().notNull().default(0),
  /** Whether it can be joined now; those who have it keep it. */
  isOffered: t.boolean().notNull().default(true),
  createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
}));
export type Plan = typeof plans.$inferSelect;

/** What is bought once, such as a book or a course. */
export const products = snakeCase.table("products", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  slug: t.text().notNull().unique(),
  name: t.text().notNull(),
  summary: t.text().notNull().default(""),
  /** Entries that it opens for whoever bought it, with all their parts. */
  opens: t.integer().array().notNull().default([]),
  isOffered: t.boolean().notNull().default(true),
  createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
}));
export type Product = typeof products.$inferSelect;

/** What a plan (a seat of it, for teams) or a product costs. An amount is never changed: another price takes its place. */
export const prices = snakeCase.table(
  "prices",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    planId: t.integer().references(() => plans.id, { onDelete: "cascade" }),
    productId: t.integer().references(() => products.id, { onDelete: "cascade" }),
    /** ISO 4217. */
    currency: t.char({ length: 3 }).notNull(),
    /** In the minor unit of the currency, before taxes that are added. */
    amount: t.integer().notNull(),
    /** Where it is asked for, as ISO 3166 codes; everywhere else the one with none. */
    countries: t.text().array().notNull().default([]),
    isOffered: t.boolean().notNull().default(true),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [
    index().on(t.planId),
    index().on(t.productId),
    check("prices_one_thing", sql`num_nonnulls(${t.planId}, ${t.productId}) = 1`),
    check("prices_amount", sql`${t.amount} > 0`),
  ],
);
export type Price = typeof prices.$inferSelect;

export const entitlementSources = ["subscription", "purchase", "seat", "gift", "comp"] as const;
export type EntitlementSource = (typeof entitlementSources)[number];

/**
 * From when to when somebody may open what, and why. Each row follows from something that was bought, given or granted,
 * and is written anew whenever that changes: nobody switches it on or off. That time passes needs no writing.
 */
export const entitlements = snakeCase.table(
  "entitlements",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    source: t.text({ enum: entitlementSources }).notNull(),
    /** What it follows from: the number of a subscription, say. */
    sourceKey: t.text().notNull(),
    /** What its owner calls it: `yearly plan`. */
    label: t.text().notNull(),
    planId: t.integer().references(() => plans.id, { onDelete: "set null" }),
    productId: t.integer().references(() => products.id, { onDelete: "set null" }),
    /** The entries that it opens, with their parts. Null: all that members may. */
    opens: t.integer().array(),
    /** Whether it opens nothing to its owner, but to those who have one of its seats. */
    isForSeats: t.boolean().notNull().default(false),
    /** The entitlement that this is a seat of: it is good only while that one is. */
    seatOf: t.integer().references((): AnyPgColumn => entitlements.id, { onDelete: "cascade" }),
    startsAt: t.timestamp({ withTimezone: true }).notNull(),
    /** The first moment at which it is no good any more; null while no end is known. */
    endsAt: t.timestamp({ withTimezone: true }),
    /** Until when it is good as agreed, where `endsAt` has days of grace on top. */
    paidUntil: t.timestamp({ withTimezone: true }),
    /** For those that the staff gave: why, and who. */
    reason: t.text().notNull().default(""),
    grantedBy: t.integer().references(() => users.id, { onDelete: "set null" }),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [
    uniqueIndex().on(t.source, t.sourceKey),
    index().on(t.userId),
    index().on(t.seatOf),
    index().on(t.planId),
    index().on(t.productId),
    index().on(t.grantedBy),
  ],
);
export type Entitlement = typeof entitlements.$inferSelect;
