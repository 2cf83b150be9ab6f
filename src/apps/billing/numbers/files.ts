import { csvLine } from "#lib/admin/csv.ts";
import { currencyDigits } from "#lib/money.ts";
import { numberNames, type NumberName } from "./history.ts";
import type { MonthFigures, NumberRow } from "./numbers.ts";
import { words } from "./words.ts";

/** The figures of each month as CSV: of a number how many, and how much where it is money. */
export function monthsFile(months: readonly MonthFigures[], currency: string): string {
  const head = numberNames.flatMap((name) => (words[name].isMoney ? [name, `${name} ${currency}`] : [name]));
  const lines = months.map(({ month, figures }) => [
    month,
    ...numberNames.flatMap((name) => {
      const { count, amount } = figures[name];
      return words[name].isMoney ? [String(count), decimal(amount, currency)] : [String(count)];
    }),
  ]);
  return [["month", ...head], ...lines].map(csvLine).join("");
}

/** The rows behind a number as CSV. */
export function rowsFile(
  rows: readonly NumberRow[],
  { number, currency }: { number: NumberName; currency: string },
): string {
  const { isMoney } = words[number];
  const head = ["at", "person", "user", "what", "country", "reference", ...(isMoney ? [currency] : [])];
  const lines = rows.map(({ at, person, userId, what, country, reference, amount }) => [
    at.toISOString(),
    person,
    userId === null ? "" : String(userId),
    what,
    country,
    reference,
    ...(isMoney ? [decimal(amount ?? 0, currency)] : []),
  ]);
  return [head, ...lines].map(csvLine).join("");
}

/** An amount as spreadsheets read it: `15.00`. */
function decimal(minor: number, currency: string): string {
  const digits = currencyDigits(currency);
  return (minor / 10 ** digits).toFixed(digits);
}
