import type { RateLimiterStoreAbstract } from "rate-limiter-flexible";
import type { Store } from "./store.ts";

/** What a limiter of rate-limiter-flexible counts, whatever its own points and duration. */
export function storeOf(limiter: RateLimiterStoreAbstract): Store {
  return {
    add: (additions) =>
      Promise.all(
        additions.map(async ({ key, points, seconds }) => {
          const { consumedPoints, msBeforeNext } = await limiter.penalty(key, points, { customDuration: seconds });
          return { points: consumedPoints, msLeft: msBeforeNext };
        }),
      ),
    read: async (key) => {
      const found = await limiter.get(key);
      return found === null ? undefined : { points: found.consumedPoints, msLeft: found.msBeforeNext };
    },
    remove: async (key) => void (await limiter.delete(key)),
  };
}
