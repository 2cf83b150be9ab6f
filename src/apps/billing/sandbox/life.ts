import { day, endOfPeriod } from "./dates.ts";
import { newId, type Discount, type SandboxSubscription, type SandboxTransaction } from "./objects.ts";
import { sumOf, useUp } from "./pricing.ts";
import { listIn, payerOf, put, tell, type World } from "./world.ts";

/** After so many days in all what is due is tried again; after the last time nobody waits any longer. */
export const retryDays = [3, 7, 14];

/** When something happens to a subscription by itself; undefined when nothing will. */
export function nextDue(subscription: SandboxSubscription): Date | undefined {
  const { status, scheduled, trialEndsAt, periodEndsAt, retryAt } = subscription;
  const byStatus = {
    trialing: trialEndsAt ?? periodEndsAt,
    active: periodEndsAt,
    past_due: retryAt ?? undefined,
    paused: undefined,
    canceled: undefined,
  }[status];
  if (status === "canceled" || scheduled === null) return byStatus;
  return byStatus === undefined || scheduled.at <= byStatus ? scheduled.at : byStatus;
}

/** Lets happen what is due next. */
export function letHappen(world: World, subscription: SandboxSubscription): void {
  const at = nextDue(subscription);
  if (at === undefined) return;
  const { scheduled, status } = subscription;
  if (scheduled !== null && scheduled.at <= at) {
    if (scheduled.action === "cancel") end(world, subscription, at);
    else if (scheduled.action === "pause") pauseNow(world, subscription, at);
    else resumeNow(world, subscription, at);
  } else if (status === "past_due") tryAgain(world, subscription, at);
  else renew(world, subscription, at);
}

/** Begins the next period, and asks for the money. */
export function renew(world: World, subscription: SandboxSubscription, at: Date): void {
  const { next, ...rest } = subscription;
  const changed = next === null ? rest : { ...rest, ...priced(next.price), quantity: next.quantity };
  const period = { periodStartsAt: at, periodEndsAt: endOfPeriod(at, changed.interval) };
  const payer = payerOf(world, subscription);
  if (payer.card === "expiring") put(world, { ...payer, card: "declined" });
  const payment = ask(world, { ...subscription, ...changed, ...period });
  const isPaid = payment.status === "completed";
  tell(world, isPaid ? "subscription.updated" : "subscription.past_due", {
    ...subscription,
    ...changed,
    ...period,
    next: null,
    discount: isPaid ? useUp(subscription.discount) : subscription.discount,
    status: isPaid ? "active" : "past_due",
    pausedAt: null,
    ...(isPaid ? settled : { pastDueSince: at, retryAt: tryAfter(at, 0), tries: 0 }),
  });
}

/** What somebody is asked to pay. */
export interface Demand extends Pick<
  SandboxTransaction,
  "customer" | "checkout" | "price" | "name" | "quantity" | "currency" | "periodStartsAt" | "periodEndsAt"
> {
  /** The subscription that it is a payment of. */
  subscription?: string;
  /** Before tax, and before anything is taken off. */
  amount: number;
  discount: Discount | null;
  at: Date;
}

/** Asks a customer's card for money, and tells what came of it. */
export function demand(world: World, { amount, discount, at, ...demanded }: Demand): SandboxTransaction {
  const { country, card } = payerOf(world, demanded);
  const { discount: off, tax, total } = sumOf(amount, { discount, country });
  const isPaid = card !== "declined" || total === 0;
  return tell(world, isPaid ? "transaction.completed" : "transaction.payment_failed", {
    kind: "transaction",
    id: newId("transaction"),
    ...demanded,
    status: isPaid ? "completed" : "past_due",
    country,
    total,
    tax,
    discount: off,
    billedAt: at,
    paidAt: isPaid ? at : null,
    occurredAt: world.now,
  });
}

/** Asks for the money of a subscription's period; for another amount where it is only a part. */
export function ask(world: World, subscription: SandboxSubscription, part?: number): SandboxTransaction {
  const { id, customer, checkout, price, name, quantity, currency, unitAmount, discount } = subscription;
  const { periodStartsAt, periodEndsAt } = subscription;
  return demand(world, {
    subscription: id,
    customer,
    checkout,
    price,
    name,
    quantity,
    currency,
    periodStartsAt,
    periodEndsAt,
    amount: part ?? unitAmount * quantity,
    discount: part === undefined ? discount : null,
    at: periodStartsAt,
  });
}

/** Asks for what is due with the card that its customer has now. Answers whether all is paid. */
export function payDue(world: World, subscription: SandboxSubscription, at: Date): boolean {
  if (subscription.status !== "past_due" || payerOf(world, subscription).card === "declined") return false;
  for (const due of dueOf(world, subscription))
    tell(world, "transaction.completed", { ...due, status: "completed", paidAt: at });
  tell(world, "subscription.updated", {
    ...subscription,
    status: "active",
    discount: useUp(subscription.discount),
    ...settled,
  });
  return true;
}

/** Ends a subscription. What is due is not asked for any more. */
export function end(world: World, subscription: SandboxSubscription, at: Date): SandboxSubscription {
  for (const due of dueOf(world, subscription)) tell(world, "transaction.canceled", { ...due, status: "canceled" });
  return tell(world, "subscription.canceled", {
    ...subscription,
    status: "canceled",
    canceledAt: at,
    scheduled: null,
    resumesAt: null,
    next: null,
    retryAt: null,
  });
}

/** Ends a pause: a period begins, and is paid. */
export function resumeNow(world: World, subscription: SandboxSubscription, at: Date): void {
  renew(world, { ...subscription, scheduled: null, resumesAt: null }, at);
}

/** What of a subscription follows from another price. */
export function priced(price: { id: string; name: string; amount: number; interval?: "month" | "year" | undefined }) {
  return { price: price.id, name: price.name, unitAmount: price.amount, interval: price.interval ?? "year" };
}

const settled = { pastDueSince: null, retryAt: null, tries: 0 };

function pauseNow(world: World, subscription: SandboxSubscription, at: Date): void {
  const { resumesAt } = subscription;
  tell(world, "subscription.paused", {
    ...subscription,
    status: "paused",
    pausedAt: at,
    scheduled: resumesAt === null ? null : { action: "resume", at: resumesAt },
    resumesAt: null,
  });
}

function tryAgain(world: World, subscription: SandboxSubscription, at: Date): void {
  if (payDue(world, subscription, at)) return;
  const tries = subscription.tries + 1;
  const since = subscription.pastDueSince ?? at;
  for (const due of dueOf(world, subscription)) tell(world, "transaction.payment_failed", due);
  const tried = { ...subscription, tries, retryAt: tryAfter(since, tries) };
  if (tried.retryAt === null) end(world, tried, at);
  else tell(world, "subscription.updated", tried);
}

function tryAfter(since: Date, tries: number): Date | null {
  const days = retryDays[tries];
  return days === undefined ? null : new Date(since.getTime() + days * day);
}

function dueOf(world: World, { id }: SandboxSubscription): SandboxTransaction[] {
  return listIn(world, "transaction").filter(
    ({ subscription, status }) => subscription === id && status === "past_due",
  );
}
