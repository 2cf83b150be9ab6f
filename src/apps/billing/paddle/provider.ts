import type { Adjustment, Subscription } from "@paddle/paddle-node-sdk";
import type { Fact } from "../facts.ts";
import { ProviderError, type Provider } from "../provider.ts";
import { isLiveKey, openPaddle, type PaddleKeys } from "./calls.ts";
import { createTransaction, previewChange, previewPrice, rememberPrices, updateOf } from "./checkout.ts";
import { findCard } from "./cards.ts";
import { findFact, listFacts, ofAdjustment, ofSubscription } from "./listing.ts";
import { publishCoupon, publishPrice } from "./publishing.ts";
import { refundOf } from "./refunds.ts";
import { verifySetup } from "./setup.ts";
import { readPaddle, verifyPaddle } from "./webhooks.ts";

/** Paddle Billing, the merchant of record: it sells to the reader, and owes the taxes. https://developer.paddle.com */
export function openPaddleProvider(keys: PaddleKeys): Provider {
  const ask = openPaddle(keys);
  const isLive = isLiveKey(keys.apiKey);
  const isTest = !isLive;
  const priceOf = rememberPrices();
  const environment = isLive ? "production" : "sandbox";
  const overlay =
    keys.clientToken === undefined ? undefined : ({ clientToken: keys.clientToken, environment } as const);

  async function change(make: (paddle: Parameters<Parameters<typeof ask>[0]>[0]) => Promise<Subscription>) {
    return [ofSubscription(await ask(make), isTest)];
  }

  return {
    name: "paddle",
    label: "Paddle",
    isLive,
    overlay,
    verify: (body, headers) => verifyPaddle(body, headers, keys.webhookSecret),
    read: (body) => readPaddle(body, isTest),

    previewPrice: (asked) => previewPrice(ask, priceOf, asked),
    async checkout(request) {
      if (overlay === undefined) throw new ProviderError("refused", "PADDLE_CLIENT_TOKEN is not set.");
      const transaction = await createTransaction(ask, priceOf, request);
      return { id: transaction, overlay: { ...overlay, transaction } };
    },
    previewChange: (id, to) => previewChange(ask, id, to),
    changePlan: (id, to) => change(async (paddle) => paddle.subscriptions.update(id, await updateOf(paddle, id, to))),
    cancel: (id, when) =>
      change((paddle) =>
        paddle.subscriptions.cancel(id, { effectiveFrom: when === "now" ? "immediately" : "next_billing_period" }),
      ),
    pause: (id, resumeAt) =>
      change((paddle) =>
        paddle.subscriptions.pause(id, {
          effectiveFrom: "next_billing_period",
          ...(resumeAt === undefined ? {} : { resumeAt: resumeAt.toISOString() }),
        }),
      ),
    resume: (id) =>
      change(async (paddle) => {
        const { status } = await paddle.subscriptions.get(id);
        if (status === "paused") return await paddle.subscriptions.resume(id, { effectiveFrom: "immediately" });
        return await paddle.subscriptions.update(id, { scheduledChange: null });
      }),
    discount: (id, coupon) =>
      change((paddle) =>
        paddle.subscriptions.update(id, { discount: { id: coupon, effectiveFrom: "next_billing_period" } }),
      ),
    async refund(transaction, amount, reason) {
      const made: Adjustment = await ask(async (paddle) =>
        paddle.adjustments.create(await refundOf(paddle, transaction, { amount, reason })),
      );
      const fact: Fact | undefined = ofAdjustment(made, isTest);
      return fact === undefined ? [] : [fact];
    },
    card: (subscription) => findCard(ask, subscription),
    // Paddle's portal has no way back of ours: it opens beside the site.
    async portal(customer) {
      const { urls } = await ask((paddle) => paddle.customerPortalSessions.create(customer, []));
      return urls.general.overview;
    },
    async invoice(transaction) {
      return (await ask((paddle) => paddle.transactions.getInvoicePDF(transaction))).url;
    },

    list: (since) => listFacts(ask, since, isTest),
    find: (kind, id) => findFact(ask, { kind, id }, isTest),
    publishPrice: (price) => publishPrice(ask, price),
    publishCoupon: (coupon) => publishCoupon(ask, coupon),
    verifySetup: () => verifySetup(ask, keys),
  };
}
