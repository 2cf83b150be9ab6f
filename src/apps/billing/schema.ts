import { sql } from "drizzle-orm";
import { index, primaryKey, snakeCase, uniqueIndex, type AnyPgColumn } from "drizzle-orm/pg-core";
import { users } from "#apps/accounts/schema.ts";
import { plans, prices, products } from "#apps/members/schema.ts";
import {
  adjustmentActions,
  adjustmentStatuses,
  providerNames,
  subscriptionStatuses,
  transactionStatuses,
} from "./names.ts";

/**
 * Who pays, as a provider knows them: several accounts may, since providers tell people apart by the address that they type
 * there. It goes with the account; what was paid stays for the books, without a name.
 */
export const customers = snakeCase.table(
  "customers",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    provider: t.text({ enum: providerNames }).notNull(),
    providerId: t.text().notNull(),
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [uniqueIndex().on(t.provider, t.providerId, t.userId), index().on(t.userId)],
);
export type Customer = typeof customers.$inferSelect;

/** By which of our prices a provider means what. */
export const providerPrices = snakeCase.table(
  "provider_prices",
  (t) => ({
    provider: t.text({ enum: providerNames }).notNull(),
    providerId: t.text().notNull(),
    priceId: t
      .integer()
      .notNull()
      .references(() => prices.id, { onDelete: "cascade" }),
    /** Whether it is paid once even where our price is paid again and again: for gifts. */
    isOnce: t.boolean().notNull().default(false),
  }),
  (t) => [primaryKey({ columns: [t.provider, t.providerId] }), index().on(t.priceId)],
);

/** Each as its provider told it last, by when that was so. */
export const subscriptions = snakeCase.table(
  "subscriptions",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    provider: t.text({ enum: providerNames }).notNull(),
    providerId: t.text().notNull(),
    customerId: t.integer().references(() => customers.id, { onDelete: "set null" }),
    /** The provider's name of who pays, while no account here is known for it. */
    unclaimedBy: t.text(),
    checkoutId: t.integer().references((): AnyPgColumn => checkouts.id, { onDelete: "set null" }),
    /** Null where the provider names a price that is not ours: it entitles to nothing. */
    priceId: t.integer().references(() => prices.id, { onDelete: "set null" }),
    status: t.text({ enum: subscriptionStatuses }).notNull(),
    quantity: t.integer().notNull().default(1),
    currency: t.char({ length: 3 }).notNull(),
    /** What is asked for each period, in minor units, before taxes that are added. */
    amount: t.integer().notNull(),
    startedAt: t.timestamp({ withTimezone: true }).notNull(),
    trialEndsAt: t.timestamp({ withTimezone: true }),
    periodStartsAt: t.timestamp({ withTimezone: true }),
    periodEndsAt: t.timestamp({ withTimezone: true }),
    /** What will happen by itself, and when. */
    scheduledAction: t.text({ enum: ["cancel", "pause", "resume"] }),
    scheduledAt: t.timestamp({ withTimezone: true }),
    pastDueSince: t.timestamp({ withTimezone: true }),
    pausedAt: t.timestamp({ withTimezone: true }),
    canceledAt: t.timestamp({ withTimezone: true }),
    /** Whether it was bought beside another that went on: it is to be ended, and its payments given back. */
    isDouble: t.boolean().notNull().default(false),
    /** Why its owner left, as far as they said. */
    cancelReason: t.text().notNull().default(""),
    /** When its owner, about to leave, took what was offered for staying. */
    offerTakenAt: t.timestamp({ withTimezone: true }),
    isTest: t.boolean().notNull().default(false),
    /** When what stands here was so, by the provider's clock. What happened before that changes nothing. */
    occurredAt: t.timestamp({ withTimezone: true, precision: 6 }).notNull(),
    updatedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [
    uniqueIndex().on(t.provider, t.providerId),
    index().on(t.customerId),
    index().on(t.checkoutId),
    index().on(t.priceId),
    index().on(t.status, t.periodEndsAt),
    index()
      .on(t.provider, t.unclaimedBy)
      .where(sql`unclaimed_by is not null`),
  ],
);
export type Subscription = typeof subscriptions.$inferSelect;

/** Payments asked for and made. For the books: they outlive the account. Amounts are in minor units. */
export const transactions = snakeCase.table(
  "transactions",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    provider: t.text({ enum: providerNames }).notNull(),
    providerId: t.text().notNull(),
    customerId: t.integer().references(() => customers.id, { onDelete: "set null" }),
    /** The provider's name of who pays, while no account here is known for it. */
    unclaimedBy: t.text(),
    checkoutId: t.integer().references((): AnyPgColumn => checkouts.id, { onDelete: "set null" }),
    /** By the provider's name, since it may be told of before its subscription is. */
    subscriptionProviderId: t.text(),
    priceId: t.integer().references(() => prices.id, { onDelete: "set null" }),
    planId: t.integer().references(() => plans.id, { onDelete: "set null" }),
    productId: t.integer().references(() => products.id, { onDelete: "set null" }),
    quantity: t.integer().notNull().default(1),
    status: t.text({ enum: transactionStatuses }).notNull(),
    currency: t.char({ length: 3 }).notNull(),
    /** All that was paid, with tax and without what was taken off. */
    total: t.integer().notNull(),
    tax: t.integer().notNull().default(0),
    discount: t.integer().notNull().default(0),
    country: t.text().notNull().default(""),
    invoiceNumber: t.text().notNull().default(""),
    /** What of a subscription it pays for. */
    periodStartsAt: t.timestamp({ withTimezone: true }),
    periodEndsAt: t.timestamp({ withTimezone: true }),
    billedAt: t.timestamp({ withTimezone: true }),
    /** When it was completed. */
    paidAt: t.timestamp({ withTimezone: true }),
    isTest: t.boolean().notNull().default(false),
    occurredAt: t.timestamp({ withTimezone: true, precision: 6 }).notNull(),
    updatedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [
    uniqueIndex().on(t.provider, t.providerId),
    index().on(t.customerId),
    index().on(t.checkoutId),
    index().on(t.provider, t.subscriptionProviderId),
    index()
      .on(t.provider, t.unclaimedBy)
      .where(sql`unclaimed_by is not null`),
    index().on(t.priceId),
    index().on(t.planId),
    index().on(t.productId),
    index().on(t.paidAt),
  ],
);
export type Transaction = typeof transactions.$inferSelect;

/** What was given back of a transaction, or taken back. */
export const adjustments = snakeCase.table(
  "adjustments",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    provider: t.text({ enum: providerNames }).notNull(),
    providerId: t.text().notNull(),
    /** By the provider's name, since it may be told of before its transaction is. */
    transactionProviderId: t.text().notNull(),
    action: t.text({ enum: adjustmentActions }).notNull(),
    status: t.text({ enum: adjustmentStatuses }).notNull(),
    currency: t.char({ length: 3 }).notNull(),
    amount: t.integer().notNull(),
    /** When it was decided: from then on it counts. */
    decidedAt: t.timestamp({ withTimezone: true }),
    occurredAt: t.timestamp({ withTimezone: true, precision: 6 }).notNull(),
    updatedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [uniqueIndex().on(t.provider, t.providerId), index().on(t.provider, t.transactionProviderId)],
);
export type Adjustment = typeof adjustments.$inferSelect;

export const webhookOutcomes = ["applied", "outdated", "ignored", "refused", "unknown"] as const;

/** The inbox: every event that a provider told, once, kept before it is acknowledged. */
export const paymentEvents = snakeCase.table(
  "payment_events",
  (t) => ({
    id: t.bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    provider: t.text({ enum: providerNames }).notNull(),
    /** The provider's own id of it. */
    eventId: t.text().notNull(),
    /** What the provider calls it: `subscription.updated`. */
    kind: t.text().notNull(),
    /** What it is about, by the provider's name. */
    objectId: t.text().notNull().default(""),
    occurredAt: t.timestamp({ withTimezone: true, precision: 6 }).notNull(),
    receivedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    /** How it came: told by the provider, or found by asking. */
    origin: t
      .text({ enum: ["webhook", "reconciliation", "command"] })
      .notNull()
      .default("webhook"),
    /** As it came; empty once it has been kept for long enough. */
    body: t.text().notNull(),
    processedAt: t.timestamp({ withTimezone: true }),
    outcome: t.text({ enum: webhookOutcomes }),
    /** What was done with it and why, in a sentence. */
    explanation: t.text().notNull().default(""),
  }),
  (t) => [
    uniqueIndex().on(t.provider, t.eventId),
    index().on(t.objectId),
    index().on(t.receivedAt),
    index()
      .on(t.id)
      .where(sql`processed_at is null`),
  ],
);
export type PaymentEvent = typeof paymentEvents.$inferSelect;

export const checkoutKinds = ["membership", "product", "gift", "team"] as const;
export type CheckoutKind = (typeof checkoutKinds)[number];

/** What somebody set out to buy. Its token goes to the provider and comes back: who pays for whom is ours to say. */
export const checkouts = snakeCase.table(
  "checkouts",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    /** Random; the provider hands it back with all that follows from the checkout. */
    token: t.text().notNull().unique(),
    userId: t
      .integer()
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    kind: t.text({ enum: checkoutKinds }).notNull(),
    priceId: t
      .integer()
      .notNull()
      .references(() => prices.id, { onDelete: "cascade" }),
    quantity: t.integer().notNull().default(1),
    couponId: t.integer().references((): AnyPgColumn => coupons.id, { onDelete: "set null" }),
    provider: t.text({ enum: providerNames }).notNull(),
    /** What the provider calls it, once it was asked. */
    providerId: t.text().notNull().default(""),
    country: t.text().notNull().default(""),
    /** Where the buyer goes on afterwards. */
    next: t.text().notNull().default(""),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    completedAt: t.timestamp({ withTimezone: true }),
  }),
  (t) => [
    index().on(t.userId),
    index().on(t.priceId),
    index().on(t.couponId),
    index().on(t.provider, t.providerId),
    index().on(t.createdAt),
  ],
);
export type Checkout = typeof checkouts.$inferSelect;

/** What takes something off a price. */
export const coupons = snakeCase.table(
  "coupons",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    /** As it is typed; capitals make no other code. */
    code: t.text().notNull(),
    percent: t.smallint(),
    /** In minor units of `currency`, in place of `percent`. */
    amount: t.integer(),
    currency: t.char({ length: 3 }),
    /** How many payments it counts for: null for all, 1 for the first. */
    payments: t.smallint(),
    /** The plans it is good for; empty for all. */
    planIds: t.integer().array().notNull().default([]),
    /** How often it can be used in all; null for ever. */
    limit: t.integer(),
    startsAt: t.timestamp({ withTimezone: true }),
    endsAt: t.timestamp({ withTimezone: true }),
    isActive: t.boolean().notNull().default(true),
    /** Whether it is what somebody is offered who is about to leave. */
    isOffer: t.boolean().notNull().default(false),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [uniqueIndex("coupons_code_unique").on(sql`lower(${t.code})`)],
);
export type Coupon = typeof coupons.$inferSelect;

/** What a provider calls a coupon. */
export const providerCoupons = snakeCase.table(
  "provider_coupons",
  (t) => ({
    provider: t.text({ enum: providerNames }).notNull(),
    providerId: t.text().notNull(),
    couponId: t
      .integer()
      .notNull()
      .references((): AnyPgColumn => coupons.id, { onDelete: "cascade" }),
  }),
  (t) => [primaryKey({ columns: [t.provider, t.providerId] }), index().on(t.couponId)],
);

/** Memberships that somebody bought for somebody else. */
export const gifts = snakeCase.table(
  "gifts",
  (t) => ({
    id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
    checkoutId: t
      .integer()
      .references((): AnyPgColumn => checkouts.id, { onDelete: "set null" })
      .unique(),
    buyerId: t.integer().references(() => users.id, { onDelete: "set null" }),
    planId: t.integer().references(() => plans.id, { onDelete: "set null" }),
    transactionId: t
      .integer()
      .references(() => transactions.id, { onDelete: "set null" })
      .unique(),
    /** SHA-256 of the code that redeems it; null until it is paid. */
    codeHash: t.text().unique(),
    /** Where the code goes; blank once it is redeemed. */
    recipientAddress: t.text().notNull().default(""),
    message: t.text().notNull().default(""),
    deliverAt: t.timestamp({ withTimezone: true }),
    deliveredAt: t.timestamp({ withTimezone: true }),
    redeemedBy: t.integer().references(() => users.id, { onDelete: "set null" }),
    redeemedAt: t.timestamp({ withTimezone: true }),
    /** When it was given back; it opens nothing from then on. */
    revokedAt: t.timestamp({ withTimezone: true }),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [index().on(t.buyerId), index().on(t.redeemedBy), index().on(t.planId), index().on(t.deliverAt)],
);
export type Gift = typeof gifts.$inferSelect;

/** Which mails about payments went out: each once for what it is about. */
export const billingNotices = snakeCase.table(
  "billing_notices",
  (t) => ({
    /** Such as `renewal-reminder`. */
    kind: t.text().notNull(),
    /** What it is about: `subscription 7, 2027-03-03`. */
    about: t.text().notNull(),
    sentAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  }),
  (t) => [primaryKey({ columns: [t.kind, t.about] })],
);

/** Comparisons of what we know with what a provider lists. */
export const reconciliations = snakeCase.table("reconciliations", (t) => ({
  id: t.integer().primaryKey().generatedAlwaysAsIdentity(),
  provider: t.text({ enum: providerNames }).notNull(),
  startedAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
  finishedAt: t.timestamp({ withTimezone: true }),
  /** How many things the provider listed. */
  compared: t.integer().notNull().default(0),
  /** What differed, and what was done. */
  drift: t.jsonb().$type<Drift[]>().notNull().default([]),
  error: t.text().notNull().default(""),
}));
export interface Drift {
  object: string;
  field: string;
  ours: string;
  theirs: string;
  isMended: boolean;
}
export type Reconciliation = typeof reconciliations.$inferSelect;

/** What the built-in sandbox has in the place of a payment provider's own database. */
export const sandboxObjects = snakeCase.table(
  "sandbox_objects",
  (t) => ({
    id: t.text().primaryKey(),
    kind: t
      .text({ enum: ["customer", "subscription", "transaction", "adjustment", "checkout", "price", "coupon"] })
      .notNull(),
    data: t.jsonb().$type<Record<string, unknown>>().notNull(),
    createdAt: t.timestamp({ withTimezone: true }).notNull().defaultNow(),
    updatedAt: t.timestamp({ withTimezone: true, precision: 6 }).notNull().defaultNow(),
  }),
  (t) => [index().on(t.kind, t.updatedAt)],
);
