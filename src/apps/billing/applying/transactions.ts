import { and, eq, isNotNull, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { amountReturned } from "../entitling.ts";
import { paymentCompleted, paymentFailed, paymentReversed } from "../events.ts";
import type { TransactionFact } from "../facts.ts";
import type { ProviderName, TransactionStatus } from "../names.ts";
import { adjustments, subscriptions, transactions, type Transaction } from "../schema.ts";
import type { Applied, Applying } from "./applied.ts";
import { claimPayments, completeCheckout } from "./claiming.ts";
import { differences, transactionOrder } from "./comparing.ts";
import { decide } from "./deciding.ts";
import { findPayer, settlePayer, type Payer } from "./payers.ts";
import { findBought, isOtherPrice, type Bought } from "./prices.ts";

/** Takes over what is said of a transaction, and who pays it. */
export async function applyTransaction(applying: Applying, fact: TransactionFact): Promise<Applied> {
  const { provider } = applying;
  const payer = await findWhoPays(provider, fact);
  const bought = await findBought(provider, fact.price);
  const known = await findTransaction(provider, fact.id);
  const { row, ...applied } =
    known === undefined
      ? await add(provider, fact, { ...columnsOf(fact), ...bought, ...payer })
      : await change(applying, known, { fact, bought, payer });
  applying.purchases.add(row.id);
  if (payer.checkoutId !== null) {
    await claimPayments(applying, fact.customer);
    if (isMade(row.status)) await completeCheckout(payer.checkoutId);
  }
  await announce(known, row);
  return { ...applied, transactionId: row.id };
}

// A renewal may hand back no token: it is paid by whoever pays for the subscription.
async function findWhoPays(provider: ProviderName, fact: TransactionFact): Promise<Payer> {
  const found = await findPayer(provider, fact);
  if (found.checkoutId !== null || fact.subscription === undefined) return found;
  const [subscription] = await db
    .select({ customerId: subscriptions.customerId })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.provider, provider),
        eq(subscriptions.providerId, fact.subscription),
        isNotNull(subscriptions.customerId),
      ),
    );
  return subscription === undefined ? found : { ...found, ...subscription, unclaimedBy: null };
}

function columnsOf(fact: TransactionFact) {
  const { status, quantity, currency, total, tax, discount, country, invoiceNumber } = fact;
  const { periodStartsAt, periodEndsAt, billedAt, paidAt, isTest, subscription } = fact;
  return {
    status,
    quantity,
    currency,
    total,
    tax,
    discount,
    country,
    invoiceNumber,
    periodStartsAt,
    periodEndsAt,
    billedAt,
    paidAt,
    isTest,
    subscriptionProviderId: subscription ?? null,
  };
}

type Said = ReturnType<typeof columnsOf>;
type Written = Applied & { row: Transaction };

async function add(
  provider: ProviderName,
  { id, occurredAt }: TransactionFact,
  values: Said & Bought & Payer,
): Promise<Written> {
  const [row] = await db
    .insert(transactions)
    .values({ provider, providerId: id, occurredAt, ...values })
    .returning();
  if (row === undefined) throw new Error("A transaction could not be kept.");
  return { row, decision: "new", changes: [] };
}

async function change(
  { askedAt }: Applying,
  known: Transaction,
  { fact, bought, payer }: { fact: TransactionFact; bought: Bought; payer: Payer },
): Promise<Written> {
  const told = columnsOf(fact);
  // Events of Paddle leave the country out, which its API tells.
  const said = { ...told, country: told.country || known.country };
  // It may be told of before it is known what it is a payment of.
  const subscriptionProviderId = known.subscriptionProviderId ?? said.subscriptionProviderId;
  const isOther =
    differences(known, { ...said, subscriptionProviderId: known.subscriptionProviderId }).length > 0 ||
    isOtherPrice(known, bought);
  const decision = decide(transactionOrder, known, { said: fact, isOther, askedAt });
  const isNow = decision === "taken" || decision === "same";
  const set = {
    ...(isNow && said),
    ...(isNow && bought.priceId !== null && bought),
    ...(decision === "taken" && fact.price !== undefined && bought),
    ...settlePayer(known, payer),
    subscriptionProviderId,
  };
  const changes = differences(known, set);
  const isLater = isNow && fact.occurredAt > known.occurredAt;
  if (changes.length === 0 && !isLater) return { row: known, decision, changes };
  const [row = known] = await db
    .update(transactions)
    .set({ ...set, ...(isLater && { occurredAt: fact.occurredAt }), updatedAt: sql`now()` })
    .where(eq(transactions.id, known.id))
    .returning();
  return { row, decision, changes };
}

async function findTransaction(provider: ProviderName, providerId: string): Promise<Transaction | undefined> {
  const [found] = await db
    .select()
    .from(transactions)
    .where(and(eq(transactions.provider, provider), eq(transactions.providerId, providerId)))
    .for("update");
  return found;
}

async function announce(before: Transaction | undefined, now: Transaction): Promise<void> {
  const transactionId = now.id;
  if (isAnnounced(now) && !(before !== undefined && isAnnounced(before)))
    await paymentCompleted.emit({ transactionId });
  const hasFailed = isFailing(now.status) && !(before !== undefined && isFailing(before.status));
  if (hasFailed && now.subscriptionProviderId !== null) await paymentFailed.emit({ transactionId });
  if (before !== undefined) return;
  // What was given back of it may have been told of first.
  const returns = await db
    .select()
    .from(adjustments)
    .where(and(eq(adjustments.provider, now.provider), eq(adjustments.transactionProviderId, now.providerId)));
  if (amountReturned(returns) > 0) await paymentReversed.emit({ transactionId });
}

// Of what nobody is known to have paid there is nobody to tell.
function isAnnounced({ status, customerId }: Transaction): boolean {
  return status === "completed" && customerId !== null;
}

function isMade(status: TransactionStatus): boolean {
  return status === "paid" || status === "completed";
}

function isFailing(status: TransactionStatus): boolean {
  return status === "failed" || status === "past_due";
}
