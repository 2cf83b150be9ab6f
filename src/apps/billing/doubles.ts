import { and, eq, inArray, or, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import { users } from "#apps/accounts/schema.ts";
import { plans, prices } from "#apps/members/schema.ts";
import { applyFacts } from "./applying.ts";
import type { Fact } from "./facts.ts";
import { ProviderError, type Provider } from "./provider.ts";
import { findProvider } from "./providers.ts";
import { adjustments, customers, subscriptions, transactions, type Subscription } from "./schema.ts";

/** What stands at a membership which was paid for beside another, by a checkout that had been open before. */
const doubleReason = "It was bought beside another membership.";

/** What began longer ago is for somebody of the staff to look into: its owner may have wanted it. */
const daysToNotice = 3;

/**
 * Notes of what the owner of a subscription pays for which of it is one too many: memberships that were bought here beside one that
 * began before and goes on. Answers those that were not noted before, of which somebody has to end each.
 */
export async function noteDoubles(subscriptionId: number): Promise<number[]> {
  return await atomic(async () => {
    const [owner] = await db
      .select({ id: users.id })
      .from(users)
      .innerJoin(customers, eq(customers.userId, users.id))
      .innerJoin(subscriptions, eq(subscriptions.customerId, customers.id))
      .where(eq(subscriptions.id, subscriptionId))
      .for("update", { of: users });
    const doubles = owner === undefined ? [] : await findDoubles(owner.id);
    const ids = doubles.map(({ id }) => id);
    if (ids.length > 0) {
      await db
        .update(subscriptions)
        .set({ isDouble: true, cancelReason: doubleReason })
        .where(inArray(subscriptions.id, ids));
    }
    return ids;
  });
}

async function findDoubles(userId: number): Promise<Subscription[]> {
  const found = await db
    .select({ subscription: subscriptions })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customerId))
    .innerJoin(prices, eq(prices.id, subscriptions.priceId))
    .innerJoin(plans, eq(plans.id, prices.planId))
    .where(
      and(
        eq(customers.userId, userId),
        eq(plans.kind, "subscription"),
        inArray(subscriptions.status, ["trialing", "active"]),
        eq(subscriptions.isDouble, false),
      ),
    )
    .orderBy(subscriptions.startedAt, subscriptions.id);
  const live = found.map(({ subscription }) => subscription);
  const kept = live.find(({ scheduledAction }) => scheduledAction !== "cancel" && scheduledAction !== "pause");
  return live.filter(
    (each) => kept !== undefined && each.isTest === kept.isTest && isLater(each, kept) && isNoticed(each),
  );
}

function isLater(one: Subscription, other: Subscription): boolean {
  return (
    one.startedAt > other.startedAt || (one.startedAt.getTime() === other.startedAt.getTime() && one.id > other.id)
  );
}

function isNoticed({ checkoutId, startedAt }: Subscription): boolean {
  return checkoutId !== null && Date.now() - startedAt.getTime() < daysToNotice * 86_400_000;
}

/**
 * Ends such a membership at once and gives back what was paid for it, as far as that was not done. Throws ProviderError while its
 * provider does not answer.
 */
export async function endDouble(subscriptionId: number): Promise<void> {
  const found = await findDouble(subscriptionId);
  const provider = found && (await findProvider(found.provider));
  if (found === undefined || provider === undefined) return;
  const { id, providerId, status } = found;
  if (status !== "canceled") await ask(provider, { id, deed: () => provider.cancel(providerId, "now") });
  for (const payment of await listKept(found)) {
    await ask(provider, { id, deed: () => provider.refund(payment, undefined, doubleReason) });
  }
}

/** Whether a payment is one for a membership too many, and for which. */
export async function findDoubleOf(transactionId: number): Promise<number | undefined> {
  const [found] = await db
    .select({ id: subscriptions.id })
    .from(transactions)
    .innerJoin(subscriptions, isPaidBy)
    .where(and(eq(transactions.id, transactionId), eq(subscriptions.isDouble, true)));
  return found?.id;
}

const isPaidBy = and(
  eq(subscriptions.provider, transactions.provider),
  eq(subscriptions.providerId, transactions.subscriptionProviderId),
);

const isBack = and(
  eq(adjustments.provider, transactions.provider),
  eq(adjustments.transactionProviderId, transactions.providerId),
  or(eq(adjustments.status, "approved"), eq(adjustments.status, "pending")),
);
const isKept = and(
  eq(transactions.status, "completed"),
  sql`${transactions.total} > 0`,
  sql`not exists (select from ${adjustments} where ${isBack})`,
);

/** Whether a subscription has been paid for and nothing of that goes back yet: for queries of subscriptions. */
export const isStillPaid = sql`exists (select from ${transactions} where ${isPaidBy} and ${isKept})`;

async function findDouble(id: number): Promise<Subscription | undefined> {
  const [found] = await db
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.id, id), eq(subscriptions.isDouble, true)));
  return found;
}

// What nothing goes back of yet: a refund that waits for the provider counts as one.
async function listKept({ id }: Subscription): Promise<string[]> {
  const found = await db
    .select({ providerId: transactions.providerId })
    .from(transactions)
    .innerJoin(subscriptions, isPaidBy)
    .where(and(eq(subscriptions.id, id), isKept))
    .orderBy(transactions.id);
  return found.map(({ providerId }) => providerId);
}

async function ask(
  provider: Provider,
  { id, deed }: { id: number; deed: () => Promise<readonly Fact[]> },
): Promise<void> {
  try {
    await applyFacts(provider.name, await deed());
  } catch (error) {
    if (!(error instanceof ProviderError) || error.reason === "unreachable") throw error;
    // It is done already, as after a death in between, or it is for the staff: the check of who pays twice says so.
    log.error({ subscription: id, why: error.message }, "a provider refused to undo a second membership");
  }
}
