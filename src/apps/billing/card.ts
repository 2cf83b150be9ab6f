/** The card that something is paid with, as far as its owner knows it again. */
export interface Card {
  /** `Visa`. */
  brand: string;
  last4: string;
  /** From then on it is refused: the end of the month that is printed on it, in UTC. */
  expiresAt: Date;
}

const brands: Readonly<Record<string, string>> = {
  american_express: "American Express",
  amex: "American Express",
  diners: "Diners Club",
  diners_club: "Diners Club",
  discover: "Discover",
  jcb: "JCB",
  mada: "mada",
  maestro: "Maestro",
  mastercard: "Mastercard",
  union_pay: "UnionPay",
  unionpay: "UnionPay",
  visa: "Visa",
};

/** A card by what providers say of it; `month` counts from 1, as it is printed. */
export function cardOf({
  brand,
  last4,
  month,
  year,
}: {
  brand: string;
  last4: string;
  month: number;
  year: number;
}): Card {
  return { brand: brands[brand] ?? "Card", last4, expiresAt: new Date(Date.UTC(year, month, 1)) };
}
