import { and, asc, eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { currencyOf } from "./currencies.ts";
import { plans, prices, products, type Plan, type Price, type Product } from "./schema.ts";

/** A plan that can be joined now, and what it costs where the reader is. */
export interface Offer {
  plan: Plan;
  price: Price;
}

/** The plans that can be joined now, in their order; in a country that is known, with what they cost there. */
export async function listOffers(country = ""): Promise<Offer[]> {
  const rows = await db
    .select({ plan: plans, price: prices })
    .from(plans)
    .innerJoin(prices, and(eq(prices.planId, plans.id), eq(prices.isOffered, true)))
    .where(eq(plans.isOffered, true))
    .orderBy(asc(plans.position), asc(plans.id), asc(prices.id));
  const byPlan = Map.groupBy(rows, ({ plan }) => plan.id);
  return [...byPlan.values()].flatMap((each) => {
    const price = choosePrice(
      each.map((row) => row.price),
      country,
    );
    return each[0] === undefined || price === undefined ? [] : [{ plan: each[0].plan, price }];
  });
}

/** One of them by the word in its address. */
export async function findOffer(slug: string, country = ""): Promise<Offer | undefined> {
  return (await listOffers(country)).find(({ plan }) => plan.slug === slug);
}

/** A product that can be bought now, and what it costs where the reader is. */
export interface ProductOffer {
  product: Product;
  price: Price;
}

/** The products that can be bought now, by name. */
export async function listProductOffers(country = ""): Promise<ProductOffer[]> {
  const rows = await db
    .select({ product: products, price: prices })
    .from(products)
    .innerJoin(prices, and(eq(prices.productId, products.id), eq(prices.isOffered, true)))
    .where(eq(products.isOffered, true))
    .orderBy(asc(products.name), asc(products.id), asc(prices.id));
  const byProduct = Map.groupBy(rows, ({ product }) => product.id);
  return [...byProduct.values()].flatMap((each) => {
    const price = choosePrice(
      each.map((row) => row.price),
      country,
    );
    return each[0] === undefined || price === undefined ? [] : [{ product: each[0].product, price }];
  });
}

/**
 * Which of several prices of one thing is asked for in a country: the one made for it, else one in its currency, else the
 * first of those made for no country.
 */
export function choosePrice<Each extends Pick<Price, "currency" | "countries">>(
  all: readonly Each[],
  country: string,
): Each | undefined {
  const everywhere = all.filter(({ countries }) => countries.length === 0);
  return (
    all.find(({ countries }) => countries.includes(country)) ??
    everywhere.find(({ currency }) => currency === currencyOf(country)) ??
    everywhere[0]
  );
}

/** What an entitlement by a plan or a product is called: `yearly plan`. */
export function planLabel({ name }: Pick<Plan, "name">): string {
  return /\bplan$/i.test(name) ? name.toLowerCase() : `${name.toLowerCase()} plan`;
}
