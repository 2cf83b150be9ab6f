import { and, asc, eq, inArray, or, sql } from "drizzle-orm";
import { listCards, type EntryCard } from "#apps/catalog/entries.ts";
import { useIndexes } from "#apps/catalog/indexing.ts";
import { entries, sections } from "#apps/catalog/schema.ts";
import { opensTo } from "#apps/members/members.ts";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { findMatches, type Facets, type Filter, type Matches } from "./matching.ts";
import { countTerms, isFound, planAll, planAny, type CountedTerm } from "./planning.ts";
import { ranked } from "./ranking.ts";
import { readQuestion, type Question, type Term } from "./question.ts";
import { excerptOf, needleOf, type Piece, type SectionText } from "./snippets.ts";
import { correctWord } from "./spelling.ts";

export interface SearchInput extends Filter {
  q: string;
  order: "relevance" | "newest";
  /** Counted from 1. */
  page: number;
  limit: number;
  /** Whether to count how the results spread over kinds, topics and levels. */
  facets?: boolean;
}

export interface SearchResult {
  entry: EntryCard;
  /** The section that says most about it; the anchor is empty when that is the beginning. */
  anchor: string;
  heading: string;
  snippet: Piece[];
}

/** Where a result leads: to its section. */
export function addressOf({ entry, anchor }: Pick<SearchResult, "entry" | "anchor">): string {
  return anchor === "" ? entry.path : `${entry.path}#${anchor}`;
}

export interface SearchAnswer {
  /** The question as it was read. */
  query: string;
  results: SearchResult[];
  total: number;
  /** The last page that can be asked for. */
  pages: number;
  facets: Facets | null;
  /** What the results are of, when nothing has the words that were asked for. */
  corrected?: string;
  /** What may have been meant, when little was found. */
  suggestion?: string;
  /** No entry has all of the words; these have some. */
  isPartial: boolean;
}

const few = 2;

/**
 * Finds what the viewer may read: entries that have all of the words, else all of the words that were probably meant,
 * else some of them. Takes whatever somebody types.
 */
export async function searchEntries(viewer: Viewer, input: SearchInput): Promise<SearchAnswer> {
  const asked = readQuestion(input.q);
  if (asked.terms.length === 0) return { ...nothing, query: asked.text };
  return atomic(async () => {
    await useIndexes();
    return search(viewer, asked, input);
  });
}

async function search(viewer: Viewer, asked: Question, input: SearchInput): Promise<SearchAnswer> {
  const terms = await countTerms(viewer, asked.terms);
  const better = await correctMissing(viewer, asked, terms);
  const question = better?.question ?? asked;
  const { matches, isPartial } = await find(viewer, question, better?.terms ?? terms, input);
  const suggestion =
    better === undefined && matches.total <= few ? await correct(viewer, asked, terms.filter(isRare)) : undefined;
  return {
    query: asked.text,
    results: await present(viewer, matches.ids, question),
    total: matches.total,
    pages: Math.ceil(Math.min(matches.total, input.order === "newest" ? mostPaged : ranked) / input.limit),
    facets: matches.facets,
    isPartial,
    ...(better === undefined ? {} : { corrected: question.text }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

const mostPaged = 1000;
const nothing = { results: [], total: 0, pages: 0, facets: null, isPartial: false };

async function find(
  viewer: Viewer,
  question: Question,
  terms: readonly CountedTerm[],
  { order, page, limit, facets = false, ...filter }: SearchInput,
): Promise<{ matches: Matches; isPartial: boolean }> {
  const at = { order, offset: (page - 1) * limit, limit, facets };
  if (terms.every(isFound)) {
    const matches = await findMatches(viewer, planAll(question, terms), filter, at);
    if (matches.matched > 0 || terms.length === 1) return { matches, isPartial: false };
  }
  if (!terms.some(isFound)) return { matches: { ids: [], matched: 0, ...nothing }, isPartial: false };
  return { matches: await findMatches(viewer, planAny(question, terms), filter, at), isPartial: true };
}

// A plain word that hardly anything has may be a slip in the text that has it.
function isRare(term: CountedTerm): boolean {
  return (
    Math.max(term.exactly, term.asPrefix, term.loosely) <= few && term.words.length === 1 && term.words[0] === term.text
  );
}

/** The question that was probably meant when something in it is nowhere, if more of that is found. */
async function correctMissing(
  viewer: Viewer,
  asked: Question,
  terms: readonly CountedTerm[],
): Promise<{ question: Question; terms: readonly CountedTerm[] } | undefined> {
  const missing = terms.filter((term) => !isFound(term));
  const text = missing.length === 0 ? undefined : await correct(viewer, asked, missing);
  if (text === undefined) return undefined;
  const question = readQuestion(text);
  const counted = await countTerms(viewer, question.terms);
  return counted.filter(isFound).length > terms.filter(isFound).length ? { question, terms: counted } : undefined;
}

/** The question with the words of those terms replaced; nothing when there is nothing better. */
async function correct(viewer: Viewer, question: Question, doubtful: readonly Term[]): Promise<string | undefined> {
  let { text } = question;
  for (const term of doubtful.slice(0, mostCorrected).toReversed()) {
    let written = text.slice(term.start, term.end);
    for (const word of new Set(term.words)) {
      const better = await correctWord(viewer, word);
      const at = written.toLowerCase().indexOf(word);
      if (better === undefined) continue;
      if (at >= 0) written = written.slice(0, at) + better + written.slice(at + word.length);
      else if (term.words.length === 1) written = better;
    }
    text = text.slice(0, term.start) + written + text.slice(term.end);
  }
  return text === question.text ? undefined : text;
}

const mostCorrected = 4;

async function present(viewer: Viewer, ids: readonly number[], question: Question): Promise<SearchResult[]> {
  const cards = await listCards(ids);
  const texts = await readSections(
    viewer,
    cards.map((card) => card.id),
  );
  const needle = needleOf(question.terms);
  return cards.map((entry) => {
    const excerpt = excerptOf(texts.get(entry.id) ?? [], needle);
    return {
      entry,
      anchor: excerpt?.anchor ?? "",
      heading: excerpt?.heading ?? "",
      snippet: excerpt?.snippet ?? [{ text: entry.summary, isMatch: false }],
    };
  });
}

/** The beginning of a section that is looked through for a piece to show. */
const longest = 8000;

// A section leaves the database only when this viewer may read it.
async function readSections(viewer: Viewer, ids: readonly number[]): Promise<Map<number, SectionText[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({
      id: sections.entryId,
      anchor: sections.anchor,
      heading: sections.heading,
      text: sql<string>`left(${sections.text}, ${longest})`,
      code: sql<string>`left(${sections.code}, ${longest})`,
    })
    .from(sections)
    .innerJoin(entries, eq(entries.id, sections.entryId))
    .where(and(inArray(sections.entryId, [...ids]), or(eq(sections.teaser, true), opensTo(viewer, sql`${entries}`))))
    .orderBy(asc(sections.entryId), asc(sections.position));
  return Map.groupBy(rows, ({ id }) => id);
}
