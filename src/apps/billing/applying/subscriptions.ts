import { and, eq, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { subscriptionChanged } from "../events.ts";
import type { SubscriptionFact } from "../facts.ts";
import type { ProviderName } from "../names.ts";
import { subscriptions, type Subscription } from "../schema.ts";
import type { Applied, Applying } from "./applied.ts";
import { claimPayments, completeCheckout, followPayer } from "./claiming.ts";
import { differences, subscriptionOrder } from "./comparing.ts";
import { decide } from "./deciding.ts";
import { findPayer, settlePayer, type Payer } from "./payers.ts";
import { findBought, isOtherPrice } from "./prices.ts";

/** Takes over what is said of a subscription, and who pays for it. */
export async function applySubscription(applying: Applying, fact: SubscriptionFact): Promise<Applied> {
  const { provider } = applying;
  const payer = await findPayer(provider, fact);
  const { priceId } = await findBought(provider, fact.price);
  const known = await findSubscription(provider, fact.id);
  const { row, ...applied } =
    known === undefined
      ? await add(provider, fact, { ...columnsOf(fact), priceId, ...payer })
      : await change(applying, known, { fact, priceId, payer });
  applying.subscriptions.add(row.id);
  await followPayer(applying, row);
  if (payer.checkoutId !== null) {
    await claimPayments(applying, fact.customer);
    await completeCheckout(payer.checkoutId);
  }
  return { ...applied, subscriptionId: row.id };
}

function columnsOf(fact: SubscriptionFact) {
  const { status, quantity, currency, amount, startedAt, trialEndsAt, periodStartsAt, periodEndsAt } = fact;
  const { scheduled, pastDueSince, pausedAt, canceledAt, isTest } = fact;
  return {
    status,
    quantity,
    currency,
    amount,
    startedAt,
    trialEndsAt,
    periodStartsAt,
    periodEndsAt,
    scheduledAction: scheduled?.action ?? null,
    scheduledAt: scheduled?.at ?? null,
    pausedAt,
    canceledAt,
    isTest,
    pastDueSince: status === "past_due" ? (pastDueSince ?? fact.occurredAt) : null,
  };
}

type Said = ReturnType<typeof columnsOf>;
type Written = Applied & { row: Subscription };

async function add(
  provider: ProviderName,
  { id, occurredAt }: SubscriptionFact,
  values: Said & Payer & { priceId: number | null },
): Promise<Written> {
  const [row] = await db
    .insert(subscriptions)
    .values({ provider, providerId: id, occurredAt, ...values })
    .returning();
  if (row === undefined) throw new Error("A subscription could not be kept.");
  await subscriptionChanged.emit({ subscriptionId: row.id, from: null, to: row.status });
  return { row, decision: "new", changes: [] };
}

async function change(
  { askedAt }: Applying,
  known: Subscription,
  { fact, priceId, payer }: { fact: SubscriptionFact; priceId: number | null; payer: Payer },
): Promise<Written> {
  const said = columnsOf(fact);
  // Some providers do not say since when: it is since we heard of it first.
  if (said.pastDueSince !== null) said.pastDueSince = fact.pastDueSince ?? known.pastDueSince ?? said.pastDueSince;
  const isOther = differences(known, said).length > 0 || isOtherPrice(known, { priceId });
  const decision = decide(subscriptionOrder, known, { said: fact, isOther, askedAt });
  const isNow = decision === "taken" || decision === "same";
  const set = {
    ...(isNow && said),
    ...(isNow && priceId !== null && { priceId }),
    ...(decision === "taken" && fact.price !== undefined && { priceId }),
    ...settlePayer(known, payer),
  };
  const changes = differences(known, set);
  const isLater = isNow && fact.occurredAt > known.occurredAt;
  if (changes.length === 0 && !isLater) return { row: known, decision, changes };
  const [row = known] = await db
    .update(subscriptions)
    .set({ ...set, ...(isLater && { occurredAt: fact.occurredAt }), updatedAt: sql`now()` })
    .where(eq(subscriptions.id, known.id))
    .returning();
  if (changes.length > 0)
    await subscriptionChanged.emit({ subscriptionId: row.id, from: known.status, to: row.status });
  return { row, decision, changes };
}

async function findSubscription(provider: ProviderName, providerId: string): Promise<Subscription | undefined> {
  const [found] = await db
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.provider, provider), eq(subscriptions.providerId, providerId)))
    .for("update");
  return found;
}
