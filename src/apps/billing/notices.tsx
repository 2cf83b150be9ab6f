import { and, desc, eq, like, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import type { Template } from "#lib/mail/template.ts";
import { formatMoney } from "#lib/money.ts";
import { dayOf } from "#apps/accounts/deletion.ts";
import { users, type User } from "#apps/accounts/schema.ts";
import { findUser } from "#apps/accounts/users.ts";
import { sendMail } from "#apps/mail/sending.ts";
import { plans, prices, products, type Plan } from "#apps/members/schema.ts";
import { urls } from "#urls.ts";
import type { Card } from "./card.ts";
import { amountReturned } from "./entitling.ts";
import { giftMail, giftReadyMail } from "./mails/gifts.tsx";
import { canceledMail, doubleMail, endedMail, pausedMail, welcomeMail } from "./mails/memberships.tsx";
import {
  cardExpiringMail,
  paymentFailedMail,
  receiptMail,
  refundMail,
  renewalMail,
  trialEndingMail,
  type Failed,
} from "./mails/payments.tsx";
import { mendUntil } from "./memberships.ts";
import { purchaseName } from "./purchases.ts";
import {
  adjustments,
  billingNotices,
  checkouts,
  customers,
  subscriptions,
  transactions,
  type Gift,
  type Subscription,
} from "./schema.ts";
import { every } from "./views/money-parts.tsx";

/** What happened longer ago is no news: it was found again, or brought along from elsewhere. */
const newsDays = 30;

/** Sends a mail about something once, however often it is asked for: both are saved together. */
async function sendOnce<Data>(
  kind: string,
  about: string,
  { template, to, data }: { template: Template<Data>; to: Pick<User, "address" | "name">; data: Data },
): Promise<void> {
  await atomic(async () => {
    const [first] = await db.insert(billingNotices).values({ kind, about }).onConflictDoNothing().returning();
    if (first !== undefined) await sendMail(template, { address: to.address, name: to.name }, data);
  });
}

/** A subscription that has an owner here, and what it is for. */
interface Owned {
  subscription: Subscription;
  owner: User;
  plan: string;
  isTeam: boolean;
  interval: Plan["interval"];
  /** Dates may be told anew; its last payment is what its notices hang on. */
  about: string;
}

async function findOwned(id: number): Promise<Owned | undefined> {
  const [found] = await db
    .select({ subscription: subscriptions, owner: users, plan: plans })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customerId))
    .innerJoin(users, eq(users.id, customers.userId))
    .leftJoin(prices, eq(prices.id, subscriptions.priceId))
    .leftJoin(plans, eq(plans.id, prices.planId))
    .where(eq(subscriptions.id, id));
  if (found === undefined) return undefined;
  const { subscription, owner, plan } = found;
  const ofIt = and(
    eq(transactions.provider, subscription.provider),
    eq(transactions.subscriptionProviderId, subscription.providerId),
    eq(transactions.status, "completed"),
  );
  const [last] = await db.select().from(transactions).where(ofIt).orderBy(desc(transactions.id)).limit(1);
  return {
    subscription,
    owner,
    plan: plan?.name ?? "Membership",
    isTeam: plan?.kind === "team",
    interval: plan?.interval ?? null,
    about: `subscription ${id}, payment ${last?.id ?? 0}`,
  };
}

/** Tells the owner of a subscription what has become of it, as far as they have not heard. */
export async function tellOfSubscription(id: number): Promise<void> {
  const owned = await findOwned(id);
  if (owned === undefined) return;
  const { subscription, owner, plan, isTeam, about } = owned;
  if (subscription.isDouble) {
    // Neither a welcome nor a farewell: the membership that goes on is another.
    if (isNews(subscription.startedAt))
      await sendOnce("double", `subscription ${id}`, { template: doubleMail, to: owner, data: { plan } });
    return;
  }
  const { status, startedAt, trialEndsAt, scheduledAction, scheduledAt, periodEndsAt, pastDueSince } = subscription;
  const day = (at: Date | null): string => (at === null ? "" : dayOf(at, owner.timeZone));
  if ((status === "trialing" || status === "active") && isNews(startedAt)) {
    const data = { plan, isTeam, freeUntil: status === "trialing" ? day(trialEndsAt) : "" };
    await sendOnce("welcome", `subscription ${id}`, { template: welcomeMail, to: owner, data });
  }
  if (status === "canceled") {
    if (!isNews(subscription.canceledAt ?? subscription.occurredAt)) return;
    const data = { plan, isUnpaid: await wasUnpaid(id) };
    await sendOnce("ended", `subscription ${id}`, { template: endedMail, to: owner, data });
    return;
  }
  if (scheduledAction === "cancel") {
    const data = { plan, until: day(scheduledAt ?? periodEndsAt) || "the end of what is paid" };
    await sendOnce("canceled", about, { template: canceledMail, to: owner, data });
  } else await forget("canceled", id);
  if (status === "paused") {
    const data = { plan, resumesOn: scheduledAction === "resume" ? day(scheduledAt) : "" };
    await sendOnce("paused", about, { template: pausedMail, to: owner, data });
  }
  if (status === "past_due" && pastDueSince !== null) await tellOfFailure(owned, "first");
}

// Whoever keeps it and leaves again is told again.
async function forget(kind: string, subscriptionId: number): Promise<void> {
  const ofIt = like(billingNotices.about, `subscription ${subscriptionId},%`);
  await db.delete(billingNotices).where(and(eq(billingNotices.kind, kind), ofIt));
}

async function wasUnpaid(subscriptionId: number): Promise<boolean> {
  const ofIt = like(billingNotices.about, `subscription ${subscriptionId},%`);
  const lastWord = and(eq(billingNotices.kind, "payment-failed last"), ofIt);
  return (await db.$count(billingNotices, lastWord)) > 0;
}

async function tellOfFailure(owned: Owned, stage: Failed["stage"]): Promise<void> {
  const { subscription, owner, plan, about } = owned;
  const data = { stage, plan, amount: amountOf(owned), until: dayOf(mendUntil(subscription), owner.timeZone) };
  await sendOnce(`payment-failed ${stage}`, about, { template: paymentFailedMail, to: owner, data });
}

function amountOf({ subscription: { amount, currency }, interval }: Owned): string {
  return interval === null ? formatMoney(amount, currency) : `${formatMoney(amount, currency)} ${every[interval]}`;
}

function isNews(at: Date): boolean {
  return Date.now() - at.getTime() < newsDays * 86_400_000;
}

/** Tells of what is to come soon, and of what is still not mended. */
export async function tellWhatIsDue(): Promise<void> {
  for (const id of await listDue(
    sql`status = 'trialing' and trial_ends_at between now() and now() + interval '3 days'`,
  )) {
    const owned = await findOwned(id);
    if (owned !== undefined) await tellAhead("trial-ending", owned, trialEndingMail, owned.subscription.trialEndsAt);
  }
  for (const id of await listDue(
    sql`status = 'active' and period_ends_at between now() and now() + interval '14 days'`,
  )) {
    const owned = await findOwned(id);
    if (owned?.interval === "year") await tellAhead("renewal", owned, renewalMail, owned.subscription.periodEndsAt);
  }
  const failing = sql`status = 'past_due' and past_due_since between now() - interval '14 days' and now() - interval '5 days'`;
  for (const id of await listDue(failing)) {
    const owned = await findOwned(id);
    const days = (Date.now() - (owned?.subscription.pastDueSince?.getTime() ?? 0)) / 86_400_000;
    if (owned !== undefined) await tellOfFailure(owned, days < 11 ? "again" : "last");
  }
}

// What leaves by itself is charged no more.
async function listDue(which: ReturnType<typeof sql>): Promise<number[]> {
  const found = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(which, sql`coalesce(scheduled_action, 'resume') = 'resume'`))
    .orderBy(subscriptions.id);
  return found.map(({ id }) => id);
}

async function tellAhead(kind: string, owned: Owned, template: typeof renewalMail, at: Date | null): Promise<void> {
  const { owner, plan, about } = owned;
  const data = { plan, day: dayOf(at ?? new Date(), owner.timeZone), amount: amountOf(owned) };
  await sendOnce(kind, about, { template, to: owner, data });
}

/** Tells the owner of a subscription that its card expires before it is charged next. */
export async function tellOfCard(id: number, { brand, last4, expiresAt }: Card, dueAt: Date): Promise<void> {
  const owned = await findOwned(id);
  if (owned === undefined) return;
  const { owner, plan, about } = owned;
  // It is good until the end of a month.
  const month = monthName.format(expiresAt.getTime() - 1);
  const data = {
    card: `${brand} ending in ${last4}`,
    month,
    plan,
    day: dayOf(dueAt, owner.timeZone),
    amount: amountOf(owned),
  };
  await sendOnce("card-expiring", about, { template: cardExpiringMail, to: owner, data });
}

const monthName = new Intl.DateTimeFormat("en", { month: "long", year: "numeric", timeZone: "UTC" });

async function findPaid(id: number) {
  const [found] = await db
    .select({ transaction: transactions, owner: users, plan: plans, product: products, kind: checkouts.kind })
    .from(transactions)
    .innerJoin(customers, eq(customers.id, transactions.customerId))
    .innerJoin(users, eq(users.id, customers.userId))
    .leftJoin(checkouts, eq(checkouts.id, transactions.checkoutId))
    .leftJoin(plans, eq(plans.id, transactions.planId))
    .leftJoin(products, eq(products.id, transactions.productId))
    .where(eq(transactions.id, id));
  if (found === undefined) return undefined;
  const { plan, product, kind } = found;
  return { ...found, name: purchaseName({ plan: plan?.name ?? null, product: product?.name ?? null, kind }) };
}

/** Sends the receipt of a payment; of a membership for good also a welcome. */
export async function tellOfPayment(id: number): Promise<void> {
  const found = await findPaid(id);
  if (found === undefined) return;
  const { transaction, owner, plan, product, kind, name } = found;
  const { total, tax, currency, paidAt, occurredAt, periodStartsAt, periodEndsAt, isTest } = transaction;
  if (!isNews(paidAt ?? occurredAt)) return;
  const day = (at: Date): string => dayOf(at, owner.timeZone);
  if (plan?.kind === "lifetime" && kind === "membership") {
    const data = { plan: plan.name, isTeam: false, freeUntil: "" };
    await sendOnce("welcome", `transaction ${id}`, { template: welcomeMail, to: owner, data });
  }
  // Free days are a transaction too, of nothing.
  if (total === 0) return;
  const data = {
    id,
    name,
    total: formatMoney(total, currency),
    tax: tax > 0 ? formatMoney(tax, currency) : "",
    day: day(paidAt ?? occurredAt),
    period: periodStartsAt && periodEndsAt ? `${day(periodStartsAt)} to ${day(periodEndsAt)}` : "",
    path: product === null ? "" : urls.product({ product: product.slug }),
    isTest,
  };
  await sendOnce("receipt", `transaction ${id}`, { template: receiptMail, to: owner, data });
}

/** Tells who paid how much went back to them. */
export async function tellOfReturn(id: number): Promise<void> {
  const found = await findPaid(id);
  if (found === undefined) return;
  const { transaction, owner, kind, name } = found;
  const ofIt = and(
    eq(adjustments.provider, transaction.provider),
    eq(adjustments.transactionProviderId, transaction.providerId),
  );
  const returned = amountReturned(await db.select().from(adjustments).where(ofIt));
  if (returned === 0) return;
  const data = {
    id,
    name,
    amount: formatMoney(returned, transaction.currency),
    isAll: returned >= transaction.total,
    isGift: kind === "gift",
  };
  await sendOnce("refund", `transaction ${id}, ${returned}`, { template: refundMail, to: owner, data });
}

/** To who bought a gift, when it is paid. */
export async function mailGiftReady(gift: Gift, code: string): Promise<void> {
  const buyer = gift.buyerId === null ? undefined : await findUser(gift.buyerId);
  if (buyer === undefined) return;
  const day = dayOf(gift.deliverAt ?? gift.createdAt, buyer.timeZone);
  const data = { plan: await planName(gift), to: gift.recipientAddress, day, code };
  await sendOnce("gift-ready", `gift ${gift.id}`, { template: giftReadyMail, to: buyer, data });
}

/** To whom a gift is for, when its day has come. */
export async function mailGift(gift: Gift, code: string): Promise<void> {
  const buyer = gift.buyerId === null ? undefined : await findUser(gift.buyerId);
  const data = { from: buyer?.name || "A friend", plan: await planName(gift), message: gift.message, code };
  const to = { address: gift.recipientAddress, name: "" };
  await sendOnce("gift", `gift ${gift.id}`, { template: giftMail, to, data });
}

async function planName({ planId }: Gift): Promise<string> {
  const [found] = await db
    .select({ name: plans.name })
    .from(plans)
    .where(eq(plans.id, planId ?? 0));
  return found?.name ?? "Membership";
}
