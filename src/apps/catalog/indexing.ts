import { asc, eq, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { chunksOf } from "#lib/search-text.ts";
import { indexFields, type Field } from "#lib/search-vector.ts";
import { entries, searchIndex, searchWords, sections } from "./schema.ts";

/** A statement has room for so many new words at once. */
const wordsLearnt = 10_000;

type Part = Pick<typeof sections.$inferSelect, "heading" | "text" | "code" | "teaser">;

/** Makes an entry found by what it says now. Whatever changes its title, summary, access or text calls it. */
export async function indexEntry(entryId: number): Promise<void> {
  const [entry] = await db
    .select({ title: entries.title, summary: entries.summary, access: entries.access })
    .from(entries)
    .where(eq(entries.id, entryId));
  if (entry === undefined) return;
  const parts: Part[] = await db
    .select({ heading: sections.heading, text: sections.text, code: sections.code, teaser: sections.teaser })
    .from(sections)
    .where(eq(sections.entryId, entryId))
    .orderBy(asc(sections.position));
  const title = titleWords(entry.title);
  const whole = indexFields(bodyOf(entry, parts));
  const rows = [{ entryId, whole: true, title, head: headOf(entry, parts), body: whole.vector }];
  if (entry.access !== "public") {
    const teaser = parts.filter((part) => part.teaser);
    const body = indexFields(bodyOf(entry, teaser)).vector;
    rows.push({ entryId, whole: false, title, head: headOf(entry, teaser), body });
  }
  await db.delete(searchIndex).where(eq(searchIndex.entryId, entryId));
  await db.insert(searchIndex).values(rows);
  await learnWords(whole.words);
}

/**
 * Has words looked up in their index only, until the end of the transaction. The planner would rather read the whole
 * table, because it does not know what unpacking every vector costs: 70 ms instead of 1.
 */
export async function useIndexes(): Promise<void> {
  await db.execute(sql`
    select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true), set_config('jit', 'off', true)
  `);
}

/** The words of a title as they are compared with a question: folded, with a space between. */
export function titleWords(title: string): string {
  return [...chunksOf(title)].map((chunk) => chunk.whole).join(" ");
}

function headOf(entry: { title: string }, parts: readonly Part[]): string {
  const headings = parts.map(({ heading }): Field => ({ text: heading, weight: "B" }));
  return indexFields([{ text: entry.title, weight: "A" }, ...headings]).vector;
}

function bodyOf(entry: { title: string; summary: string }, parts: readonly Part[]): Field[] {
  return [
    { text: entry.title, weight: "A" },
    { text: entry.summary, weight: "C" },
    ...parts.flatMap(({ heading, text, code }): Field[] => [
      { text: heading, weight: "B" },
      { text, weight: "C" },
      { text: code, weight: "D" },
    ]),
  ];
}

async function learnWords(words: ReadonlySet<string>): Promise<void> {
  const missing = await db.execute<{ word: string }>(sql`
    select word from unnest(${sql.param([...words])}::text[]) as known(word)
    where not exists (select from ${searchWords} where ${searchWords}.word = known.word)
  `);
  const unknown = missing.rows.map(({ word }) => word).slice(0, wordsLearnt);
  if (unknown.length === 0) return;
  await db
    .insert(searchWords)
    .values(unknown.map((word) => ({ word, slips: slipsOf(word) })))
    .onConflictDoNothing();
}

/** The word, and the word without any one of its letters. */
export function slipsOf(word: string): string[] {
  const letters = Array.from(word);
  return [...new Set([word, ...letters.map((_, index) => letters.toSpliced(index, 1).join(""))])];
}
