import { inArray } from "drizzle-orm";
import { model, readOnlyModel, type Model, type Row } from "#lib/admin.ts";
import { db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { plans } from "#apps/members/schema.ts";
import { coupons, gifts, providerCoupons } from "./schema.ts";

/** What a coupon takes off is told to the provider once, and means the same ever after. */
const told = ["percent", "amount", "currency", "payments"] as const;

const ofCoupons = model(coupons, {
  about:
    "What takes something off a price. Once one was used, what it takes off stays as it is: end it, and make another.",
  title: "code",
  list: ["code", "percent", "amount", "currency", "payments", "limit", "endsAt", "isActive", "isOffer"],
  search: ["code"],
  filters: ["isActive", "isOffer"],
  dates: "createdAt",
  order: "-createdAt",
  readOnly: ["createdAt"],
  help: {
    code: "As it is typed; capitals make no other code.",
    percent: "Takes off a share: 1 to 100.",
    amount: "In place of a share, in the smallest unit of the currency: 500 is $5.",
    currency: "Of the amount: USD. It is good for prices in it alone.",
    payments: "For how many payments it counts: 1 is the first alone, none is all of them.",
    planIds: "The numbers of the plans it is good for, a line each; none for all.",
    limit: "How often it can be used in all; none for as often as it is.",
    isOffer: "Whether it is offered to who is about to leave, once to each.",
  },
  check: async (row) => {
    const problem = whyNotSo(row) ?? (await whyNoPlans(row));
    if (problem !== undefined) throw new UserError(problem);
  },
  saved: async (key, { before, after }) => {
    if (before === undefined || after === undefined || told.every((name) => before[name] === after[name])) return;
    const known = await db.$count(providerCoupons, inArray(providerCoupons.couponId, [Number(key)]));
    if (known > 0) throw new UserError("What it takes off cannot change once it was used. End it, and make another.");
  },
});

function whyNotSo({ code, percent, amount, currency, payments, limit }: Row): string | undefined {
  if (typeof code !== "string" || !/^[\w-]{3,40}$/.test(code)) {
    return "A code has 3 to 40 letters, digits and hyphens.";
  }
  if ((typeof percent === "number") === (typeof amount === "number")) return "It takes off a share, or an amount.";
  if (typeof percent === "number" && (percent < 1 || percent > 100)) return "A share is 1 to 100.";
  if (typeof amount === "number" && amount < 1) return "An amount is more than nothing.";
  if ((typeof amount === "number") !== (typeof currency === "string" && /^[A-Z]{3}$/.test(currency))) {
    return "An amount has a currency, such as USD, and a share has none.";
  }
  if (typeof payments === "number" && payments < 1) return "It counts for one payment at least.";
  return typeof limit === "number" && limit < 1 ? "It can be used once at least." : undefined;
}

async function whyNoPlans({ planIds }: Row): Promise<string | undefined> {
  const ids = Array.isArray(planIds) ? [...new Set(planIds.map(Number))] : [];
  if (ids.length === 0) return undefined;
  if (!ids.every((id) => Number.isInteger(id) && id > 0 && id < 2 ** 31)) return "A plan is named by its number.";
  const found = await db.$count(plans, inArray(plans.id, ids));
  return found < ids.length ? "One of these plans is not there." : undefined;
}

const ofGifts = model(gifts, {
  about: "Memberships that somebody bought for somebody else. Give the money back at the provider to take one back.",
  title: "id",
  list: ["id", "planId", "buyerId", "deliverAt", "deliveredAt", "redeemedBy", "redeemedAt", "revokedAt"],
  filters: ["planId", "redeemedAt", "revokedAt"],
  dates: "createdAt",
  order: "-createdAt",
  // What somebody wrote to a friend is theirs.
  hidden: ["codeHash", "message"],
  without: readOnlyModel,
});

export const couponsModels: readonly Model[] = [ofCoupons, ofGifts];
