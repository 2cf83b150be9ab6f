import { sql } from "drizzle-orm";
import { afterCommit, atomic, db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import type { Applied, Applying } from "./applying/applied.ts";
import { applyAdjustment } from "./applying/adjustments.ts";
import type { Change } from "./applying/comparing.ts";
import { Unclear, type Decision } from "./applying/deciding.ts";
import { applySubscription } from "./applying/subscriptions.ts";
import { applyTransaction } from "./applying/transactions.ts";
import { entitleByPurchase, entitleBySubscription, listSubscriptionsOf, type Conclusion } from "./deriving.ts";
import type { Fact } from "./facts.ts";
import { holdDeletion } from "./holding.ts";
import type { ProviderName } from "./names.ts";
import { ProviderError } from "./provider.ts";
import { findProvider } from "./providers.ts";

/** What became of a fact, and why, in a sentence. */
export interface Outcome {
  outcome: "applied" | "outdated" | "refused";
  explanation: string;
  decision: Decision;
  changes: readonly Change[];
}

interface Options {
  /** When the facts were asked for, by the database's clock: they are how things are now. */
  askedAt?: Date | undefined;
  /** What is done in the same transaction. */
  also?: (outcomes: readonly Outcome[]) => Promise<void>;
}

/**
 * Takes over what a provider says of its things, each compared by when it was so, in one transaction with the entitlements
 * that follow and the events that tell of it. Facts may come in any order and any number of times. Where two of one moment
 * contradict each other, the provider is asked. Throws ProviderError when it does not answer.
 */
export async function applyFacts(
  provider: ProviderName,
  facts: readonly Fact[],
  options: Options = {},
): Promise<readonly Outcome[]> {
  let now = facts;
  let { askedAt } = options;
  for (let tries = 0; ; tries += 1) {
    try {
      return await atomic(() => applyAll(provider, now, { ...options, askedAt }));
    } catch (error) {
      if (!(error instanceof Unclear) || tries === 2) throw error;
    }
    askedAt = await askTime();
    now = await askFor(provider, facts);
  }
}

/** What would be done about facts now, without doing it. */
export async function explainFacts(provider: ProviderName, facts: readonly Fact[]): Promise<readonly Outcome[]> {
  let outcomes: readonly Outcome[] = [];
  const undo = new Error("Nothing of this is meant to stay.");
  await atomic(async () => {
    outcomes = await applyAll(provider, facts, {});
    throw undo;
  }).catch((error: unknown) => {
    if (error instanceof Unclear) outcomes = facts.map(() => unclear);
    else if (error !== undo) throw error;
  });
  return outcomes;
}

const unclear: Outcome = {
  outcome: "applied",
  explanation: "It contradicts what is known of the same moment: the provider is asked how it is now.",
  decision: "taken",
  changes: [],
};

/** The moment by the database's clock, which rows are dated by. */
export async function askTime(): Promise<Date> {
  const { rows } = await db.execute<{ now: string }>(sql`select now()::text as now`);
  return new Date(rows[0]?.now ?? Number.NaN);
}

async function askFor(name: ProviderName, facts: readonly Fact[]): Promise<Fact[]> {
  const provider = await findProvider(name);
  if (provider === undefined) throw new ProviderError("refused", `This site does not use ${name} any more.`);
  const asked: Fact[] = [];
  for (const fact of facts) asked.push((await provider.find(fact.kind, fact.id)) ?? fact);
  return asked;
}

async function applyAll(
  provider: ProviderName,
  facts: readonly Fact[],
  { askedAt, also }: Options,
): Promise<readonly Outcome[]> {
  // What is paid, for what and by whom is told apart, so one at a time is taken over of what a provider says.
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`billing ${provider}`}, 0))`);
  const applying: Applying = { provider, askedAt, subscriptions: new Set(), purchases: new Set() };
  const applied: { fact: Fact; done: Applied }[] = [];
  for (const fact of facts) applied.push({ fact, done: await applyFact(applying, fact) });
  const conclusions = await conclude(applying);
  const outcomes = applied.map(({ fact, done }) => outcomeOf(fact, done, conclusions(done)));
  await also?.(outcomes);
  return outcomes;
}

function applyFact(applying: Applying, fact: Fact): Promise<Applied> {
  if (fact.kind === "subscription") return applySubscription(applying, fact);
  return fact.kind === "transaction" ? applyTransaction(applying, fact) : applyAdjustment(applying, fact);
}

// By those of the facts that it follows from.
async function conclude({ subscriptions, purchases }: Applying): Promise<(done: Applied) => Conclusion | undefined> {
  for (const id of purchases) for (const paidFor of await listSubscriptionsOf(id)) subscriptions.add(paidFor);
  const ofSubscription = new Map<number | undefined, Conclusion>();
  const ofPurchase = new Map<number | undefined, Conclusion>();
  for (const id of subscriptions) {
    ofSubscription.set(id, await entitleBySubscription(id));
    await holdDeletion(id);
  }
  for (const id of purchases) ofPurchase.set(id, await entitleByPurchase(id));
  return ({ subscriptionId, transactionId }) => ofSubscription.get(subscriptionId) ?? ofPurchase.get(transactionId);
}

const sentences: Readonly<Record<Exclude<Decision, "new" | "taken">, string>> = {
  same: "This is known already.",
  older: "What is known of it was so later.",
  ended: "It has come to its end, and nothing follows after that.",
};

function outcomeOf(fact: Fact, { decision, changes }: Applied, conclusion: Conclusion | undefined): Outcome {
  const what = `${fact.kind} ${fact.id}`;
  const isOld = decision === "older" || decision === "ended";
  if (conclusion !== undefined && "nothing" in conclusion && conclusion.isWrong && !isOld) {
    const { nothing } = conclusion;
    if (decision !== "same") afterCommit(() => log.error({ what, why: nothing }, "a payment opens nothing"));
    return { outcome: "refused", explanation: `${nothing} The ${what} opens nothing.`, decision, changes };
  }
  if (decision === "new")
    return { outcome: "applied", explanation: `New: ${what} is ${fact.status}.`, decision, changes };
  if (changes.length > 0) {
    const list = changes.map(({ field, ours, theirs }) => `${field} ${ours || "empty"} → ${theirs || "empty"}`);
    return { outcome: "applied", explanation: `The ${what}: ${list.join(", ")}.`, decision, changes };
  }
  const explanation = decision === "taken" ? sentences.same : sentences[decision];
  return { outcome: "outdated", explanation, decision, changes };
}
