import { visit } from "../../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { urls } from "#urls.ts";
import { Refused } from "#lib/http/problems.ts";
import { ProviderError, type CheckoutRequest } from "../provider.ts";
import type { SubscriptionFact, TransactionFact } from "../facts.ts";
import { payCheckout, readBill } from "./checkouts.ts";
import { letTimePass, moveClock, type Step } from "./clock.ts";
import { addMonths, endOfPeriod } from "./dates.ts";
import { changeCard, decideDispute, dispute } from "./deeds.ts";
import { sandbox } from "./provider.ts";
import type { SandboxCustomer } from "./objects.ts";
import { sign, signatureHeader } from "./signing.ts";
import { findObject, inWorld, listIn, put } from "./world.ts";

const day = 86_400_000;
const published = { name: "Monthly", currency: "USD", amount: 1500, trialDays: 0 };
const monthly = await sandbox.publishPrice({ ...published, id: 901, interval: "month" });
const yearly = await sandbox.publishPrice({ ...published, id: 902, name: "Yearly", amount: 15_000, interval: "year" });
const once = await sandbox.publishPrice({ ...published, id: 903, name: "Book", interval: undefined });

let token = 0;
async function buy(wish: Partial<CheckoutRequest> = {}): Promise<string> {
  const { id } = await sandbox.checkout({
    token: `token-${(token += 1)}`,
    price: monthly,
    coupon: undefined,
    quantity: 1,
    trialDays: 0,
    isSubscription: true,
    buyer: { address: "sam@example.org", name: "Sam", country: "US", customer: undefined },
    successUrl: "http://localhost/done/",
    cancelUrl: "http://localhost/join/",
    ...wish,
  });
  const bill = await readBill(id);
  assert.ok(bill);
  await payCheckout(bill);
  await payCheckout(bill);
  return (await findObject("checkout", id))?.customer ?? "";
}

/** What the sandbox says of a customer's things, the oldest first. */
async function factsOf(customer: string): Promise<{ subscription: SubscriptionFact; payments: TransactionFact[] }> {
  const { subscriptions, payments } = { subscriptions: [] as SubscriptionFact[], payments: [] as TransactionFact[] };
  for await (const fact of sandbox.list(new Date(0))) {
    if (fact.kind === "subscription" && fact.customer === customer) subscriptions.push(fact);
    if (fact.kind === "transaction" && fact.customer === customer) payments.push(fact);
  }
  const [subscription] = subscriptions;
  assert.ok(subscription && subscriptions.length === 1);
  return { subscription, payments: payments.toSorted((one, other) => Number(one.billedAt) - Number(other.billedAt)) };
}

async function after(customer: string, ...steps: Step[]) {
  for (const step of steps) await moveClock([customer], step);
  return factsOf(customer);
}

const setCard = (customer: string, card: SandboxCustomer["card"]) =>
  inWorld([customer], (world) => changeCard(world, customer, card));

/** In days from now, as a number that is whole but for the moments that a test takes. */
const daysTo = (at: Date | null): number => Math.round(((at?.getTime() ?? Number.NaN) - Date.now()) / day) + 0;

test("a checkout is paid once, however often it is sent", async () => {
  const { subscription, payments } = await factsOf(await buy());
  assert.deepEqual([subscription.status, payments.length, payments[0]?.status], ["active", 1, "completed"]);
  assert.equal(payments[0]?.total, 1500);
  assert.ok(subscription.isTest && payments[0]?.isTest);
  let told = 0;
  for await (const fact of sandbox.list(new Date(0))) {
    if (fact.kind !== "adjustment" && fact.checkout === subscription.checkout) told += 1;
  }
  assert.equal(told, 2);
});

test("a month later a payment follows, and both periods lie side by side", async () => {
  const { subscription, payments } = await after(await buy(), "renewal");
  const [first, second] = payments;
  assert.equal(payments.length, 2);
  assert.equal(daysTo(subscription.periodStartsAt), 0);
  assert.deepEqual(first?.periodEndsAt, second?.periodStartsAt);
  assert.ok(daysTo(first?.paidAt ?? null) <= -28);
  assert.deepEqual(subscription.periodEndsAt, second?.periodEndsAt);
});

test("in a year a monthly subscription is paid twelve times more, each once its month has begun", async () => {
  const { payments } = await after(await buy(), "year");
  assert.equal(payments.length, 13);
  for (const [index, { periodEndsAt }] of payments.slice(0, -1).entries()) {
    assert.deepEqual(periodEndsAt, payments[index + 1]?.periodStartsAt);
  }
});

test("a trial costs nothing, then its first payment begins the first period", async () => {
  const customer = await buy({ trialDays: 14 });
  const begun = await factsOf(customer);
  assert.deepEqual([begun.subscription.status, begun.payments.length], ["trialing", 0]);
  assert.equal(daysTo(begun.subscription.trialEndsAt), 14);
  assert.equal((await after(customer, "week")).payments.length, 0);
  const { subscription, payments } = await after(customer, "week");
  assert.deepEqual([subscription.status, payments.length], ["active", 1]);
  assert.equal(daysTo(subscription.periodEndsAt), daysTo(endOfPeriod(new Date(), "month")));
});

test("a payment that fails is tried three times in two weeks, then the subscription ends", async () => {
  const customer = await buy();
  await setCard(customer, "declined");
  const failed = await after(customer, "renewal");
  assert.deepEqual([failed.subscription.status, failed.payments[1]?.status], ["past_due", "past_due"]);
  assert.equal(daysTo(failed.subscription.pastDueSince), 0);
  const week = await after(customer, "week");
  assert.deepEqual([week.subscription.status, daysTo(week.subscription.pastDueSince)], ["past_due", -7]);
  const over = await after(customer, "week");
  assert.deepEqual([over.subscription.status, over.payments[1]?.status], ["canceled", "canceled"]);
  assert.equal((await after(customer, "year")).payments.length, 2);
});

test("a good card mends what is due at once", async () => {
  const customer = await buy();
  await setCard(customer, "declined");
  await after(customer, "renewal", "day");
  await setCard(customer, "good");
  const { subscription, payments } = await factsOf(customer);
  assert.deepEqual([subscription.status, subscription.pastDueSince], ["active", null]);
  assert.equal(payments[1]?.status, "completed");
});

test("a card that expires is good until the next renewal, and the site can know of it before", async () => {
  const customer = await buy();
  const { subscription } = await factsOf(customer);
  const expiry = async () => (await sandbox.card(subscription.id))?.expiresAt ?? new Date(0);
  assert.ok((await expiry()) > (subscription.periodEndsAt ?? new Date(0)));
  await setCard(customer, "expiring");
  assert.ok((await expiry()) <= (subscription.periodEndsAt ?? new Date(0)));
  assert.equal((await after(customer, "week")).subscription.status, "active");
  assert.equal((await after(customer, "renewal")).subscription.status, "past_due");
  await setCard(customer, "good");
  assert.equal((await factsOf(customer)).subscription.status, "active");
});

test("who cancels keeps the period, and is asked for nothing more", async () => {
  const customer = await buy();
  const { subscription } = await factsOf(customer);
  await sandbox.cancel(subscription.id, "periodEnd");
  const before = await after(customer, "week");
  assert.equal(before.subscription.status, "active");
  assert.equal(before.subscription.scheduled?.action, "cancel");
  const { subscription: ended, payments } = await after(customer, "renewal");
  assert.deepEqual([ended.status, daysTo(ended.canceledAt), payments.length], ["canceled", 0, 1]);
  await assert.rejects(sandbox.resume(subscription.id), ProviderError);
});

test("a cancellation that was taken back changes nothing", async () => {
  const customer = await buy();
  const { subscription } = await factsOf(customer);
  await sandbox.cancel(subscription.id, "periodEnd");
  const [fact] = await sandbox.resume(subscription.id);
  assert.equal(fact?.kind === "subscription" && fact.scheduled, null);
  assert.equal((await after(customer, "month")).payments.length, 2);
});

test("a pause begins when what was paid is over, and ends when it was said", async () => {
  const customer = await buy();
  const { subscription } = await factsOf(customer);
  await sandbox.pause(subscription.id, addMonths(new Date(), 3));
  const paused = await after(customer, "renewal");
  assert.deepEqual([paused.subscription.status, paused.subscription.scheduled?.action], ["paused", "resume"]);
  const resumed = await after(customer, "renewal");
  assert.deepEqual([resumed.subscription.status, resumed.payments.length], ["active", 2]);
  assert.equal(daysTo(resumed.payments[1]?.billedAt ?? null), 0);
});

test("a dearer plan begins at once and takes what was not used into account", async () => {
  const customer = await buy();
  const { subscription } = await factsOf(customer);
  const preview = await sandbox.previewChange(subscription.id, { price: yearly, quantity: 1 });
  assert.deepEqual([preview.dueNow, preview.recurring], [13_500, 15_000]);
  await sandbox.changePlan(subscription.id, { price: yearly, quantity: 1 });
  const changed = await factsOf(customer);
  assert.deepEqual([changed.subscription.amount, changed.payments[1]?.total], [15_000, 13_500]);
  assert.ok(daysTo(changed.subscription.periodEndsAt) >= 365);
});

test("a cheaper plan waits for the renewal", async () => {
  const customer = await buy({ price: yearly });
  const { subscription } = await factsOf(customer);
  const preview = await sandbox.previewChange(subscription.id, { price: monthly, quantity: 1 });
  assert.deepEqual([preview.dueNow, preview.recurring], [0, 1500]);
  await sandbox.changePlan(subscription.id, { price: monthly, quantity: 1 });
  assert.equal((await factsOf(customer)).subscription.price, yearly);
  const { subscription: changed, payments } = await after(customer, "renewal");
  assert.deepEqual([changed.price, payments[1]?.total], [monthly, 1500]);
});

test("with a bad card nothing is changed", async () => {
  const customer = await buy();
  const { subscription } = await factsOf(customer);
  await setCard(customer, "declined");
  await assert.rejects(sandbox.changePlan(subscription.id, { price: yearly, quantity: 1 }), /declined/);
  assert.equal((await factsOf(customer)).subscription.price, monthly);
});

test("seats that are added cost the rest of the period", async () => {
  const customer = await buy({ quantity: 2 });
  const { subscription } = await factsOf(customer);
  await moveClock([customer], "day");
  const { dueNow, recurring } = await sandbox.previewChange(subscription.id, { price: monthly, quantity: 3 });
  assert.equal(recurring, 4500);
  assert.ok(dueNow > 1400 && dueNow < 1500, String(dueNow));
  const facts = await sandbox.changePlan(subscription.id, { price: monthly, quantity: 3 });
  assert.deepEqual(facts.map(({ kind }) => kind).toSorted(), ["subscription", "transaction"]);
});

test("a refund gives back what is left, and no more", async () => {
  const customer = await buy();
  const { payments } = await factsOf(customer);
  const id = payments[0]?.id ?? "";
  const [part] = await sandbox.refund(id, 500, "Asked for");
  assert.equal(part?.kind === "adjustment" && part.amount, 500);
  await assert.rejects(sandbox.refund(id, 1001, "Asked for"), ProviderError);
  const [rest] = await sandbox.refund(id, undefined, "Asked for");
  assert.equal(rest?.kind === "adjustment" && rest.amount, 1000);
  await assert.rejects(sandbox.refund(id, undefined, "Asked for"), ProviderError);
});

test("a dispute takes all, and gives it back when it is won", async () => {
  const customer = await buy();
  const id = (await factsOf(customer)).payments[0]?.id ?? "";
  const { id: adjustment, amount } = await inWorld([customer], (world) => dispute(world, id));
  assert.equal(amount, 1500);
  await inWorld([customer], (world) => decideDispute(world, adjustment, true));
  const fact = await sandbox.find("adjustment", adjustment);
  assert.equal(fact?.kind === "adjustment" && fact.status, "reversed");
  await assert.rejects(
    inWorld([customer], (world) => decideDispute(world, adjustment, true)),
    ProviderError,
  );
});

test("a coupon counts for as many payments as it says, taxes are added", async () => {
  const coupon = await sandbox.publishCoupon({
    code: "HALF",
    percent: 50,
    amount: undefined,
    currency: undefined,
    payments: 2,
  });
  const buyer = { address: "", name: "", country: "DE", customer: undefined };
  const { payments } = await after(await buy({ coupon, buyer }), "renewal", "renewal");
  assert.deepEqual(
    payments.map(({ total, tax, discount }) => [total, tax, discount]),
    [
      [893, 143, 750],
      [893, 143, 750],
      [1785, 285, 0],
    ],
  );
});

test("what is paid once has no period", async () => {
  const customer = await buy({ price: once });
  for await (const fact of sandbox.list(new Date(0))) {
    if (fact.kind === "adjustment" || fact.customer !== customer) continue;
    assert.ok(fact.kind === "transaction" && fact.periodEndsAt === null && fact.subscription === undefined);
  }
});

test("by the real clock what has fallen due happens as well, as of when it was due", async () => {
  const customer = await buy();
  await inWorld([customer], (world) => {
    for (const subscription of listIn(world, "subscription")) {
      const periodEndsAt = new Date(Date.now() - day);
      put(world, { ...subscription, periodEndsAt });
    }
  });
  await letTimePass();
  const { payments } = await factsOf(customer);
  const renewal = payments.find(({ billedAt }) => daysTo(billedAt) === -1);
  assert.deepEqual([payments.length, renewal?.status, daysTo(renewal?.paidAt ?? null)], [2, "completed", -1]);
  await letTimePass();
  assert.equal((await factsOf(customer)).payments.length, 2);
});

test("facts of one thing never bear the same moment twice", async () => {
  const customer = await buy();
  const { subscription } = await factsOf(customer);
  const seen = new Set<number>();
  for (let n = 0; n < 5; n++) {
    for (const act of [() => sandbox.cancel(subscription.id, "periodEnd"), () => sandbox.resume(subscription.id)]) {
      for (const { occurredAt } of await act()) seen.add(occurredAt.getTime());
    }
  }
  assert.equal(seen.size, 10);
});

test("only what it signed just now is taken for its own", () => {
  const body = Buffer.from(
    JSON.stringify({
      event_id: "evt_1",
      event_type: "x",
      occurred_at: new Date().toISOString(),
      data: { id: "sub_1" },
    }),
  );
  const verify = (signature: string | undefined, given = body) =>
    sandbox.verify(given, signature === undefined ? {} : { [signatureHeader]: signature });
  const good = sign(body, new Date());
  assert.equal(verify(good).objectId, "sub_1");
  const old = sign(body, new Date(Date.now() - 301_000));
  const coming = sign(body, new Date(Date.now() + 302_000));
  const bad = [undefined, "", `${good} `, `${good};h1=${"0".repeat(64)}`, good.slice(0, -1), good.replace("h1", "h0")];
  for (const each of [...bad, old, coming]) assert.throws(() => verify(each), Refused, each);
  for (let at = 0; at < body.length; at++) {
    const changed = Buffer.from(body);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => verify(good, changed), Refused);
  }
  const other = Buffer.from("not json");
  assert.throws(() => verify(sign(other, new Date()), other), Refused);
});

test("what others send in its name is turned away", async () => {
  const headers = { "content-type": "application/json", [signatureHeader]: `ts=1;h1=${"0".repeat(64)}` };
  assert.equal((await visit(urls.paymentEvents({ provider: "sandbox" }), { method: "POST", headers })).status, 401);
});
