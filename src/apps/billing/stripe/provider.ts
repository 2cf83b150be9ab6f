import type { Stripe } from "stripe";
import type { Fact } from "../facts.ts";
import { ProviderError, type Provider } from "../provider.ts";
import { isLiveKey, openStripe, type StripeKeys } from "./calls.ts";
import { createSession, pauseOf, previewChange, resumptionOf, updateOf } from "./checkout.ts";
import { findCard } from "./cards.ts";
import { findFact, justNow, listFacts, ofRefund, ofSubscription } from "./listing.ts";
import { publishCoupon, publishPrice } from "./publishing.ts";
import { verifySetup } from "./setup.ts";
import { readStripe, verifyStripe } from "./webhooks.ts";

/** Stripe: the site itself sells, and owes the taxes. https://docs.stripe.com */
export function openStripeProvider(keys: StripeKeys): Provider {
  const ask = openStripe(keys);
  const isLive = isLiveKey(keys.secretKey);

  async function change(make: (stripe: Stripe) => Promise<Stripe.Subscription>): Promise<readonly Fact[]> {
    const fact = ofSubscription(await ask(make), justNow());
    return fact === undefined ? [] : [fact];
  }

  return {
    name: "stripe",
    label: "Stripe",
    isLive,
    verify: (body, headers) => verifyStripe(body, headers, keys.webhookSecret),
    read: (body) => readStripe(ask, body, isLive),

    // Whether Stripe adds any is seen on its page, once it knows where the buyer is.
    previewPrice: async () => undefined,
    checkout: (request) => createSession(ask, request),
    previewChange: (id, to) => previewChange(ask, id, to),
    changePlan: (id, to) =>
      change(async (stripe) => stripe.subscriptions.update(id, updateOf(await stripe.subscriptions.retrieve(id), to))),
    cancel: (id, when) =>
      change((stripe) =>
        when === "now"
          ? stripe.subscriptions.cancel(id)
          : stripe.subscriptions.update(id, { cancel_at_period_end: true }),
      ),
    pause: (id, resumeAt) =>
      change(async (stripe) =>
        stripe.subscriptions.update(id, pauseOf(await stripe.subscriptions.retrieve(id), resumeAt)),
      ),
    resume: (id) =>
      change(async (stripe) => stripe.subscriptions.update(id, resumptionOf(await stripe.subscriptions.retrieve(id)))),
    discount: (id, coupon) => change((stripe) => stripe.subscriptions.update(id, { discounts: [{ coupon }] })),
    async refund(invoice, amount, reason) {
      const payment_intent = await intentOf(invoice);
      const made = await ask((stripe) =>
        stripe.refunds.create({
          payment_intent,
          metadata: { reason: reason.slice(0, 500) },
          ...(amount === undefined ? {} : { amount }),
        }),
      );
      const fact = await ofRefund(ask, made, justNow());
      return fact === undefined ? [] : [fact];
    },
    card: (subscription) => findCard(ask, subscription),
    async portal(customer, returnUrl) {
      const { url } = await ask((stripe) => stripe.billingPortal.sessions.create({ customer, return_url: returnUrl }));
      return url;
    },
    async invoice(id) {
      const { invoice_pdf: pdf, hosted_invoice_url: page } = await ask((stripe) => stripe.invoices.retrieve(id));
      const address = pdf ?? page;
      if (!address) throw new ProviderError("refused", "Stripe has no invoice to show for it.");
      return address;
    },

    list: (since) => listFacts(ask, since),
    find: (kind, id) => findFact(ask, { kind, id }),
    publishPrice: (price) => publishPrice(ask, price),
    publishCoupon: (coupon) => publishCoupon(ask, coupon),
    verifySetup: () => verifySetup(ask, keys),
  };

  async function intentOf(invoice: string): Promise<string> {
    const { data } = await ask((stripe) => stripe.invoicePayments.list({ invoice, status: "paid", limit: 1 }));
    const intent = data[0]?.payment.payment_intent;
    if (intent === undefined) throw new ProviderError("refused", "Stripe knows of no payment of it.");
    return typeof intent === "string" ? intent : intent.id;
  }
}
