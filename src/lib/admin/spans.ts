const dayMs = 86_400_000;
const lastDays = new Map([
  ["today", 1],
  ["week", 7],
  ["month", 30],
  ["quarter", 91],
]);

/** A year, a month, a day, or the last so many days: from then until then, in UTC; undefined for anything else. */
export function spanOf(value: string): [Date, Date] | undefined {
  const days = lastDays.get(value);
  if (days !== undefined) {
    const tomorrow = Math.ceil((Date.now() + 1) / dayMs) * dayMs;
    return [new Date(tomorrow - days * dayMs), new Date(tomorrow)];
  }
  const [, year, month, day] = /^([12]\d{3})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/.exec(value) ?? [];
  if (year === undefined) return undefined;
  const from = Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  if (month === undefined) return [new Date(from), new Date(Date.UTC(Number(year) + 1, 0, 1))];
  if (day === undefined) return [new Date(from), new Date(Date.UTC(Number(year), Number(month), 1))];
  return [new Date(from), new Date(from + dayMs)];
}

export interface SpanLink {
  label: string;
  /** As a filter has it; undefined for all of them. */
  value: string | undefined;
  isCurrent: boolean;
}

/** The way up and down from a span: the years, the months of the chosen one, the days of its month. */
export function spansNear(chosen: string, years: readonly string[]): SpanLink[] {
  const [, year, month] = /^(\d{4})(?:-(\d\d))?/.exec(chosen) ?? [];
  const all: SpanLink = { label: "All dates", value: undefined, isCurrent: chosen === "" };
  if (year === undefined) {
    return [all, ...years.map((value) => ({ label: value, value, isCurrent: false }))];
  }
  const upper = { label: year, value: year, isCurrent: chosen === year };
  if (month === undefined) {
    const months = Array.from({ length: 12 }, (_, n) => `${year}-${pad(n + 1)}`);
    return [all, upper, ...months.map((value) => ({ label: nameOf(value), value, isCurrent: false }))];
  }
  const ofMonth = `${year}-${month}`;
  const days = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const links = Array.from({ length: days }, (_, n) => `${ofMonth}-${pad(n + 1)}`);
  return [
    all,
    upper,
    { label: nameOf(ofMonth), value: ofMonth, isCurrent: chosen === ofMonth },
    ...links.map((value) => ({ label: String(Number(value.slice(8))), value, isCurrent: chosen === value })),
  ];
}

const monthName = new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" });

function nameOf(month: string): string {
  return monthName.format(new Date(`${month}-01T00:00:00Z`));
}

function pad(number: number): string {
  return String(number).padStart(2, "0");
}
