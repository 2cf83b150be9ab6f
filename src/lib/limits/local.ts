import { createRecent } from "./recent.ts";
import type { Store } from "./store.ts";

/** Counts in the memory of this process, at most 20,000 keys. */
export function createLocalStore(now = Date.now): Store {
  const counts = createRecent<{ points: number; until: number }>(20_000);
  const current = (key: string) => {
    const count = counts.get(key);
    return count !== undefined && count.until > now() ? count : undefined;
  };
  return {
    add: async (additions) =>
      additions.map(({ key, points, seconds }) => {
        const count = current(key) ?? { points: 0, until: now() + seconds * 1000 };
        count.points += points;
        counts.set(key, count);
        return { points: count.points, msLeft: count.until - now() };
      }),
    read: async (key) => {
      const count = current(key);
      return count && { points: count.points, msLeft: count.until - now() };
    },
    remove: async (key) => counts.delete(key),
  };
}
