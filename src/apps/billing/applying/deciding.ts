import { compareStates, hasEnded, type Order, type State } from "./comparing.ts";

/** What is said of something and what is known of it were so at one moment, and differ: only its provider can tell. */
export class Unclear extends Error {
  override name = "Unclear";
}

/** What becomes of what is said: it is taken over, or why it is not. */
export type Decision = "new" | "taken" | "same" | "older" | "ended";

/**
 * Whether what is said takes the place of what is known. What a provider was asked for after that was written is how it is
 * now, whatever its clock says; only from an end nothing comes back. Throws Unclear.
 */
export function decide<Status extends string>(
  order: Order<Status>,
  known: State<Status> & { updatedAt: Date },
  { said, isOther, askedAt }: { said: State<Status>; isOther: boolean; askedAt: Date | undefined },
): Exclude<Decision, "new"> {
  if (hasEnded(order, known.status, said.status)) return "ended";
  const isNow = askedAt !== undefined && known.updatedAt < askedAt;
  const order_ = isNow ? 0 : compareStates(order, known, said);
  if (order_ < 0) return "older";
  if (!isOther) return "same";
  if (order_ === 0 && !isNow) throw new Unclear();
  return "taken";
}
