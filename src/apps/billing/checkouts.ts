import { and, desc, eq, isNull, ne, or, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import type { Viewer } from "#lib/viewer.ts";
import { newSecret } from "#apps/accounts/secrets.ts";
import { users } from "#apps/accounts/schema.ts";
import { getUser } from "#apps/accounts/users.ts";
import { entitlements, plans, prices } from "#apps/members/schema.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { applyFacts, askTime } from "./applying.ts";
import { findCoupon } from "./coupons.ts";
import { findArticle, isAskedIn, type Article } from "./pricing.ts";
import { ProviderError, type CheckoutStep, type Provider } from "./provider.ts";
import { currentProvider, findProvider } from "./providers.ts";
import { publishCoupon, publishPrice } from "./publishing.ts";
import {
  checkouts,
  customers,
  subscriptions,
  type Checkout,
  type CheckoutKind,
  type Coupon,
  type Subscription,
} from "./schema.ts";

export const mostSeats = 500;

/** What somebody sets out to buy. */
export interface Wish {
  kind: CheckoutKind;
  priceId: number;
  quantity?: number;
  /** As it was typed; empty for none. */
  coupon?: string;
  /** Where the request came from, as far as we know. */
  country?: string;
  /** Where to go on afterwards, a path of this site. */
  next?: string;
  /** Where to come back to without having paid. */
  back: string;
  /** What must be kept along with it, in the same transaction. */
  also?: (checkout: Checkout) => Promise<void>;
}

/** `refused`: no provider was asked, or it did not do it; nothing was charged. The sentence says why. */
export type Started = { checkout: Checkout; step: CheckoutStep } | { refused: Refusal; sentence: string };
export type Refusal = "member" | "coupon" | "unavailable" | "provider";

/**
 * Begins a checkout for the viewer: keeps whom it is for under a random token, then asks the provider where to pay. One who has a
 * membership that goes on is refused another before anybody is asked for money.
 */
export async function startCheckout(viewer: Viewer, wish: Wish): Promise<Started> {
  const article = await findArticle(wish.priceId);
  if (article === undefined || !isWhatItIs(wish.kind, article) || !isAskedIn(article.price, wish.country ?? "")) {
    return { refused: "unavailable", sentence: "This cannot be bought at this price any more. Please choose again." };
  }
  const provider = await currentProvider();
  const kept = await keep(viewer, wish, { article, provider });
  if ("refused" in kept) return kept;
  try {
    const step = await ask(provider, kept, { article, wish, viewer });
    await db.update(checkouts).set({ providerId: step.id }).where(eq(checkouts.id, kept.checkout.id));
    return { checkout: { ...kept.checkout, providerId: step.id }, step };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    // What is refused is for us to mend; what is away comes back by itself.
    log[error.reason === "refused" ? "error" : "warn"](
      { provider: provider.name, err: error },
      "a checkout came to nothing",
    );
    return { refused: "provider", sentence: sentences[error.reason] };
  }
}

const sentences = {
  unreachable: "The payment service does not answer just now. Nothing was charged. Please try again in a few minutes.",
  refused: "The payment service could not begin this payment. Nothing was charged. We have been told.",
} as const;

function isWhatItIs(kind: CheckoutKind, { plan, product }: Article): boolean {
  if (kind === "product") return product !== null;
  if (plan === null) return false;
  if (kind === "gift") return plan.kind === "subscription";
  return (kind === "team") === (plan.kind === "team");
}

type Kept = { checkout: Checkout; coupon: Coupon | undefined; hasTried: boolean };

async function keep(
  viewer: Viewer,
  { kind, coupon: code = "", quantity = 1, country = "", next = "", also }: Wish,
  { article, provider }: { article: Article; provider: Provider },
): Promise<Kept | { refused: Refusal; sentence: string }> {
  const userId = viewer.id ?? 0;
  return await atomic(async () => {
    // Of two that begin at once the second sees the first.
    await db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("update");
    const sentence = await whyNoOther(userId, kind, article);
    if (sentence !== undefined) return { refused: "member" as const, sentence };
    const answer = code.trim() === "" ? { coupon: undefined } : await findCoupon(code, article, userId);
    if ("problem" in answer) return { refused: "coupon" as const, sentence: answer.problem };
    const [checkout] = await db
      .insert(checkouts)
      .values({
        token: newSecret(),
        userId,
        kind,
        priceId: article.price.id,
        quantity: kind === "team" ? Math.min(Math.max(quantity, 1), mostSeats) : 1,
        couponId: answer.coupon?.id ?? null,
        provider: provider.name,
        country,
        next,
      })
      .returning();
    if (checkout === undefined) throw new Error("A checkout could not be kept.");
    await also?.(checkout);
    return { checkout, coupon: answer.coupon, hasTried: await hadSubscription(userId) };
  });
}

/** Why somebody may not buy this beside what they have; undefined when they may. Ask under a lock on the account. */
export async function whyNoOther(
  userId: number,
  kind: CheckoutKind,
  { plan }: Pick<Article, "plan">,
): Promise<string | undefined> {
  if (kind === "team") {
    const team = await findLiveSubscription(userId, "team");
    return team && "You pay for a team already. Change the number of its seats instead.";
  }
  if (kind !== "membership") return undefined;
  if (await hasLifetime(userId)) return "You are a member for good already. There is nothing more to buy.";
  const live = await findLiveSubscription(userId);
  if (live === undefined) return undefined;
  if (live.scheduledAction !== "cancel") return "You are a member already. Change your plan instead of buying another.";
  // Whoever has cancelled may stay for good, without paying twice.
  if (plan?.kind === "lifetime") return undefined;
  return "Your membership has not ended yet. Keep it instead of buying another.";
}

/** The newest subscription of an account that is paid for or may be again: for themselves, or for a team. */
export async function findLiveSubscription(
  userId: number,
  kind: "subscription" | "team" = "subscription",
): Promise<Subscription | undefined> {
  const { isLive } = await currentProvider();
  const [found] = await db
    .select({ subscription: subscriptions })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customerId))
    .leftJoin(prices, eq(prices.id, subscriptions.priceId))
    .leftJoin(plans, eq(plans.id, prices.planId))
    .where(
      and(
        eq(customers.userId, userId),
        ne(subscriptions.status, "canceled"),
        // What was tried before the site had keys is paid by nobody.
        ...(isLive ? [eq(subscriptions.isTest, false)] : []),
        // What nobody knows the plan of is paid for all the same.
        kind === "team" ? eq(plans.kind, "team") : or(isNull(plans.kind), ne(plans.kind, "team")),
      ),
    )
    .orderBy(desc(subscriptions.startedAt), desc(subscriptions.id))
    .limit(1);
  return found?.subscription;
}

async function hasLifetime(userId: number): Promise<boolean> {
  const found = await db
    .select({ id: entitlements.id })
    .from(entitlements)
    .where(
      and(
        eq(entitlements.userId, userId),
        eq(entitlements.source, "purchase"),
        isNull(entitlements.endsAt),
        isNull(entitlements.opens),
      ),
    )
    .limit(1);
  return found.length > 0;
}

/** Whether an account has had a subscription: trying is for those who do not know it yet. */
export async function hadSubscription(userId: number): Promise<boolean> {
  const found = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customerId))
    .where(eq(customers.userId, userId))
    .limit(1);
  return found.length > 0;
}

async function ask(
  provider: Provider,
  { checkout, coupon, hasTried }: Kept,
  { article, wish, viewer }: { article: Article; wish: Wish; viewer: Viewer },
): Promise<CheckoutStep> {
  const user = await getUser(viewer.id);
  const { kind, token, quantity, country } = checkout;
  const isSubscription = kind !== "gift" && article.plan?.interval != null;
  const price = await publishPrice(provider, article, kind === "gift");
  const known = and(eq(customers.userId, user.id), eq(customers.provider, provider.name));
  const [customer] = await db.select().from(customers).where(known).orderBy(desc(customers.id)).limit(1);
  return await provider.checkout({
    token,
    price,
    coupon: coupon && (await publishCoupon(provider, coupon)),
    quantity,
    trialDays: isSubscription && !hasTried ? (article.plan?.trialDays ?? 0) : 0,
    isSubscription,
    buyer: { address: user.address, name: user.name, country, customer: customer?.providerId },
    successUrl: config.BASE_URL + urls.checkoutDone({ token }),
    cancelUrl: config.BASE_URL + wish.back,
  });
}

/** A checkout by its token, if the viewer began it. */
export async function findCheckout(viewer: Viewer, token: string): Promise<Checkout | undefined> {
  const [found] = await db
    .select()
    .from(checkouts)
    .where(and(eq(checkouts.token, token), eq(checkouts.userId, viewer.id ?? 0)));
  return found;
}

/** Asks the provider what became of a checkout that it has not told of: word of it may be lost. */
export async function askAfter({ provider: name, providerId, token }: Checkout): Promise<void> {
  const provider = await findProvider(name);
  if (provider === undefined || providerId === "") return;
  try {
    const askedAt = await askTime();
    const paid = await provider.find("transaction", providerId);
    if (paid?.kind !== "transaction" || paid.checkout !== token) return;
    const follows = paid.subscription && (await provider.find("subscription", paid.subscription));
    await applyFacts(name, follows ? [follows, paid] : [paid], { askedAt });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
  }
}

/** Checkouts that nobody finished and nobody will: what they kept is of no use any more. */
export async function dropOldCheckouts(): Promise<void> {
  await db
    .delete(checkouts)
    .where(and(isNull(checkouts.completedAt), sql`${checkouts.createdAt} < now() - interval '90 days'`));
}
