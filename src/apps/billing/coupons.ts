import { and, eq, inArray, isNotNull, isNull, ne, or, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { formatPrice } from "#lib/money.ts";
import { plans } from "#apps/members/schema.ts";
import type { Article } from "./pricing.ts";
import { checkouts, coupons, type Coupon } from "./schema.ts";

/** Whether somebody may have something off: the coupon, or why not, in a sentence. */
export type CouponAnswer = { coupon: Coupon } | { problem: string };

/** For how long a checkout that was begun keeps the use of a coupon for its buyer. */
const keptMinutes = 60;

/** Looks a code up for what somebody wants to buy. In `atomic()` its limit holds, whoever else asks at the same time. */
export async function findCoupon(
  code: string,
  { plan, price }: Pick<Article, "plan" | "price">,
  userId: number | null,
): Promise<CouponAnswer> {
  const [coupon] = await db
    .select()
    .from(coupons)
    .where(eq(sql`lower(${coupons.code})`, code.trim().toLowerCase()))
    .for("update");
  if (coupon === undefined) return { problem: "We know no such code." };
  const problem = whyNot(coupon, new Date()) ?? whyNotFor(coupon, price.currency);
  if (problem !== undefined) return { problem };
  if (coupon.planIds.length > 0 && !coupon.planIds.includes(plan?.id ?? 0)) {
    return { problem: `This code is for another plan: ${await namesOf(coupon.planIds)}.` };
  }
  if (coupon.limit !== null && (await countUses(coupon.id, userId)) >= coupon.limit) {
    return { problem: "This code has been used as often as it can be." };
  }
  return { coupon };
}

/** Why a coupon takes off nothing at a moment, whatever for. */
export function whyNot({ isActive, startsAt, endsAt }: Coupon, now: Date): string | undefined {
  if (startsAt !== null && now < startsAt) return `This code is good from ${dayOf(startsAt)} on.`;
  if (endsAt !== null && now >= endsAt) return `This code was good until ${dayOf(endsAt)}.`;
  return isActive ? undefined : "This code is no longer good.";
}

function whyNotFor({ amount, currency }: Coupon, wanted: string): string | undefined {
  if (amount === null || currency === wanted) return undefined;
  return `This code is for prices in ${currency ?? "another currency"}.`;
}

/** What a coupon takes off an amount in the currency of its price, in minor units. */
export function takenOff({ percent, amount }: Coupon, from: number): number {
  return Math.min(from, percent === null ? (amount ?? 0) : Math.round((from * percent) / 100));
}

/** What a coupon is worth: `20% off the first 3 payments`. */
export function couponWords({ percent, amount, currency, payments }: Coupon, isRecurring = true): string {
  const off = percent === null ? formatPrice(amount ?? 0, currency ?? "USD") : `${percent}%`;
  if (!isRecurring) return `${off} off`;
  if (payments === null) return `${off} off every payment`;
  return payments === 1 ? `${off} off the first payment` : `${off} off the first ${payments} payments`;
}

// Those that were paid with it, and those who are about to, each once; whoever asks takes the place of their own.
async function countUses(couponId: number, userId: number | null): Promise<number> {
  const isOpen = and(
    isNull(checkouts.completedAt),
    sql`${checkouts.createdAt} > now() - make_interval(mins => ${keptMinutes})`,
    ...(userId === null ? [] : [ne(checkouts.userId, userId)]),
  );
  const [found] = await db
    .select({
      uses: sql<number>`(count(*) filter (where ${checkouts.completedAt} is not null)
        + count(distinct ${checkouts.userId}) filter (where ${checkouts.completedAt} is null))::int`,
    })
    .from(checkouts)
    .where(and(eq(checkouts.couponId, couponId), or(isNotNull(checkouts.completedAt), isOpen)));
  return found?.uses ?? 0;
}

async function namesOf(planIds: readonly number[]): Promise<string> {
  const found = await db
    .select({ name: plans.name })
    .from(plans)
    .where(inArray(plans.id, [...planIds]))
    .orderBy(plans.position);
  return found.map(({ name }) => name).join(", ");
}

const dayOf = (at: Date): string => new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" }).format(at);
