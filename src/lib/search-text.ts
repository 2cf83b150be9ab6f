/**
 * The words of technical text, the same when it is saved and when it is asked for. Prose words are found by their
 * stem; code is found as written and by its parts: `list.sort()` by `list.sort`, `.sort`, `list` and `sort`.
 */

/** Another value means that texts are read in another way, and must be indexed anew. */
export const SEARCH_TEXT_VERSION = "1";

/** A word, or several joined as in `list.sort`, and where it stands in the text. */
export interface Chunk {
  start: number;
  end: number;
  /** As written, folded: `list.sort`, `@dataclass`, `c++`. */
  whole: string;
  /** Other names of the whole: `.sort`, `dataclass`, `fstring`. */
  aliases: readonly string[];
  /** The words in it; only `whole` when it is one word. Empty when it has none of its own, as in `c++`. */
  words: readonly string[];
  /** The words in those words, when capitals tell them apart: `type` and `error` in `TypeError`. */
  humps: readonly string[];
}

const longest = 64;

const word = String.raw`[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*`;
const operator = String.raw`(?<![:=<>!*/+\-&|.])(?::=|->|=>|===?|!==?|\*\*|//|[+\-*/]=|[<>]=|<<|>>|&&|\|\||\.\.\.)(?![:=<>!*/+\-&|.])`;
const ending = String.raw`\+\+|(?<=(?<![\p{L}\p{N}_])[a-zA-Z])#|['’](?:s|t|re|ve|ll|d|m)`;
const pattern = new RegExp(`${word}(?:(?:[.-]|::)${word})*(?:(?:${ending})(?![\\p{L}\\p{N}_]))?|${operator}`, "gu");

/** The chunks of a text in their order. Never throws, whatever the text is. */
export function* chunksOf(text: string): Generator<Chunk> {
  for (const match of text.matchAll(pattern)) {
    const [found] = match;
    if (found.length > longest) continue;
    const end = match.index + found.length;
    const prefix = "@.%$-".includes(text[match.index - 1] ?? " ") ? prefixBefore(text, match.index) : "";
    const chunk =
      prefix === "" && /^[a-z]+$/.test(found) ? { ...plain, whole: found, words: [found] } : read(found, prefix);
    if (chunk.whole.trim() !== "") yield { start: match.index - prefix.length, end, ...chunk };
  }
}

/** Lower case, without accents and compatibility forms. */
export function fold(text: string): string {
  return isAscii.test(text) ? text.toLowerCase() : text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

// oxlint-disable-next-line no-control-regex -- The range of ASCII begins with control characters.
const isAscii = /^[\x00-\x7F]*$/;

const plain = { aliases: [], words: [], humps: [] };

function read(found: string, prefix: string): Omit<Chunk, "start" | "end"> {
  const written = found.replace(/['’]t$/, "t").replace(/['’][a-z]+$/, "");
  const core = fold(written);
  if (!/[\p{L}\p{N}]/u.test(core) || /(?:\+\+|#)$/.test(core)) return { ...plain, whole: core };
  const pieces = written.split(/[.\-_]|::/).filter((piece) => piece !== "");
  const words = pieces.map(fold).filter((word) => word.trim() !== "");
  const humps = pieces.map((piece) => piece.split(betweenHumps)).filter((parts) => parts.length > 1);
  const aliases = aliasesOf(core, core.split(/[.-]|::/));
  const whole = prefix + core;
  return { whole, aliases: prefix === "" ? aliases : [...aliases, core], words, humps: humps.flat().map(fold) };
}

const betweenHumps = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

// `os.path.join` is also asked for as `path.join` and `.join`, `f-string` as `fstring`.
function aliasesOf(core: string, segments: readonly string[]): string[] {
  const aliases: string[] = [];
  if (core.includes("-") && segments.every((segment) => /^\p{L}/u.test(segment))) {
    aliases.push(segments.join(""), stem(core));
  }
  // Products are written both ways: Node.js, nodejs.
  if (/^\p{L}+\.(?:js|net|io|ai)$/u.test(core)) aliases.push(segments.join(""));
  if (core.includes(".") && !/^\d/.test(segments.at(-1) ?? "")) {
    const tails = segments.slice(1, -1).map((_, index) => segments.slice(index + 1).join("."));
    aliases.push(...tails.slice(0, 3), `.${segments.at(-1)}`);
  }
  return aliases.filter((alias) => alias !== core);
}

// A decorator, a method of something, an option, a variable: the sign before the name is part of it.
function prefixBefore(text: string, start: number): string {
  const [, prefix = ""] =
    /(?:^|[^\p{L}\p{N}_@.%$-])(@|\.|%|\$|--?)$/u.exec(text.slice(Math.max(0, start - 4), start)) ?? [];
  const dashed = prefix.startsWith("-");
  return dashed && !/(?:^|\s)--?$/.test(text.slice(Math.max(0, start - 3), start)) ? "" : prefix;
}

/**
 * A word without its English inflection: plural, -ing, -ed and a final e. It changes little, so that what means
 * something else stays apart: `general` and `generator`.
 */
export function stem(text: string): string {
  if (text.length < 4 || !/[a-z]$/.test(text)) return text;
  const singular = withoutPlural(text);
  const root = singular.replace(/(?:ing|ed)$/, "");
  const isInflected = root !== singular && /[aeiouy]./.test(root) && !root.endsWith("e");
  if (!isInflected) return singular.length > 3 ? singular.replace(/e$/, "") : singular;
  if (root.length < 3) return `${root}e`;
  return /([^aeiouylsz])\1$/.test(root) ? root.slice(0, -1) : root;
}

function withoutPlural(text: string): string {
  if (/(?:ss|us|is)$/.test(text)) return text;
  if (text.endsWith("ies") && text.length > 4) return `${text.slice(0, -3)}y`;
  if (/(?:sses|shes|ches|xes|zes)$/.test(text)) return text.slice(0, -2);
  return text.replace(/s$/, "");
}

/** The forms by which the index knows a word: as it is, and its stem. */
export function formsOf(text: string): string[] {
  const root = stem(text);
  return root === text ? [text] : [text, root];
}

/** Words that a question may contain and its answer need not, and operators. */
export function isWeak(text: string): boolean {
  return stopWords.has(text) || !/[\p{L}\p{N}_]/u.test(text);
}

const stopWords = new Set(
  (
    "a about after all also am an and any are as at be been before but by can could did do does doing dont for from get " +
    "had has have how i if im in into is it its just like me my no not of off on one or our out should so some such " +
    "than that the their them then there these they this to too us use using want was we were what when where which " +
    "while who why will with would you your"
  ).split(" "),
);
