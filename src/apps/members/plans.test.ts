import { visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { addDefaultPlans } from "./default-plans.ts";
import { choosePrice, findOffer, listOffers, planLabel } from "./plans.ts";
import { describeLeast, describePrice } from "./prices.ts";
import { plans } from "./schema.ts";

test("a price is that of the country, else in its currency, else the first", async () => {
  assert.deepEqual(await listAsked(), ["$15 a month", "$150 a year", "$400 once", "$120 a seat and year"]);
  assert.deepEqual((await listAsked("FR"))[1], "€140 a year");
  assert.deepEqual((await listAsked("GB"))[0], "£12 a month");
  assert.deepEqual((await listAsked("IN"))[0], "₹499 a month");
  assert.deepEqual((await listAsked("JP"))[0], "$15 a month");
  assert.equal(choosePrice([{ currency: "INR", countries: ["IN"] }], "FR"), undefined);
});

async function listAsked(country?: string): Promise<string[]> {
  return (await listOffers(country)).map(({ plan, price }) => describePrice({ ...plan, ...price }));
}

test("the least that a month costs is that of the plans that renew", async () => {
  const offers = (await listOffers()).map(({ plan, price }) => ({ ...plan, ...price }));
  assert.equal(describeLeast(offers), "$12.50");
  assert.match((await visitOk("/decorators/")).text, /Join from \$12\.50 a month/);
  assert.equal(describeLeast(offers.filter(({ kind }) => kind !== "subscription")), undefined);
});

test("what is not offered any more is not found, and a site that has plans gets no others", async () => {
  await db.update(plans).set({ isOffered: false }).where(eq(plans.slug, "monthly"));
  assert.equal(await findOffer("monthly"), undefined);
  assert.equal((await findOffer("yearly"))?.plan.trialDays, 14);
  await addDefaultPlans();
  assert.equal(await db.$count(plans), 4);
  assert.deepEqual([planLabel({ name: "Yearly" }), planLabel({ name: "Team plan" })], ["yearly plan", "team plan"]);
});
