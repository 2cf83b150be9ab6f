import * as fc from "fast-check";
import type { Deed } from "./world.ts";

const often = [
  "wait",
  "renew",
  "failToRenew",
  "mend",
  "giveUp",
  "cancelLater",
  "pauseLater",
  "stay",
  "goOn",
  "cancelNow",
  "upgrade",
  "refund",
  "refundHalf",
  "credit",
  "dispute",
  "winBack",
] as const;
// What opens everything for long hides what else goes wrong.
const rare = ["subscribe", "trial", "buyForGood", "comp", "endComp"] as const;

const rest = { which: fc.nat(5), days: fc.nat(40) };
const begin = fc.record({ what: fc.constantFrom<Deed["what"][]>("subscribe", "trial"), ...rest });
const next = fc.record({
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom<Deed["what"][]>(...often) },
    { weight: 1, arbitrary: fc.constantFrom<Deed["what"][]>(...rare) },
  ),
  ...rest,
});

/** What may happen to somebody who subscribes, one thing after another. */
export const stories: fc.Arbitrary<Deed[]> = fc
  .tuple(begin, fc.array(next, { minLength: 1, maxLength: 25, size: "max" }))
  .map(([first, others]) => [first, ...others]);
