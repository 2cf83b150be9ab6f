import { and, eq, isNull, ne, or, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { paymentCompleted, subscriptionChanged } from "../events.ts";
import { checkouts, subscriptions, transactions, type Subscription, type Transaction } from "../schema.ts";
import type { Applying } from "./applied.ts";
import { findPayer } from "./payers.ts";

/** Notes that a checkout has led to something. */
export async function completeCheckout(id: number): Promise<void> {
  await db
    .update(checkouts)
    .set({ completedAt: sql`now()` })
    .where(and(eq(checkouts.id, id), isNull(checkouts.completedAt)));
}

/** What was told before anybody was known by that name of the provider is theirs, once somebody is. */
export async function claimPayments(applying: Applying, customer: string): Promise<void> {
  const { provider } = applying;
  const { customerId } = await findPayer(provider, { customer, checkout: undefined });
  if (customerId === null) return;
  const claimed = { customerId, unclaimedBy: null, updatedAt: sql`now()` };
  const found = await db
    .update(subscriptions)
    .set(claimed)
    .where(and(eq(subscriptions.provider, provider), eq(subscriptions.unclaimedBy, customer)))
    .returning();
  for (const { id, status } of found) {
    applying.subscriptions.add(id);
    await subscriptionChanged.emit({ subscriptionId: id, from: status, to: status });
  }
  const isTheirs = and(eq(transactions.provider, provider), eq(transactions.unclaimedBy, customer));
  await announce(applying, await db.update(transactions).set(claimed).where(isTheirs).returning());
}

/** Payments of a subscription are made by whoever pays for it. */
export async function followPayer(applying: Applying, subscription: Subscription): Promise<void> {
  const { provider, providerId, customerId } = subscription;
  if (customerId === null) return;
  const isByAnother = or(isNull(transactions.customerId), ne(transactions.customerId, customerId));
  const isOfIt = and(eq(transactions.provider, provider), eq(transactions.subscriptionProviderId, providerId));
  await announce(
    applying,
    await db
      .update(transactions)
      .set({ customerId, unclaimedBy: null, updatedAt: sql`now()` })
      .where(and(isOfIt, isNull(transactions.checkoutId), isByAnother))
      .returning(),
  );
}

async function announce(applying: Applying, rows: readonly Transaction[]): Promise<void> {
  for (const { id, status } of rows) {
    applying.purchases.add(id);
    if (status === "completed") await paymentCompleted.emit({ transactionId: id });
  }
}
