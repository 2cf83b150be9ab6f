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
  for await (const { one, asked } of each(ask, going)) yield ofSubscription(one, asked, isTest);
  for await (const { one, asked } of each(ask, subscriptions.list({ ...newestFirst, status: ["canceled"] }))) {
    if (isOld(one)) break;
    yield ofSubscription(one, asked, isTest);
  }
  const changed = { "updatedAt[GTE]": since.toISOString(), include: ["address" as const] };
  for await (const { one, asked } of each(ask, transactions.list({ ...newestFirst, ...changed }))) {
    const fact = ofTransaction(one, asked, isTest);
    if (fact !== undefined) yield fact;
  }
  for await (const { one, asked } of each(ask, adjustments.list(newestFirst))) {
    if (isOld(one)) break;
    const fact = ofAdjustment(one, asked, isTest);
    if (fact !== undefined) yield fact;
  }
}

/** One thing as it is now; undefined when Paddle knows of none. */
export async function findFact(
  ask: AskPaddle,
  { kind, id }: { kind: Fact["kind"]; id: string },
  isTest: boolean,
): Promise<Fact | undefined> {
  const asked = new Date();
  try {
    return await ask(async (paddle) => await fetchFact(paddle, { kind, id }, { asked, isTest }));
  } catch (error) {
    if (error instanceof PaddleRefusal && error.code === "not_found") return undefined;
    throw error;
  }
}

async function fetchFact(
  paddle: Paddle,
  { kind, id }: { kind: Fact["kind"]; id: string },
  { asked, isTest }: { asked: Date; isTest: boolean },
): Promise<Fact | undefined> {
  if (kind === "subscription") return ofSubscription(await paddle.subscriptions.get(id), asked, isTest);
  if (kind === "transaction") {
    return ofTransaction(await paddle.transactions.get(id, { include: ["address"] }), asked, isTest);
  }
  const [found] = await paddle.adjustments.list({ id: [id] }).next();
  return found && ofAdjustment(found, asked, isTest);
}

type Answer<Kind extends keyof Answers> = Answers[Kind] & { updatedAt: string };

export function ofSubscription(it: Answer<"subscription">, asked: Date, isTest: boolean): Fact {
  return subscriptionFact(it, seen(it, asked, isTest));
}

export function ofTransaction(it: Answer<"transaction">, asked: Date, isTest: boolean): Fact | undefined {
  return transactionFact(it, seen(it, asked, isTest));
}

export function ofAdjustment(it: Answer<"adjustment">, asked: Date, isTest: boolean): Fact | undefined {
  return adjustmentFact(it, seen(it, asked, isTest));
}

// What is answered was so when it was asked, even where an event of a moment ago, which is told a little after what it tells
// of, looks later than the change.
function seen({ updatedAt }: { updatedAt: string }, asked: Date, isTest: boolean): Seen {
  return { occurredAt: new Date(Math.max(asked.getTime(), Date.parse(updatedAt))), isTest };
}

async function* each<T>(ask: AskPaddle, list: Pages<T>): AsyncIterable<{ one: T; asked: Date }> {
  for (let page = 0; list.hasMore; page += 1) {
    if (page === maxPages) throw new ProviderError("refused", `Paddle lists more than ${maxPages} pages.`);
    const asked = new Date();
    for (const one of await ask(() => list.next())) yield { one, asked };
  }
}
