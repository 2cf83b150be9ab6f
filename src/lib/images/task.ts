import type { Recipe } from "./recipe.ts";
import type { ImageFacts } from "./render.ts";

/** What a worker is asked to do, within `limitMs` of the processor's time: a busy machine refuses no good picture. */
export type Task = { bytes: Uint8Array; limitMs: number } & ({ kind: "inspect" } | { kind: "render"; recipe: Recipe });

/** What a worker may answer. One that is `exhausted` is still at it, and asks to be killed. */
export type Outcome =
  | { kind: "ready" }
  | { kind: "inspected"; facts: ImageFacts }
  | { kind: "rendered"; bytes: Buffer }
  | { kind: "refused" | "exhausted"; sentence: string }
  | { kind: "failed"; reason: string };
