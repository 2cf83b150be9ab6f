import type { AdjustmentAction, AdjustmentStatus, SubscriptionStatus } from "../names.ts";
import type { Fact } from "../facts.ts";
import { costOf, nextName, tellOfPayment, tellOfReturn, tellOfSubscription } from "./world-facts.ts";

// A small world in which somebody subscribes, pays, leaves and is given money back, by days. What may be opened in it is said by
// `mayOpen` from what happened, day by day; the site only ever hears the facts.

export interface Payment {
  id: string;
  from: number;
  to: number;
  total: number;
  returns: { id: string; action: AdjustmentAction; status: AdjustmentStatus; amount: number; day: number }[];
}

export interface Subscription {
  id: string;
  status: SubscriptionStatus;
  length: number;
  startedOn: number;
  trialEndsOn: number | null;
  from: number;
  to: number;
  leaves: { action: "cancel" | "pause"; on: number } | null;
  pastDueOn: number | null;
  pausedOn: number | null;
  canceledOn: number | null;
  payments: Payment[];
}

export interface World {
  today: number;
  facts: Fact[];
  subscriptions: Subscription[];
  /** Lifetime memberships. */
  purchases: Payment[];
  /** From when to when the staff gave a membership. */
  comps: { from: number; to: number }[];
  checkout: string | undefined;
}

export interface Deed {
  what: keyof typeof deeds;
  /** Which of several things it is done to. */
  which: number;
  days: number;
}

export function newWorld(checkout?: string): World {
  return { today: 0, facts: [], subscriptions: [], purchases: [], comps: [], checkout };
}

/** Does one after another; what cannot be done is left out. */
export function live(world: World, story: readonly Deed[]): World {
  for (const { what, which, days } of story) deeds[what](world, which, days);
  return world;
}

/** Whether its owner may open what members may on a day, today or later, if nothing more happens. */
export function mayOpen({ subscriptions, purchases, comps }: World, on: number): boolean {
  return (
    subscriptions.some((each) => isOpenBy(each, on)) ||
    purchases.some((payment) => !isReturned(payment)) ||
    comps.some(({ from, to }) => from <= on && on < to)
  );
}

function isOpenBy(subscription: Subscription, on: number): boolean {
  const { status, to, from, trialEndsOn, pastDueOn, leaves, payments } = subscription;
  const paid = payments.filter(({ total }) => total > 0);
  const isPaidFor = paid.some((payment) => !isReturned(payment) && on < payment.to);
  const hasLeft = leaves !== null && on >= leaves.on;
  const ofThisPeriod = paid.filter((payment) => payment.to > from);
  const isGivenBack = ofThisPeriod.length > 0 && ofThisPeriod.every(isReturned);
  if (status === "canceled" || status === "paused") return isPaidFor;
  if (hasLeft) return false;
  if (status === "trialing") return on < (trialEndsOn ?? 0) + 3;
  if (isGivenBack) return isPaidFor;
  return isPaidFor || on < (status === "past_due" ? (pastDueOn ?? 0) + 14 : to + 7);
}

function isReturned({ total, returns }: Payment): boolean {
  let back = 0;
  for (const { action, status, amount } of returns) if (status === "approved" && action !== "credit") back += amount;
  return back >= total;
}

export const deeds = {
  subscribe: (world: World, which: number) => subscribe(world, { length: which % 2 === 0 ? 30 : 365, trial: 0 }),
  trial: (world: World) => subscribe(world, { length: 365, trial: 14 }),
  wait: (world: World, _which: number, days: number) => {
    const next = world.subscriptions.filter(isLive).map(({ to }) => to - world.today);
    world.today += Math.max(0, Math.min(days, ...next));
  },
  renew: (world: World, which: number) => atEnd(world, which, (each) => renew(world, each, true)),
  failToRenew: (world: World, which: number) => atEnd(world, which, (each) => renew(world, each, false)),
  mend: (world: World, which: number) =>
    choose(
      world.subscriptions,
      which,
      ({ status }) => status === "past_due",
      (each) => {
        pay(world, each);
        change(world, each, { status: "active", pastDueOn: null });
      },
    ),
  giveUp: (world: World, which: number, days: number) =>
    choose(
      world.subscriptions,
      which,
      ({ status }) => status === "past_due",
      (each) => {
        world.today += days % 15;
        change(world, each, { status: "canceled", canceledOn: world.today, leaves: null, pastDueOn: null });
      },
    ),
  cancelLater: (world: World, which: number) => leave(world, which, "cancel"),
  pauseLater: (world: World, which: number) => leave(world, which, "pause"),
  stay: (world: World, which: number) =>
    choose(
      world.subscriptions,
      which,
      ({ leaves }) => leaves !== null,
      (each) => change(world, each, { leaves: null }),
    ),
  goOn: (world: World, which: number) =>
    choose(
      world.subscriptions,
      which,
      ({ status }) => status === "paused",
      (each) => {
        each.from = world.today;
        each.to = world.today + each.length;
        pay(world, each);
        change(world, each, { status: "active", pausedOn: null });
      },
    ),
  cancelNow: (world: World, which: number) =>
    choose(
      world.subscriptions,
      which,
      ({ status }) => status !== "canceled",
      (each) =>
        change(world, each, {
          status: "canceled",
          canceledOn: world.today,
          leaves: null,
          pastDueOn: null,
          pausedOn: null,
        }),
    ),
  upgrade: (world: World, which: number) =>
    choose(
      world.subscriptions,
      which,
      ({ status }) => status === "active",
      (each) => {
        pay(world, each);
        change(world, each, {});
      },
    ),
  refund: (world: World, which: number) => giveBack(world, which, { action: "refund", share: 1 }),
  refundHalf: (world: World, which: number) => giveBack(world, which, { action: "refund", share: 0.5 }),
  credit: (world: World, which: number) => giveBack(world, which, { action: "credit", share: 1 }),
  dispute: (world: World, which: number) => giveBack(world, which, { action: "chargeback", share: 1 }),
  winBack: (world: World, which: number) => {
    const disputes = paymentsOf(world).flatMap((payment) => payment.returns.map((back) => ({ payment, back })));
    const isOpen = ({ back }: (typeof disputes)[number]): boolean =>
      back.action === "chargeback" && back.status === "approved";
    choose(disputes, which, isOpen, ({ payment, back }) => {
      back.status = "reversed";
      tellOfReturn(world, payment, back);
    });
  },
  buyForGood: (world: World) => {
    const payment = newPayment(world, { from: world.today, to: world.today, total: 400_00 });
    world.purchases.push(payment);
    tellOfPayment(world, payment, undefined);
  },
  comp: (world: World, _which: number, days: number) => {
    world.comps.push({ from: world.today, to: world.today + days });
  },
  endComp: (world: World, which: number) =>
    choose(
      world.comps,
      which,
      ({ to }) => to > world.today,
      (comp) => {
        comp.to = world.today;
      },
    ),
} satisfies Readonly<Record<string, (world: World, which: number, days: number) => void>>;

function choose<Thing>(
  all: readonly Thing[],
  which: number,
  isFit: (thing: Thing) => boolean,
  act: (thing: Thing) => void,
): void {
  const fit = all.filter(isFit);
  const chosen = fit[which % Math.max(1, fit.length)];
  if (chosen !== undefined) act(chosen);
}

function isLive({ status }: Subscription): boolean {
  return status === "active" || status === "trialing";
}

function subscribe(world: World, { length, trial }: { length: 30 | 365; trial: number }): void {
  const { today } = world;
  const subscription: Subscription = {
    id: `sub_${world.subscriptions.length + 1}`,
    status: trial > 0 ? "trialing" : "active",
    length,
    startedOn: today,
    trialEndsOn: trial > 0 ? today + trial : null,
    from: today,
    to: today + (trial || length),
    leaves: null,
    pastDueOn: null,
    pausedOn: null,
    canceledOn: null,
    payments: [],
  };
  world.subscriptions.push(subscription);
  pay(world, subscription, trial > 0 ? 0 : undefined);
  change(world, subscription, {});
}

/** Time passes until the end of a period: who wanted to leave leaves, the others renew. */
function atEnd(world: World, which: number, act: (subscription: Subscription) => void): void {
  choose(world.subscriptions, which, isLive, (each) => {
    world.today = Math.max(world.today, each.to);
    if (each.leaves === null) act(each);
    else if (each.leaves.action === "cancel")
      change(world, each, { status: "canceled", canceledOn: each.to, leaves: null });
    else change(world, each, { status: "paused", pausedOn: each.to, leaves: null });
  });
}

function renew(world: World, each: Subscription, isPaid: boolean): void {
  each.from = each.to;
  each.to += each.length;
  if (isPaid) pay(world, each);
  change(world, each, isPaid ? { status: "active" } : { status: "past_due", pastDueOn: each.from });
}

function leave(world: World, which: number, action: "cancel" | "pause"): void {
  choose(world.subscriptions, which, isLive, (each) => change(world, each, { leaves: { action, on: each.to } }));
}

function giveBack(world: World, which: number, { action, share }: { action: AdjustmentAction; share: number }): void {
  const paid = paymentsOf(world).filter(({ total }) => total > 0);
  choose(
    paid,
    which,
    (payment) => !isReturned(payment),
    (payment) => {
      const back = {
        id: nextName(world, "adj"),
        action,
        status: "approved" as const,
        amount: payment.total * share,
        day: world.today,
      };
      payment.returns.push(back);
      tellOfReturn(world, payment, back);
    },
  );
}

function paymentsOf({ subscriptions, purchases }: World): Payment[] {
  return [...purchases, ...subscriptions.flatMap(({ payments }) => payments)];
}

function newPayment(world: World, values: Pick<Payment, "from" | "to" | "total">): Payment {
  return { id: nextName(world, "txn"), ...values, returns: [] };
}

function pay(world: World, subscription: Subscription, total: number = costOf(subscription)): void {
  const payment = newPayment(world, { from: subscription.from, to: subscription.to, total });
  subscription.payments.push(payment);
  tellOfPayment(world, payment, subscription);
}

function change(world: World, subscription: Subscription, more: Partial<Subscription>): void {
  Object.assign(subscription, more);
  tellOfSubscription(world, subscription);
}
