import { formatPrice } from "#lib/money.ts";
import type { Plan, Price } from "./schema.ts";

/** What a plan costs, as far as it takes to say so. */
export type PricedPlan = Pick<Plan, "kind" | "interval"> & Pick<Price, "currency" | "amount">;

/** `$150 a year`, `$400 once`, `$120 a seat and year`. */
export function describePrice({ kind, interval, currency, amount }: PricedPlan): string {
  const price = formatPrice(amount, currency);
  if (interval === null) return `${price} once`;
  return kind === "team" ? `${price} a seat and ${interval}` : `${price} a ${interval}`;
}

/** The least that a month costs, by the plans that are paid again and again: `$12.50`. Undefined when there are none. */
export function describeLeast(all: readonly PricedPlan[]): string | undefined {
  const [least] = all
    .filter(({ kind, interval }) => kind === "subscription" && interval !== null)
    .map(({ interval, currency, amount }) => ({ currency, amount: interval === "year" ? amount / 12 : amount }))
    .toSorted((a, b) => a.amount - b.amount);
  return least && formatPrice(Math.ceil(least.amount), least.currency);
}
