import { and, asc, eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import type { Price } from "#apps/members/schema.ts";
import type { Article } from "./pricing.ts";
import type { Provider } from "./provider.ts";
import { coupons, providerCoupons, providerPrices, type Coupon } from "./schema.ts";
import { listOffers } from "./setup.ts";

/**
 * The provider's name of a price; makes the price known there first if it is not. `isOnce`: for a single payment of what is
 * otherwise paid again and again, as a gift is. Throws ProviderError.
 */
export async function publishPrice(
  provider: Provider,
  { price, plan, product }: Article,
  isOnce = false,
): Promise<string> {
  const once = isOnce && plan?.interval != null;
  const known = await findPriceName(provider, price.id, once);
  if (known !== undefined) return known;
  const providerId = await provider.publishPrice({
    id: price.id,
    name: plan?.name ?? product?.name ?? "",
    currency: price.currency,
    amount: price.amount,
    interval: once ? undefined : (plan?.interval ?? undefined),
    trialDays: once ? 0 : (plan?.trialDays ?? 0),
  });
  await db
    .insert(providerPrices)
    .values({ provider: provider.name, providerId, priceId: price.id, isOnce: once })
    .onConflictDoNothing();
  return providerId;
}

/** The provider's names of a price and of a coupon, where it knows both; undefined until something was bought for it. */
export async function findNames(
  provider: Provider,
  price: Pick<Price, "id">,
  coupon: Coupon | undefined,
): Promise<{ price: string; coupon: string | undefined } | undefined> {
  const name = await findPriceName(provider, price.id, false);
  const couponName = coupon && (await findCouponName(provider, coupon));
  if (name === undefined || (coupon !== undefined && couponName === undefined)) return undefined;
  return { price: name, coupon: couponName };
}

async function findPriceName({ name }: Provider, priceId: number, isOnce: boolean): Promise<string | undefined> {
  const ofPrice = and(
    eq(providerPrices.provider, name),
    eq(providerPrices.priceId, priceId),
    eq(providerPrices.isOnce, isOnce),
  );
  const [found] = await db
    .select()
    .from(providerPrices)
    .where(ofPrice)
    .orderBy(asc(providerPrices.providerId))
    .limit(1);
  return found?.providerId;
}

/** The provider's name of a coupon; makes it known there first if it is not. Throws ProviderError. */
export async function publishCoupon(provider: Provider, coupon: Coupon): Promise<string> {
  const known = await findCouponName(provider, coupon);
  if (known !== undefined) return known;
  const { code, percent, amount, currency, payments } = coupon;
  const providerId = await provider.publishCoupon({
    code,
    percent: percent ?? undefined,
    amount: amount ?? undefined,
    currency: currency ?? undefined,
    payments: payments ?? undefined,
  });
  await db
    .insert(providerCoupons)
    .values({ provider: provider.name, providerId, couponId: coupon.id })
    .onConflictDoNothing();
  return providerId;
}

async function findCouponName({ name }: Provider, { id }: Coupon): Promise<string | undefined> {
  const ofCoupon = and(eq(providerCoupons.provider, name), eq(providerCoupons.couponId, id));
  const [found] = await db.select().from(providerCoupons).where(ofCoupon);
  return found?.providerId;
}

/** Makes everything on offer known to a provider, as far as it is not; answers how many were new. Throws ProviderError. */
export async function publishAll(provider: Provider): Promise<{ published: number; known: number }> {
  const before = await countKnown(provider);
  for (const article of await listOffers()) {
    await publishPrice(provider, article);
    // A gift pays once for what is otherwise paid again and again.
    if (article.plan?.kind === "subscription") await publishPrice(provider, article, true);
  }
  for (const coupon of await db.select().from(coupons).where(eq(coupons.isActive, true))) {
    await publishCoupon(provider, coupon);
  }
  return { published: (await countKnown(provider)) - before, known: before };
}

async function countKnown({ name }: Provider): Promise<number> {
  return (
    (await db.$count(providerPrices, eq(providerPrices.provider, name))) +
    (await db.$count(providerCoupons, eq(providerCoupons.provider, name)))
  );
}
