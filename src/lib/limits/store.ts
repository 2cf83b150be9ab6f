import { config } from "../../config.ts";
import { insure } from "./insured.ts";

/** What was used of a limit, and how long until that is forgotten. */
export interface Count {
  points: number;
  msLeft: number;
}

/** Points to be added to a key, which begins with none and forgets them all after so many seconds. */
export interface Addition {
  key: string;
  points: number;
  seconds: number;
}

/** Where all processes count together. */
export interface Store {
  /** Answers the count of each, in the same order. */
  add: (additions: readonly Addition[]) => Promise<Count[]>;
  read: (key: string) => Promise<Count | undefined>;
  remove: (key: string) => Promise<void>;
}

/** A store that can be asked whether it is there. */
export interface RemoteStore extends Store {
  probe: () => Promise<void>;
  close: () => void;
}

/**
 * Redis when REDIS_URL is set, else Postgres, outside of the caller's transaction. While it is away, each process counts
 * for itself: the first answers come within a second, those after that at once.
 */
export const store = insure({
  name: config.REDIS_URL === undefined ? "Postgres" : "Redis",
  // What they are made of is read when something is counted.
  open: async () =>
    config.REDIS_URL === undefined
      ? (await import("./postgres.ts")).openPostgres()
      : (await import("./redis.ts")).openRedis(config.REDIS_URL),
});
