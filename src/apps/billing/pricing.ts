import { and, asc, eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { choosePrice } from "#apps/members/plans.ts";
import { plans, prices, products, type Plan, type Price, type Product } from "#apps/members/schema.ts";

/** A plan that can be joined now, with all that it costs anywhere. */
export interface PricedPlan {
  plan: Plan;
  prices: Price[];
}

/** The plans that can be joined now, in their order. */
export async function listPricedPlans(): Promise<PricedPlan[]> {
  const rows = await db
    .select({ plan: plans, price: prices })
    .from(plans)
    .innerJoin(prices, and(eq(prices.planId, plans.id), eq(prices.isOffered, true)))
    .where(eq(plans.isOffered, true))
    .orderBy(asc(plans.position), asc(plans.id), asc(prices.id));
  const byPlan = Map.groupBy(rows, ({ plan }) => plan.id);
  return [...byPlan.values()].flatMap((each) =>
    each[0] === undefined ? [] : [{ plan: each[0].plan, prices: each.map(({ price }) => price) }],
  );
}

/** Where somebody is, as far as we know, and in which currency they want to pay, if they said. */
export interface Market {
  country: string;
  currency?: string | undefined;
}

/** Which of the prices is asked for: that in the currency that was chosen, if it is asked for there, else that of the country. */
export function priceFor(all: readonly Price[], { country, currency }: Market): Price | undefined {
  const chosen = all.filter((price) => price.currency === currency && isAskedIn(price, country));
  return choosePrice(chosen, country) ?? choosePrice(all, country);
}

/** Whether a price may be paid in a country: those made for some are for no others. */
export function isAskedIn({ countries }: Pick<Price, "countries">, country: string): boolean {
  return countries.length === 0 || countries.includes(country);
}

/** A price with what it is the price of. */
export interface Article {
  price: Price;
  plan: Plan | null;
  product: Product | null;
}

/** What a price, that can be asked for now, is the price of. */
export async function findArticle(priceId: number): Promise<Article | undefined> {
  const [found] = await db
    .select({ price: prices, plan: plans, product: products })
    .from(prices)
    .leftJoin(plans, eq(plans.id, prices.planId))
    .leftJoin(products, eq(products.id, prices.productId))
    .where(and(eq(prices.id, priceId), eq(prices.isOffered, true)));
  const isOffered = found?.plan?.isOffered ?? found?.product?.isOffered ?? false;
  return isOffered ? found : undefined;
}
