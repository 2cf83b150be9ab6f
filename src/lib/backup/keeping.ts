/** How many backups are kept: of so many last days, weeks and months that have one the newest each. */
export interface Keep {
  daily: number;
  weekly: number;
  monthly: number;
}

/** Reads `7,4,6`; nothing when that is not what it says, or would keep none. */
export function readKeep(text: string): Keep | undefined {
  const [, daily = "", weekly = "", monthly = ""] =
    /^(\d{1,3}),(\d{1,3}),(\d{1,3})$/.exec(text.replaceAll(" ", "")) ?? [];
  const keep = { daily: Number(daily), weekly: Number(weekly), monthly: Number(monthly) };
  return daily === "" || keep.daily === 0 ? undefined : keep;
}

/** Those of the backups that are kept, by the day, week (from Monday) and month of UTC in which they were made. */
export function chooseKept<B extends { madeAt: Date }>(backups: readonly B[], keep: Keep): Set<B> {
  const newestFirst = backups.toSorted((one, other) => other.madeAt.getTime() - one.madeAt.getTime());
  const kept = new Set<B>();
  for (const [count, period] of [
    [keep.daily, dayOf],
    [keep.weekly, weekOf],
    [keep.monthly, monthOf],
  ] as const) {
    const newest = new Map<string, B>();
    for (const backup of newestFirst) {
      const name = period(backup.madeAt);
      if (newest.size < count && !newest.has(name)) newest.set(name, backup);
    }
    for (const backup of newest.values()) kept.add(backup);
  }
  return kept;
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function weekOf(at: Date): string {
  return dayOf(new Date(at.getTime() - ((at.getUTCDay() + 6) % 7) * 86_400_000));
}

function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7);
}
