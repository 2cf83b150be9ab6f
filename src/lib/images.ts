import { availableParallelism } from "node:os";
import { readHeader } from "./images/header.ts";
import { openPool } from "./images/pool.ts";
import type { Pool } from "./images/pool.ts";
import type { Recipe } from "./images/recipe.ts";
import type { ImageFacts } from "./images/render.ts";

export { imageType, readHeader } from "./images/header.ts";
export { ImagesBusy } from "./images/pool.ts";
export { ImageRefused } from "./images/refused.ts";
export { svgPolicy } from "./images/svg.ts";
export { typeOf } from "./images/recipe.ts";
export type { ImageFormat } from "./images/header.ts";
export type { OutputFormat, Recipe, Resize, Step } from "./images/recipe.ts";
export type { ImageFacts } from "./images/render.ts";

/**
 * What a picture is, known only after its type, size and every byte were checked: JPEG, PNG, GIF, WebP, AVIF or SVG of
 * at most 16.8 megapixels, all frames counted. Throws ImageRefused with a sentence, or ImagesBusy.
 */
export async function inspectImage(bytes: Uint8Array): Promise<ImageFacts> {
  // Most of what is refused is refused here, before any decoder sees it.
  const { format } = readHeader(bytes);
  const outcome = await pool().run({ kind: "inspect", bytes, limitMs: format === "svg" ? drawMs : 5000 });
  if (outcome.kind !== "inspected") throw new Error(`An image worker answered ${outcome.kind}.`);
  return outcome.facts;
}

/** Makes a picture of a picture: upright, sRGB, without metadata. Throws ImageRefused or ImagesBusy. */
export async function makeVariant(bytes: Uint8Array, recipe: Recipe): Promise<Buffer> {
  const { format } = readHeader(bytes);
  const outcome = await pool().run({ kind: "render", bytes, recipe, limitMs: format === "svg" ? drawMs : 10_000 });
  if (outcome.kind !== "rendered") throw new Error(`An image worker answered ${outcome.kind}.`);
  return outcome.bytes;
}

/** Stops the workers, for a server that stops. The next picture starts them again. */
export function closeImages(): void {
  current?.close();
  current = undefined;
}

/** A drawing that is no bomb takes a few milliseconds of the processor; filters can make a small one take minutes. */
const drawMs = 1000;

let current: Pool | undefined;

function pool(): Pool {
  const workers = Math.min(2, availableParallelism());
  current ??= openPool({
    workers,
    threads: Math.max(1, Math.floor(availableParallelism() / workers)),
    memoryBytes: 768 * 2 ** 20,
    maxWaiting: 64,
    idleMs: 30_000,
  });
  return current;
}
