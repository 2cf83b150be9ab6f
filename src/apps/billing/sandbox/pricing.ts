import type { Discount } from "./objects.ts";

/** What of an amount is tax, in percent; elsewhere nothing. */
const taxes: Readonly<Record<string, number>> = {
  AT: 20,
  AU: 10,
  CA: 5,
  CH: 8.1,
  DE: 19,
  ES: 21,
  FR: 20,
  GB: 20,
  IE: 23,
  IN: 18,
  IT: 22,
  JP: 10,
  NL: 21,
  PL: 23,
  SE: 25,
  US: 0,
};

/** The countries that its pages offer. */
export const countries: readonly string[] = Object.keys(taxes);

export interface Sum {
  /** What is left after what is taken off, before tax. */
  net: number;
  discount: number;
  tax: number;
  total: number;
}

/** What is asked for: taxes are added to prices. All in minor units. */
export function sumOf(amount: number, { discount, country }: { discount: Discount | null; country: string }): Sum {
  const off = discount === null || discount.left === 0 ? 0 : takenOff(amount, discount);
  const net = amount - off;
  const tax = Math.round((net * (taxes[country] ?? 0)) / 100);
  return { net, discount: off, tax, total: net + tax };
}

/** The same once a payment was made with it. */
export function useUp(discount: Discount | null): Discount | null {
  if (discount === null || discount.left === null) return discount;
  return discount.left <= 1 ? null : { ...discount, left: discount.left - 1 };
}

function takenOff(amount: number, { percent, amount: fixed }: Discount): number {
  if (percent !== undefined) return Math.round((amount * percent) / 100);
  return Math.min(amount, fixed ?? 0);
}
