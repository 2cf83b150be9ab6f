import { Refused } from "./problems.ts";

/**
 * The outcome of the work, or a 503 once `milliseconds` have passed, even if the work never ends. A host's router gives
 * up after 30 s without telling the application, so the answer must be ours and earlier. An answer that `hasBegun` to be
 * sent by then is left alone.
 */
export async function withDeadline<T>(milliseconds: number, work: Promise<T>, hasBegun = () => false): Promise<T> {
  const late = Promise.withResolvers<never>();
  // A timer that grew old keeps alive what it knows of until the next full collection, so it forgets when it is over.
  let refuse: (() => void) | undefined = () => {
    if (!hasBegun()) late.reject(new Refused(503, "The answer took too long. Please try again in a moment."));
  };
  const timer = setTimeout(() => refuse?.(), milliseconds);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
    refuse = undefined;
  }
}
