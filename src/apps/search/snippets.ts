import { chunksOf, formsOf } from "#lib/search-text.ts";
import type { Term } from "./question.ts";

/** A piece of text, and whether it is what was looked for. */
export interface Piece {
  text: string;
  isMatch: boolean;
}

export interface SectionText {
  anchor: string;
  heading: string;
  text: string;
  code: string;
}

export interface Excerpt {
  /** The section to open: empty for the beginning. */
  anchor: string;
  heading: string;
  snippet: Piece[];
}

const snippetLength = 180;
/** Matches that are looked at in one section: more of them say nothing new. */
const mostMatches = 40;

/** What a piece of text is: one of the terms, as it was asked or a word of it. */
interface Recognised {
  term: number;
  isWhole: boolean;
}

/** What is looked for, made ready to be found in many texts. */
export interface Needle {
  pattern: RegExp;
  /** What a piece of text that fits the pattern is. */
  recognise: (found: string) => Recognised | undefined;
}

export function needleOf(terms: readonly Term[]): Needle {
  const forms = new Map<string, number>();
  for (const [index, term] of terms.entries()) {
    for (const name of [term.text, ...term.words]) {
      for (const form of formsOf(name)) forms.set(form, forms.get(form) ?? index);
    }
  }
  const longestFirst = [...forms.keys()].toSorted((a, b) => b.length - a.length);
  const recognise = (found: string): Recognised | undefined => {
    for (const { whole, aliases, words, humps } of chunksOf(found)) {
      const names = [whole, ...aliases, ...words, ...humps];
      const term =
        names.flatMap(formsOf).reduce<number | undefined>((known, form) => known ?? forms.get(form), undefined) ??
        indexOf(terms, ({ prefix, text }) => prefix !== undefined && whole.startsWith(text));
      if (term !== undefined) return { term, isWhole: isNamed(terms[term]?.text ?? "", names) };
    }
    return undefined;
  };
  return {
    pattern: new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst.map(accented).join("|")})[\\p{L}\\p{N}\\p{M}_]*`, "giu"),
    recognise: remembered(recognise),
  };
}

// The same words are found over and over in the texts of one answer.
function remembered<Result>(work: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, { result: Result }>();
  return (text) => {
    const before = known.get(text) ?? { result: work(text) };
    known.set(text, before);
    return before.result;
  };
}

// A method is meant by whatever has it, as the index has it too.
function isNamed(asked: string, names: readonly string[]): boolean {
  return names.includes(asked) || (asked.includes(".") && names.includes(asked.slice(asked.lastIndexOf("."))));
}

// Texts are looked through with their accents apart from their letters.
function accented(form: string): string {
  return Array.from(form, (letter) => `${RegExp.escape(letter)}\\p{M}*`).join("");
}

function indexOf<T>(items: readonly T[], is: (item: T) => boolean): number | undefined {
  const index = items.findIndex(is);
  return index === -1 ? undefined : index;
}

/** The section that says most about what was looked for, with a piece of it; nothing when none says anything. */
export function excerptOf(sections: readonly SectionText[], needle: Needle): Excerpt | undefined {
  let best: { section: SectionText; value: number; body: Found } | undefined;
  for (const section of sections) {
    const heading = find(section.heading, needle);
    const text = find(section.text, needle);
    const code = find(section.code, needle);
    const value =
      heading.terms.size * 3 +
      text.terms.union(code.terms).size * 2 +
      heading.wholes.union(text.wholes).union(code.wholes).size * 2 +
      Math.min(text.at.length + code.at.length, 10) / 10;
    const body = text.terms.size + text.wholes.size >= code.terms.size + code.wholes.size ? text : code;
    if (value > (best?.value ?? 0)) best = { section, value, body };
  }
  if (best === undefined) return undefined;
  const { section, body } = best;
  return { anchor: section.anchor, heading: section.heading, snippet: cut(body) };
}

interface Match {
  start: number;
  end: number;
  term: number;
}

interface Found {
  text: string;
  at: Match[];
  terms: Set<number>;
  /** Terms that stand there as they were asked. */
  wholes: Set<number>;
}

function find(written: string, { pattern, recognise }: Needle): Found {
  const text = written.normalize("NFD");
  const found: Found = { text, at: [], terms: new Set(), wholes: new Set() };
  for (const match of text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    // The sign of a method or a decorator belongs to it.
    const start = /[.@]/.test(text[match.index - 1] ?? "") ? match.index - 1 : match.index;
    const known = recognise(text.slice(start, end));
    if (known === undefined) continue;
    found.at.push({ start, end, term: known.term });
    found.terms.add(known.term);
    if (known.isWhole) found.wholes.add(known.term);
    if (found.at.length === mostMatches) break;
  }
  return found;
}

// The window that holds the most different terms, begun a little before the first of them.
function cut({ text, at }: Found): Piece[] {
  let [start, most] = [0, 0];
  for (const [index, { start: from }] of at.entries()) {
    const inside = at.slice(index).filter(({ end }) => end <= from + snippetLength);
    const value = new Set(inside.map(({ term }) => term)).size;
    if (value > most) [start, most] = [from, value];
  }
  const from = start < 60 ? 0 : beginningOfWord(text, start - 40);
  const to = text.length - from <= snippetLength + 20 ? text.length : endOfWord(text, from + snippetLength);
  const inside = at.filter((match) => match.start >= from && match.end <= to);
  const shown = pieces(
    text.slice(from, to),
    inside.map((match) => ({ start: match.start - from, end: match.end - from })),
  );
  const before = from > 0 ? [{ text: "… ", isMatch: false }] : [];
  const after = to < text.length ? [{ text: " …", isMatch: false }] : [];
  return [...before, ...shown, ...after];
}

function pieces(text: string, matches: readonly { start: number; end: number }[]): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const { start, end } of matches) {
    if (start > at) found.push({ text: text.slice(at, start), isMatch: false });
    found.push({ text: text.slice(start, end), isMatch: true });
    at = end;
  }
  if (at < text.length) found.push({ text: text.slice(at), isMatch: false });
  return found.map((piece) => ({ ...piece, text: piece.text.normalize("NFC").replace(/\s+/g, " ") }));
}

function beginningOfWord(text: string, near: number): number {
  const space = text.slice(near, near + 30).search(/\s/);
  return space === -1 ? near : near + space + 1;
}

function endOfWord(text: string, near: number): number {
  const space = text.slice(near - 30, near).search(/\s\S*$/);
  return space === -1 ? near : near - 30 + space;
}
