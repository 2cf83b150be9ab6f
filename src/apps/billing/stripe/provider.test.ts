import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Fact, SubscriptionFact } from "../facts.ts";
import { ProviderError, type CheckoutRequest } from "../provider.ts";
import { signStripe, startStripe, stripeVersion } from "../testing/stripe-server.ts";
import { openStripeProvider } from "./provider.ts";

const server = await startStripe();
after(server.close);
const stripe = openStripeProvider(server.keys);
const token = "a-token-of-a-checkout";
const address = "https://learn.example.org/";

const yearly = { id: 1, name: "Yearly", currency: "EUR", amount: 15_000, interval: "year", trialDays: 14 } as const;
const price = await stripe.publishPrice(yearly);
const once = await stripe.publishPrice({ ...yearly, id: 2, name: "Lifetime", amount: 40_000, interval: undefined });
const monthly = await stripe.publishPrice({ ...yearly, id: 3, name: "Monthly", amount: 1500, interval: "month" });

async function begin(given: Partial<CheckoutRequest> = {}): Promise<string> {
  const step = await stripe.checkout({
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
  assert.ok("redirect" in step && step.redirect.endsWith(step.id));
  return step.id;
}

/** What the events say that were not delivered yet. */
async function facts(): Promise<Fact[]> {
  const all: Fact[] = [];
  await server.outbox.deliver(async ({ body, headers }) => {
    stripe.verify(Buffer.from(body), headers);
    const reading = await stripe.read(body);
    assert.ok(!("refused" in reading), JSON.stringify(reading));
    if ("facts" in reading) all.push(...reading.facts);
  });
  return all;
}

async function join(given: Partial<CheckoutRequest> = {}): Promise<SubscriptionFact> {
  server.pay(await begin({ ...given, token: `${token}-${server.world.sessions.size}` }));
  return last(await facts(), "subscription");
}

function last<Kind extends Fact["kind"]>(all: readonly Fact[], kind: Kind): Extract<Fact, { kind: Kind }> {
  const found = all.findLast((fact): fact is Extract<Fact, { kind: Kind }> => fact.kind === kind);
  assert.ok(found, `no ${kind} among ${all.length}`);
  return found;
}

function only(all: readonly Fact[]): SubscriptionFact {
  const [fact] = all;
  assert.ok(fact?.kind === "subscription");
  return fact;
}

test("a checkout is a page of Stripe's, and what follows brings its token back", async () => {
  server.pay(await begin());
  const all = await facts();
  const subscription = last(all, "subscription");
  const transaction = last(all, "transaction");
  assert.deepEqual(
    [subscription.checkout, subscription.price, subscription.status, subscription.amount, subscription.isTest],
    [token, price, "active", 15_000, true],
  );
  assert.deepEqual(
    [transaction.checkout, transaction.price, transaction.status, transaction.total, transaction.country],
    [token, price, "completed", 15_000, "DE"],
  );
  assert.equal(transaction.subscription, subscription.id);
  assert.deepEqual(transaction.periodEndsAt, subscription.periodEndsAt);
});

test("asked twice for one checkout, Stripe makes one", async () => {
  const { size } = server.world.sessions;
  assert.equal(await begin({ token: "the-same-token-twice" }), await begin({ token: "the-same-token-twice" }));
  assert.equal(server.world.sessions.size, size + 1);
});

test("a trial ends, a coupon takes something off, a team pays for each seat", async () => {
  const trialing = await join({ trialDays: 14 });
  assert.equal(trialing.status, "trialing");
  assert.equal((Number(trialing.trialEndsAt) - Number(trialing.startedAt)) / 86_400_000, 14);
  server.renew(trialing.id);
  assert.equal(last(await facts(), "subscription").status, "active");
  const coupon = await stripe.publishCoupon({
    code: "SPRING",
    percent: 20,
    amount: undefined,
    currency: undefined,
    payments: 1,
  });
  server.pay(await begin({ coupon, quantity: 3 }));
  const transaction = last(await facts(), "transaction");
  assert.deepEqual([transaction.quantity, transaction.discount, transaction.total], [3, 9000, 36_000]);
});

test("what is paid once is an invoice with the token", async () => {
  server.pay(await begin({ price: once, isSubscription: false }));
  const all = await facts();
  assert.ok(all.every(({ kind }) => kind === "transaction"));
  const { price: paid, checkout, subscription, periodEndsAt } = last(all, "transaction");
  assert.deepEqual([paid, checkout, subscription, periodEndsAt], [once, token, undefined, null]);
});

test("prices and coupons are published once", async () => {
  assert.equal(await stripe.publishPrice(yearly), price);
  assert.notEqual(await stripe.publishPrice({ ...yearly, id: 9, currency: "USD" }), price);
  const coupon = { code: "TEN", percent: undefined, amount: 1000, currency: "EUR", payments: 3 };
  assert.equal(await stripe.publishCoupon(coupon), await stripe.publishCoupon({ ...coupon, code: "ten" }));
  assert.notEqual(await stripe.publishCoupon(coupon), await stripe.publishCoupon({ ...coupon, amount: 2000 }));
});

test("a subscription is changed, paused, resumed and cancelled", async () => {
  const { id } = await join();
  const preview = await stripe.previewChange(id, { price: monthly, quantity: 1 });
  assert.deepEqual([preview.currency, preview.recurring, preview.dueNow], ["EUR", 1500, -13_500]);
  const changed = only(await stripe.changePlan(id, { price: monthly, quantity: 1 }));
  assert.equal(changed.price, monthly);

  const pausing = only(await stripe.pause(id, new Date("2030-01-01T00:00:00Z")));
  assert.deepEqual([pausing.status, pausing.scheduled], ["active", { action: "pause", at: changed.periodEndsAt }]);
  assert.deepEqual(only(await stripe.resume(id)).scheduled, null);
  await stripe.pause(id, new Date("2030-01-01T00:00:00Z"));
  server.takeEffect(id);
  const paused = last(await facts(), "subscription");
  assert.deepEqual([paused.status, paused.scheduled?.action], ["paused", "resume"]);
  assert.equal(only(await stripe.resume(id)).status, "active");

  const ending = only(await stripe.cancel(id, "periodEnd"));
  assert.deepEqual([ending.status, ending.scheduled?.action], ["active", "cancel"]);
  const ended = only(await stripe.cancel(id, "now"));
  assert.equal(ended.status, "canceled");
  assert.ok(ended.canceledAt);
  await facts();
  await assert.rejects(
    stripe.cancel(id, "now"),
    (error) => error instanceof ProviderError && error.reason === "refused",
  );
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

test("what goes back is of the invoice that was paid, whether we gave it or a bank took it", async () => {
  await join();
  const [invoice] = [...server.world.invoices.values()].slice(-1);
  assert.ok(invoice);
  const [part] = await stripe.refund(invoice.id, 500, "As asked");
  assert.ok(part?.kind === "adjustment");
  assert.deepEqual([part.transaction, part.status, part.amount], [invoice.id, "approved", 500]);
  assert.equal(last(await facts(), "adjustment").transaction, invoice.id);
  server.dispute(invoice.id, "warning_needs_response");
  assert.deepEqual(await facts(), []);
  server.dispute(invoice.id);
  assert.equal(last(await facts(), "adjustment").status, "approved");
  server.settle(invoice.id, "won");
  const won = last(await facts(), "adjustment");
  assert.deepEqual([won.action, won.status], ["chargeback", "reversed"]);
});

test("the portal and an invoice are addresses of Stripe's", async () => {
  const { customer } = await join();
  const [invoice] = [...server.world.invoices.keys()].slice(-1);
  assert.match(await stripe.portal(customer, address), /^https:\/\/billing\./);
  assert.match(await stripe.invoice(invoice ?? ""), /^https:\/\/invoices\./);
});

test("a subscription's card is its own, or else its customer's", async () => {
  const { id } = await join();
  assert.equal(await stripe.card(id), undefined);
  server.changeCard(id, { brand: "amex", last4: "0005", exp_month: 11, exp_year: 2028 }, "customer");
  assert.deepEqual(await stripe.card(id), {
    brand: "American Express",
    last4: "0005",
    expiresAt: new Date("2028-12-01"),
  });
  server.changeCard(id, { brand: "visa", last4: "4242", exp_month: 12, exp_year: 2027 });
  assert.deepEqual(await stripe.card(id), { brand: "Visa", last4: "4242", expiresAt: new Date("2028-01-01") });
  await assert.rejects(stripe.card("sub_none"), ProviderError);
});

test("everything is listed page by page, and found one by one", async () => {
  const listed = await Array.fromAsync(stripe.list(new Date(0)));
  const idsOf = (kind: Fact["kind"]) => listed.filter((fact) => fact.kind === kind).map(({ id }) => id);
  assert.deepEqual(idsOf("subscription").toSorted(), [...server.world.subscriptions.keys()].toSorted());
  assert.deepEqual(idsOf("transaction").toSorted(), [...server.world.invoices.keys()].toSorted());
  for (const kind of ["subscription", "transaction", "adjustment"] as const) {
    const { id } = last(listed, kind);
    assert.equal((await stripe.find(kind, id))?.id, id);
  }
  assert.equal(await stripe.find("subscription", "sub_none"), undefined);
  const later = await Array.fromAsync(stripe.list(new Date(Date.now() + 60_000)));
  assert.ok(later.every((fact) => fact.kind === "subscription" && fact.status !== "canceled"));
});

test("events of another account, of the other mode, or of another version are refused, others come to nothing", async () => {
  const event = {
    id: "evt_1",
    type: "customer.subscription.updated",
    created: 1_800_000_000,
    livemode: false,
    api_version: stripeVersion,
    data: { object: { id: "sub_1", current_period_end: 1 } },
  };
  const said = async (change: object): Promise<string> => {
    const reading = await stripe.read(JSON.stringify({ ...event, ...change }));
    return "refused" in reading ? reading.refused : JSON.stringify(reading);
  };
  assert.equal(await said({ account: "acct_2" }), "It is of another account than ours.");
  assert.equal(await said({ livemode: true }), "It is of live mode, and our key is not.");
  assert.match(await said({ api_version: "2020-08-27" }), /^It is of version 2020-08-27 of Stripe's API/);
  assert.match(await said({ type: "customer.created" }), /Nothing follows from customer\.created/);
});

test("what is not signed by Stripe is no event", () => {
  const body = JSON.stringify({ id: "evt_1" });
  const headers = { "stripe-signature": signStripe(["other"], body) };
  assert.throws(() => stripe.verify(Buffer.from(body), headers), /signature/);
  assert.throws(() => stripe.verify(Buffer.from(body), {}), /not signed/);
});

test("without an answer in time, or with none that makes sense, Stripe is unreachable; a refusal says why", async () => {
  for (const fault of ["silence", "500", "429", "page", "reset"] as const) {
    server.api.fault = fault;
    await assert.rejects(
      begin({ token: `${token}-${fault}` }),
      (error) => error instanceof ProviderError && error.reason === "unreachable",
      fault,
    );
  }
  server.api.fault = undefined;
  await assert.rejects(
    begin({ price: "price_none" }),
    (error) => error instanceof ProviderError && error.reason === "refused",
  );
  const stranger = openStripeProvider({ ...server.keys, secretKey: "sk_test_wrong" });
  await assert.rejects(
    stranger.invoice("in_1"),
    (error) => error instanceof ProviderError && error.reason === "refused",
  );
});
