import type { NumberName } from "./history.ts";

/** What each number is called and what it counts, and whether it is money at all. */
export const words: Readonly<Record<NumberName, { title: string; short: string; about: string; isMoney: boolean }>> = {
  recurring: {
    title: "Recurring revenue",
    short: "Recurring",
    about: "What paid periods come to a month, without tax, at the end of the month; of this month, now.",
    isMoney: true,
  },
  new: {
    title: "New subscriptions",
    short: "New",
    about: "Subscriptions that were paid for the first time, and what they come to a month.",
    isMoney: true,
  },
  churned: {
    title: "Churned subscriptions",
    short: "Churned",
    about: "Paid subscriptions that ended, and what they came to a month.",
    isMoney: true,
  },
  recovered: {
    title: "Recovered payments",
    short: "Recovered",
    about: "Payments that failed at first and came through later.",
    isMoney: true,
  },
  refunds: {
    title: "Refunds and disputes",
    short: "Given back",
    about: "What went back to buyers, less what came back from disputes that were won.",
    isMoney: true,
  },
  trials: {
    title: "Trials that began",
    short: "Trials",
    about: "Subscriptions that began with free days.",
    isMoney: false,
  },
  converted: {
    title: "Trials that became paid",
    short: "Converted",
    about: "Subscriptions that were paid for the first time after free days, and what they come to a month.",
    isMoney: true,
  },
  revenue: {
    title: "Payments",
    short: "Taken in",
    about: "All that was paid, with tax, for subscriptions and for what is bought once.",
    isMoney: true,
  },
};

/** `Nov 2026` of `2026-11`. */
export function monthName(month: string): string {
  return monthFormat.format(new Date(`${month}-01T00:00:00Z`));
}

const monthFormat = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric", timeZone: "UTC" });
const regions = new Intl.DisplayNames("en", { type: "region" });

/** A country's name by its code (ISO 3166); whatever else is left as it is. */
export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code;
}
