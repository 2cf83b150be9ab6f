import { setTimeout as wait } from "node:timers/promises";
import { ProviderError } from "./provider.ts";

/** What a reader may be made to wait for a provider. */
export const deadlineMs = 2000;

/**
 * What a provider answers, within the deadline. Throws ProviderError when there is no answer by then: what the provider did
 * is not known.
 */
export async function withinDeadline<T>(label: string, answer: Promise<T>, limitMs = deadlineMs): Promise<T> {
  const over = new AbortController();
  const silence = wait(limitMs, undefined, { signal: over.signal }).then(() => {
    throw new ProviderError("unreachable", `${label} did not answer in ${limitMs / 1000} s.`);
  });
  // Whichever comes second is of no interest, and no fault of anybody.
  answer.catch(() => undefined);
  silence.catch(() => undefined);
  try {
    return await Promise.race([answer, silence]);
  } finally {
    over.abort();
  }
}
