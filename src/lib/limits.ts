import { Limited } from "./http/problems.ts";
import { type By, counters } from "./limits/keys.ts";
import { nameLimit } from "./limits/names.ts";
import { type Count, store } from "./limits/store.ts";
import { refused, tally } from "./limits/tallies.ts";

/** How often something may be done. */
export interface Rule {
  /** So often … */
  points: number;
  /** … from the first time until this long after it. */
  perSeconds: number;
  by: By;
  /** What has happened when it was done more often, in a sentence for a reader. */
  because: string;
}

/** Where somebody stands with a limit. */
export interface Standing {
  used: number;
  left: number;
  /** Whether more was used than there is. */
  isOver: boolean;
  /** How long until everything used is forgotten; 0 when nothing was. */
  retryAfterSeconds: number;
}

/** A limit that all processes count together, each time: for what is worth a query. */
export interface Limit {
  readonly name: string;
  readonly rule: Rule;
  /** Under what somebody is counted in the store. */
  keyOf: (who: string) => string;
  /** Counts, and throws `Limited` when it was too often. `who` is an address, or what names an account, as `by` says. */
  consume: (who: string, points?: number) => Promise<Standing>;
  /** Counts without refusing anything. */
  penalize: (who: string, points?: number) => Promise<Standing>;
  /** Only looks. */
  look: (who: string) => Promise<Standing>;
  /** Forgets what was used. */
  reset: (who: string) => Promise<void>;
}

/**
 * Declares a limit. It is counted in the shared store, outside of the caller's transaction, so that what was tried counts also when
 * nothing comes of it. While the store is away, each process counts for itself.
 */
export function limit(name: string, rule: Rule): Limit {
  nameLimit(name);
  const { points: most, perSeconds, by } = rule;
  const keyOf = (who: string): string => `${name}:${counters[by](who)}`;

  const penalize = async (who: string, points = 1): Promise<Standing> => {
    const [count] = await store.add([{ key: keyOf(who), points, seconds: perSeconds }]);
    return standingOf(count, most);
  };
  return {
    name,
    rule,
    keyOf,
    penalize,
    consume: async (who, points) => {
      const standing = await penalize(who, points);
      if (!standing.isOver) return standing;
      throw refusal({ name, rule }, standing);
    },
    look: async (who) => standingOf(await store.read(keyOf(who)), most),
    reset: (who) => store.remove(keyOf(who)),
  };
}

/** Counts somebody in several limits at once, which costs no more than one. A negative number takes back what was counted. */
export async function penalizeAll(uses: readonly { limit: Limit; who: string }[], points = 1): Promise<Standing[]> {
  const counts = await store.add(
    uses.map(({ limit: { keyOf, rule }, who }) => ({ key: keyOf(who), points, seconds: rule.perSeconds })),
  );
  return uses.map(({ limit: { rule } }, place) => standingOf(counts[place], rule.points));
}

/** What to throw at somebody who stands so with a limit. It is counted, for those who watch over the site. */
export function refusal({ name, rule }: Pick<Limit, "name" | "rule">, { retryAfterSeconds }: Standing): Limited {
  tally(refused(name));
  return new Limited(rule.because, retryAfterSeconds);
}

function standingOf(count: Count | undefined, most: number): Standing {
  const { points: used, msLeft } = count ?? { points: 0, msLeft: 0 };
  return {
    used,
    left: Math.max(most - used, 0),
    isOver: used > most,
    retryAfterSeconds: used === 0 ? 0 : Math.max(Math.ceil(msLeft / 1000), 1),
  };
}
