import { and, eq, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { amountReturned } from "../entitling.ts";
import { paymentReversed } from "../events.ts";
import type { AdjustmentFact } from "../facts.ts";
import type { ProviderName } from "../names.ts";
import { adjustments, transactions, type Adjustment } from "../schema.ts";
import type { Applied, Applying } from "./applied.ts";
import { adjustmentOrder, differences } from "./comparing.ts";
import { decide } from "./deciding.ts";

/** Takes over what is said of something that was given back. */
export async function applyAdjustment(applying: Applying, fact: AdjustmentFact): Promise<Applied> {
  const { provider } = applying;
  const before = await listAdjustments(provider, fact.transaction);
  const known = before.find(({ providerId }) => providerId === fact.id);
  const applied = known === undefined ? await add(provider, fact) : await change(applying, known, fact);
  const [transaction] = await db
    .select({ id: transactions.id })
    .from(transactions)
    .where(and(eq(transactions.provider, provider), eq(transactions.providerId, fact.transaction)));
  if (transaction === undefined) return applied;
  applying.purchases.add(transaction.id);
  const now = await listAdjustments(provider, fact.transaction);
  if (amountReturned(now) !== amountReturned(before)) await paymentReversed.emit({ transactionId: transaction.id });
  return { ...applied, transactionId: transaction.id };
}

async function listAdjustments(provider: ProviderName, transaction: string): Promise<Adjustment[]> {
  return await db
    .select()
    .from(adjustments)
    .where(and(eq(adjustments.provider, provider), eq(adjustments.transactionProviderId, transaction)));
}

function columnsOf({ transaction, action, status, currency, amount }: AdjustmentFact) {
  return { transactionProviderId: transaction, action, status, currency, amount };
}

async function add(provider: ProviderName, fact: AdjustmentFact): Promise<Applied> {
  const { id, occurredAt, status } = fact;
  const decidedAt = status === "pending" ? null : (fact.decidedAt ?? occurredAt);
  await db.insert(adjustments).values({ provider, providerId: id, occurredAt, decidedAt, ...columnsOf(fact) });
  return { decision: "new", changes: [] };
}

async function change({ askedAt }: Applying, known: Adjustment, fact: AdjustmentFact): Promise<Applied> {
  const said = columnsOf(fact);
  const isOther = differences(known, said).length > 0;
  const decision = decide(adjustmentOrder, known, { said: fact, isOther, askedAt });
  const isNow = decision === "taken" || decision === "same";
  const set = { ...(isNow && said), decidedAt: decidedAt(known, fact, isNow) };
  const changes = differences(known, set);
  const isLater = isNow && fact.occurredAt > known.occurredAt;
  if (changes.length === 0 && !isLater) return { decision, changes };
  await db
    .update(adjustments)
    .set({ ...set, ...(isLater && { occurredAt: fact.occurredAt }), updatedAt: sql`now()` })
    .where(eq(adjustments.id, known.id));
  return { decision, changes };
}

// The first time that it is told of in the state that it has.
function decidedAt(known: Adjustment, fact: AdjustmentFact, isNow: boolean): Date | null {
  const { status, occurredAt } = fact;
  if (fact.decidedAt !== undefined) return isNow && status !== "pending" ? fact.decidedAt : known.decidedAt;
  if (status !== known.status) return isNow && status !== "pending" ? occurredAt : known.decidedAt;
  return known.decidedAt !== null && occurredAt < known.decidedAt ? occurredAt : known.decidedAt;
}
