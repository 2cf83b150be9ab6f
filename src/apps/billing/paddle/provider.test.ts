import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Refused } from "#lib/http/problems.ts";
import type { Fact, SubscriptionFact } from "../facts.ts";
import { ProviderError, type CheckoutRequest } from "../provider.ts";
import { startPaddle, signPaddle } from "../testing/paddle-server.ts";
import { openPaddleProvider } from "./provider.ts";

const server = await startPaddle();
after(server.close);
const paddle = openPaddleProvider(server.keys);
const token = "a-token-of-a-checkout";
const address = "https://learn.example.org/";

const price = await paddle.publishPrice({
  id: 1,
  name: "Yearly",
  currency: "EUR",
  amount: 15_000,
  interval: "year",
  trialDays: 14,
});
const once = await paddle.publishPrice({
  id: 2,
  name: "Lifetime",
  currency: "EUR",
  amount: 40_000,
  interval: undefined,
  trialDays: 0,
});

async function begin(given: Partial<CheckoutRequest> = {}): Promise<string> {
  const step = await paddle.checkout({
    token,
    price,
    coupon: undefined,
    quantity: 1,
    trialDays: 0,
    isSubscription: true,
    buyer: { address: "maya@example.org", name: "Maya", country: "DE", customer: undefined },
    successUrl: address,
    cancelUrl: address,
    ...given,
  });
  return step.id;
}

/** What the events say that were not delivered yet. */
async function facts(): Promise<Fact[]> {
  const all: Fact[] = [];
  await server.outbox.deliver(async ({ body, headers }) => {
    paddle.verify(Buffer.from(body), headers);
    const reading = await paddle.read(body);
    assert.ok(!("refused" in reading), JSON.stringify(reading));
    if ("facts" in reading) all.push(...reading.facts);
  });
  return all;
}

async function join(given: Partial<CheckoutRequest> = {}): Promise<SubscriptionFact> {
  server.pay(await begin(given));
  return last(await facts(), "subscription");
}

function last<Kind extends Fact["kind"]>(all: readonly Fact[], kind: Kind): Extract<Fact, { kind: Kind }> {
  const found = all.findLast((fact): fact is Extract<Fact, { kind: Kind }> => fact.kind === kind);
  assert.ok(found, `no ${kind} among ${all.length}`);
  return found;
}

test("a checkout opens in the overlay, and what follows brings its token back", async () => {
  const step = await paddle.checkout({
    token,
    price,
    coupon: undefined,
    quantity: 1,
    trialDays: 0,
    isSubscription: true,
    buyer: { address: "maya@example.org", name: "Maya", country: "DE", customer: undefined },
    successUrl: address,
    cancelUrl: address,
  });
  assert.ok("overlay" in step);
  assert.deepEqual(step.overlay, {
    clientToken: server.keys.clientToken,
    transaction: step.id,
    environment: "sandbox",
  });
  server.pay(step.id);
  const all = await facts();
  const subscription = last(all, "subscription");
  const transaction = last(all, "transaction");
  assert.equal(subscription.checkout, token);
  assert.equal(subscription.price, price);
  assert.equal(subscription.status, "active");
  assert.equal(subscription.amount, 15_000);
  assert.equal(subscription.isTest, true);
  assert.equal(transaction.checkout, token);
  assert.equal(transaction.status, "completed");
  assert.deepEqual([transaction.total, transaction.tax, transaction.discount], [18_000, 3000, 0]);
  assert.equal(transaction.subscription, subscription.id);
  assert.deepEqual(transaction.periodEndsAt, subscription.periodEndsAt);
  assert.ok(transaction.paidAt);
});

test("a trial is made for who may have one, and its price is known as the one that it comes from", async () => {
  const trialing = await join({ trialDays: 14 });
  assert.equal(trialing.status, "trialing");
  assert.equal(trialing.price, price);
  const days = ((trialing.trialEndsAt?.getTime() ?? 0) - trialing.startedAt.getTime()) / 86_400_000;
  assert.equal(Math.round(days), 14);
  server.renew(trialing.id);
  const all = await facts();
  assert.equal(last(all, "subscription").status, "active");
  assert.equal(last(all, "transaction").price, price);
  assert.equal(last(all, "transaction").total, 18_000);
});

test("a coupon takes something off, and a team pays for each seat", async () => {
  const coupon = await paddle.publishCoupon({
    code: "SPRING",
    percent: 20,
    amount: undefined,
    currency: undefined,
    payments: 1,
  });
  server.pay(await begin({ coupon, quantity: 3 }));
  const transaction = last(await facts(), "transaction");
  assert.equal(transaction.quantity, 3);
  assert.deepEqual([transaction.discount, transaction.total], [9000, 43_200]);
});

test("what a price comes to where the buyer is, is asked of Paddle", async () => {
  assert.deepEqual(await paddle.previewPrice({ price, coupon: undefined, quantity: 1, country: "DE" }), {
    tax: 3000,
    total: 18_000,
  });
  const coupon = { code: "SUMMER", percent: 20, amount: undefined, currency: undefined, payments: 1 };
  const asked = { price, coupon: await paddle.publishCoupon(coupon), quantity: 3, country: "FR" };
  assert.deepEqual(await paddle.previewPrice(asked), { tax: 7200, total: 43_200 });
});

test("what is paid once makes no subscription", async () => {
  server.pay(await begin({ price: once, isSubscription: false }));
  const all = await facts();
  assert.ok(all.every(({ kind }) => kind === "transaction"));
  assert.equal(last(all, "transaction").price, once);
});

test("prices and coupons are published once", async () => {
  const again = await paddle.publishPrice({
    id: 1,
    name: "Yearly",
    currency: "EUR",
    amount: 15_000,
    interval: "year",
    trialDays: 0,
  });
  assert.equal(again, price);
  const other = await paddle.publishPrice({
    id: 3,
    name: "Yearly",
    currency: "USD",
    amount: 15_000,
    interval: "year",
    trialDays: 0,
  });
  assert.notEqual(other, price);
  const coupon = { code: "TEN", percent: undefined, amount: 1000, currency: "EUR", payments: 3 };
  assert.equal(await paddle.publishCoupon(coupon), await paddle.publishCoupon({ ...coupon, code: "ten" }));
  await assert.rejects(
    paddle.publishPrice({ id: 4, name: "Yearly", currency: "XAU", amount: 1, interval: "year", trialDays: 0 }),
    /Paddle takes no XAU/,
  );
});

test("a subscription is changed, paused, resumed and cancelled, each told at once and by events", async () => {
  const { id } = await join();
  const monthly = await paddle.publishPrice({
    id: 5,
    name: "Monthly",
    currency: "EUR",
    amount: 1500,
    interval: "month",
    trialDays: 0,
  });

  const preview = await paddle.previewChange(id, { price: monthly, quantity: 1 });
  assert.deepEqual([preview.currency, preview.recurring, preview.dueNow], ["EUR", 1800, -16_200]);
  const [changed] = await paddle.changePlan(id, { price: monthly, quantity: 1 });
  assert.ok(changed?.kind === "subscription");
  assert.equal(changed.price, monthly);

  const [pausing] = await paddle.pause(id, new Date("2030-01-01T00:00:00Z"));
  assert.deepEqual(pausing?.kind === "subscription" && pausing.scheduled, {
    action: "pause",
    at: changed.periodEndsAt,
  });
  const [going] = await paddle.resume(id);
  assert.equal(going?.kind === "subscription" && going.scheduled, null);
  await paddle.pause(id, undefined);
  server.takeEffect(id);
  assert.equal(last(await facts(), "subscription").status, "paused");
  const [resumed] = await paddle.resume(id);
  assert.equal(resumed?.kind === "subscription" && resumed.status, "active");

  const [ending] = await paddle.cancel(id, "periodEnd");
  assert.equal(ending?.kind === "subscription" && ending.scheduled?.action, "cancel");
  assert.equal(last(await facts(), "subscription").status, "active");
  const [ended] = await paddle.cancel(id, "now");
  assert.equal(ended?.kind === "subscription" && ended.status, "canceled");
  assert.equal(last(await facts(), "subscription").canceledAt !== null, true);
  await assert.rejects(paddle.cancel(id, "now"), new ProviderError("refused", "Paddle: The subscription is canceled."));
});

test("what could not be paid is past due, and is mended", async () => {
  const { id } = await join();
  server.renew(id, false);
  const due = await facts();
  assert.equal(last(due, "subscription").status, "past_due");
  assert.equal(last(due, "transaction").status, "past_due");
  server.mend(id);
  const mended = await facts();
  assert.equal(last(mended, "subscription").status, "active");
  assert.equal(last(mended, "transaction").status, "completed");
});

test("all is given back or a part, once Paddle has agreed; a bank takes back without asking", async () => {
  await join();
  const [transaction] = [...server.world.transactions.values()].slice(-1);
  assert.ok(transaction);
  const [pending] = await paddle.refund(transaction.id, 500, "As asked");
  assert.deepEqual(pending?.kind === "adjustment" && [pending.status, pending.amount, pending.action], [
    "pending",
    500,
    "refund",
  ]);
  server.approve(pending?.id ?? "");
  assert.equal(last(await facts(), "adjustment").status, "approved");
  const [full] = await paddle.refund(transaction.id, undefined, "As asked");
  assert.equal(full?.kind === "adjustment" && full.amount, 18_000);
  server.adjust(transaction.id, { action: "chargeback_warning" });
  server.adjust(transaction.id, { action: "chargeback" });
  const taken = (await facts()).filter((fact) => fact.kind === "adjustment");
  assert.deepEqual(
    taken.map(({ action, status }) => `${action} ${status}`),
    ["refund pending", "chargeback approved"],
  );
});

test("the portal and an invoice are addresses of Paddle's", async () => {
  const { customer } = await join();
  const [transaction] = [...server.world.transactions.keys()].slice(-1);
  assert.match(await paddle.portal(customer, address), /^https:\/\/customer-portal\./);
  assert.match(await paddle.invoice(transaction ?? ""), /^https:\/\/invoices\./);
});

test("a subscription's card is the one that paid last, or that was named since", async () => {
  const { id } = await join();
  const good = server.world.card;
  assert.deepEqual(await paddle.card(id), {
    brand: "Visa",
    last4: "4242",
    expiresAt: new Date("2100-01-01T00:00:00Z"),
  });
  server.world.card = { ...good, type: "mastercard", last4: "4444", expiry_month: 2, expiry_year: 2027 };
  const named = server.changeCard(id);
  server.world.card = good;
  assert.deepEqual(await paddle.card(id), { brand: "Mastercard", last4: "4444", expiresAt: new Date("2027-03-01") });
  // It is told of as a payment, which it is not.
  assert.ok((await facts()).every((fact) => fact.id !== named.id));
  assert.equal(await paddle.card("sub_none"), undefined);
});

test("everything is listed page by page, as it is now, and found one by one", async () => {
  const listed = await Array.fromAsync(paddle.list(new Date(0)));
  const { subscriptions, adjustments } = server.world;
  const idsOf = (kind: Fact["kind"]) => listed.filter((fact) => fact.kind === kind).map(({ id }) => id);
  assert.deepEqual(idsOf("subscription").toSorted(), [...subscriptions.keys()].toSorted());
  assert.equal(idsOf("adjustment").length, adjustments.size - 1);
  const some = listed.find((fact) => fact.kind === "transaction");
  assert.equal(some?.kind === "transaction" && some.country, "DE");
  for (const kind of ["subscription", "transaction", "adjustment"] as const) {
    const { id } = last(listed, kind);
    assert.equal((await paddle.find(kind, id))?.id, id);
  }
  assert.equal(await paddle.find("subscription", "sub_none"), undefined);
  assert.equal(await paddle.find("adjustment", "adj_none"), undefined);
  const none = await Array.fromAsync(paddle.list(new Date(Date.now() + 60_000)));
  assert.ok(none.every((fact) => fact.kind === "subscription" && fact.status !== "canceled"));
});

test("what is asked for is dated by Paddle's own clock", async () => {
  const { id } = await join();
  const found = await paddle.find("subscription", id);
  assert.equal(found?.occurredAt.toISOString(), server.world.subscriptions.get(id)?.updated_at);
});

test("what is not signed, or not by Paddle, or no event, is refused", () => {
  const { webhookSecret } = server.keys;
  assert.equal(refused("{}", undefined), 401);
  assert.equal(refused("{}", signPaddle(["other"], "{}")), 401);
  assert.equal(refused("{}", signPaddle([webhookSecret], "{}")), 400);
  assert.equal(refused("[", signPaddle([webhookSecret], "[")), 400);
  const event = JSON.stringify({
    event_id: "evt_1",
    event_type: "customer.created",
    occurred_at: "2026-01-01T00:00:00Z",
    data: { id: "ctm_1" },
  });
  assert.equal(refused(event, signPaddle([webhookSecret], event)), 0);
});

test("events that say nothing of payments, and simulations, come to nothing", async () => {
  const event = { event_id: "evt_1", event_type: "customer.created", occurred_at: "2026-01-01T00:00:00Z", data: {} };
  assert.deepEqual(await paddle.read(JSON.stringify(event)), { nothing: "Nothing follows from customer.created." });
  const simulated = { ...event, event_id: "ntfsimevt_1", event_type: "subscription.created" };
  assert.ok("nothing" in (await paddle.read(JSON.stringify(simulated))));
  const broken = { ...event, event_type: "subscription.created", data: { id: "sub_1", status: "golden" } };
  assert.ok("refused" in (await paddle.read(JSON.stringify(broken))));
});

test("a token that is none is no token, whoever wrote it", async () => {
  for (const checkout of [17, { $ne: 1 }, "", "a\u0000b".padEnd(20, "x"), "x".repeat(500)]) {
    const data = {
      id: "sub_1",
      status: "active",
      customer_id: "ctm_1",
      currency_code: "EUR",
      created_at: "2026-01-01T00:00:00Z",
      items: [],
      custom_data: { checkout },
    };
    const body = JSON.stringify({
      event_id: "evt_1",
      event_type: "subscription.updated",
      occurred_at: "2026-01-01T00:00:00Z",
      data,
    });
    const reading = await paddle.read(body);
    assert.ok("facts" in reading);
    assert.equal(reading.facts[0]?.kind === "subscription" && reading.facts[0].checkout, undefined);
  }
});

test("without an answer in time, or with none that makes sense, Paddle is unreachable; a refusal says why", async () => {
  for (const fault of ["silence", "500", "429", "page", "reset"] as const) {
    server.api.fault = fault;
    await assert.rejects(begin(), (error) => error instanceof ProviderError && error.reason === "unreachable", fault);
  }
  server.api.fault = undefined;
  await assert.rejects(
    begin({ price: "pri_none" }),
    (error) => error instanceof ProviderError && error.reason === "refused",
  );
  const stranger = openPaddleProvider({ ...server.keys, apiKey: "pdl_sdbx_apikey_wrong" });
  await assert.rejects(
    stranger.invoice("txn_1"),
    (error) => error instanceof ProviderError && error.reason === "refused",
  );
});

function refused(body: string, header: string | undefined): number {
  try {
    paddle.verify(Buffer.from(body), header === undefined ? {} : { "paddle-signature": header });
  } catch (error) {
    if (error instanceof Refused) return error.status;
  }
  return 0;
}
