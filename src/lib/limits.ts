import { Limited } from "./http/problems.ts";
import { type By, counters } from "./limits/keys.ts";
import { noteRefusal } from "./limits/refusals.ts";
import { nameLimit } from "./limits/names.ts";
import { type Count, store } from "./limits/store.ts";

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
  const { points: most, perSeconds, by, because } = rule;
  const keyOf = (who: string): string => `${name}:${counters[by](who)}`;

  const penalize = async (who: string, points = 1): Promise<Standing> => {
    const [count] = await store.add([{ key: keyOf(who), points, seconds: perSeconds }]);
    return standingOf(count, most);
  };
  return {
    name,
    rule,
    penalize,
    consume: async (who, points) => {
      const standing = await penalize(who, points);
      if (!standing.isOver) return standing;
      noteRefusal(name);
      throw new Limited(because, standing.retryAfterSeconds);
    },
    look: async (who) => standingOf(await store.read(keyOf(who)), most),
    reset: (who) => store.remove(keyOf(who)),
  };
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
