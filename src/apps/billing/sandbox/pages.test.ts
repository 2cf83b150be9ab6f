import { newVisitor, type Visitor } from "../../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq, ne } from "drizzle-orm";
import { entitlements, plans, prices } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { drainTasks, knownTasks } from "#lib/jobs.ts";
import { urls } from "#urls.ts";
import { findMarkupFaults } from "../../../../test/helpers/markup.ts";
import { adjustments, paymentEvents, sandboxObjects, subscriptions, transactions } from "../schema.ts";

const drain = () => drainTasks(knownTasks().filter(({ name, schedule }) => name.startsWith("billing.") && !schedule));

/** Somebody who stands at the checkout of a plan. */
async function atCheckout(name: "sam" | "tess", slug = "monthly"): Promise<{ visitor: Visitor; checkout: string }> {
  const visitor = await newVisitor(name);
  const [price] = await db
    .select({ id: prices.id })
    .from(prices)
    .innerJoin(plans, eq(plans.id, prices.planId))
    .where(eq(plans.slug, slug));
  const join = urls.joinPlan({ plan: slug });
  const { headers, status, text } = await visitor.post(join, { price: String(price?.id) }, join);
  assert.equal(status, 303, text);
  const checkout = String(headers.location);
  assert.match(checkout, /^\/sandbox\/checkout\/chk_\w+\/$/);
  return { visitor, checkout };
}

/** What is still told belongs to the test before. */
async function forget(): Promise<void> {
  await drain();
  for (const table of [entitlements, transactions, subscriptions, paymentEvents]) await db.delete(table);
  await db.delete(sandboxObjects).where(ne(sandboxObjects.kind, "price"));
}

/** What the viewer of a session may do now. */
async function mayRead(visitor: Visitor): Promise<boolean> {
  return !(await visitor.get("/decorators/")).text.includes("for members");
}

test("a checkout leads back once it is paid, and the site hears of it", async () => {
  const { visitor, checkout } = await atCheckout("sam");
  const page = await visitor.get(checkout);
  assert.deepEqual(await findMarkupFaults(page.html), []);
  assert.match(page.text, /No money moves here/);
  assert.match((await visitor.get(`${checkout}?country=DE`)).text, /Tax in Germany \$2\.85/);
  const paid = await visitor.post(checkout, { way: "good", country: "DE" }, checkout);
  assert.match(String(paid.headers.location), /^\/checkout\/[\w-]+\/done\/$/);
  assert.equal((await db.select().from(subscriptions)).length, 0);
  await drain();
  const [subscription] = await db.select().from(subscriptions);
  const [transaction] = await db.select().from(transactions);
  assert.deepEqual([subscription?.status, transaction?.total], ["active", 1785]);
  assert.match((await visitor.get(urls.sandbox())).text, /You are a member/);
  assert.match((await visitor.get(checkout)).text, /cannot be paid twice/);
  await forget();
});

test("a card that is declined, and a bank that says no, buy nothing", async () => {
  const { visitor, checkout } = await atCheckout("sam");
  const declined = await visitor.post(checkout, { way: "declined" }, checkout);
  assert.equal(declined.status, 422);
  assert.match(declined.text, /declined.+Nothing was charged/);
  const asks = await visitor.post(checkout, { way: "asks" });
  assert.deepEqual(await findMarkupFaults(asks.html), []);
  assert.match(asks.text, /Is it you\?/);
  await drain();
  assert.equal((await db.select().from(transactions)).length, 0);
  assert.equal((await visitor.post(checkout, { way: "good" })).status, 303);
  await forget();
});

test("nobody sees a checkout, a card or an invoice of somebody else, nor moves their clock", async () => {
  const { visitor, checkout } = await atCheckout("sam");
  await visitor.post(checkout, { way: "good" }, checkout);
  await drain();
  const objects = await db.select().from(sandboxObjects);
  const idOf = (kind: string): string => objects.find((each) => each.kind === kind)?.id ?? "";
  const pages = [
    checkout,
    urls.sandboxPortal({ customer: idOf("customer") }),
    urls.sandboxInvoice({ id: idOf("transaction") }),
  ];
  const tess = await newVisitor("tess");
  const otto = await newVisitor("otto");
  for (const page of pages) {
    const own = await visitor.get(page);
    assert.equal(own.status, 200, page);
    assert.deepEqual(await findMarkupFaults(own.html), [], page);
    assert.equal((await tess.get(page)).status, 404, page);
  }
  const subscription = urls.sandboxObject({ id: idOf("subscription") });
  assert.equal((await tess.post(subscription, { act: "cancel-now" }, urls.account())).status, 404);
  assert.equal((await tess.post(urls.sandboxClock(), { step: "year", all: "yes" }, urls.account())).status, 303);
  const after = await db.select().from(sandboxObjects);
  assert.deepEqual(after, objects);
  assert.equal((await otto.post(subscription, { act: "decline" }, urls.account())).status, 303);
  assert.equal((await otto.post(urls.sandboxClock(), { step: "month", all: "yes" })).status, 303);
  await drain();
  assert.equal((await db.select().from(subscriptions))[0]?.status, "past_due");
  await forget();
});

test("access ends with the period that was paid, and not before", async () => {
  const { visitor, checkout } = await atCheckout("sam");
  assert.equal(await mayRead(visitor), false);
  await visitor.post(checkout, { way: "good" }, checkout);
  await drain();
  assert.equal(await mayRead(visitor), true);
  const [sub] = await db.select().from(subscriptions);
  await visitor.post(urls.sandboxObject({ id: sub?.providerId ?? "" }), { act: "cancel" }, urls.sandbox());
  for (const step of ["week", "week", "week"]) await visitor.post(urls.sandboxClock(), { step });
  await drain();
  assert.equal(await mayRead(visitor), true);
  await visitor.post(urls.sandboxClock(), { step: "renewal" });
  await drain();
  assert.equal(await mayRead(visitor), false);
  assert.equal((await db.select().from(subscriptions))[0]?.status, "canceled");
  await forget();
});

test("what cannot be done says why", async () => {
  const { visitor, checkout } = await atCheckout("sam");
  await visitor.post(checkout, { way: "good" }, checkout);
  await drain();
  const [sub] = await db.select().from(subscriptions);
  const address = urls.sandboxObject({ id: sub?.providerId ?? "" });
  assert.equal((await visitor.post(address, { act: "cancel-now" }, urls.sandbox())).status, 303);
  const again = await visitor.post(address, { act: "cancel-now" });
  assert.equal(again.status, 409);
  assert.match(again.text, /has ended/);
  assert.equal((await visitor.post(address, { act: "refund" })).status, 409);
  assert.equal((await visitor.post(address, { act: "anything" })).status, 400);
  await forget();
});

test("what is due is paid where the card is mended", async () => {
  const { visitor, checkout } = await atCheckout("sam");
  await visitor.post(checkout, { way: "fails-later" }, checkout);
  await visitor.post(urls.sandboxClock(), { step: "renewal" }, urls.sandbox());
  await drain();
  assert.equal((await db.select().from(subscriptions))[0]?.status, "past_due");
  assert.equal(await mayRead(visitor), true);
  const customer = (await db.select().from(sandboxObjects).where(eq(sandboxObjects.kind, "customer")))[0]?.id ?? "";
  const portal = urls.sandboxPortal({ customer }, { next: urls.purchases() });
  assert.match((await visitor.get(portal)).text, /\$15\.00 could not be collected/);
  const { headers } = await visitor.post(portal, { card: "good", next: urls.purchases() });
  assert.equal(headers.location, urls.purchases());
  await drain();
  assert.equal((await db.select().from(subscriptions))[0]?.status, "active");
  await forget();
});

test("the page says that something was told which the site has not heard, and that it has", async () => {
  const { visitor, checkout } = await atCheckout("sam");
  assert.match((await visitor.get(urls.sandbox())).text, /You have bought nothing yet/);
  await visitor.post(checkout, { way: "good" }, checkout);
  const waiting = await visitor.get(urls.sandbox());
  assert.match(waiting.text, /not heard of everything/);
  assert.equal(waiting.headers.refresh, "1;url=/sandbox/?tries=1");
  await drain();
  const { text, html, headers } = await visitor.get(urls.sandbox());
  assert.doesNotMatch(text, /not heard of everything/);
  assert.equal(headers.refresh, undefined);
  assert.match(text, /transaction\.completed/);
  assert.deepEqual(await findMarkupFaults(html), []);
});

test("what was given back grows old with the rest", async () => {
  await forget();
  const { visitor, checkout } = await atCheckout("sam");
  await visitor.post(checkout, { way: "good" }, checkout);
  await drain();
  const [paid] = await db.select().from(transactions);
  await visitor.post(urls.sandboxObject({ id: paid?.providerId ?? "" }), { act: "refund" }, urls.sandbox());
  await drain();
  assert.equal(await mayRead(visitor), false);
  await visitor.post(urls.sandboxClock(), { step: "week" });
  await drain();
  const [adjustment] = await db.select().from(adjustments);
  const days = (Date.now() - (adjustment?.decidedAt?.getTime() ?? 0)) / 86_400_000;
  assert.equal(Math.round(days), 7);
  assert.equal(await mayRead(visitor), false);
});

test("who is not signed in is sent to the door", async () => {
  const nobody = await newVisitor();
  assert.equal((await nobody.get(urls.sandbox())).status, 303);
});
