import { and, asc, count, desc, eq, or } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { isThisMachine } from "#lib/url.ts";
import { plans, prices, products } from "#apps/members/schema.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import type { ProviderName } from "./names.ts";
import type { Article } from "./pricing.ts";
import { ProviderError, type SetupStep } from "./provider.ts";
import { listProviders } from "./providers.ts";
import { paymentEvents, providerPrices } from "./schema.ts";

/** A step of setting a provider up, and what is wrong with it, if anything is. */
export interface Question {
  step: string;
  ask: () => Promise<string | undefined>;
}

/** Asks one after another. What a provider answers to a question that it refuses is what is wrong. */
export async function askEach(questions: readonly Question[]): Promise<SetupStep[]> {
  const steps: SetupStep[] = [];
  for (const { step, ask } of questions) {
    const problem = await ask().catch((error: unknown) => {
      if (error instanceof ProviderError) return error.message;
      throw error;
    });
    steps.push({ step, problem });
  }
  return steps;
}

/** What `./manage check --payments` says: every step of every provider that this site uses. */
export async function verifyPayments(): Promise<{ name: string; problem: string | undefined }[]> {
  const answers: { name: string; problem: string | undefined }[] = [];
  for (const provider of await listProviders()) {
    for (const { step, problem } of await provider.verifySetup()) {
      const name = `${provider.label}: ${step}`;
      answers.push({ name, problem: problem && `${name}: ${problem}` });
    }
  }
  return answers;
}

/** Where a provider tells this site of payments. */
export function webhookAddress(provider: ProviderName): string {
  return config.BASE_URL + urls.paymentEvents({ provider });
}

export function isPublicAddress(): Question {
  return {
    step: "The site has an address that can be reached by https",
    ask: async () => {
      const url = new URL(config.BASE_URL);
      if (url.protocol === "https:" && !isThisMachine(url)) return undefined;
      return `BASE_URL is ${config.BASE_URL}: nobody can tell it of payments there.`;
    },
  };
}

/** Everything that can be bought now. */
export async function listOffers(): Promise<Article[]> {
  return await db
    .select({ price: prices, plan: plans, product: products })
    .from(prices)
    .leftJoin(plans, eq(plans.id, prices.planId))
    .leftJoin(products, eq(products.id, prices.productId))
    .where(and(eq(prices.isOffered, true), or(eq(plans.isOffered, true), eq(products.isOffered, true))))
    .orderBy(asc(prices.id));
}

/** A price on offer, and what a provider calls it, if it was published there. */
export interface Published {
  name: string;
  article: Article;
  providerId: string | undefined;
}

export async function listPublished(provider: ProviderName): Promise<Published[]> {
  const known = await db
    .select()
    .from(providerPrices)
    .where(and(eq(providerPrices.provider, provider), eq(providerPrices.isOnce, false)));
  return (await listOffers()).map((article) => ({
    name: `${article.plan?.name ?? article.product?.name ?? ""} in ${article.price.currency}`,
    article,
    providerId: known.find(({ priceId }) => priceId === article.price.id)?.providerId,
  }));
}

/** What is missing where some things are not as they should be. */
export function sayWhich(names: readonly string[], sentence: string): string | undefined {
  return names.length === 0 ? undefined : `${sentence}: ${names.join(", ")}.`;
}

export function hasHeard(provider: ProviderName, label: string): Question {
  return {
    step: "An event has arrived, and was understood",
    ask: async () => {
      const ofProvider = and(eq(paymentEvents.provider, provider), eq(paymentEvents.origin, "webhook"));
      const [{ total } = { total: 0 }] = await db.select({ total: count() }).from(paymentEvents).where(ofProvider);
      if (total === 0) return `${label} has told this site nothing yet: have it send a test, or buy something.`;
      const [last] = await db.select().from(paymentEvents).where(ofProvider).orderBy(desc(paymentEvents.id)).limit(1);
      if (last?.outcome === "refused") return `The last event was refused: ${last.explanation}`;
      return undefined;
    },
  };
}
