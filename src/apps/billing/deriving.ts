import { and, eq, type SQL } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { putEntitlement, type Derived } from "#apps/members/entitlements.ts";
import { planLabel } from "#apps/members/plans.ts";
import { plans, prices, products, type Plan, type Price, type Product } from "#apps/members/schema.ts";
import { spanOfPurchase, spanOfSubscription, type Payment, type Span } from "./entitling.ts";
import { listProviders } from "./providers.ts";
import { adjustments, checkouts, coupons, customers, subscriptions, transactions } from "./schema.ts";
import type { Coupon } from "./schema.ts";

/** What follows from something that was paid for, or why nothing does; `isWrong` when somebody should look into it. */
export type Conclusion = { derived: Derived } | { nothing: string; isWrong: boolean };

/** Writes the entitlement that follows from a subscription, and whether its owner's account waits for its end. */
export async function entitleBySubscription(id: number): Promise<Conclusion> {
  const conclusion = await concludeSubscription(id);
  await putEntitlement("subscription", String(id), "derived" in conclusion ? conclusion.derived : null);
  return conclusion;
}

/** Writes the entitlement that follows from what was bought once. */
export async function entitleByPurchase(id: number): Promise<Conclusion> {
  const conclusion = await concludePurchase(id);
  await putEntitlement("purchase", String(id), "derived" in conclusion ? conclusion.derived : null);
  return conclusion;
}

/** The subscription that a transaction pays for, if it does and is known. */
export async function listSubscriptionsOf(transactionId: number): Promise<number[]> {
  const found = await db
    .select({ id: subscriptions.id })
    .from(transactions)
    .innerJoin(
      subscriptions,
      and(
        eq(subscriptions.provider, transactions.provider),
        eq(subscriptions.providerId, transactions.subscriptionProviderId),
      ),
    )
    .where(eq(transactions.id, transactionId));
  return found.map(({ id }) => id);
}

export async function concludeSubscription(id: number): Promise<Conclusion> {
  const [found] = await db
    .select({ subscription: subscriptions, ...offered })
    .from(subscriptions)
    .leftJoin(customers, eq(customers.id, subscriptions.customerId))
    .leftJoin(checkouts, eq(checkouts.id, subscriptions.checkoutId))
    .leftJoin(coupons, eq(coupons.id, checkouts.couponId))
    .leftJoin(prices, eq(prices.id, subscriptions.priceId))
    .leftJoin(plans, eq(plans.id, prices.planId))
    .leftJoin(products, eq(products.id, prices.productId))
    .where(eq(subscriptions.id, id));
  if (found === undefined) return { nothing: "There is no such subscription.", isWrong: false };
  const { provider, providerId, amount, isTest } = found.subscription;
  const payments = await listPayments(
    and(eq(transactions.provider, provider), eq(transactions.subscriptionProviderId, providerId)),
  );
  return await conclude(found, { amount, isTest, span: spanOfSubscription(found.subscription, payments) });
}

export async function concludePurchase(id: number): Promise<Conclusion> {
  const [found] = await db
    .select({ transaction: transactions, ...offered })
    .from(transactions)
    .leftJoin(customers, eq(customers.id, transactions.customerId))
    .leftJoin(checkouts, eq(checkouts.id, transactions.checkoutId))
    .leftJoin(coupons, eq(coupons.id, checkouts.couponId))
    .leftJoin(prices, eq(prices.id, transactions.priceId))
    .leftJoin(plans, eq(plans.id, prices.planId))
    .leftJoin(products, eq(products.id, prices.productId))
    .where(eq(transactions.id, id));
  if (found === undefined) return { nothing: "There is no such payment.", isWrong: false };
  const { subscriptionProviderId, total: amount, isTest } = found.transaction;
  const [payment] = await listPayments(eq(transactions.id, id));
  if (subscriptionProviderId !== null) return { nothing: "It is paid for a subscription.", isWrong: false };
  const { status } = found.transaction;
  if (status !== "paid" && status !== "completed") return { nothing: "It is not paid.", isWrong: false };
  const conclusion = await conclude(found, { amount, isTest, span: payment && spanOfPurchase(payment) });
  if (!("derived" in conclusion)) return conclusion;
  if (found.kind === "gift") return { nothing: "It is a gift.", isWrong: false };
  if (found.plan !== null && found.plan.kind !== "lifetime") {
    return { nothing: "Its plan is paid again and again: its subscription says more.", isWrong: false };
  }
  return conclusion;
}

const offered = {
  userId: customers.userId,
  kind: checkouts.kind,
  coupon: coupons,
  price: prices,
  plan: plans,
  product: products,
};

interface Offered {
  userId: number | null;
  coupon: Coupon | null;
  price: Price | null;
  plan: Plan | null;
  product: Product | null;
}

async function conclude(
  { userId, coupon, price, plan, product }: Offered,
  { amount, isTest, span }: { amount: number; isTest: boolean; span: Span | undefined },
): Promise<Conclusion> {
  if (isTest && (await takesRealMoney()))
    return wrong("No money has moved: it is a test, and this site takes real payments.");
  if (price === null) return wrong("Its price is none of ours.");
  if (amount === 0 && !isFree(price, coupon)) return wrong("It costs nothing, and no coupon of ours says why.");
  if (userId === null) return { nothing: "Nobody here is known to pay for it.", isWrong: false };
  if (span === undefined) return { nothing: "It is not paid.", isWrong: false };
  if (product !== null) {
    return { derived: { ...span, userId, label: product.name, productId: product.id, opens: product.opens } };
  }
  if (plan === null) return wrong("Its price is none of ours.");
  return { derived: { ...span, userId, label: planLabel(plan), planId: plan.id, isForSeats: plan.kind === "team" } };
}

function wrong(nothing: string): Conclusion {
  return { nothing, isWrong: true };
}

function isFree({ amount }: Price, coupon: Coupon | null): boolean {
  return coupon !== null && (coupon.percent === 100 || (coupon.amount ?? 0) >= amount);
}

/** Whether money moves on this site: then nothing is opened by payments of somebody's sandbox. */
export async function takesRealMoney(): Promise<boolean> {
  return (await listProviders()).some(({ isLive }) => isLive);
}

async function listPayments(which: SQL | undefined): Promise<Payment[]> {
  const ofTransaction = and(
    eq(adjustments.provider, transactions.provider),
    eq(adjustments.transactionProviderId, transactions.providerId),
  );
  const rows = await db
    .select({ transaction: transactions, adjustment: adjustments })
    .from(transactions)
    .leftJoin(adjustments, ofTransaction)
    .where(which);
  const byTransaction = Map.groupBy(rows, ({ transaction }) => transaction.id);
  return [...byTransaction.values()].flatMap((each) =>
    each[0] === undefined
      ? []
      : [{ ...each[0].transaction, returns: each.flatMap(({ adjustment }) => adjustment ?? []) }],
  );
}
