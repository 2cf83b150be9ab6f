import { z } from "zod";
import { tokenIn } from "../custom-data.ts";
import type { AdjustmentFact, Fact, SubscriptionFact, TransactionFact } from "../facts.ts";
import { adjustmentStatuses, subscriptionStatuses, type TransactionStatus } from "../names.ts";

/** How an object was come by: when it was so, and whether in Paddle's own sandbox. */
export interface Seen {
  occurredAt: Date;
  isTest: boolean;
}

const moment = z.string().pipe(z.coerce.date());
const minor = z
  .string()
  .regex(/^-?\d{1,15}$/)
  .transform(Number);
const customData = z.record(z.string(), z.unknown()).nullish();
const period = z.object({ startsAt: moment, endsAt: moment }).nullish();
const price = z.object({ id: z.string(), unitPrice: z.object({ amount: minor }).nullish(), customData }).nullish();

/** As events and answers have it once their names are ours, as far as we use it. */
const subscription = z.object({
  id: z.string(),
  status: z.enum(subscriptionStatuses),
  customerId: z.string(),
  currencyCode: z.string().length(3),
  createdAt: moment,
  startedAt: moment.nullish(),
  pausedAt: moment.nullish(),
  canceledAt: moment.nullish(),
  currentBillingPeriod: period,
  scheduledChange: z.object({ action: z.enum(["cancel", "pause", "resume"]), effectiveAt: moment }).nullish(),
  items: z.array(z.object({ quantity: z.int(), trialDates: period, price })),
  customData,
});

const transaction = z.object({
  id: z.string(),
  status: z.string(),
  origin: z.string(),
  customerId: z.string().nullish(),
  subscriptionId: z.string().nullish(),
  currencyCode: z.string().length(3),
  invoiceNumber: z.string().nullish(),
  billingPeriod: period,
  billedAt: moment.nullish(),
  items: z.array(z.object({ quantity: z.int(), price })),
  details: z.object({ totals: z.object({ grandTotal: minor, tax: minor, discount: minor }).nullish() }).nullish(),
  payments: z.array(z.object({ status: z.string(), capturedAt: moment.nullish() })).default([]),
  /** Answers have it where it was asked for; events never. */
  address: z.object({ countryCode: z.string() }).nullish(),
  customData,
});

const adjustment = z.object({
  id: z.string(),
  action: z.string(),
  status: z.string(),
  transactionId: z.string(),
  currencyCode: z.string().length(3),
  totals: z.object({ total: minor }),
});

/** What the SDK answers must have: the compiler compares it with the SDK's own types. */
export interface Answers {
  subscription: z.input<typeof subscription>;
  transaction: z.input<typeof transaction>;
  adjustment: z.input<typeof adjustment>;
}

export function subscriptionFact(given: unknown, seen: Seen): SubscriptionFact {
  const it = subscription.parse(given);
  const { currentBillingPeriod: current } = it;
  return {
    kind: "subscription",
    id: it.id,
    ...seen,
    customer: it.customerId,
    checkout: tokenIn(it.customData),
    ...whatIsPaid(it.items),
    currency: it.currencyCode,
    status: it.status,
    amount: it.items.reduce((sum, item) => sum + (item.price?.unitPrice?.amount ?? 0) * item.quantity, 0),
    startedAt: it.startedAt ?? it.createdAt,
    trialEndsAt: it.items[0]?.trialDates?.endsAt ?? null,
    periodStartsAt: current?.startsAt ?? null,
    periodEndsAt: current?.endsAt ?? null,
    scheduled: it.scheduledChange ? { action: it.scheduledChange.action, at: it.scheduledChange.effectiveAt } : null,
    // Paddle does not say.
    pastDueSince: null,
    pausedAt: it.pausedAt ?? null,
    canceledAt: it.canceledAt ?? null,
  };
}

/** Undefined for what nobody pays for: a draft without a customer, and a check of another card. */
export function transactionFact(given: unknown, seen: Seen): TransactionFact | undefined {
  const it = transaction.parse(given);
  const status = transactionStatusOf(it.status);
  if (!it.customerId || it.origin === "subscription_payment_method_change" || status === undefined) return undefined;
  const totals = it.details?.totals;
  const captured = it.payments.filter((payment) => payment.status === "captured").map(({ capturedAt }) => capturedAt);
  return {
    kind: "transaction",
    id: it.id,
    ...seen,
    customer: it.customerId,
    checkout: tokenIn(it.customData),
    ...whatIsPaid(it.items),
    currency: it.currencyCode,
    status,
    subscription: it.subscriptionId ?? undefined,
    total: totals?.grandTotal ?? 0,
    tax: totals?.tax ?? 0,
    discount: totals?.discount ?? 0,
    country: it.address?.countryCode ?? "",
    invoiceNumber: it.invoiceNumber ?? "",
    periodStartsAt: it.billingPeriod?.startsAt ?? null,
    periodEndsAt: it.billingPeriod?.endsAt ?? null,
    billedAt: it.billedAt ?? null,
    paidAt: status === "completed" ? (captured[0] ?? it.billedAt ?? seen.occurredAt) : null,
  };
}

/** Undefined for what moves no money: the warning of a chargeback, a credit that is taken back. */
export function adjustmentFact(given: unknown, { occurredAt }: Seen): AdjustmentFact | undefined {
  const it = adjustment.parse(given);
  const action = z.enum(["refund", "chargeback", "chargeback_reverse", "credit"]).safeParse(it.action);
  const status = z.enum(adjustmentStatuses).safeParse(it.status === "pending_approval" ? "pending" : it.status);
  if (!action.success || !status.success) return undefined;
  return {
    kind: "adjustment",
    id: it.id,
    occurredAt,
    transaction: it.transactionId,
    action: action.data,
    status: status.data,
    currency: it.currencyCode,
    amount: it.totals.total,
  };
}

/** The fact in the `data` of an event about an object of this kind. Throws ZodError for what Paddle does not document. */
export function factIn(kind: Fact["kind"], data: unknown, seen: Seen): Fact | undefined {
  const given = camelCased(data);
  if (kind === "subscription") return subscriptionFact(given, seen);
  return kind === "transaction" ? transactionFact(given, seen) : adjustmentFact(given, seen);
}

// A price that was made for one checkout, with a trial, says of which it is another.
function whatIsPaid(items: readonly { quantity: number; price?: z.infer<typeof price> }[]): {
  price: string | undefined;
  quantity: number;
} {
  const ids = new Set(items.map((item) => nameOf(item.price)));
  const [only] = ids;
  return { price: ids.size === 1 ? only : undefined, quantity: items[0]?.quantity ?? 1 };
}

function nameOf(given: z.infer<typeof price>): string | undefined {
  const of = given?.customData?.of;
  return typeof of === "string" ? of : given?.id;
}

function transactionStatusOf(status: string): TransactionStatus | undefined {
  if (["draft", "ready", "billed"].includes(status)) return "open";
  return z.enum(["past_due", "canceled", "paid", "completed"]).safeParse(status).data;
}

/** Names in camel case, as the SDK has them in answers. What somebody put into `custom_data` stays as it is. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      key === "custom_data" ? inner : camelCased(inner),
    ]),
  );
}
