import { titleWords } from "#apps/catalog/indexing.ts";
import { anyForm, quoted } from "#lib/search-vector.ts";
import type { Viewer } from "#lib/viewer.ts";
import { countMatches } from "./matching.ts";
import { phrase, type Question, type Term } from "./question.ts";
import type { Plan } from "./ranking.ts";

/** A term with the number of entries in which it is found as asked, as a beginning, and by its words. */
export interface CountedTerm extends Term {
  exactly: number;
  asPrefix: number;
  loosely: number;
}

/** Counts every form of every term, in one query. */
export async function countTerms(viewer: Viewer, terms: readonly Term[]): Promise<CountedTerm[]> {
  const queries = terms.flatMap((term) => [term.exact, term.prefix ?? null, term.loose ?? null]);
  const counts = await countMatches(viewer, queries);
  return terms.map((term, index) => ({
    ...term,
    exactly: counts[3 * index] ?? 0,
    asPrefix: counts[3 * index + 1] ?? 0,
    loosely: counts[3 * index + 2] ?? 0,
  }));
}

/** Whether anything has the term in any form. */
export function isFound({ exactly, asPrefix, loosely }: CountedTerm): boolean {
  return exactly + asPrefix + loosely > 0;
}

/** A plan to find the entries that have all of the terms. */
export function planAll(question: Question, terms: readonly CountedTerm[]): Plan {
  return { ...planOrder(question, terms), match: terms.map(formOf).join(" & ") };
}

/** A plan to find the entries that have some of the terms: of the rare ones, when there are rare ones. */
export function planAny(question: Question, terms: readonly CountedTerm[]): Plan {
  const found = terms.filter(isFound).toSorted((a, b) => countOf(a) - countOf(b));
  let entries = 0;
  const rare = found.filter((term, index) => {
    entries += countOf(term);
    return index === 0 || entries <= enough;
  });
  return { ...planOrder(question, found), match: rare.map(formOf).join(" | ") };
}

/** Entries with some of the terms that are looked at. */
const enough = 300;

// What is there as asked is not looked for by its words: `list.sort` is not any list that somebody sorts.
function formOf(term: CountedTerm): string {
  const { exact, prefix, loose, exactly, asPrefix } = term;
  if (exactly + asPrefix === 0) return loose ?? exact;
  return prefix === undefined ? exact : `(${exact} | ${prefix})`;
}

function countOf({ exactly, asPrefix, loosely }: CountedTerm): number {
  return Math.max(exactly, asPrefix) || loosely;
}

function planOrder(question: Question, terms: readonly CountedTerm[]): Omit<Plan, "match"> {
  const most = Math.max(...terms.map(countOf));
  const ranks = terms.flatMap((term) => {
    const weight = rarity(countOf(term), most);
    if (term.exactly + term.asPrefix === 0)
      return [{ query: term.words.map(anyForm).join(" | ") || term.exact, weight }];
    const whole = { query: term.exact, weight };
    return term.prefix === undefined ? [whole] : [whole, { query: term.prefix, weight: weight * prefixWorth }];
  });
  const all = [...question.terms, ...question.weak].toSorted((a, b) => a.start - b.start);
  const last = all.at(-1);
  const words = all.flatMap((term) => (term.words.length > 0 ? term.words : [term.text]));
  // "type error" also means TypeError.
  const joined = all.slice(1).map((term, index) => quoted(`${all[index]?.text}${term.text}`));
  return {
    ranks: joined.length === 0 ? ranks : [...ranks, { query: joined.join(" | "), weight: joined.length }],
    together: terms.length > 1 ? terms.map(formOf).join(" & ") : undefined,
    phrase: words.length > 1 ? phrase(words, last?.words.length === 1 ? last.prefix : undefined) : undefined,
    title: titleWords(question.text),
  };
}

const prefixWorth = 0.4;

/** How much a word says: 1 for the most common of those that were asked for, several times as much for a rare one. */
function rarity(found: number, most: number): number {
  return Math.log(Math.E - 1 + most / Math.max(1, found)) ** 1.5;
}
