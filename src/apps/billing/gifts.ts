import { createHmac } from "node:crypto";
import { and, desc, eq, inArray, isNotNull, isNull, lte, ne, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import type { Viewer } from "#lib/viewer.ts";
import { hashSecret } from "#apps/accounts/secrets.ts";
import { users } from "#apps/accounts/schema.ts";
import { putEntitlement } from "#apps/members/entitlements.ts";
import { entitlements, plans, type Plan } from "#apps/members/schema.ts";
import { config } from "#config.ts";
import { takesRealMoney } from "./deriving.ts";
import { returnedAt } from "./entitling.ts";
import { mailGift, mailGiftReady } from "./notices.tsx";
import { adjustments, checkouts, gifts, transactions, type Gift } from "./schema.ts";

/** A gift that is paid has a code from now on: its buyer hears of it, and whom it is for when its day has come. */
export async function payGift(transactionId: number): Promise<void> {
  await atomic(async () => {
    const [found] = await db
      .select({ gift: gifts, transaction: transactions, checkout: checkouts })
      .from(transactions)
      .innerJoin(checkouts, and(eq(checkouts.id, transactions.checkoutId), eq(checkouts.kind, "gift")))
      .innerJoin(gifts, eq(gifts.checkoutId, checkouts.id))
      .where(and(eq(transactions.id, transactionId), eq(transactions.status, "completed")))
      .for("update", { of: gifts });
    if (found === undefined || found.gift.codeHash !== null) return;
    const { gift, transaction, checkout } = found;
    const isPaid = transaction.priceId === checkout.priceId && transaction.total > 0;
    if (!isPaid || (transaction.isTest && (await takesRealMoney()))) {
      log.error({ transactionId }, "a gift was not paid as it was asked for: nobody gets it");
      return;
    }
    const code = codeOf(gift);
    await db
      .update(gifts)
      .set({ transactionId, planId: transaction.planId, codeHash: hashSecret(plain(code)) })
      .where(eq(gifts.id, gift.id));
    await mailGiftReady(gift, code);
  });
  await deliverGifts();
}

/** Mails the codes whose day has come to those whom they are for. */
export async function deliverGifts(): Promise<void> {
  const due = await db.select({ id: gifts.id }).from(gifts).where(isDue());
  for (const { id } of due) {
    await atomic(async () => {
      const [gift] = await db
        .select()
        .from(gifts)
        .where(and(eq(gifts.id, id), isDue()))
        .for("update");
      if (gift === undefined) return;
      const code = codeOf(gift);
      await mailGift(gift, code);
      // SECRET_KEY may have become another since it was paid.
      await db
        .update(gifts)
        .set({ deliveredAt: sql`now()`, codeHash: hashSecret(plain(code)) })
        .where(eq(gifts.id, id));
    });
  }
}

function isDue() {
  return and(
    isNotNull(gifts.codeHash),
    isNull(gifts.deliveredAt),
    isNull(gifts.redeemedAt),
    isNull(gifts.revokedAt),
    ne(gifts.recipientAddress, ""),
    lte(gifts.deliverAt, sql`now()`),
  );
}

// No I, L, O or U: they are misread, or make words.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** What redeems a gift: 75 bits that only SECRET_KEY can make again, so that they need not be kept until its day. */
function codeOf({ id, createdAt }: Pick<Gift, "id" | "createdAt">): string {
  const bytes = createHmac("sha256", config.SECRET_KEY).update(`gift ${id} of ${createdAt.toISOString()}`).digest();
  const code = Array.from(bytes.subarray(0, 15), (byte) => letters[byte % 32]).join("");
  return `${code.slice(0, 5)}-${code.slice(5, 10)}-${code.slice(10)}`;
}

function plain(code: string): string {
  return code
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
}

export type Redeemed = { gift: Gift } | { problem: string };

/** Gives the viewer what a code is good for, once: from now on, or after what they have been given and pay for already. */
export async function redeemGift(viewer: Viewer, code: string): Promise<Redeemed> {
  const userId = viewer.id ?? 0;
  return await atomic(async () => {
    await db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("update");
    const [gift] = await db
      .select()
      .from(gifts)
      .where(eq(gifts.codeHash, hashSecret(plain(code))))
      .for("update");
    const problem = gift === undefined ? "We know no such code. Check it letter by letter." : whyNot(gift, userId);
    if (gift === undefined || problem !== undefined) return { problem: problem ?? "" };
    if (await isMemberForGood(userId)) {
      return { problem: "You are a member for good already. The code stays good: give it to somebody else." };
    }
    const [redeemed = gift] = await db
      .update(gifts)
      .set({ redeemedBy: userId, redeemedAt: sql`now()`, recipientAddress: "" })
      .where(eq(gifts.id, gift.id))
      .returning();
    await entitleByGift(redeemed);
    return { gift: redeemed };
  });
}

function whyNot({ revokedAt, redeemedAt, redeemedBy }: Gift, userId: number): string | undefined {
  if (revokedAt !== null) return "This gift was given back to who bought it. It is not good any more.";
  if (redeemedAt === null) return undefined;
  return redeemedBy === userId ? "You have redeemed this code already." : "This code was redeemed already.";
}

/** Derives anew what the gifts of an account give, as far as they have not begun for good: what they come after may have moved. */
export async function followGifts(userId: number): Promise<void> {
  await atomic(async () => {
    const rows = await db
      .select({ gift: gifts })
      .from(gifts)
      .innerJoin(entitlements, and(eq(entitlements.source, "gift"), eq(entitlements.sourceKey, sql`${gifts.id}::text`)))
      // A payment may come late; what has run for longer than that is used.
      .where(and(eq(gifts.redeemedBy, userId), sql`${entitlements.startsAt} > now() - interval '15 days'`))
      .orderBy(gifts.redeemedAt, gifts.id);
    for (const { gift } of rows) await entitleByGift(gift);
  });
}

/** Takes a gift back whose money went back, and gives it again when that was undone. */
export async function settleGift(transactionId: number): Promise<void> {
  await atomic(async () => {
    const [gift] = await db.select().from(gifts).where(eq(gifts.transactionId, transactionId)).for("update");
    if (gift === undefined) return;
    const revokedAt = (await goneAt(transactionId)) ?? null;
    if ((revokedAt === null) === (gift.revokedAt === null)) return;
    await db.update(gifts).set({ revokedAt }).where(eq(gifts.id, gift.id));
    await entitleByGift({ ...gift, revokedAt });
  });
}

async function goneAt(transactionId: number): Promise<Date | undefined> {
  const rows = await db
    .select({ total: transactions.total, adjustment: adjustments })
    .from(transactions)
    .innerJoin(
      adjustments,
      and(
        eq(adjustments.provider, transactions.provider),
        eq(adjustments.transactionProviderId, transactions.providerId),
      ),
    )
    .where(eq(transactions.id, transactionId));
  const [first] = rows;
  return first && returnedAt({ total: first.total, returns: rows.map(({ adjustment }) => adjustment) });
}

/** Writes the entitlement that follows from a gift: one interval of its plan, after what lasts already. */
async function entitleByGift({ id, planId, redeemedBy, redeemedAt, revokedAt }: Gift): Promise<void> {
  const [plan] = await db
    .select()
    .from(plans)
    .where(eq(plans.id, planId ?? 0));
  if (redeemedBy === null || redeemedAt === null || revokedAt !== null || plan === undefined) {
    await putEntitlement("gift", String(id), null);
    return;
  }
  const before = await coveredUntil(redeemedBy, { redeemedAt, id });
  const startsAt = before !== undefined && before > redeemedAt ? before : redeemedAt;
  const endsAt = plusInterval(startsAt, plan);
  await putEntitlement("gift", String(id), {
    userId: redeemedBy,
    label: `gift of a ${plan.name.toLowerCase()} membership`,
    planId: plan.id,
    startsAt,
    endsAt,
    paidUntil: endsAt,
  });
}

const own = ["subscription", "purchase", "comp", "gift"] as const;

// Until when who redeems it is a member without it. What began later does not move it: nobody is given a time twice.
async function coveredUntil(userId: number, { redeemedAt, id }: { redeemedAt: Date; id: number }) {
  const [found] = await db
    .select({ until: sql<Date | null>`max(coalesce(paid_until, ends_at))`.mapWith(entitlements.endsAt) })
    .from(entitlements)
    .where(
      and(
        eq(entitlements.userId, userId),
        inArray(entitlements.source, [...own]),
        isNull(entitlements.opens),
        eq(entitlements.isForSeats, false),
        sql`not (source = 'gift' and source_key::int >= ${id})`,
        sql`(source = 'gift' or starts_at <= ${redeemedAt})`,
      ),
    );
  return found?.until ?? undefined;
}

async function isMemberForGood(userId: number): Promise<boolean> {
  const found = await db
    .select({ id: entitlements.id })
    .from(entitlements)
    .where(
      and(
        eq(entitlements.userId, userId),
        inArray(entitlements.source, [...own]),
        isNull(entitlements.opens),
        isNull(entitlements.endsAt),
        eq(entitlements.isForSeats, false),
      ),
    )
    .limit(1);
  return found.length > 0;
}

function plusInterval(from: Date, { interval }: Plan): Date {
  const to = new Date(from);
  to.setUTCMonth(to.getUTCMonth() + (interval === "month" ? 1 : 12));
  // There is no 31 February: the last day of that month, then.
  if (to.getUTCDate() !== from.getUTCDate()) to.setUTCDate(0);
  return to;
}

/** Gifts that nobody paid and nobody will: whom they were for is nobody's business any more. */
export async function dropUnpaidGifts(): Promise<void> {
  await db.delete(gifts).where(and(isNull(gifts.codeHash), sql`${gifts.createdAt} < now() - interval '90 days'`));
}

/** A gift that somebody bought, for the list of theirs. */
export interface Given extends Pick<
  Gift,
  "id" | "recipientAddress" | "deliverAt" | "deliveredAt" | "redeemedAt" | "revokedAt"
> {
  plan: string | null;
  code: string;
}

/** What the viewer has given, the newest first. */
export async function listGiven(viewer: Viewer): Promise<Given[]> {
  const rows = await db
    .select({ gift: gifts, plan: plans.name })
    .from(gifts)
    .leftJoin(plans, eq(plans.id, gifts.planId))
    .where(and(eq(gifts.buyerId, viewer.id ?? 0), isNotNull(gifts.codeHash)))
    .orderBy(desc(gifts.id));
  return rows.map(({ gift, plan }) => ({ ...gift, plan, code: codeOf(gift) }));
}
