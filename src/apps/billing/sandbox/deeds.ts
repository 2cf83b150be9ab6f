import { ProviderError, type ChangePreview, type PlanChange } from "../provider.ts";
import { endOfPeriod } from "./dates.ts";
import { ask, end, payDue, priced, resumeNow } from "./life.ts";
import {
  newId,
  type Discount,
  type SandboxAdjustment,
  type SandboxCustomer,
  type SandboxPrice,
  type SandboxSubscription,
  type SandboxTransaction,
} from "./objects.ts";
import { sumOf } from "./pricing.ts";
import { getIn, listIn, payerOf, put, tell, type World } from "./world.ts";

export function cancel(world: World, id: string, when: "periodEnd" | "now"): void {
  const subscription = getLive(world, id);
  if (when === "now" || subscription.status === "paused") end(world, subscription, world.now);
  else {
    const at =
      subscription.trialEndsAt !== null && subscription.status === "trialing"
        ? subscription.trialEndsAt
        : subscription.periodEndsAt;
    tell(world, "subscription.updated", { ...subscription, scheduled: { action: "cancel", at }, resumesAt: null });
  }
}

export function pause(world: World, id: string, resumesAt: Date | undefined): void {
  const subscription = getLive(world, id);
  if (subscription.status !== "active") throw refused("Only a subscription that is active can be paused.");
  const at = subscription.periodEndsAt;
  if (resumesAt !== undefined && resumesAt <= at) throw refused("A pause cannot end before it begins.");
  tell(world, "subscription.updated", {
    ...subscription,
    scheduled: { action: "pause", at },
    resumesAt: resumesAt ?? null,
  });
}

export function resume(world: World, id: string): void {
  const subscription = getLive(world, id);
  if (subscription.status === "paused") resumeNow(world, subscription, world.now);
  else tell(world, "subscription.updated", { ...subscription, scheduled: null, resumesAt: null });
}

export function giveDiscount(world: World, id: string, discount: Discount): void {
  tell(world, "subscription.updated", { ...getLive(world, id), discount });
}

/** What a change of plan costs: at once the rest of the period, or nothing where it waits for the next one. */
export function previewChange(world: World, id: string, { price, quantity }: Change): ChangePreview {
  const subscription = getLive(world, id);
  const { way, amount, startsAt, endsAt } = planChange(world, subscription, { price, quantity });
  const { country } = payerOf(world, subscription);
  const whole = sumOf(price.amount * quantity, { discount: subscription.discount, country });
  return {
    currency: price.currency,
    dueNow: way === "renewal" ? 0 : sumOf(amount, { discount: null, country }).total,
    recurring: whole.total,
    nextBilledAt: way === "renewal" ? startsAt : endsAt,
  };
}

/** Changes the plan. Throws a ProviderError, and changes nothing, when the money for it is not to be had. */
export function changePlan(world: World, id: string, change: Change): void {
  const subscription = getLive(world, id);
  if (!["trialing", "active"].includes(subscription.status)) {
    throw refused("Only a subscription that is active can change its plan.");
  }
  const { way, amount, startsAt, endsAt } = planChange(world, subscription, change);
  if (way === "renewal") {
    tell(world, "subscription.updated", { ...subscription, next: change });
    return;
  }
  const changed = { ...subscription, ...priced(change.price), quantity: change.quantity, next: null };
  if (way === "trial") {
    tell(world, "subscription.updated", changed);
    return;
  }
  if (amount > 0 && payerOf(world, subscription).card === "declined") {
    throw refused("The card was declined, so nothing was changed.");
  }
  if (amount > 0) ask(world, { ...changed, periodStartsAt: startsAt, periodEndsAt: endsAt }, amount);
  if (amount < 0) credit(world, subscription, -amount);
  const begins = changed.interval === subscription.interval ? subscription.periodStartsAt : startsAt;
  tell(world, "subscription.updated", { ...changed, periodStartsAt: begins, periodEndsAt: endsAt });
}

/** Gives all that is left of a transaction back, or an amount of it. */
export function refund(world: World, id: string, amount: number | undefined, reason: string): SandboxAdjustment {
  const transaction = getPaid(world, id);
  const left = leftOf(world, transaction);
  if (left <= 0 || (amount !== undefined && amount > left)) throw refused("There is not so much left to give back.");
  return adjust(world, transaction, { action: "refund", amount: amount ?? left, reason });
}

/** The bank takes all of it back for its customer. */
export function dispute(world: World, id: string): SandboxAdjustment {
  const transaction = getPaid(world, id);
  const left = leftOf(world, transaction);
  if (left <= 0) throw refused("There is nothing left to dispute.");
  return adjust(world, transaction, { action: "chargeback", amount: left, reason: "The buyer disputes it." });
}

/** A dispute ends: when it is won, the money comes back. */
export function decideDispute(world: World, id: string, isWon: boolean): void {
  const chargeback = getIn(world, "adjustment", id);
  if (chargeback.action !== "chargeback" || chargeback.isLost || chargeback.status !== "approved") {
    throw refused("This is no dispute that goes on.");
  }
  if (!isWon) {
    tell(world, "adjustment.updated", { ...chargeback, isLost: true });
    return;
  }
  const transaction = getIn(world, "transaction", chargeback.transaction);
  tell(world, "adjustment.updated", { ...chargeback, status: "reversed" });
  const { amount } = chargeback;
  adjust(world, transaction, { action: "chargeback_reverse", amount, reason: "The dispute was won." });
}

/** Changes the card. What is due is paid at once, if the new one can. */
export function changeCard(world: World, customer: string, card: SandboxCustomer["card"]): void {
  put(world, { ...getIn(world, "customer", customer), card });
  for (const subscription of listIn(world, "subscription")) {
    if (subscription.customer === customer) payDue(world, subscription, world.now);
  }
}

/** What of a transaction was not given back. */
export function leftOf(world: World, { id, total }: SandboxTransaction): number {
  const signs = { refund: -1, chargeback: -1, credit: -1, chargeback_reverse: 0 } as const;
  return listIn(world, "adjustment")
    .filter(({ transaction, status }) => transaction === id && status === "approved")
    .reduce((left, { action, amount }) => left + signs[action] * amount, total);
}

interface Change extends Omit<PlanChange, "price"> {
  price: SandboxPrice;
}

interface Planned {
  /** In a trial nothing is due; what costs less and is paid otherwise waits for the renewal. */
  way: "trial" | "now" | "renewal";
  /** Before tax; below zero what is credited. */
  amount: number;
  startsAt: Date;
  endsAt: Date;
}

function planChange(world: World, subscription: SandboxSubscription, { price, quantity }: Change): Planned {
  const { status, interval, currency, unitAmount, periodStartsAt, periodEndsAt, discount } = subscription;
  if (price.currency !== currency) throw refused("A subscription keeps its currency.");
  if (price.interval === undefined) throw refused("What is paid once is no subscription.");
  const same = { startsAt: periodStartsAt, endsAt: periodEndsAt };
  if (status === "trialing") return { way: "trial", amount: 0, ...same };
  const { country } = payerOf(world, subscription);
  const rest = (periodEndsAt.getTime() - world.now.getTime()) / (periodEndsAt.getTime() - periodStartsAt.getTime());
  const share = Math.min(1, Math.max(0, rest));
  const unused = Math.round(sumOf(unitAmount * subscription.quantity, { discount, country }).net * share);
  const whole = sumOf(price.amount * quantity, { discount, country }).net;
  if (price.interval === interval) {
    return { way: "now", amount: Math.round(whole * share) - unused, startsAt: world.now, endsAt: periodEndsAt };
  }
  if (whole < unused)
    return { way: "renewal", amount: 0, startsAt: periodEndsAt, endsAt: endOfPeriod(periodEndsAt, price.interval) };
  return { way: "now", amount: whole - unused, startsAt: world.now, endsAt: endOfPeriod(world.now, price.interval) };
}

function credit(world: World, subscription: SandboxSubscription, amount: number): void {
  const { country } = payerOf(world, subscription);
  const { total } = sumOf(amount, { discount: null, country });
  const last = listIn(world, "transaction").findLast(
    (each) => each.subscription === subscription.id && each.status === "completed",
  );
  if (last === undefined) return;
  const most = Math.min(total, leftOf(world, last));
  if (most > 0) adjust(world, last, { action: "credit", amount: most, reason: "For what is not used any more." });
}

function adjust(
  world: World,
  { id: transaction, customer, currency }: SandboxTransaction,
  made: Pick<SandboxAdjustment, "action" | "amount" | "reason">,
): SandboxAdjustment {
  return tell(world, "adjustment.created", {
    kind: "adjustment",
    id: newId("adjustment"),
    transaction,
    customer,
    currency,
    ...made,
    status: "approved",
    decidedAt: world.now,
    isLost: false,
    occurredAt: world.now,
  });
}

function getLive(world: World, id: string): SandboxSubscription {
  const subscription = getIn(world, "subscription", id);
  if (subscription.status === "canceled") throw refused("This subscription has ended.");
  return subscription;
}

function getPaid(world: World, id: string): SandboxTransaction {
  const transaction = getIn(world, "transaction", id);
  if (transaction.status !== "completed") throw refused("This was not paid.");
  return transaction;
}

function refused(sentence: string): ProviderError {
  return new ProviderError("refused", sentence);
}
