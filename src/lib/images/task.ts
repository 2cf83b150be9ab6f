import type { Recipe } from "./recipe.ts";
import type { ImageFacts } from "./render.ts";

/** What a worker is asked to do, and what it may answer. */
export type Task = { kind: "inspect"; bytes: Uint8Array } | { kind: "render"; bytes: Uint8Array; recipe: Recipe };

export type Outcome =
  | { kind: "ready" }
  | { kind: "inspected"; facts: ImageFacts }
  | { kind: "rendered"; bytes: Buffer }
  | { kind: "refused"; sentence: string }
  | { kind: "failed"; reason: string };

/** The exit status of a worker that stopped itself because a picture took more memory than it may. */
export const outOfMemory = 71;
