import type { Stripe } from "stripe";
import type { Fact } from "../facts.ts";
import { ProviderError } from "../provider.ts";
import { StripeRefusal, type AskStripe } from "./calls.ts";
import { disputeFact, intentOf, refundFact, subscriptionFact, transactionFact, type Answers } from "./facts.ts";

const limit = 100;
/** 100,000 things of a kind: more are more than a night's reconciliation should hold. */
const maxPages = 1000;

/**
 * Everything that has changed since then, as far as Stripe can be asked: all subscriptions that are not at an end, and what began
 * since then of everything else.
 */
export async function* listFacts(ask: AskStripe, since: Date): AsyncIterable<Fact> {
  const created = { created: { gte: Math.floor(since.getTime() / 1000) } };
  const pages = { limit };
  for await (const { one, at } of each(ask, (stripe, page) => stripe.subscriptions.list({ ...pages, ...page }))) {
    yield* some(ofSubscription(one, at));
  }
  const ended = { status: "canceled", ...created };
  for await (const { one, at } of each(ask, (stripe, page) =>
    stripe.subscriptions.list({ ...pages, ...ended, ...page }),
  )) {
    yield* some(ofSubscription(one, at));
  }
  for await (const { one, at } of each(ask, (stripe, page) =>
    stripe.invoices.list({ ...pages, ...created, ...page }),
  )) {
    yield* some(ofInvoice(one, at));
  }
  for await (const { one, at } of each(ask, (stripe, page) => stripe.refunds.list({ ...pages, ...created, ...page }))) {
    yield* some(await ofRefund(ask, one satisfies Answers["refund"], at));
  }
  for await (const { one, at } of each(ask, (stripe, page) =>
    stripe.disputes.list({ ...pages, ...created, ...page }),
  )) {
    yield* some(await ofDispute(ask, one satisfies Answers["dispute"], at));
  }
}

/** One thing as it is now; undefined when Stripe knows of none. */
export async function findFact(
  ask: AskStripe,
  { kind, id }: { kind: Fact["kind"]; id: string },
): Promise<Fact | undefined> {
  const at = justNow();
  try {
    if (kind === "subscription") return ofSubscription(await ask((stripe) => stripe.subscriptions.retrieve(id)), at);
    if (kind === "transaction") return ofInvoice(await ask((stripe) => stripe.invoices.retrieve(id)), at);
    if (!/^(re|pyr)_/.test(id)) return await ofDispute(ask, await ask((stripe) => stripe.disputes.retrieve(id)), at);
    return await ofRefund(ask, await ask((stripe) => stripe.refunds.retrieve(id)), at);
  } catch (error) {
    if (error instanceof StripeRefusal && error.code === "resource_missing") return undefined;
    throw error;
  }
}

export function ofSubscription(it: Answers["subscription"], at: Date): Fact | undefined {
  return subscriptionFact(it, at);
}

function ofInvoice(it: Answers["invoice"], at: Date): Fact | undefined {
  return transactionFact(it, at);
}

/** Stripe says of which payment a refund is; of which invoice that was is to be asked. */
export async function ofRefund(ask: AskStripe, it: unknown, at: Date): Promise<Fact | undefined> {
  const transaction = await invoiceOf(ask, intentOf(it));
  return transaction === undefined ? undefined : refundFact(it, transaction, at);
}

export async function ofDispute(ask: AskStripe, it: unknown, at: Date): Promise<Fact | undefined> {
  const transaction = await invoiceOf(ask, intentOf(it));
  return transaction === undefined ? undefined : disputeFact(it, transaction, at);
}

async function invoiceOf(ask: AskStripe, intent: string | null): Promise<string | undefined> {
  if (intent === null) return undefined;
  const payment = { type: "payment_intent", payment_intent: intent };
  const { data } = await ask((stripe) => stripe.invoicePayments.list({ payment, limit: 1 }));
  const invoice = data[0]?.invoice;
  return typeof invoice === "object" ? invoice.id : invoice;
}

/** Stripe says of nothing when it changed last; of its events it gives the second. What is asked for is so as of now. */
export function justNow(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000);
}

interface Page<T> {
  data: T[];
  has_more: boolean;
}

async function* each<T extends { id: string }>(
  ask: AskStripe,
  list: (stripe: Stripe, page: { starting_after?: string }) => Promise<Page<T>>,
): AsyncIterable<{ one: T; at: Date }> {
  let page: { starting_after?: string } = {};
  for (let count = 0; ; count += 1) {
    if (count === maxPages) throw new ProviderError("refused", `Stripe lists more than ${maxPages} pages.`);
    const at = justNow();
    const { data, has_more: hasMore } = await ask((stripe) => list(stripe, page));
    for (const one of data) yield { one, at };
    const last = data.at(-1);
    if (!hasMore || last === undefined) return;
    page = { starting_after: last.id };
  }
}

function some<T>(thing: T | undefined): T[] {
  return thing === undefined ? [] : [thing];
}
