import type { CountryCode, Paddle, Price, UpdateSubscriptionRequestBody } from "@paddle/paddle-node-sdk";
import { tokenField } from "../custom-data.ts";
import type { ChangePreview, CheckoutRequest, PlanChange, PricePreview, PriceToPreview } from "../provider.ts";
import type { AskPaddle } from "./calls.ts";

type PriceOf = (paddle: Paddle, id: string) => Promise<Price>;

/** The prices that Paddle knows by these names. What was asked for once is not asked for again, as prices do not change. */
export function rememberPrices(): PriceOf {
  const known = new Map<string, Price>();
  return async (paddle, id) => {
    const price = known.get(id) ?? (await paddle.prices.get(id));
    known.set(id, price);
    return price;
  };
}

/** A transaction that waits for the buyer, to be opened in the overlay. Its custom data goes on to the subscription. */
export async function createTransaction(ask: AskPaddle, priceOf: PriceOf, request: CheckoutRequest): Promise<string> {
  const { id } = await ask(async (paddle) => {
    const price = await priceOf(paddle, request.price);
    return await paddle.transactions.create({
      items: [itemOf(price, request)],
      currencyCode: price.unitPrice.currencyCode,
      collectionMode: "automatic",
      customData: { [tokenField]: request.token },
      ...(request.coupon === undefined ? {} : { discountId: request.coupon }),
      ...(request.buyer.customer === undefined ? {} : { customerId: request.buyer.customer }),
    });
  });
  return id;
}

// A trial is part of a price, and not everybody gets one: for who does the price is made anew, and says of which it is another.
function itemOf(price: Price, { quantity, trialDays }: CheckoutRequest) {
  if (trialDays === 0) return { priceId: price.id, quantity };
  const { productId, description, name, unitPrice, billingCycle, taxMode } = price;
  const trialPeriod = { interval: "day", frequency: trialDays } as const;
  const ours = { customData: { of: price.id }, quantity: { minimum: 1, maximum: Math.max(quantity, 1) } };
  return {
    price: { productId, description, name, unitPrice, billingCycle, taxMode, trialPeriod, ...ours },
    quantity,
  };
}

/** What a price comes to in a country: https://developer.paddle.com/api-reference/pricing-preview/preview-prices */
export async function previewPrice(
  ask: AskPaddle,
  priceOf: PriceOf,
  { price: id, coupon, quantity, country }: PriceToPreview,
): Promise<PricePreview | undefined> {
  if (!isCountry(country)) return undefined;
  const { details } = await ask(async (paddle) => {
    const price = await priceOf(paddle, id);
    return await paddle.pricingPreview.preview({
      items: [{ priceId: id, quantity }],
      currencyCode: price.unitPrice.currencyCode,
      address: { countryCode: country },
      ...(coupon === undefined ? {} : { discountId: coupon }),
    });
  });
  const sum = (of: "tax" | "total"): number =>
    details.lineItems.reduce((all, { totals }) => all + Number(totals[of] ?? 0), 0);
  return { tax: sum("tax"), total: sum("total") };
}

// It is for Paddle to say which there are.
function isCountry(code: string): code is CountryCode {
  return /^[A-Z]{2}$/.test(code);
}

/** What a change would cost. In a trial nothing is due for a change, as Paddle asks for it to be. */
export async function previewChange(ask: AskPaddle, id: string, change: PlanChange): Promise<ChangePreview> {
  return await ask(async (paddle) => {
    const preview = await paddle.subscriptions.previewUpdate(id, await updateOf(paddle, id, change));
    const result = preview.updateSummary?.result;
    const dueNow = Number(result?.amount ?? 0);
    return {
      currency: preview.currencyCode,
      dueNow: result?.action === "credit" ? -dueNow : dueNow,
      recurring: Number(preview.recurringTransactionDetails?.totals.total ?? 0),
      nextBilledAt: preview.nextBilledAt === null ? null : new Date(preview.nextBilledAt),
    };
  });
}

/** How a subscription is changed. A change that cannot be paid for does not take place. */
export async function updateOf(
  paddle: Paddle,
  id: string,
  { price, quantity }: PlanChange,
): Promise<UpdateSubscriptionRequestBody> {
  const { status } = await paddle.subscriptions.get(id);
  return {
    items: [{ priceId: price, quantity }],
    prorationBillingMode: status === "trialing" ? "do_not_bill" : "prorated_immediately",
    onPaymentFailure: "prevent_change",
  };
}
