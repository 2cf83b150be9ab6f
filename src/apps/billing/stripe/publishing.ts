import { createHash } from "node:crypto";
import type { Stripe } from "stripe";
import type { CouponToPublish, PriceToPublish } from "../provider.ts";
import { StripeRefusal, type AskStripe } from "./calls.ts";

/** Makes a price known to Stripe under a product of its name; one that is there already, with the same terms, is taken. */
export async function publishPrice(ask: AskStripe, price: PriceToPublish): Promise<string> {
  const { id, name, currency, amount, interval } = price;
  const key = ["lectern", id, currency, amount, interval ?? "once"].join("-");
  const { data } = await ask((stripe) => stripe.prices.list({ lookup_keys: [key], active: true, limit: 1 }));
  if (data[0] !== undefined) return data[0].id;
  const product = `lectern-${createHash("sha256").update(name).digest("hex").slice(0, 24)}`;
  await unlessKnown(ask, (stripe) => stripe.products.create({ id: product, name }));
  const made = await ask((stripe) =>
    stripe.prices.create({
      product,
      currency: currency.toLowerCase(),
      unit_amount: amount,
      lookup_key: key,
      tax_behavior: "exclusive",
      ...(interval === undefined ? {} : { recurring: { interval } }),
    }),
  );
  return made.id;
}

/** The id of a coupon at Stripe says all its terms, so one with other terms is another. */
export async function publishCoupon(ask: AskStripe, coupon: CouponToPublish): Promise<string> {
  const { code, percent, amount, currency, payments } = coupon;
  const off =
    percent === undefined
      ? { amount_off: amount ?? 0, currency: (currency ?? "").toLowerCase() }
      : { percent_off: percent };
  const often = durationOf(payments);
  const terms = [code.toLowerCase(), percent ?? `${amount}${currency}`, payments ?? "all"].join(" ");
  const id = `lectern-${createHash("sha256").update(terms).digest("hex").slice(0, 24)}`;
  await unlessKnown(ask, (stripe) => stripe.coupons.create({ id, name: code.slice(0, 40), ...off, ...often }));
  return id;
}

// Stripe counts months, not payments: for a plan that is paid by the year all within them is the first payment.
function durationOf(payments: number | undefined): Stripe.CouponCreateParams {
  if (payments === undefined) return { duration: "forever" };
  return payments === 1 ? { duration: "once" } : { duration: "repeating", duration_in_months: payments };
}

async function unlessKnown(ask: AskStripe, create: (stripe: Stripe) => Promise<unknown>): Promise<void> {
  try {
    await ask(create);
  } catch (error) {
    if (!(error instanceof StripeRefusal) || error.code !== "resource_already_exists") throw error;
  }
}
