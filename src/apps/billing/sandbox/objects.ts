import { randomBytes } from "node:crypto";
import { z } from "zod";
import { adjustmentActions, adjustmentStatuses, subscriptionStatuses, transactionStatuses } from "../names.ts";

// What the sandbox keeps, in the place of a provider's own database. It never learns who its customers are.

const moment = z.coerce.date<Date | string>();
const maybeMoment = moment.nullable();

const discount = z.object({
  coupon: z.string(),
  percent: z.int().optional(),
  amount: z.int().optional(),
  /** How many payments it still counts for; null for all. */
  left: z.int().nullable(),
});
export type Discount = z.infer<typeof discount>;

const price = z.object({
  kind: z.literal("price"),
  id: z.string(),
  name: z.string(),
  currency: z.string(),
  amount: z.int(),
  interval: z.enum(["month", "year"]).optional(),
});
export type SandboxPrice = z.infer<typeof price>;

const coupon = z.object({
  kind: z.literal("coupon"),
  id: z.string(),
  percent: z.int().optional(),
  amount: z.int().optional(),
  payments: z.int().nullable(),
});

const checkout = z.object({
  kind: z.literal("checkout"),
  id: z.string(),
  token: z.string(),
  price: z.string(),
  coupon: z.string().optional(),
  quantity: z.int(),
  trialDays: z.int(),
  country: z.string(),
  /** Who pays, once they have; or whom the site says it is. */
  customer: z.string().optional(),
  successUrl: z.string(),
  cancelUrl: z.string(),
  isPaid: z.boolean(),
});
export type SandboxCheckout = z.infer<typeof checkout>;

/** What is asked of a card comes to pass: `declined` until it is changed, `expiring` from the next renewal on. */
export const cards = ["good", "expiring", "declined"] as const;

const customer = z.object({
  kind: z.literal("customer"),
  id: z.string(),
  country: z.string(),
  card: z.enum(cards),
});
export type SandboxCustomer = z.infer<typeof customer>;

const told = {
  id: z.string(),
  customer: z.string(),
  /** When it was last changed, by a clock that never shows the same moment twice for one thing. */
  occurredAt: moment,
};
const paidFor = {
  ...told,
  checkout: z.string(),
  price: z.string(),
  name: z.string(),
  quantity: z.int(),
  currency: z.string(),
};

const subscription = z.object({
  kind: z.literal("subscription"),
  ...paidFor,
  interval: z.enum(["month", "year"]),
  unitAmount: z.int(),
  discount: discount.nullable(),
  status: z.enum(subscriptionStatuses),
  startedAt: moment,
  trialEndsAt: maybeMoment,
  periodStartsAt: moment,
  periodEndsAt: moment,
  scheduled: z.object({ action: z.enum(["cancel", "pause", "resume"]), at: moment }).nullable(),
  /** When a pause that is to come will end. */
  resumesAt: maybeMoment,
  /** What it changes to when it is next renewed. */
  next: z.object({ price, quantity: z.int() }).nullable(),
  pastDueSince: maybeMoment,
  /** When what is due is tried again, and how often it was. */
  retryAt: maybeMoment,
  tries: z.int(),
  pausedAt: maybeMoment,
  canceledAt: maybeMoment,
});
export type SandboxSubscription = z.infer<typeof subscription>;

const transaction = z.object({
  kind: z.literal("transaction"),
  ...paidFor,
  subscription: z.string().optional(),
  status: z.enum(transactionStatuses),
  total: z.int(),
  tax: z.int(),
  discount: z.int(),
  country: z.string(),
  periodStartsAt: maybeMoment,
  periodEndsAt: maybeMoment,
  billedAt: moment,
  paidAt: maybeMoment,
});
export type SandboxTransaction = z.infer<typeof transaction>;

const adjustment = z.object({
  kind: z.literal("adjustment"),
  ...told,
  transaction: z.string(),
  action: z.enum(adjustmentActions),
  status: z.enum(adjustmentStatuses),
  currency: z.string(),
  amount: z.int(),
  reason: z.string(),
  decidedAt: moment,
  /** Of a dispute: whether it was lost. */
  isLost: z.boolean(),
});
export type SandboxAdjustment = z.infer<typeof adjustment>;

const toldOf = z.discriminatedUnion("kind", [subscription, transaction, adjustment]);
const object = z.discriminatedUnion("kind", [price, coupon, checkout, customer, subscription, transaction, adjustment]);

/** What events are about. */
export type Told = z.infer<typeof toldOf>;
export type SandboxObject = z.infer<typeof object>;
export type SandboxKind = SandboxObject["kind"];
export type ObjectOf<Kind extends SandboxKind> = Extract<SandboxObject, { kind: Kind }>;

export function parseObject(data: unknown): SandboxObject {
  return object.parse(data);
}

export function parseTold(data: unknown): Told {
  return toldOf.parse(data);
}

export function isTold(object: SandboxObject): object is Told {
  return "occurredAt" in object;
}

const prefixes = {
  checkout: "chk",
  customer: "ctm",
  subscription: "sub",
  transaction: "txn",
  adjustment: "adj",
  event: "evt",
} as const;

/** A name for something new, as providers make them. */
export function newId(kind: keyof typeof prefixes): string {
  return `${prefixes[kind]}_${randomBytes(15).toString("base64url").replaceAll(/[-_]/g, "0").toLowerCase()}`;
}
