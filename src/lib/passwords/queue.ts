import { Refused } from "../http/problems.ts";

/** Runs some work at once and lets some more wait in order; whoever comes when the queue is full gets Refused with 503. */
export function createQueue({ atOnce, waiting }: { atOnce: number; waiting: number }) {
  const line: (() => void)[] = [];
  let running = 0;

  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < atOnce) running += 1;
    else if (line.length >= waiting)
      throw new Refused(503, "Too many people are signing in. Please try again in a moment.");
    // Whoever is done hands the place on, so that nobody new slips in between.
    else await new Promise<void>((resolve) => line.push(resolve));
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
