import { createHash } from "node:crypto";
import type { Stripe } from "stripe";
import { tokenField } from "../custom-data.ts";
import {
  ProviderError,
  type ChangePreview,
  type CheckoutRequest,
  type CheckoutStep,
  type PlanChange,
} from "../provider.ts";
import type { AskStripe } from "./calls.ts";
import { pausedFrom } from "./facts.ts";

/** A page of Stripe's on which the buyer pays. What follows from it brings the token back, the invoice included. */
export async function createSession(ask: AskStripe, request: CheckoutRequest): Promise<CheckoutStep> {
  const metadata = { [tokenField]: request.token };
  const { price, quantity, coupon, buyer } = request;
  const session: Stripe.Checkout.SessionCreateParams = {
    mode: request.isSubscription ? "subscription" : "payment",
    line_items: [{ price, quantity }],
    client_reference_id: request.token,
    metadata,
    success_url: request.successUrl,
    cancel_url: request.cancelUrl,
    ...(coupon === undefined ? {} : { discounts: [{ coupon }] }),
    ...(buyer.customer === undefined ? { customer_email: buyer.address } : { customer: buyer.customer }),
    ...(request.isSubscription ? ofSubscription(request, metadata) : ofPayment(request, metadata)),
  };
  // Asked twice for the same, Stripe answers the same session.
  const idempotencyKey = createHash("sha256").update(JSON.stringify(session)).digest("hex");
  const { id, url } = await ask((stripe) => stripe.checkout.sessions.create(session, { idempotencyKey }));
  if (url === null) throw new ProviderError("refused", "Stripe names no page to pay on.");
  return { id, redirect: url };
}

function ofSubscription({ trialDays }: CheckoutRequest, metadata: Record<string, string>) {
  const trial = trialDays === 0 ? {} : { trial_period_days: trialDays };
  return { subscription_data: { metadata, ...trial } };
}

// Without an invoice there would be nothing that says what was paid for.
function ofPayment({ buyer }: CheckoutRequest, metadata: Record<string, string>) {
  return {
    payment_intent_data: { metadata },
    invoice_creation: { enabled: true, invoice_data: { metadata } },
    ...(buyer.customer === undefined ? { customer_creation: "always" as const } : {}),
  };
}

/** What a change would cost: the invoice that would be made for it. In a trial nothing is due. */
export async function previewChange(ask: AskStripe, id: string, change: PlanChange): Promise<ChangePreview> {
  return await ask(async (stripe) => {
    const subscription = await stripe.subscriptions.retrieve(id);
    const price = await stripe.prices.retrieve(change.price);
    const { items } = updateOf(subscription, change);
    const isTrial = subscription.status === "trialing";
    const recurring = (price.unit_amount ?? 0) * change.quantity;
    const currency = subscription.currency.toUpperCase();
    if (isTrial) return { currency, dueNow: 0, recurring, nextBilledAt: ofSeconds(subscription.trial_end) };
    const details = { items, proration_behavior: "always_invoice" as const };
    const preview = await stripe.invoices.createPreview({ subscription: id, subscription_details: details });
    const ends = preview.lines.data.map(({ period }) => period.end);
    return { currency, dueNow: preview.total, recurring, nextBilledAt: ofSeconds(Math.max(...ends)) };
  });
}

/** How a subscription is changed. A change that cannot be paid for does not take place. */
export function updateOf({ items, status }: Stripe.Subscription, { price, quantity }: PlanChange) {
  const id = items.data[0]?.id ?? "";
  return status === "trialing"
    ? { items: [{ id, price, quantity }], proration_behavior: "none" as const }
    : {
        items: [{ id, price, quantity }],
        proration_behavior: "always_invoice" as const,
        payment_behavior: "pending_if_incomplete" as const,
      };
}

/** How a subscription is paused once what is paid for is over. */
export function pauseOf({ items }: Stripe.Subscription, resumeAt: Date | undefined): Stripe.SubscriptionUpdateParams {
  const resumes = resumeAt === undefined ? {} : { resumes_at: Math.floor(resumeAt.getTime() / 1000) };
  const from = String(items.data[0]?.current_period_end ?? 0);
  return { pause_collection: { behavior: "void", ...resumes }, metadata: { [pausedFrom]: from } };
}

/** How it goes on: as if nothing had been said while what is paid for lasts, else with a new period that is paid at once. */
export function resumptionOf(
  { pause_collection: pause, metadata }: Stripe.Subscription,
  now = new Date(),
): Stripe.SubscriptionUpdateParams {
  const going = { cancel_at_period_end: false } as const;
  if (pause === null) return going;
  const awake: Stripe.SubscriptionUpdateParams = { ...going, pause_collection: "", metadata: { [pausedFrom]: "" } };
  if (Number(metadata[pausedFrom] ?? 0) * 1000 > now.getTime()) return awake;
  return { ...awake, billing_cycle_anchor: { type: "now" }, proration_behavior: "none" };
}

function ofSeconds(at: number | null): Date | null {
  return at === null || !Number.isFinite(at) ? null : new Date(at * 1000);
}
