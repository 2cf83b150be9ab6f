import { chunksOf, formsOf, type Chunk } from "./search-text.ts";

/** How much a match counts: in a title, in a heading, in text, in code. The letters are those of Postgres. */
export type Weight = "A" | "B" | "C" | "D";

export interface Field {
  text: string;
  weight: Weight;
}

// Postgres refuses a vector of more than 1 MB, and keeps up to 255 positions a lexeme; far fewer rank as well.
const bytesKept = 900_000;
const positionsKept = 24;
const ordinary = /^\p{L}[\p{L}\p{N}]{3,23}$/u;
/** No phrase reaches over the end of a field. */
const gap = 10;

export interface Indexed {
  /** The text form of a `tsvector`. */
  vector: string;
  /** The ordinary words in the fields: those that somebody may mistype. */
  words: ReadonlySet<string>;
}

/** Makes the fields searchable. */
export function indexFields(fields: Iterable<Field>): Indexed {
  const places = new Map<string, string[]>();
  const words = new Set<string>();
  let position = 1;
  let room = bytesKept;
  for (const { text, weight } of fields) {
    for (const chunk of chunksOf(text)) {
      for (const name of namesOf(chunk)) add(name, position, weight);
      for (const [index, word] of chunk.words.entries()) addForms(word, position + index, weight);
      for (const [index, hump] of chunk.humps.entries()) addForms(hump, position + index, below[weight]);
      position += Math.max(1, chunk.words.length, chunk.humps.length);
    }
    position += gap;
  }
  return { vector: [...places].map(([lexeme, at]) => `${quoted(lexeme)}:${at.join(",")}`).join(" "), words };

  function addForms(word: string, at: number, weight: Weight): void {
    if (!words.has(word) && ordinary.test(word)) words.add(word);
    for (const form of formsOf(word)) add(form, at, weight);
  }

  function add(lexeme: string, at: number, weight: Weight): void {
    // What consists of signs alone may have a form that is empty, which no vector may hold.
    if (lexeme === "") return;
    const known = places.get(lexeme);
    // Postgres counts positions up to 16,383.
    const place = `${Math.min(at, 16_383)}${weight}`;
    if (known === undefined) {
      room -= Buffer.byteLength(lexeme) + 2 * positionsKept;
      if (room > 0) places.set(lexeme, [place]);
    } else if (known.length < positionsKept && known.at(-1) !== place) known.push(place);
  }
}

// A word by itself is found by its forms.
function namesOf({ whole, aliases, words }: Chunk): readonly string[] {
  return words.length === 1 && words[0] === whole ? aliases : [whole, ...aliases];
}

/** The humps of an identifier count less than words that stand alone: JavaScript is no Java. */
const below = { A: "B", B: "C", C: "D", D: "D" } as const;

/** A lexeme as an operand of a `tsquery` or `tsvector`. */
export function quoted(lexeme: string): string {
  return `'${lexeme.replace(/['\\]/g, "$&$&")}'`;
}

/** A `tsquery` for a word in any of its forms. */
export function anyForm(word: string): string {
  return `(${formsOf(word).map(quoted).join(" | ")})`;
}
