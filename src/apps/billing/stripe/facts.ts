import { z } from "zod";
import { tokenIn } from "../custom-data.ts";
import type { AdjustmentFact, SubscriptionFact, TransactionFact } from "../facts.ts";
import type { SubscriptionStatus, TransactionStatus } from "../names.ts";

const seconds = z.number().transform((at) => new Date(at * 1000));
const metadata = z.record(z.string(), z.unknown()).nullish();
const currency = z.string().length(3).toUpperCase();
/** What Stripe names, or shows whole where it was asked to. */
const named = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);
const price = z.object({ id: z.string(), unit_amount: z.number().nullable() });

/** As events and answers have it in the version of the API that the SDK speaks, as far as we use it. */
const subscription = z.object({
  id: z.string(),
  status: z.string(),
  customer: named,
  currency,
  livemode: z.boolean(),
  start_date: seconds,
  trial_end: seconds.nullable(),
  cancel_at: seconds.nullable(),
  ended_at: seconds.nullable(),
  pause_collection: z.object({ resumes_at: seconds.nullish() }).nullable(),
  items: z.object({
    data: z
      .array(
        z.object({
          quantity: z.int().optional(),
          current_period_start: seconds,
          current_period_end: seconds,
          price,
        }),
      )
      .min(1),
  }),
  metadata,
});

const invoice = z.object({
  id: z.string(),
  status: z.string().nullable(),
  attempt_count: z.number(),
  customer: named.nullable(),
  currency,
  livemode: z.boolean(),
  amount_due: z.number(),
  number: z.string().nullable(),
  customer_address: z.object({ country: z.string().nullable() }).nullish(),
  total_taxes: z.array(z.object({ amount: z.number() })).nullish(),
  total_discount_amounts: z.array(z.object({ amount: z.number() })).nullish(),
  status_transitions: z.object({ finalized_at: seconds.nullable(), paid_at: seconds.nullable() }),
  parent: z.object({ subscription_details: z.object({ subscription: named, metadata }).nullish() }).nullish(),
  lines: z.object({
    data: z.array(
      z.object({
        amount: z.number(),
        quantity: z.int().nullable(),
        period: z.object({ start: seconds, end: seconds }),
        pricing: z.object({ price_details: z.object({ price: named }).optional() }).nullish(),
      }),
    ),
  }),
  metadata,
});

const refund = z.object({
  id: z.string(),
  amount: z.number(),
  currency,
  status: z.string().nullable(),
  payment_intent: named.nullable(),
});
const dispute = refund.extend({ status: z.string() });

/** What the SDK answers must have: the compiler compares it with the SDK's own types. */
export interface Answers {
  subscription: z.input<typeof subscription>;
  invoice: z.input<typeof invoice>;
  refund: z.input<typeof refund>;
  dispute: z.input<typeof dispute>;
}

/** The key of a subscription's metadata that says from when on it is paused: Stripe itself pauses at once. */
export const pausedFrom = "paused_from";

/** Undefined for one whose first payment was never made. */
export function subscriptionFact(given: unknown, occurredAt: Date): SubscriptionFact | undefined {
  const it = subscription.parse(given);
  const [item] = it.items.data;
  const status = subscriptionStatuses[it.status];
  if (status === undefined || item === undefined) return undefined;
  const pause = pauseOf(it, occurredAt);
  const isEnding = status !== "canceled" && it.cancel_at !== null;
  return {
    kind: "subscription",
    id: it.id,
    occurredAt,
    customer: it.customer,
    checkout: tokenIn(it.metadata),
    price: it.items.data.length === 1 ? item.price.id : undefined,
    quantity: item.quantity ?? 1,
    currency: it.currency,
    isTest: !it.livemode,
    status: pause?.isOn === true && status !== "canceled" ? "paused" : status,
    amount: it.items.data.reduce((sum, each) => sum + (each.price.unit_amount ?? 0) * (each.quantity ?? 1), 0),
    startedAt: it.start_date,
    trialEndsAt: it.trial_end,
    periodStartsAt: item.current_period_start,
    periodEndsAt: item.current_period_end,
    scheduled: isEnding && it.cancel_at !== null ? { action: "cancel", at: it.cancel_at } : (pause?.scheduled ?? null),
    // Stripe does not say.
    pastDueSince: null,
    pausedAt: pause?.isOn === true ? pause.from : null,
    canceledAt: status === "canceled" ? (it.ended_at ?? occurredAt) : null,
  };
}

// One that stays unpaid after all tries is still there, and the first payment brings it back.
const subscriptionStatuses: Readonly<Record<string, SubscriptionStatus>> = {
  trialing: "trialing",
  active: "active",
  past_due: "past_due",
  unpaid: "past_due",
  paused: "paused",
  canceled: "canceled",
};

interface Pause {
  isOn: boolean;
  from: Date;
  scheduled: SubscriptionFact["scheduled"];
}

// Stripe stops collecting at once, and lets periods go by. What was paid for stays paid, so our pause begins after that.
function pauseOf(it: z.infer<typeof subscription>, occurredAt: Date): Pause | undefined {
  if (it.pause_collection === null) return undefined;
  const from = new Date(Number(it.metadata?.[pausedFrom] ?? Number.NaN) * 1000);
  const begins = Number.isNaN(from.getTime()) ? occurredAt : from;
  if (begins > occurredAt) return { isOn: false, from: begins, scheduled: { action: "pause", at: begins } };
  const { resumes_at: resumesAt } = it.pause_collection;
  return { isOn: true, from: begins, scheduled: resumesAt ? { action: "resume", at: resumesAt } : null };
}

/** An invoice is what others call a transaction. Undefined for one that nobody is asked to pay. */
export function transactionFact(given: unknown, occurredAt: Date): TransactionFact | undefined {
  const it = invoice.parse(given);
  const status = transactionStatusOf(it);
  if (it.customer === null || status === undefined) return undefined;
  const details = it.parent?.subscription_details ?? undefined;
  // What is charged for a part of a period comes with what is credited for another.
  const lines = it.lines.data.filter(({ amount }) => amount >= 0);
  const prices = new Set(lines.map(({ pricing }) => pricing?.price_details?.price));
  const [only] = prices;
  const last = lines.toSorted((one, other) => other.period.end.getTime() - one.period.end.getTime())[0];
  const ofPeriod = details === undefined ? undefined : last?.period;
  return {
    kind: "transaction",
    id: it.id,
    occurredAt,
    customer: it.customer,
    checkout: tokenIn(it.metadata) ?? tokenIn(details?.metadata),
    price: prices.size === 1 ? only : undefined,
    quantity: last?.quantity ?? 1,
    currency: it.currency,
    isTest: !it.livemode,
    status,
    subscription: details?.subscription,
    total: it.amount_due,
    tax: sum(it.total_taxes),
    discount: sum(it.total_discount_amounts),
    country: it.customer_address?.country ?? "",
    invoiceNumber: it.number ?? "",
    periodStartsAt: ofPeriod?.start ?? null,
    periodEndsAt: ofPeriod?.end ?? null,
    billedAt: it.status_transitions.finalized_at,
    paidAt: status === "completed" ? (it.status_transitions.paid_at ?? occurredAt) : null,
  };
}

function transactionStatusOf({ status, attempt_count: tries, parent }: z.infer<typeof invoice>) {
  const open = tries > 0 && parent?.subscription_details ? "past_due" : "open";
  const statuses: Readonly<Record<string, TransactionStatus>> = {
    open,
    paid: "completed",
    uncollectible: "failed",
    void: "canceled",
  };
  return statuses[status ?? ""];
}

/** The payment that a refund or a dispute is of. */
export function intentOf(given: unknown): string | null {
  return refund.pick({ payment_intent: true }).parse(given).payment_intent;
}

/** A refund, of the invoice that was found for it. */
export function refundFact(given: unknown, transaction: string, occurredAt: Date): AdjustmentFact {
  const it = refund.parse(given);
  const status = it.status === "succeeded" ? "approved" : isRefused(it.status) ? "rejected" : "pending";
  const { id, currency, amount } = it;
  return { kind: "adjustment", id, occurredAt, transaction, action: "refund", status, currency, amount };
}

function isRefused(status: string | null): boolean {
  return status === "failed" || status === "canceled";
}

/** A dispute: the bank takes the money back at once, and gives it back when it is won. Undefined for a mere inquiry. */
export function disputeFact(given: unknown, transaction: string, occurredAt: Date): AdjustmentFact | undefined {
  const it = dispute.parse(given);
  if (it.status.startsWith("warning_") || it.status === "prevented") return undefined;
  const { id, currency, amount } = it;
  const status = it.status === "won" ? "reversed" : "approved";
  return { kind: "adjustment", id, occurredAt, transaction, action: "chargeback", status, currency, amount };
}

function sum(amounts: readonly { amount: number }[] | null | undefined): number {
  return (amounts ?? []).reduce((all, { amount }) => all + amount, 0);
}
