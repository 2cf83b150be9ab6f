import { and, eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { prices } from "#apps/members/schema.ts";
import type { ProviderName } from "../names.ts";
import { providerPrices } from "../schema.ts";

/** What a provider's price is the price of here. All null for one that is not ours. */
export interface Bought {
  priceId: number | null;
  planId: number | null;
  productId: number | null;
}

export async function findBought(provider: ProviderName, providerId: string | undefined): Promise<Bought> {
  const nothing = { priceId: null, planId: null, productId: null };
  if (providerId === undefined) return nothing;
  const [found] = await db
    .select({ priceId: prices.id, planId: prices.planId, productId: prices.productId })
    .from(providerPrices)
    .innerJoin(prices, eq(prices.id, providerPrices.priceId))
    .where(and(eq(providerPrices.provider, provider), eq(providerPrices.providerId, providerId)));
  return found ?? nothing;
}

/** Whether two prices are known and differ. */
export function isOtherPrice(known: Pick<Bought, "priceId">, said: Pick<Bought, "priceId">): boolean {
  return known.priceId !== null && said.priceId !== null && known.priceId !== said.priceId;
}
