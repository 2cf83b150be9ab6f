import type { Paddle } from "@paddle/paddle-node-sdk";
import type { Fact } from "../facts.ts";
import { ProviderError } from "../provider.ts";
import { PaddleRefusal, type AskPaddle } from "./calls.ts";
import { adjustmentFact, subscriptionFact, transactionFact, type Answers, type Seen } from "./facts.ts";

const perPage = 200;
/** 100,000 things of a kind: more are more than a night's reconciliation should hold. */
const maxPages = 500;

/** A page of a list that Paddle gives 200 at a time. */
interface Pages<T> {
  hasMore: boolean;
  next(): Promise<T[]>;
}

/**
 * Everything that has changed since then. Paddle can be asked for transactions by when they changed; all subscriptions that are
 * not at an end are listed, and of those at an end, as of adjustments, what began since then.
 */
export async function* listFacts(ask: AskPaddle, since: Date, isTest: boolean): AsyncIterable<Fact> {
  const { subscriptions, adjustments, transactions } = await ask(async (paddle) => paddle);
  const newestFirst = { perPage, orderBy: "id[DESC]" };
  const isOld = ({ createdAt }: { createdAt: string }): boolean => new Date(createdAt) < since;

  const going = subscriptions.list({ ...newestFirst, status: ["active", "trialing", "past_due", "paused"] });
  for await (const one of each(ask, going)) yield ofSubscription(one, isTest);
  for await (const one of each(ask, subscriptions.list({ ...newestFirst, status: ["canceled"] }))) {
    if (isOld(one)) break;
    yield ofSubscription(one, isTest);
  }
  const changed = { "updatedAt[GTE]": since.toISOString(), include: ["address" as const] };
  for await (const one of each(ask, transactions.list({ ...newestFirst, ...changed }))) {
    const fact = ofTransaction(one, isTest);
    if (fact !== undefined) yield fact;
  }
  for await (const one of each(ask, adjustments.list(newestFirst))) {
    if (isOld(one)) break;
    const fact = ofAdjustment(one, isTest);
    if (fact !== undefined) yield fact;
  }
}

/** One thing as it is now; undefined when Paddle knows of none. */
export async function findFact(
  ask: AskPaddle,
  { kind, id }: { kind: Fact["kind"]; id: string },
  isTest: boolean,
): Promise<Fact | undefined> {
  try {
    return await ask(async (paddle) => await fetchFact(paddle, { kind, id }, isTest));
  } catch (error) {
    if (error instanceof PaddleRefusal && error.code === "not_found") return undefined;
    throw error;
  }
}

async function fetchFact(
  paddle: Paddle,
  { kind, id }: { kind: Fact["kind"]; id: string },
  isTest: boolean,
): Promise<Fact | undefined> {
  if (kind === "subscription") return ofSubscription(await paddle.subscriptions.get(id), isTest);
  if (kind === "transaction") {
    return ofTransaction(await paddle.transactions.get(id, { include: ["address"] }), isTest);
  }
  const [found] = await paddle.adjustments.list({ id: [id] }).next();
  return found && ofAdjustment(found, isTest);
}

type Answer<Kind extends keyof Answers> = Answers[Kind] & { updatedAt: string };

export function ofSubscription(it: Answer<"subscription">, isTest: boolean): Fact {
  return subscriptionFact(it, seen(it, isTest));
}

export function ofTransaction(it: Answer<"transaction">, isTest: boolean): Fact | undefined {
  return transactionFact(it, seen(it, isTest));
}

export function ofAdjustment(it: Answer<"adjustment">, isTest: boolean): Fact | undefined {
  return adjustmentFact(it, seen(it, isTest));
}

// By Paddle's clock, as events are.
function seen({ updatedAt }: { updatedAt: string }, isTest: boolean): Seen {
  return { occurredAt: new Date(updatedAt), isTest };
}

async function* each<T>(ask: AskPaddle, list: Pages<T>): AsyncIterable<T> {
  for (let page = 0; list.hasMore; page += 1) {
    if (page === maxPages) throw new ProviderError("refused", `Paddle lists more than ${maxPages} pages.`);
    yield* await ask(() => list.next());
  }
}
