import type { SubscriptionStatus } from "./names.ts";
import type { Adjustment, Subscription, Transaction } from "./schema.ts";

/** From when to when something entitles. `paidUntil` is the agreed end, `endsAt` may have days of grace on top. */
export interface Span {
  startsAt: Date;
  endsAt: Date | null;
  paidUntil: Date | null;
}

/** What of a subscription says how long it entitles. */
export type Term = Pick<
  Subscription,
  | "status"
  | "startedAt"
  | "trialEndsAt"
  | "periodStartsAt"
  | "periodEndsAt"
  | "scheduledAction"
  | "scheduledAt"
  | "pastDueSince"
  | "pausedAt"
  | "canceledAt"
  | "occurredAt"
>;

/** A payment, and what of it went back. */
export interface Payment extends Pick<
  Transaction,
  "status" | "total" | "discount" | "periodEndsAt" | "paidAt" | "occurredAt"
> {
  returns: readonly Return[];
}

export type Return = Pick<Adjustment, "action" | "status" | "amount" | "decidedAt" | "occurredAt">;

/** Days for word of a payment that comes late, and for a card that failed to be mended. */
export const graceDays = { trialing: 3, active: 7, pastDue: 14 } as const;

/** From when to when a subscription entitles, by all that was paid for it. */
export function spanOfSubscription(term: Term, payments: readonly Payment[]): Span {
  const paid = sumUp(payments);
  const end = isReturned(term, paid) ? exactly(latest(paid.until, paid.returnedAt)) : ends[term.status](term, paid);
  const { scheduledAction, scheduledAt } = term;
  const leavesAt = scheduledAction === "cancel" || scheduledAction === "pause" ? scheduledAt : null;
  return {
    startsAt: term.startedAt,
    paidUntil: earliest(end.agreed, leavesAt),
    endsAt: earliest(end.endsAt, leavesAt),
  };
}

interface End {
  agreed: Date;
  endsAt: Date;
}

const ends: Readonly<Record<SubscriptionStatus, (term: Term, paid: Paid) => End>> = {
  trialing: ({ trialEndsAt, periodEndsAt, occurredAt }) => {
    const agreed = trialEndsAt ?? periodEndsAt ?? occurredAt;
    return { agreed, endsAt: plusDays(agreed, graceDays.trialing) };
  },
  active: ({ periodEndsAt, occurredAt }, { until }) => {
    const period = periodEndsAt ?? occurredAt;
    return { agreed: latest(period, until), endsAt: latest(plusDays(period, graceDays.active), until) };
  },
  past_due: ({ pastDueSince, occurredAt }, { until }) => {
    const since = pastDueSince ?? occurredAt;
    return { agreed: until ?? since, endsAt: latest(plusDays(since, graceDays.pastDue), until) };
  },
  paused: ({ pausedAt, occurredAt }, { until }) => exactly(latest(pausedAt ?? occurredAt, until)),
  canceled: ({ canceledAt, occurredAt }, { until }) => exactly(until ?? canceledAt ?? occurredAt),
};

/** What the payments of a subscription paid for. */
interface Paid {
  /** The end of the last period that was paid and not given back. */
  until: Date | undefined;
  /** When the payment of a later period was given back, if one was, and the end of that period. */
  returnedAt: Date | undefined;
  returned: Date | undefined;
}

function sumUp(payments: readonly Payment[]): Paid {
  const made = payments.filter(isPaid).map((payment) => ({
    end: payment.periodEndsAt ?? payment.paidAt ?? payment.occurredAt,
    returnedAt: returnedAt(payment),
  }));
  const until = latestOf(made.flatMap((each) => (each.returnedAt === undefined ? [each.end] : [])));
  const later = made.filter(({ end }) => until === undefined || end > until);
  return {
    until,
    returnedAt: latestOf(later.flatMap((each) => each.returnedAt ?? [])),
    returned: latestOf(later.map(({ end }) => end)),
  };
}

// Once the next period has begun, it is about that one: its own payment is asked for.
function isReturned({ status, periodStartsAt }: Term, paid: Paid): paid is Paid & { returnedAt: Date } {
  if (paid.returnedAt === undefined || paid.returned === undefined || status === "trialing") return false;
  return status === "paused" || status === "canceled" || periodStartsAt === null || paid.returned > periodStartsAt;
}

/** From when to when something bought once entitles: for good, unless it was given back. Nothing before it is paid. */
export function spanOfPurchase(payment: Payment): Span | undefined {
  if (!isPaid(payment)) return undefined;
  return {
    startsAt: payment.paidAt ?? payment.occurredAt,
    endsAt: returnedAt(payment) ?? null,
    paidUntil: null,
  };
}

// What costs nothing because something was taken off is paid by that; a trial is not.
function isPaid({ status, total, discount }: Payment): boolean {
  return (status === "paid" || status === "completed") && (total > 0 || discount > 0);
}

/** How much of a payment has gone back, by what is decided and not reversed. */
export function amountReturned(returns: readonly Return[]): number {
  const sum = (action: Return["action"]): number =>
    returns.reduce((all, each) => all + (each.status === "approved" && each.action === action ? each.amount : 0), 0);
  return sum("refund") + Math.max(0, sum("chargeback") - sum("chargeback_reverse"));
}

/** When all of a payment had gone back; undefined as long as a part is kept. */
export function returnedAt({ total, returns }: Pick<Payment, "total" | "returns">): Date | undefined {
  if (total === 0 || amountReturned(returns) < total) return undefined;
  const counted = returns.filter(({ status, action }) => status === "approved" && action !== "credit");
  return latestOf(counted.map(({ decidedAt, occurredAt }) => decidedAt ?? occurredAt));
}

function exactly(end: Date): End {
  return { agreed: end, endsAt: end };
}

function plusDays(at: Date, days: number): Date {
  return new Date(at.getTime() + days * 86_400_000);
}

function latest(one: Date, other: Date | undefined): Date;
function latest(one: Date | undefined, other: Date): Date;
function latest(one: Date | undefined, other: Date | undefined): Date | undefined {
  return latestOf([one, other].flatMap((each) => each ?? []));
}

function latestOf(dates: readonly Date[]): Date | undefined {
  return dates.reduce<Date | undefined>((last, each) => (last !== undefined && last >= each ? last : each), undefined);
}

function earliest(one: Date, other: Date | null): Date {
  return other !== null && other < one ? other : one;
}
