import { visit, visitOk } from "../../../test/helpers/site.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { desc, eq } from "drizzle-orm";
import { people } from "#apps/accounts/fixtures.ts";
import { plans, prices } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { startCheckout } from "./checkouts.ts";
import { ProviderError, type Provider } from "./provider.ts";
import { currentProvider, useProviders } from "./providers.ts";
import { checkouts, coupons, subscriptions, type Coupon } from "./schema.ts";
import { begin, join, listMailed, pay } from "./testing/buying.ts";

const [, yearly] = await db.select().from(plans).orderBy(plans.position);
const sandbox = await currentProvider();
const away = () => Promise.reject(new ProviderError("unreachable", "It does not answer."));

async function priceOf(plan: string, currency = "USD"): Promise<number> {
  const rows = await db.select().from(prices).innerJoin(plans, eq(plans.id, prices.planId)).where(eq(plans.slug, plan));
  return rows.find(({ prices: price }) => price.currency === currency)?.prices.id ?? 0;
}

test("the plans are shown to everybody, at what they cost in the currency that was chosen", async () => {
  const page = await visitOk(urls.join());
  assert.match(page.text, /Yearly .* \$150 a year 14 days free first. That is \$12.50 a month/);
  assert.match((await visitOk(urls.join({}, { currency: "EUR" }))).text, /€140 a year/);
  // What is asked for in India is for readers there.
  assert.match((await visitOk(urls.join({}, { currency: "INR" }))).text, /\$150 a year/);
  assert.equal((await visit(urls.join({}, { currency: "euro" }))).status, 400);
  assert.equal((await visit(urls.joinPlan({ plan: "weekly" }))).status, 404);
});

test("the page of the plans is kept for everybody who is not signed in", async () => {
  assert.match(String((await visitOk(urls.join())).headers["cache-control"]), /public/);
});

test("whoever is not signed in is led to an account and back to what they were about to buy", async () => {
  const page = await visitOk(urls.joinPlan({ plan: "yearly" }, { coupon: "NONE", next: "/decorators/#site-continue" }));
  assert.match(page.text, /We know no such code|First, an account/);
  const next = encodeURIComponent("/join/yearly/?coupon=NONE&next=%2Fdecorators%2F%23site-continue");
  assert.ok(page.html.includes(`/register/?next=${next}`), page.html);
  assert.deepEqual(await findMarkupFaults(page.html), []);
});

test("who joins becomes a member, goes on where they stopped, and hears of it once", async () => {
  const sam = await newVisitor("sam");
  const waiting = await begin(sam, urls.joinPlan({ plan: "monthly" }), { next: "/decorators/#site-continue" });
  const [checkout] = await db.select().from(checkouts);
  const done = urls.checkoutDone({ token: checkout?.token ?? "" });
  const early = await sam.get(done);
  assert.match(early.text, /waiting to hear/);
  assert.equal(early.headers.refresh, `2;url=${done}?tries=1`);
  assert.equal((await sam.get(`${done}?tries=30`)).headers.refresh, undefined);
  assert.equal((await (await newVisitor("ada")).get(done)).status, 404);

  assert.equal(await pay(sam, waiting), done);
  const welcome = await sam.get(done);
  assert.match(welcome.text, /Welcome Thank you. You are a member now/);
  assert.match(welcome.html, /href="\/decorators\/#site-continue"/);
  assert.deepEqual(await findMarkupFaults(welcome.html), []);
  const mailed = await listMailed("sam@example.org");
  assert.deepEqual(mailed.map(({ template }) => template).toSorted(), ["billing.receipt", "billing.welcome"]);
});

test("a member is refused another membership before anybody is asked for money", async () => {
  const sam = await newVisitor("sam");
  assert.match((await sam.get(urls.joinPlan({ plan: "yearly" }))).text, /You are a member already/);
  const before = await db.$count(checkouts);
  let asked = 0;
  useProviders([{ ...sandbox, checkout: () => ((asked += 1), Promise.reject(new Error("asked"))) }]);
  const refused = await sam.post(urls.joinPlan({ plan: "yearly" }), { price: String(await priceOf("yearly")) });
  useProviders([sandbox]);
  assert.equal(refused.status, 409);
  assert.match(refused.text, /Change your plan instead of buying another/);
  assert.deepEqual([await db.$count(checkouts), asked], [before, 0]);
});

test("a payment that nobody told of is asked for while its buyer waits", async () => {
  const tess = await newVisitor("tess");
  const bill = await begin(tess, urls.joinPlan({ plan: "monthly" }));
  const [checkout] = await db.select().from(checkouts).orderBy(desc(checkouts.id)).limit(1);
  await tess.post(bill, { way: "good", country: "US" }, bill);
  const done = urls.checkoutDone({ token: checkout?.token ?? "" });
  // Here the transaction is what the checkout is called by, as at Paddle.
  const find: Provider["find"] = async (kind, id) => {
    if (kind !== "transaction") return await sandbox.find(kind, id);
    for await (const fact of sandbox.list(new Date(0)))
      if (fact.kind === kind && fact.checkout === checkout?.token) return fact;
    return undefined;
  };
  useProviders([{ ...sandbox, find }]);
  assert.match((await tess.get(`${done}?tries=4`)).text, /waiting to hear/);
  assert.match((await tess.get(`${done}?tries=5`)).text, /You are a member now/);
  useProviders([{ ...sandbox, find: away }]);
  await db.update(checkouts).set({ completedAt: null });
  assert.match((await tess.get(`${done}?tries=5`)).text, /waiting to hear/);
  useProviders([sandbox]);
});

test("a provider that does not answer costs nobody anything", async () => {
  const ada = await newVisitor("ada");
  await ada.get(urls.joinPlan({ plan: "yearly" }));
  useProviders([{ ...sandbox, publishPrice: away, checkout: away }]);
  const answer = await ada.post(urls.joinPlan({ plan: "yearly" }), { price: String(await priceOf("yearly")) });
  useProviders([sandbox]);
  assert.equal(answer.status, 503);
  assert.match(answer.text, /does not answer just now. Nothing was charged/);
});

test("a price that is not asked for any more, or not there, buys nothing", async () => {
  const ada = await newVisitor("ada");
  for (const price of ["999", String(await priceOf("monthly", "INR")), String(await priceOf("team"))]) {
    const answer = await ada.post(urls.joinPlan({ plan: "monthly" }), { price }, urls.joinPlan({ plan: "monthly" }));
    assert.equal(answer.status, 409, price);
  }
  const answer = await ada.post(urls.joinPlan({ plan: "team" }), { price: "1", quantity: "0" });
  assert.equal(answer.status, 422);
  assert.match(answer.text, /At least one seat/);
});

test("free days are for those who never had a subscription", async () => {
  assert.match((await (await newVisitor("ada")).get(urls.joinPlan({ plan: "yearly" }))).text, /Start 14 free days/);
  const ada = await newVisitor("ada");
  await join(ada, "yearly");
  assert.match((await ada.get(urls.membership())).text, /Free days Free until .*, then \$150.00 a year/);
  await db.update(subscriptions).set({ status: "canceled" }).where(eq(subscriptions.status, "trialing"));
  assert.match((await ada.get(urls.joinPlan({ plan: "yearly" }))).text, /Due today \$150.00 .* Continue to payment/);
  const asked: number[] = [];
  useProviders([{ ...sandbox, checkout: (request) => (asked.push(request.trialDays), sandbox.checkout(request)) }]);
  await begin(ada, urls.joinPlan({ plan: "yearly" }));
  useProviders([sandbox]);
  assert.deepEqual(asked, [0]);
});

const add = async (fields: Partial<Coupon> & { code: string }): Promise<Coupon> => {
  const [added] = await db
    .insert(coupons)
    .values({ percent: 20, ...fields })
    .returning();
  assert.ok(added);
  return added;
};

test("a coupon takes off what it says, and the page says so before anybody pays", async () => {
  await add({ code: "Launch20", payments: 3 });
  const otto = await newVisitor("otto");
  const page = await otto.get(urls.joinPlan({ plan: "monthly" }, { coupon: "launch20" }));
  assert.match(page.text, /20% off the first 3 payments/);
  assert.match(page.text, /Coupon Launch20 −\$3.00 Due today \$12.00/);
  const applied = await otto.post(urls.joinPlan({ plan: "monthly" }), {
    price: "1",
    coupon: "launch20",
    update: "yes",
  });
  assert.equal(applied.headers.location, urls.joinPlan({ plan: "monthly" }, { coupon: "launch20" }));
});

test("a coupon that is no good says why", async () => {
  const day = 86_400_000;
  await add({ code: "SOON", startsAt: new Date(Date.now() + day) });
  await add({ code: "PAST", endsAt: new Date(Date.now() - day) });
  await add({ code: "OFF", isActive: false });
  await add({ code: "YEARONLY", planIds: [yearly?.id ?? 0] });
  await add({ code: "EUROS", percent: null, amount: 500, currency: "EUR" });
  const otto = await newVisitor("otto");
  const sentences = {
    SOON: /is good from .* on/,
    PAST: /was good until/,
    OFF: /is no longer good/,
    YEARONLY: /is for another plan: Yearly/,
    EUROS: /is for prices in EUR/,
    NONE: /We know no such code/,
  };
  const price = String(await priceOf("monthly"));
  for (const [coupon, sentence] of Object.entries(sentences)) {
    assert.match((await otto.get(urls.joinPlan({ plan: "monthly" }, { coupon }))).text, sentence);
    const answer = await otto.post(urls.joinPlan({ plan: "monthly" }), { price, coupon });
    assert.equal(answer.status, 422, coupon);
    assert.match(answer.text, sentence);
  }
});

test("the limit of a coupon holds, however many ask for it at once", async () => {
  const { id } = await add({ code: "TWO", limit: 2 });
  const priceId = await priceOf("monthly");
  const viewers = (["otto", "tess"] as const).map((name) => people.indexOf(name) + 1);
  const { rows } = await db.$client.query<{ id: number }>(
    "insert into users (address) select 'guest' || n || '@example.org' from generate_series(1, 8) n returning id",
  );
  const started = await Promise.all(
    [...viewers, ...rows.map((row) => row.id)].map((userId) =>
      startCheckout(
        { id: userId, isMember: false, permissions: [] },
        { kind: "membership", priceId, coupon: "two", back: "/" },
      ),
    ),
  );
  assert.equal(started.filter((each) => "step" in each).length, 2);
  assert.equal(await db.$count(checkouts, eq(checkouts.couponId, id)), 2);
  // Who has one begun may begin again, and one that is given up is free after a while.
  await db.$client.query("update checkouts set created_at = created_at - interval '2 hours' where coupon_id = $1", [
    id,
  ]);
  const later = await startCheckout(
    { id: rows[7]?.id ?? 0, isMember: false, permissions: [] },
    { kind: "membership", priceId, coupon: "TWO", back: "/" },
  );
  assert.ok("step" in later);
});
