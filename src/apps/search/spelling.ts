import { sql } from "drizzle-orm";
import { slipsOf } from "#apps/catalog/indexing.ts";
import { searchWords } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { anyForm } from "#lib/search-vector.ts";
import type { Viewer } from "#lib/viewer.ts";
import { countMatches } from "./matching.ts";

const shortest = 4;
const candidates = 8;

/**
 * The word that was probably meant instead of one that hardly anything has: the closest, of equally close ones the most
 * frequent. The words that were ever saved are only candidates: some are in guarded or unpublished text, so that what
 * this viewer may find decides.
 */
export async function correctWord(viewer: Viewer, word: string): Promise<string | undefined> {
  if (word.length < shortest || word.length > 24) return undefined;
  const { rows } = await db.execute<{ word: string }>(sql`
    select word from ${searchWords}
    where (slips && ${sql.param(slipsOf(word))}::text[] or (${word.length > 6} and word % ${word})) and word <> ${word}
    order by similarity(word, ${word}) desc, word limit 40
  `);
  const close = rows
    .map((row) => ({ word: row.word, distance: distanceBetween(word, row.word) }))
    .filter(({ distance }) => distance <= (word.length < 7 ? 1 : 2))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, candidates);
  if (close.length === 0) return undefined;
  const [here = 0, ...counts] = await countMatches(viewer, [word, ...close.map((one) => one.word)].map(anyForm));
  const [best] = close
    .map((candidate, index) => ({ ...candidate, found: counts[index] ?? 0 }))
    .filter(({ found }) => found > here * muchMore)
    .toSorted((a, b) => a.distance - b.distance || b.found - a.found || (a.word < b.word ? -1 : 1));
  return best?.word;
}

/** A word that is there is doubted only for the sake of one that so many times more entries have. */
const muchMore = 3;

/** How many letters were left out, added, replaced, or swapped with their neighbour (optimal string alignment). */
export function distanceBetween(one: string, other: string): number {
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = at(last, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1] ? at(beforeLast, j - 2) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, at(last, j) + 1, at(row, j - 1) + 1));
    }
    [beforeLast, last] = [last, row];
  }
  return at(last, other.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
