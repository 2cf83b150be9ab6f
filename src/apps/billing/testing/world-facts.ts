import { adjustmentFact, day, subscriptionFact, transactionFact } from "./facts.ts";
import type { Payment, Subscription, World } from "./world.ts";

// What the site hears of the small world.

export function costOf({ length }: Subscription): number {
  return length === 30 ? 15_00 : 150_00;
}

export function nextName({ facts }: World, kind: "txn" | "adj"): string {
  return `${kind}_${facts.length + 1}`;
}

// No two facts of one thing are of one moment.
function nextMoment({ today, facts }: World): Date {
  return new Date(day(today).getTime() + facts.length);
}

export function tellOfSubscription(world: World, subscription: Subscription): void {
  const { id, status, length, leaves } = subscription;
  world.facts.push(
    subscriptionFact({
      id,
      status,
      occurredAt: nextMoment(world),
      checkout: world.checkout,
      price: length === 30 ? "pri_1" : "pri_year",
      amount: costOf(subscription),
      startedAt: day(subscription.startedOn),
      trialEndsAt: dayOrNull(subscription.trialEndsOn),
      periodStartsAt: day(subscription.from),
      periodEndsAt: day(subscription.to),
      scheduled: leaves && { action: leaves.action, at: day(leaves.on) },
      pastDueSince: dayOrNull(subscription.pastDueOn),
      pausedAt: dayOrNull(subscription.pausedOn),
      canceledAt: dayOrNull(subscription.canceledOn),
    }),
  );
}

export function tellOfPayment(
  world: World,
  { id, from, to, total }: Payment,
  subscription: Subscription | undefined,
): void {
  const said = {
    id,
    total,
    checkout: world.checkout,
    subscription: subscription?.id,
    price: subscription === undefined ? "pri_life" : subscription.length === 30 ? "pri_1" : "pri_year",
    periodStartsAt: subscription === undefined ? null : day(from),
    periodEndsAt: subscription === undefined ? null : day(to),
  };
  world.facts.push(
    transactionFact({ ...said, status: "paid", occurredAt: nextMoment(world), paidAt: day(world.today) }),
  );
  world.facts.push(transactionFact({ ...said, occurredAt: nextMoment(world), paidAt: day(world.today) }));
}

export function tellOfReturn(world: World, payment: Payment, back: Payment["returns"][number]): void {
  const { id, action, status, amount } = back;
  world.facts.push(
    adjustmentFact({ id, action, status, amount, transaction: payment.id, occurredAt: nextMoment(world) }),
  );
}

function dayOrNull(on: number | null): Date | null {
  return on === null ? null : day(on);
}
