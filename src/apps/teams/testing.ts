import { eq } from "drizzle-orm";
import { customers, subscriptions } from "#apps/billing/schema.ts";
import { putEntitlement } from "#apps/members/entitlements.ts";
import { plans, prices } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { followSubscription } from "./seats.ts";

const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);

/** Has somebody pay for so many seats for a year; answers the number of the subscription. */
export async function payForSeats(userId: number, seats: number): Promise<number> {
  const [price] = await db
    .select({ id: prices.id, planId: plans.id })
    .from(prices)
    .innerJoin(plans, eq(plans.id, prices.planId))
    .where(eq(plans.slug, "team"))
    .limit(1);
  const [customer] = await db
    .insert(customers)
    .values({ provider: "sandbox", providerId: `customer-${userId}`, userId })
    .returning({ id: customers.id });
  const [subscription] = await db
    .insert(subscriptions)
    .values({
      provider: "sandbox",
      providerId: `subscription-${userId}`,
      customerId: customer?.id ?? 0,
      priceId: price?.id ?? 0,
      status: "active",
      quantity: seats,
      currency: "USD",
      amount: 120_00 * seats,
      startedAt: inDays(-1),
      periodEndsAt: inDays(365),
      occurredAt: inDays(-1),
    })
    .returning({ id: subscriptions.id });
  const id = subscription?.id ?? 0;
  await entitle(id, userId, inDays(365));
  await followSubscription(id);
  return id;
}

/** Has as many seats be paid as that, which the next task hears of. */
export async function changeSeats(subscriptionId: number, seats: number): Promise<void> {
  await db.update(subscriptions).set({ quantity: seats }).where(eq(subscriptions.id, subscriptionId));
  await followSubscription(subscriptionId);
}

/** Has the plan of a team end then; with null nothing follows from it any more. */
export async function entitle(subscriptionId: number, userId: number, endsAt: Date | null): Promise<void> {
  const derived = { userId, label: "team plan", startsAt: inDays(-1), endsAt, isForSeats: true };
  await putEntitlement("subscription", String(subscriptionId), endsAt === null ? null : derived);
}
