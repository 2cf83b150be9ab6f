import { and, eq } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { plans, prices } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { adjustments, customers, subscriptions, transactions } from "../schema.ts";

/** This moment, for all that a test tells. */
export const now = new Date();

/** Noon of a day of the month that was so many months ago. */
export function on(monthsAgo: number, day: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsAgo, day, 12));
}

export interface Told {
  name: string;
  plan: "monthly" | "yearly" | "lifetime";
  currency?: string;
  isTest?: boolean;
  trialEndsAt?: Date | undefined;
  startedAt?: Date | undefined;
  canceledAt?: Date | undefined;
  payments: {
    at: Date;
    /** The end of what it pays for, if it is a payment of a subscription. */
    until?: Date;
    total: number;
    tax?: number;
    discount?: number;
    country?: string;
    billedAt?: Date;
    /** When it was given back. */
    back?: Date | undefined;
  }[];
}

/** Writes down somebody, what they subscribed to, and what they paid for it. */
export async function tell(told: Told): Promise<void> {
  const { name, plan, currency = "USD", isTest = true, payments, trialEndsAt = null, canceledAt = null } = told;
  const [user] = await db
    .insert(users)
    .values({ address: `${name}@example.net`, name })
    .returning();
  const [price] = await db
    .select({ id: prices.id, planId: prices.planId })
    .from(prices)
    .innerJoin(plans, eq(plans.id, prices.planId))
    .where(and(eq(plans.slug, plan), eq(prices.currency, currency)));
  const id = { provider: "sandbox", providerId: `sub_${name}` } as const;
  const [customer] = await db
    .insert(customers)
    .values({ provider: "sandbox", providerId: `ctm_${name}`, userId: user?.id ?? 0 })
    .returning();
  const bought = { customerId: customer?.id ?? null, priceId: price?.id ?? null, currency, isTest };
  const startedAt = told.startedAt ?? payments[0]?.at ?? now;
  if (plan !== "lifetime") {
    const status = canceledAt === null ? "active" : "canceled";
    await db
      .insert(subscriptions)
      .values({ ...id, ...bought, status, amount: 1500, startedAt, trialEndsAt, canceledAt, occurredAt: now });
  }
  for (const [index, { at, until, total, tax, discount, country = "US", billedAt = at, back }] of payments.entries()) {
    const providerId = `txn_${name}_${index}`;
    await db.insert(transactions).values({
      ...bought,
      provider: "sandbox",
      providerId,
      subscriptionProviderId: plan === "lifetime" ? null : id.providerId,
      planId: price?.planId ?? null,
      status: "completed",
      total,
      tax: tax ?? 0,
      discount: discount ?? 0,
      country,
      periodStartsAt: until === undefined ? null : at,
      periodEndsAt: until ?? null,
      billedAt,
      paidAt: at,
      occurredAt: now,
    });
    if (back === undefined) continue;
    const action = { action: "refund", status: "approved", currency, amount: total } as const;
    const names = { provider: "sandbox", providerId: `adj_${name}`, transactionProviderId: providerId } as const;
    await db.insert(adjustments).values({ ...names, ...action, decidedAt: back, occurredAt: now });
  }
}
