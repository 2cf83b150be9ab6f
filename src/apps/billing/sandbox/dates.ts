export const day = 86_400_000;

/** So many months later, by the calendar of UTC; on the last of the month where it has no such day. */
export function addMonths(at: Date, months: number): Date {
  const added = new Date(at);
  added.setUTCDate(1);
  added.setUTCMonth(added.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(added.getUTCFullYear(), added.getUTCMonth() + 1, 0)).getUTCDate();
  added.setUTCDate(Math.min(at.getUTCDate(), lastDay));
  return added;
}

/** When a period that begins then is over. */
export function endOfPeriod(startsAt: Date, interval: "month" | "year"): Date {
  return addMonths(startsAt, interval === "year" ? 12 : 1);
}

/** All moments in it, at any depth, so much earlier. */
export function moved<T>(value: T, ms: number): T;
export function moved(value: unknown, ms: number): unknown {
  if (value instanceof Date) return new Date(value.getTime() - ms);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]: [string, unknown]) => [name, moved(each, ms)]));
}
