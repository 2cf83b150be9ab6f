import { chunksOf, isWeak, type Chunk } from "#lib/search-text.ts";
import { anyForm, quoted } from "#lib/search-vector.ts";

/** The longest question that is read; what is longer is cut. */
export const longestQuestion = 200;
/** So many words must be found; what a pasted paragraph has beyond them only helps the order. */
const mostTerms = 12;
const shortestPrefix = 2;

/** One thing that was asked for: a word, a piece of code, or a phrase in quotation marks. */
export interface Term {
  /** As asked, folded. */
  text: string;
  start: number;
  end: number;
  /** A `tsquery` for it as it was asked. */
  exact: string;
  /** A `tsquery` for its words anywhere, when it is made of several. */
  loose?: string;
  /** A `tsquery` for what it may be the beginning of, when it is the last and may go on. */
  prefix?: string;
  words: readonly string[];
}

export interface Question {
  /** The question on one line, without what no text contains. */
  text: string;
  /** What a page must contain. */
  terms: readonly Term[];
  /** Small words that a page need not contain. */
  weak: readonly Term[];
}

/** Reads whatever somebody has typed. It never fails: a question without words has no terms. */
export function readQuestion(input: string): Question {
  const text = (input.slice(0, longestQuestion).match(/[^\p{C}\p{Z}]+/gu) ?? []).join(" ");
  const terms = [...text.matchAll(/"([^"]+)"|[^"]+/g)].flatMap((piece) => {
    const [found, phrase] = piece;
    const chunks = [...chunksOf(phrase ?? found)].map((chunk) =>
      moved(chunk, piece.index + (phrase === undefined ? 0 : 1)),
    );
    const [first, second] = chunks;
    if (phrase !== undefined && first !== undefined && second !== undefined) return [phraseOf(chunks, phrase)];
    return chunks.map((chunk) => termOf(chunk, chunk.end === text.length));
  });
  const strong = terms.filter((term) => term.words.length > 1 || !isWeak(term.text));
  const needed = strong.length > 0 ? strong : terms;
  return { text, terms: needed.slice(0, mostTerms), weak: terms.filter((term) => !needed.includes(term)) };
}

function moved(chunk: Chunk, by: number): Chunk {
  return { ...chunk, start: chunk.start + by, end: chunk.end + by };
}

function termOf({ start, end, whole, aliases, words, humps }: Chunk, isLast: boolean): Term {
  const isWord = words.length === 1 && words[0] === whole;
  const parts = humps.length > 0 && isWord ? humps : words;
  return {
    text: whole,
    start,
    end,
    exact: isWord ? anyForm(whole) : `(${[quoted(whole), ...otherwise(whole, aliases, words)].join(" | ")})`,
    words: parts,
    ...(parts.length > 1 || !isWord ? loosely(parts) : {}),
    ...(isLast && whole.length >= shortestPrefix ? { prefix: `${quoted(whole)}:*` } : {}),
  };
}

// What is hyphenated is also written apart and together: f-string, f string, fstring. A method is mostly called on
// something of another name: `list.sort` is meant by a page about lists that has `names.sort`.
function otherwise(whole: string, aliases: readonly string[], words: readonly string[]): string[] {
  const method = aliases.find((alias) => alias.startsWith(".") && alias.length < whole.length);
  if (method !== undefined) return [`(${[quoted(method), ...words.slice(0, -1).map(anyForm)].join(" & ")})`];
  return whole.includes("-") && aliases.length > 0 ? [...aliases.map(quoted), phrase(words)] : [];
}

function phraseOf(chunks: readonly Chunk[], text: string): Term {
  const words = chunks.flatMap((chunk) => (chunk.words.length > 0 ? chunk.words : [chunk.whole]));
  const [start = 0, end = 0] = [chunks[0]?.start, chunks.at(-1)?.end];
  return { text: text.toLowerCase(), start, end, exact: phrase(words), words, ...loosely(words) };
}

/** A `tsquery` for words one after another, the last of which may go on. */
export function phrase(words: readonly string[], prefix?: string): string {
  const forms = words.map(anyForm);
  if (prefix !== undefined) forms.push(`(${forms.pop()} | ${prefix})`);
  return `(${forms.join(" <-> ")})`;
}

function loosely(words: readonly string[]): { loose?: string } {
  return words.length > 0 ? { loose: `(${words.map(anyForm).join(" & ")})` } : {};
}
