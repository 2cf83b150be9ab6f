import { Limited } from "../http/problems.ts";
import type { Rule } from "../limits.ts";
import { tellSoon, type Watched } from "./flushing.ts";
import { counters } from "./keys.ts";
import { nameLimit } from "./names.ts";
import { createRecent } from "./recent.ts";
import { refused, tally } from "./tallies.ts";

/** A limit that each process counts in its memory: for what is asked often, and costs little. */
export interface WatchedLimit {
  readonly name: string;
  readonly rule: Rule;
  /** Counts, and throws `Limited` when it was too often. */
  take: (who: string) => void;
}

/** Limits that each count a request, the first that is used up refusing it. */
export function allOf(...limits: readonly WatchedLimit[]): Pick<WatchedLimit, "take"> {
  return {
    take(who) {
      for (const { take } of limits) take(who);
    },
  };
}

/** Below this share of a limit, what somebody does in one process is no business of the others. */
const share = 0.1;

/**
 * Declares a limit that costs a look into memory, at most 10,000 keys of it. Whoever has used a tenth of it is counted
 * together with the other processes, about once a second: until then as much again may slip through.
 */
export function watchedLimit(name: string, rule: Rule): WatchedLimit {
  nameLimit(name);
  const { points: most, perSeconds, by, because } = rule;
  const counter = counters[by];
  const counts = createRecent<Watched>(10_000);
  const considerable = most * share;

  return {
    name,
    rule,
    take(who) {
      const now = Date.now();
      const key = counter(who);
      let count = counts.get(key);
      if (count === undefined || count.until <= now) {
        count = { points: 0, unsent: 0, until: now + perSeconds * 1000 };
        counts.set(key, count);
      }
      if (count.points >= most) {
        tally(refused(name));
        throw new Limited(because, Math.ceil((count.until - now) / 1000));
      }
      count.points += 1;
      count.unsent += 1;
      if (count.points > considerable) tellSoon(`${name}:${key}`, count);
    },
  };
}
