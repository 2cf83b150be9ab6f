import { config } from "../config.ts";

const formatters = new Map<string, Intl.NumberFormat>();

/** How many digits of a currency (ISO 4217) are behind the point: 2 for USD, 0 for JPY, 3 for KWD. */
export function currencyDigits(currency: string): number {
  return formatter(currency, "exact").resolvedOptions().maximumFractionDigits ?? 2;
}

/** An amount in minor units as a reader of this site writes it: `$15.00`, `¥1,500`. */
export function formatMoney(minor: number, currency: string): string {
  return formatter(currency, "exact").format(minor / 10 ** currencyDigits(currency));
}

/** The same as a price stands on a label, without cents where there are none: `$15`, `$12.50`. */
export function formatPrice(minor: number, currency: string): string {
  return formatter(currency, "short").format(minor / 10 ** currencyDigits(currency));
}

/** An amount as somebody typed it, `12.50`, in minor units; undefined for what is none, or finer than the currency. */
export function parseMoney(text: string, currency: string): number | undefined {
  const [, whole, part = ""] = /^(\d{1,9})(?:\.(\d{1,4}))?$/.exec(text.trim()) ?? [];
  const digits = currencyDigits(currency);
  if (whole === undefined || part.length > digits) return undefined;
  return Number(whole + part.padEnd(digits, "0"));
}

function formatter(currency: string, style: "exact" | "short"): Intl.NumberFormat {
  const key = `${currency} ${style}`;
  let found = formatters.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat(config.SITE_LANGUAGE, {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      ...(style === "short" && { trailingZeroDisplay: "stripIfInteger" }),
    });
    formatters.set(key, found);
  }
  return found;
}
