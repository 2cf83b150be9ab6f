import { tellSoon, type Watched } from "./flushing.ts";
import { limitNames } from "./names.ts";
import { store } from "./store.ts";

const periodMs = 300_000;
const refused = new Map<string, Watched>();
let current = 0;

/** Counts a refusal, for those who watch over the site. */
export function noteRefusal(name: string, now = Date.now()): void {
  const period = Math.floor(now / periodMs);
  if (period !== current) refused.clear();
  current = period;
  const key = keyOf(name, period);
  const count = refused.get(key) ?? { points: 0, unsent: 0, until: (period + 2) * periodMs };
  count.points += 1;
  count.unsent += 1;
  refused.set(key, count);
  tellSoon(key, count);
}

/** How often each limit was refused in the last five to ten minutes, by all processes together; those that were not are left out. */
export async function listRefusals(now = Date.now()): Promise<{ name: string; times: number }[]> {
  const period = Math.floor(now / periodMs);
  const found = await Promise.all(
    limitNames().map(async (name) => {
      const counts = await Promise.all([period, period - 1].map((each) => store.read(keyOf(name, each))));
      return { name, times: counts.reduce((sum, count) => sum + (count?.points ?? 0), 0) };
    }),
  );
  return found.filter(({ times }) => times > 0);
}

function keyOf(name: string, period: number): string {
  return `refused:${name}:${period}`;
}
