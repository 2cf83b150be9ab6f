import { and, eq, isNull, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { plans, prices, type Plan, type Price } from "#apps/members/schema.ts";
import { applyFacts } from "./applying.ts";
import { findLiveSubscription } from "./checkouts.ts";
import { whyNot } from "./coupons.ts";
import { graceDays } from "./entitling.ts";
import type { Fact } from "./facts.ts";
import { findArticle, listPricedPlans, priceFor, type Article } from "./pricing.ts";
import { ProviderError, type ChangePreview, type Provider } from "./provider.ts";
import { findProvider } from "./providers.ts";
import { publishCoupon, publishPrice } from "./publishing.ts";
import { coupons, customers, subscriptions, type Coupon, type Subscription } from "./schema.ts";

/** What a subscription is for: its owner's own reading, or the seats of a team. */
export type Purpose = "subscription" | "team";

/** What somebody pays for again and again. */
export interface Membership {
  purpose: Purpose;
  subscription: Subscription;
  /** Null where the provider names a price that is not ours. */
  plan: Plan | null;
  price: Price | null;
}

/** The viewer's subscription that goes on, if there is one. */
export async function findMembership(viewer: Viewer, purpose: Purpose): Promise<Membership | undefined> {
  const subscription = viewer.id === null ? undefined : await findLiveSubscription(viewer.id, purpose);
  if (subscription === undefined) return undefined;
  const [found] = await db
    .select({ price: prices, plan: plans })
    .from(prices)
    .leftJoin(plans, eq(plans.id, prices.planId))
    .where(eq(prices.id, subscription.priceId ?? 0));
  return { purpose, subscription, plan: found?.plan ?? null, price: found?.price ?? null };
}

/** Whether it will end or rest by itself, or does so already. */
export function isLeaving({ status, scheduledAction }: Subscription): boolean {
  return status === "paused" || scheduledAction === "cancel" || scheduledAction === "pause";
}

/** Whether another plan can be had now: what is not paid is mended first, what is leaving is kept first. */
export function canChange({ subscription }: Membership): boolean {
  return (subscription.status === "active" || subscription.status === "trialing") && !isLeaving(subscription);
}

/** Until when what is paid again and again stays open after a payment has failed. */
export function mendUntil({ pastDueSince, occurredAt }: Pick<Subscription, "pastDueSince" | "occurredAt">): Date {
  return new Date((pastDueSince ?? occurredAt).getTime() + graceDays.pastDue * 86_400_000);
}

/** A plan to change to, in the currency that is paid in. */
export interface Alternative {
  plan: Plan;
  price: Price;
}

/** What the plan can be changed to; for a team also its own, with another number of seats. */
export async function listAlternatives({ purpose, subscription, price }: Membership): Promise<Alternative[]> {
  const market = { country: price?.countries[0] ?? "", currency: subscription.currency };
  return (await listPricedPlans()).flatMap(({ plan, prices: all }) => {
    const found = plan.kind === purpose ? priceFor(all, market) : undefined;
    if (found?.currency !== subscription.currency) return [];
    return purpose === "subscription" && found.id === price?.id ? [] : [{ plan, price: found }];
  });
}

/** What a change would cost. Throws ProviderError. */
export async function previewChange(
  membership: Membership,
  { price, quantity }: { price: Price; quantity: number },
): Promise<ChangePreview> {
  const provider = await providerOf(membership);
  const change = { price: await publishPrice(provider, await articleOf(price)), quantity };
  return await provider.previewChange(membership.subscription.providerId, change);
}

/** Changes the plan or the number of seats; nothing when it is so already. Throws ProviderError, as all of these do. */
export async function changePlan(
  membership: Membership,
  { price, quantity }: { price: Price; quantity: number },
): Promise<void> {
  const { subscription } = membership;
  if (subscription.priceId === price.id && subscription.quantity === quantity) return;
  await act(membership, async (provider) => {
    const change = { price: await publishPrice(provider, await articleOf(price)), quantity };
    return await provider.changePlan(subscription.providerId, change);
  });
}

/** Ends it when what is paid is over; at once where nothing is paid just now, so that nothing more is tried. */
export async function cancelMembership(membership: Membership, reason: string): Promise<void> {
  const { subscription } = membership;
  if (reason !== "") {
    await db.update(subscriptions).set({ cancelReason: reason }).where(eq(subscriptions.id, subscription.id));
  }
  if (subscription.scheduledAction === "cancel") return;
  const isPaid = subscription.status === "active" || subscription.status === "trialing";
  await act(membership, (provider) => provider.cancel(subscription.providerId, isPaid ? "periodEnd" : "now"));
}

/** Lets it rest from the end of what is paid, until a day or until it is resumed. */
export async function pauseMembership(membership: Membership, resumeAt: Date | undefined): Promise<void> {
  if (isLeaving(membership.subscription)) return;
  await act(membership, (provider) => provider.pause(membership.subscription.providerId, resumeAt));
}

/** Keeps what was to end or to rest, or goes on with what rests. */
export async function resumeMembership(membership: Membership): Promise<void> {
  if (!isLeaving(membership.subscription)) return;
  await act(membership, (provider) => provider.resume(membership.subscription.providerId));
}

/** Where the viewer mends how they pay. */
export async function findPortal({ subscription }: Membership, returnUrl: string): Promise<string> {
  const provider = await findProvider(subscription.provider);
  const [customer] = await db
    .select()
    .from(customers)
    .where(eq(customers.id, subscription.customerId ?? 0));
  if (provider === undefined || customer === undefined) throw new ProviderError("refused", "Nobody pays for it.");
  return await provider.portal(customer.providerId, returnUrl);
}

/** What somebody who is about to leave is offered for staying: once, and while it is good. */
export async function findOffer({ subscription, plan }: Membership): Promise<Coupon | undefined> {
  if (subscription.offerTakenAt !== null || subscription.status !== "active") return undefined;
  const found = await db.select().from(coupons).where(eq(coupons.isOffer, true)).orderBy(coupons.id);
  return found.find(
    (coupon) =>
      whyNot(coupon, new Date()) === undefined &&
      (coupon.amount === null || coupon.currency === subscription.currency) &&
      (coupon.planIds.length === 0 || coupon.planIds.includes(plan?.id ?? 0)),
  );
}

/** Takes what was offered; nothing when it was taken already. */
export async function takeOffer(membership: Membership): Promise<void> {
  const offer = await findOffer(membership);
  if (offer === undefined) return;
  const { id, providerId } = membership.subscription;
  const untaken = and(eq(subscriptions.id, id), isNull(subscriptions.offerTakenAt));
  const taken = await db
    .update(subscriptions)
    .set({ offerTakenAt: sql`now()` })
    .where(untaken)
    .returning();
  if (taken.length === 0) return;
  try {
    await act(membership, async (provider) => {
      // Who is persuaded to stay is not to be lost by what was scheduled before.
      if (isLeaving(membership.subscription)) await provider.resume(providerId);
      return await provider.discount(providerId, await publishCoupon(provider, offer));
    });
  } catch (error) {
    await db.update(subscriptions).set({ offerTakenAt: null }).where(eq(subscriptions.id, id));
    throw error;
  }
}

async function act(membership: Membership, deed: (provider: Provider) => Promise<readonly Fact[]>): Promise<void> {
  const provider = await providerOf(membership);
  await applyFacts(provider.name, await deed(provider));
}

async function providerOf({ subscription }: Membership): Promise<Provider> {
  const provider = await findProvider(subscription.provider);
  if (provider === undefined) throw new ProviderError("refused", "This site does not use its provider any more.");
  return provider;
}

async function articleOf({ id }: Price): Promise<Article> {
  const article = await findArticle(id);
  if (article === undefined) throw new ProviderError("refused", "This price is not asked for any more.");
  return article;
}
