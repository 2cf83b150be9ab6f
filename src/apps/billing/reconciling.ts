import { and, desc, eq, inArray, ne, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import { applyFacts, askTime } from "./applying.ts";
import type { Fact } from "./facts.ts";
import type { ProviderName } from "./names.ts";
import { ProviderError, type Provider } from "./provider.ts";
import { findProvider, listProviders } from "./providers.ts";
import { adjustments, reconciliations, subscriptions, transactions } from "./schema.ts";
import type { Drift, Reconciliation } from "./schema.ts";

/** Providers tell of an event for three days and keep it for a month: what is older and has not ended is asked for by name. */
const daysListed = 35;
/** As many differences as are kept of one comparison. */
const mostDrift = 1000;

/**
 * Compares what is known with what a provider has: all that changed lately, and whatever of ours has not ended. What differs is
 * noted and taken over, as if the provider had just told it; a second time nothing differs.
 */
export async function reconcile(name: ProviderName): Promise<Reconciliation> {
  const provider = await findProvider(name);
  if (provider === undefined) throw new ProviderError("refused", `This site does not use ${name}.`);
  const [begun] = await db.insert(reconciliations).values({ provider: name }).returning();
  if (begun === undefined) throw new Error("A reconciliation could not be kept.");
  const found: Found = { compared: 0, drift: [] };
  const error = await compareAll(provider, found).catch((thrown: unknown) => {
    if (thrown instanceof ProviderError) return thrown.message;
    throw thrown;
  });
  if (found.drift.length > 0 || error !== "") {
    log.warn({ provider: name, drift: found.drift.length, why: error }, "a reconciliation found something");
  }
  const [ended = begun] = await db
    .update(reconciliations)
    .set({ ...found, error, finishedAt: sql`now()` })
    .where(eq(reconciliations.id, begun.id))
    .returning();
  return ended;
}

interface Found {
  compared: number;
  drift: Drift[];
}

// Answers why it was broken off, if it was.
async function compareAll(provider: Provider, found: Found): Promise<string> {
  const seen = new Set<string>();
  const since = new Date((await askTime()).getTime() - daysListed * 86_400_000);
  let askedAt = await askTime();
  for await (const fact of provider.list(since)) {
    seen.add(`${fact.kind} ${fact.id}`);
    await compare(provider, fact, { askedAt, found });
  }
  for (const { kind, id } of await listOpen(provider.name)) {
    if (seen.has(`${kind} ${id}`)) continue;
    askedAt = await askTime();
    const fact = await provider.find(kind, id);
    if (fact !== undefined) await compare(provider, fact, { askedAt, found });
    // It stays: the provider may have lost it, or the keys may be of another account.
    else keep(found, { object: `${kind} ${id}`, field: "", ours: "known", theirs: "missing", isMended: false });
  }
  return "";
}

async function compare(
  provider: Provider,
  fact: Fact,
  { askedAt, found }: { askedAt: Date; found: Found },
): Promise<void> {
  found.compared += 1;
  const object = `${fact.kind} ${fact.id}`;
  for (const { decision, changes } of await applyFacts(provider.name, [fact], { askedAt })) {
    if (decision === "new") keep(found, { object, field: "", ours: "missing", theirs: fact.status, isMended: true });
    if (decision === "ended")
      keep(found, { object, field: "status", ours: "ended", theirs: fact.status, isMended: false });
    for (const change of changes) keep(found, { object, ...change, isMended: true });
  }
}

function keep({ drift }: Found, difference: Drift): void {
  if (drift.length < mostDrift) drift.push(difference);
}

/** What may still change, by the provider's names: it may be older than what is listed. */
async function listOpen(provider: ProviderName): Promise<{ kind: Fact["kind"]; id: string }[]> {
  const ofSubscriptions = await db
    .select({ id: subscriptions.providerId })
    .from(subscriptions)
    .where(and(eq(subscriptions.provider, provider), ne(subscriptions.status, "canceled")));
  const ofTransactions = await db
    .select({ id: transactions.providerId })
    .from(transactions)
    .where(and(eq(transactions.provider, provider), inArray(transactions.status, ["past_due", "paid"])));
  const ofAdjustments = await db
    .select({ id: adjustments.providerId })
    .from(adjustments)
    .where(and(eq(adjustments.provider, provider), eq(adjustments.status, "pending")));
  return [
    ...ofSubscriptions.map(({ id }) => ({ kind: "subscription" as const, id })),
    ...ofTransactions.map(({ id }) => ({ kind: "transaction" as const, id })),
    ...ofAdjustments.map(({ id }) => ({ kind: "adjustment" as const, id })),
  ];
}

/** Compares with every provider that this site uses, one after another; says what was found, a line each. */
export async function reconcileAll(): Promise<string> {
  const lines: string[] = [];
  for (const { name, label } of await listProviders()) {
    const { compared, drift, error } = await reconcile(name);
    const open = drift.filter(({ isMended }) => !isMended).length;
    const broken = error === "" ? "" : ` It was broken off: ${error}`;
    lines.push(`${label}: ${compared} compared, ${drift.length - open} mended, ${open} left as they are.${broken}\n`);
    for (const { object, field, ours, theirs, isMended } of drift) {
      lines.push(`  ${object} ${field}: ${ours || "empty"} → ${theirs || "empty"}${isMended ? "" : ", left"}\n`);
    }
  }
  return lines.join("");
}

/** The newest comparisons first. */
export async function listReconciliations(limit = 30): Promise<Reconciliation[]> {
  return await db.select().from(reconciliations).orderBy(desc(reconciliations.id)).limit(limit);
}
