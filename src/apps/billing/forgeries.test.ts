import { begin, drain, listEntitled, maya, priceIds, sam } from "./testing/scene.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { db } from "#lib/db.ts";
import { receiveEvent } from "./inbox.ts";
import { openPaddleProvider } from "./paddle/provider.ts";
import { findArticle } from "./pricing.ts";
import type { Provider } from "./provider.ts";
import { useProviders } from "./providers.ts";
import { publishPrice } from "./publishing.ts";
import { sign as signSandbox, signatureHeader } from "./sandbox/signing.ts";
import { paymentEvents, providerPrices } from "./schema.ts";
import { openStripeProvider } from "./stripe/provider.ts";
import type { Outbox } from "./testing/outbox.ts";
import { signPaddle, startPaddle } from "./testing/paddle-server.ts";
import { signStripe, startStripe } from "./testing/stripe-server.ts";

// What somebody might try to be let in for nothing: signed as the provider signs, since a buyer can have a good deal signed.

const each = process.env.FAULTS === "full" ? 112 : 5;
const paddle = await startPaddle({ isLive: true });
const stripe = await startStripe({ isLive: true });
after(() => Promise.all([paddle.close(), stripe.close()]));
await db.delete(providerPrices);

interface Forger {
  provider: Provider;
  outbox: Outbox;
  /** Buys something by a checkout of this token. */
  buy: (given: { token: string; price: string }) => Promise<void>;
  sign: (body: string) => Record<string, string>;
  /** What each event is changed to. */
  forgeries: Readonly<Record<string, (text: string) => string>>;
}

const ofUser = (text: string): string =>
  text.replace(/"checkout":"[\w-]+"/g, `"user_id":${maya},"userId":"${maya}","checkout":"${maya}"`);
const ofNoPrice = (text: string): string => text.replace(/"(pri|price)_[0-9a-z]+"/g, '"$1_unknown"');

const forgers: readonly Forger[] = [
  {
    provider: openPaddleProvider(paddle.keys),
    outbox: paddle.outbox,
    buy: async ({ token, price }) =>
      void paddle.pay((await checkout(openPaddleProvider(paddle.keys), token, price)).id),
    sign: (body) => ({ "paddle-signature": signPaddle([paddle.keys.webhookSecret], body) }),
    forgeries: {
      "another's account in the custom data": ofUser,
      "an unknown price": ofNoPrice,
      "nothing paid": (text) =>
        text.replace(/"grand_total":"\d+"/g, '"grand_total":"0"').replace(/"amount":"\d+"/g, '"amount":"0"'),
      "a token that was guessed": (text) =>
        text.replace(/"checkout":"[\w-]+"/g, '"checkout":"aaaaaaaaaaaaaaaaaaaaaaaa"'),
    },
  },
  {
    provider: openStripeProvider(stripe.keys),
    outbox: stripe.outbox,
    buy: async ({ token, price }) =>
      void stripe.pay((await checkout(openStripeProvider(stripe.keys), token, price)).id),
    sign: (body) => ({ "stripe-signature": signStripe([stripe.keys.webhookSecret], body) }),
    forgeries: {
      "another's account in the metadata": ofUser,
      "an unknown price": ofNoPrice,
      "nothing paid": (text) => text.replace(/"(amount_due|unit_amount)":\d+/g, '"$1":0'),
      "another account than ours": (text) => text.replace(/^\{/, '{"account":"acct_other",'),
      "test mode": (text) => text.replaceAll('"livemode":true', '"livemode":false'),
    },
  },
];

for (const { provider, outbox, buy, sign, forgeries } of forgers) {
  for (const [name, forge] of Object.entries(forgeries)) {
    test(`${provider.label}: ${each} payments with ${name} open nothing`, async () => {
      useProviders([provider]);
      const price = await published(provider);
      for (let n = 0; n < each; n += 1) await buy({ token: await begin(sam, { provider: provider.name }), price });
      for (const body of outbox.waiting.splice(0)) {
        const forged = forge(body);
        await receiveEvent(provider.name, Buffer.from(forged), sign(forged));
      }
      await drain();
      assert.deepEqual(await listEntitled(), []);
      const kept = await db.select().from(paymentEvents);
      assert.ok(kept.length > each && kept.every(({ processedAt }) => processedAt !== null));
    });
  }
}

test("the same payments open what they are for when nobody has touched them", async () => {
  for (const { provider, outbox, buy } of forgers) {
    useProviders([provider]);
    await buy({ token: await begin(sam, { provider: provider.name }), price: await published(provider) });
    await outbox.deliver(({ body, headers }) => receiveEvent(provider.name, Buffer.from(body), headers));
    await drain();
  }
  assert.equal((await listEntitled()).length, 2);
});

test("what Paddle's sandbox signed is not taken by a site with live keys", async () => {
  const sandbox = await startPaddle();
  after(sandbox.close);
  useProviders([openPaddleProvider(paddle.keys)]);
  for (let n = 0; n < each; n += 1) {
    sandbox.tell("subscription.created", { id: `sub_${n}` });
    await assert.rejects(
      sandbox.outbox.deliver(({ body, headers }) => receiveEvent("paddle", Buffer.from(body), headers)),
      /The signature is wrong/,
    );
  }
});

test("the sandbox that is built in tells nothing to a site with live keys", async () => {
  useProviders([openPaddleProvider(paddle.keys)]);
  const body = Buffer.from(
    JSON.stringify({ event_id: "evt_1", event_type: "x", occurred_at: new Date(), data: { id: "sub_1" } }),
  );
  const headers = { [signatureHeader]: signSandbox(body, new Date()) };
  await assert.rejects(receiveEvent("sandbox", body, headers), { status: 404 });
  assert.equal(await db.$count(paymentEvents), 0);
});

async function published(provider: Provider): Promise<string> {
  const article = await findArticle(priceIds.pri_1 ?? 0);
  assert.ok(article);
  return await publishPrice(provider, article);
}

function checkout(provider: Provider, token: string, price: string) {
  return provider.checkout({
    token,
    price,
    coupon: undefined,
    quantity: 1,
    trialDays: 0,
    isSubscription: true,
    buyer: { address: "sam@example.org", name: "Sam", country: "DE", customer: undefined },
    successUrl: "https://learn.example.org/done/",
    cancelUrl: "https://learn.example.org/join/",
  });
}
