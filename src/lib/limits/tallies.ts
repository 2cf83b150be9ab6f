import { tellSoon, type Watched } from "./flushing.ts";
import { limitNames } from "./names.ts";
import { store } from "./store.ts";

const periodMs = 300_000;
const counts = new Map<string, Watched>();
let current = 0;

/** Counts something, for those who watch over the site. A negative number takes back what was counted. */
export function tally(name: string, times = 1, now = Date.now()): void {
  const period = Math.floor(now / periodMs);
  if (period !== current) counts.clear();
  current = period;
  const key = keyOf(name, period);
  const count = counts.get(key) ?? { points: 0, unsent: 0, until: (period + 2) * periodMs };
  count.points += times;
  count.unsent += times;
  counts.set(key, count);
  tellSoon(key, count);
}

/** How often something was counted in the last five to ten minutes, by all processes together. */
export async function readTally(name: string, now = Date.now()): Promise<number> {
  const period = Math.floor(now / periodMs);
  const found = await Promise.all([period, period - 1].map((each) => store.read(keyOf(name, each))));
  return found.reduce((sum, count) => sum + (count?.points ?? 0), 0);
}

/** Under what the refusals of a limit are counted. */
export function refused(limit: string): string {
  return `refused ${limit}`;
}

/** The limits that were refused in the last five to ten minutes, and how often. */
export async function listRefusals(now = Date.now()): Promise<{ name: string; times: number }[]> {
  const all = limitNames().map(async (name) => ({ name, times: await readTally(refused(name), now) }));
  return (await Promise.all(all)).filter(({ times }) => times > 0);
}

function keyOf(name: string, period: number): string {
  return `tally:${name}:${period}`;
}
