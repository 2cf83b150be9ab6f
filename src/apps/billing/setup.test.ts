import { drain } from "./testing/scene.ts";
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { eq } from "drizzle-orm";
import { plans, prices } from "#apps/members/schema.ts";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { managePayments } from "./commands.ts";
import { receiveEvent } from "./inbox.ts";
import { openPaddleProvider } from "./paddle/provider.ts";
import { eventKinds as paddleKinds } from "./paddle/webhooks.ts";
import { useProviders } from "./providers.ts";
import { coupons, providerCoupons, providerPrices } from "./schema.ts";
import { verifyPayments, webhookAddress } from "./setup.ts";
import { openStripeProvider } from "./stripe/provider.ts";
import { eventKinds as stripeKinds } from "./stripe/webhooks.ts";
import { startPaddle } from "./testing/paddle-server.ts";
import { startStripe, stripeVersion } from "./testing/stripe-server.ts";

const paddle = await startPaddle();
const stripe = await startStripe();
after(() => Promise.all([paddle.close(), stripe.close()]));
const isRight = { ...config };

beforeEach(async () => {
  Object.assign(config, isRight);
  await db.delete(providerPrices);
});

/** The steps that are not done, each with what is missing. */
async function open(): Promise<string[]> {
  return (await verifyPayments()).flatMap(({ problem }) => problem ?? []);
}

test("ten steps lead from a key to the first payment by Paddle, each with what is missing", async () => {
  const provider = openPaddleProvider({ ...paddle.keys, clientToken: undefined, webhookSecret: undefined });
  useProviders([provider]);
  const answers = await verifyPayments();
  assert.equal(answers.length, 10);
  assert.deepEqual(
    answers.filter(({ problem }) => problem === undefined).map(({ name }) => name),
    ["Paddle: The API key is good: it is of Paddle's own sandbox"],
  );

  useProviders([openPaddleProvider(paddle.keys)]);
  Object.assign(config, { BASE_URL: "https://learn.example.org" });
  const event = { group: "", description: "", available_versions: [1] };
  paddle.world.settings.set("ntfset_1", {
    id: "ntfset_1",
    description: "Lectern",
    type: "url",
    destination: webhookAddress("paddle"),
    active: true,
    api_version: 1,
    include_sensitive_fields: false,
    traffic_source: "all",
    subscribed_events: [{ name: "subscription.created", ...event }],
    endpoint_secret_key: paddle.keys.webhookSecret,
  });
  assert.match((await open())[0] ?? "", /leaves out: subscription\.imported, .*adjustment\.updated\.$/);
  const [destination] = paddle.world.settings.values();
  const names: ("subscription.created" | "adjustment.updated")[] = JSON.parse(JSON.stringify(Object.keys(paddleKinds)));
  Object.assign(destination ?? {}, { subscribed_events: names.map((name) => ({ name, ...event })) });

  assert.match((await open())[0] ?? "", /Run \.\/manage payments publish\. Paddle does not know: Monthly in USD, /);
  assert.match(await managePayments(["publish"]), /^Paddle: \d+ published, 0 known already\.\n$/);
  assert.match(await managePayments(["publish"]), /^Paddle: 0 published, \d+ known already\.\n$/);
  assert.equal((await open()).length, 1);
  assert.match((await open())[0] ?? "", /has told this site nothing yet/);

  const [body = ""] = paddle.outbox.waiting;
  paddle.outbox.waiting.splice(0, Infinity, body);
  await paddle.outbox.deliver((told) => receiveEvent("paddle", Buffer.from(told.body), told.headers));
  await drain();
  assert.deepEqual(await open(), []);
});

test("what goes wrong later is said: another secret, a price that was changed there, another link, a key of another kind", async () => {
  useProviders([openPaddleProvider({ ...paddle.keys, webhookSecret: "pdl_ntfset_other", clientToken: "live_other" })]);
  Object.assign(config, { BASE_URL: "https://learn.example.org" });
  await managePayments(["publish"]);
  const [price] = paddle.world.prices.values();
  Object.assign(price ?? {}, { status: "archived" });
  Object.assign(config, { BASE_URL: "https://other.example.org" });
  const problems = (await open()).join("\n");
  for (const sentence of [
    /one is live and the other is not/,
    /No destination has the address https:\/\/other\.example\.org\/payments\/events\/paddle/,
    /Paddle does not know: Monthly in USD\./,
    /It leads to https:\/\/learn\.example\.org\/checkout\/, not to https:\/\/other\.example\.org\/checkout\//,
  ]) {
    assert.match(problems, sentence);
  }
  useProviders([openPaddleProvider({ ...paddle.keys, apiKey: "pdl_sdbx_apikey_wrong" })]);
  assert.match((await open())[0] ?? "", /PADDLE_API_KEY opens nothing, or lacks a permission/);
});

test("nine steps lead to the first payment by Stripe", async () => {
  useProviders([openStripeProvider(stripe.keys)]);
  assert.equal((await verifyPayments()).length, 9);
  Object.assign(config, { BASE_URL: "https://learn.example.org" });
  const endpoint = {
    id: "we_1",
    object: "webhook_endpoint" as const,
    url: webhookAddress("stripe"),
    status: "enabled",
    enabled_events: ["invoice.paid"],
    api_version: "2020-08-27",
    created: 0,
  };
  stripe.world.endpoints.set("we_1", endpoint);
  const problems = (await open()).join("\n");
  assert.match(problems, /The endpoint leaves out: customer\.subscription\.created/);
  assert.match(problems, new RegExp(`make an endpoint of version ${stripeVersion}`));
  assert.match(problems, /Save the settings of the customer portal/);
  Object.assign(endpoint, { enabled_events: stripeKinds, api_version: stripeVersion });
  stripe.world.portals.set("bpc_1", {
    id: "bpc_1",
    object: "billing_portal.configuration",
    active: true,
    is_default: true,
  });
  await managePayments(["publish"]);
  assert.deepEqual(await open(), [
    "Stripe: An event has arrived, and was understood: Stripe has told this site nothing yet: have it send a test, or buy something.",
  ]);
});

test("coupons are published with the prices, what is not on offer is not, and a provider that is away is named", async () => {
  await db.insert(coupons).values({ code: "SPRING", percent: 20, payments: 1 });
  await db.update(plans).set({ isOffered: false }).where(eq(plans.slug, "team"));
  useProviders([openStripeProvider({ ...stripe.keys, limitMs: 300 })]);
  await managePayments(["publish"]);
  assert.equal(await db.$count(providerCoupons), 1);
  const team = await db
    .select()
    .from(providerPrices)
    .innerJoin(prices, eq(prices.id, providerPrices.priceId))
    .innerJoin(plans, eq(plans.id, prices.planId))
    .where(eq(plans.slug, "team"));
  assert.equal(team.length, 0);
  await db.delete(providerPrices);
  stripe.api.fault = "silence";
  await assert.rejects(managePayments(["publish"]), /Stripe did not answer in 0\.3 s\./);
  stripe.api.fault = undefined;
  await assert.rejects(managePayments(["erase"]), /Say \.\/manage payments/);
});
