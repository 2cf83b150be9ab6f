import type { CreateDiscountRequestBody, CurrencyCode, Paddle } from "@paddle/paddle-node-sdk";
import { ProviderError, type CouponToPublish, type PriceToPublish } from "../provider.ts";
import type { AskPaddle } from "./calls.ts";

// As many as a team may have seats.
const maxQuantity = 10_000;

/**
 * Makes a price known to Paddle under a product of its name; one that is there already, with the same terms, is taken. It has no
 * trial: that is given to who may have one, at the checkout.
 */
export async function publishPrice(ask: AskPaddle, price: PriceToPublish): Promise<string> {
  const { id, name, amount, interval } = price;
  const currencyCode = currencyOf(price.currency);
  const mark = [id, currencyCode, amount, interval ?? "once"].join(" ");
  return await ask(async (paddle) => {
    const known = await findPrice(paddle, mark);
    if (known !== undefined) return known;
    const product = await productOf(paddle, name);
    const made = await paddle.prices.create({
      productId: product,
      name,
      description: mark,
      unitPrice: { amount: String(amount), currencyCode },
      billingCycle: interval === undefined ? null : { interval, frequency: 1 },
      taxMode: "external",
      quantity: { minimum: 1, maximum: maxQuantity },
      customData: { lectern: mark },
    });
    return made.id;
  });
}

export async function publishCoupon(ask: AskPaddle, coupon: CouponToPublish): Promise<string> {
  const terms = termsOf(coupon);
  const mark = [coupon.code.toLowerCase(), terms.amount, terms.currencyCode ?? "%", coupon.payments ?? "all"].join(" ");
  return await ask(async (paddle) => {
    for await (const discount of paddle.discounts.list({ perPage: 200, status: ["active"] })) {
      if (discount.customData?.lectern === mark) return discount.id;
    }
    const { id } = await paddle.discounts.create({ ...terms, description: coupon.code, customData: { lectern: mark } });
    return id;
  });
}

// Nobody types it at Paddle's checkout: who may use a coupon, and how often, is ours to say.
function termsOf({
  percent,
  amount,
  currency,
  payments,
}: CouponToPublish): Omit<CreateDiscountRequestBody, "description"> {
  const often = {
    enabledForCheckout: false,
    recur: payments !== 1,
    ...(payments === undefined || payments === 1 ? {} : { maximumRecurringIntervals: payments }),
  };
  if (percent !== undefined) return { type: "percentage", amount: String(percent), ...often };
  return { type: "flat", amount: String(amount ?? 0), currencyCode: currencyOf(currency ?? ""), ...often };
}

async function findPrice(paddle: Paddle, mark: string): Promise<string | undefined> {
  for await (const price of paddle.prices.list({ perPage: 200, status: ["active"] })) {
    if (price.customData?.lectern === mark) return price.id;
  }
  return undefined;
}

async function productOf(paddle: Paddle, name: string): Promise<string> {
  for await (const product of paddle.products.list({ perPage: 200, status: ["active"] })) {
    if (product.customData?.lectern === name) return product.id;
  }
  const { id } = await paddle.products.create({ name, taxCategory: "standard", customData: { lectern: name } });
  return id;
}

/** Throws ProviderError for a currency that Paddle does not take. */
function currencyOf(code: string): CurrencyCode {
  const known = currencies.find((each) => each === code);
  if (known === undefined) throw new ProviderError("refused", `Paddle takes no ${code}.`);
  return known;
}

// https://developer.paddle.com/concepts/sell/supported-currencies
const currencies: readonly CurrencyCode[] = [
  ...([
    "USD",
    "EUR",
    "GBP",
    "JPY",
    "AUD",
    "CAD",
    "CHF",
    "HKD",
    "SGD",
    "SEK",
    "ARS",
    "BRL",
    "CLP",
    "CNY",
    "COP",
  ] as const),
  ...(["CZK", "DKK", "HUF", "ILS", "INR", "KRW", "MXN", "NOK", "NZD", "PEN", "PLN", "RUB", "THB", "TRY"] as const),
  ...(["TWD", "UAH", "VND", "ZAR"] as const),
];
