import { log } from "../log.ts";

export interface BreakerOptions {
  /** What it leads to, for the log. */
  name: string;
  /** Asks whether that is there again. */
  probe: () => Promise<unknown>;
  /** What has not ended by then has failed. */
  limitMs?: number;
  /** How long to wait before asking again. */
  restMs?: number;
}

/**
 * Runs work that may hang or fail. After the first that does, whoever comes is refused at once, and nobody waits for the
 * question whether it works again.
 */
export function createBreaker({ name, probe, limitMs = 1000, restMs = 2000 }: BreakerOptions) {
  let brokenUntil: number | undefined;

  return async function run<T>(work: () => Promise<T>): Promise<T> {
    if (brokenUntil !== undefined) {
      if (performance.now() >= brokenUntil) void tryAgain();
      throw new Error(`${name} is away.`);
    }
    try {
      return await within(limitMs, work());
    } catch (error) {
      if (brokenUntil === undefined)
        log.warn({ error }, `${name} is away: limits are counted by each process for itself`);
      brokenUntil = performance.now() + restMs;
      throw error;
    }
  };

  async function tryAgain(): Promise<void> {
    brokenUntil = Infinity;
    try {
      await within(limitMs, probe());
      log.info(`${name} is back: limits are counted together again`);
      brokenUntil = undefined;
    } catch {
      brokenUntil = performance.now() + restMs;
    }
  }
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`No answer within ${limitMs} ms.`)), limitMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
