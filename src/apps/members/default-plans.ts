import { db } from "#lib/db.ts";
import { plans, prices, type Plan } from "./schema.ts";

type Fields = Pick<Plan, "slug" | "name" | "summary" | "features" | "kind" | "interval" | "trialDays">;

const everything = ["Every tutorial and every course", "Everything that is still to come"];

/** What a site begins with, each with what it costs in US dollars, euros and pounds, and in India. */
const defaults: readonly (Fields & { usd: number; eur: number; gbp: number; inr: number })[] = [
  {
    slug: "monthly",
    name: "Monthly",
    summary: "To look around.",
    features: [...everything, "Leave whenever you like"],
    kind: "subscription",
    interval: "month",
    trialDays: 0,
    usd: 15_00,
    eur: 14_00,
    gbp: 12_00,
    inr: 499_00,
  },
  {
    slug: "yearly",
    name: "Yearly",
    summary: "Two months of twelve are free.",
    features: [...everything, "14 days to try it, for nothing", "A reminder before it renews"],
    kind: "subscription",
    interval: "year",
    trialDays: 14,
    usd: 150_00,
    eur: 140_00,
    gbp: 120_00,
    inr: 4_990_00,
  },
  {
    slug: "lifetime",
    name: "Lifetime",
    summary: "Paid once, and never again.",
    features: [...everything, "No renewals"],
    kind: "lifetime",
    interval: null,
    trialDays: 0,
    usd: 400_00,
    eur: 370_00,
    gbp: 320_00,
    inr: 12_990_00,
  },
  {
    slug: "team",
    name: "Team",
    summary: "One bill, and a seat for each of you.",
    features: [...everything, "Invite by mail or by a link", "Hand on the seat of whoever leaves"],
    kind: "team",
    interval: "year",
    trialDays: 0,
    usd: 120_00,
    eur: 110_00,
    gbp: 95_00,
    inr: 3_990_00,
  },
];

/** Adds the plans that a site begins with, unless it has some. */
export async function addDefaultPlans(): Promise<void> {
  if ((await db.$count(plans)) > 0) return;
  for (const [position, { usd, eur, gbp, inr, ...fields }] of defaults.entries()) {
    const [plan] = await db
      .insert(plans)
      .values({ ...fields, position })
      .returning({ id: plans.id });
    const planId = plan?.id ?? null;
    await db.insert(prices).values([
      { planId, currency: "USD", amount: usd },
      { planId, currency: "EUR", amount: eur },
      { planId, currency: "GBP", amount: gbp },
      { planId, currency: "INR", amount: inr, countries: ["IN"] },
    ]);
  }
}
