import { store } from "./store.ts";

/** What was counted in memory, and is told to the shared store about once a second. */
export interface Watched {
  points: number;
  /** Of these, what the store was not told yet. */
  unsent: number;
  /** When all is forgotten, in milliseconds since 1970. */
  until: number;
}

const waiting = new Map<string, Watched>();
let timer: NodeJS.Timeout | undefined;

/** Has a count told to the shared store soon, and set to what the store knows from all processes. */
export function tellSoon(key: string, count: Watched): void {
  waiting.set(key, count);
  timer ??= setTimeout(() => void tellNow(), 1000).unref();
}

/** Tells the store all that waits, in one batch. */
export async function tellNow(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  const now = Date.now();
  const batch = [...waiting].filter(([, { until, unsent }]) => until > now && unsent !== 0);
  waiting.clear();
  if (batch.length === 0) return;
  const told = batch.map(([key, { unsent: points, until }]) => ({
    key,
    points,
    seconds: Math.ceil((until - now) / 1000),
  }));
  for (const [, count] of batch) count.unsent = 0;
  const known = await store.add(told);
  for (const [place, [, count]] of batch.entries()) {
    const { points, msLeft } = known[place] ?? { points: count.points, msLeft: count.until - now };
    count.points = points + count.unsent;
    count.until = now + msLeft;
  }
}
