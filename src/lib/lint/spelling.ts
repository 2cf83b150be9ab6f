import { readFileSync } from "node:fs";
import type { Article, Found, Rule } from "./finding.ts";

/**
 * Words that no dictionary has: English of either side of the Atlantic, the words of the trade, and those of the house
 * style. Words with capitals inside, digits or signs are names. Each word is told once.
 */
export const spelling: Rule = async ({ prose }, { spelling: isAsked = false, houseStyle }) => {
  if (!isAsked) return [];
  const isRight = await loadWords();
  const own = new Set((houseStyle?.words ?? []).map((word) => word.toLowerCase()));
  const told = new Set<string>();
  const found: Found[] = [];
  for (const { word, line, column } of wordsOf(prose)) {
    const lower = word.toLowerCase();
    if (told.has(lower)) continue;
    told.add(lower);
    if (own.has(lower) || own.has(lower.replace(/'s$|s$/, "")) || isRight(word)) continue;
    found.push({ severity: "hint", line, column, message: `“${word}” is in no dictionary that we have.` });
  }
  return found;
};

function* wordsOf(prose: Article["prose"]): Generator<{ word: string; line: number; column: number }> {
  for (const [index, text] of prose.entries()) {
    for (const match of text.matchAll(/[\p{L}\p{N}_@#./\\-]*[\p{L}][\p{L}\p{N}'’_.@/\\-]*/gu)) {
      const [whole] = match;
      // A word of which a part is emphasised.
      if (
        /\p{L}[*_]+$/u.test(text.slice(0, match.index)) ||
        /^[*_]+\p{L}/u.test(text.slice(match.index + whole.length))
      )
        continue;
      for (const part of whole.matchAll(/[^-/.]+/g)) {
        const word = part[0].replaceAll("’", "'").replace(/^'+|'+$/g, "");
        // An address, a file or a name in code; one letter; a name with a capital in a sentence is for no dictionary.
        if (/\w[./\\_@]\w/.test(whole) || !/^\p{L}[\p{L}']+$/u.test(word) || /^\P{Ll}|\p{L}\p{Lu}/u.test(word))
          continue;
        yield { word, line: index + 1, column: match.index + part.index + 1 };
      }
    }
  }
}

let words: Promise<(word: string) => boolean> | undefined;

/** Loaded once, when somebody first asks: it takes half a second and 30 MB. */
function loadWords(): Promise<(word: string) => boolean> {
  return (words ??= load());
}

async function load(): Promise<(word: string) => boolean> {
  const [{ default: nspell }, { default: dictionary }] = await Promise.all([import("nspell"), import("dictionary-en")]);
  const dictionaryWords = nspell(dictionary);
  const list = readFileSync(new URL("./words.txt", import.meta.url), "utf8");
  const trade = new Set(list.split(/\s+/).filter(Boolean));
  const known = new Map<string, boolean>();
  const look = (word: string): boolean =>
    trade.has(word) || trade.has(word.replace(/'s$|e?s$/, "")) || dictionaryWords.correct(word);
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const isRight = look(word) || americanOf(word).some(look);
    if (known.size < 50_000) known.set(word, isRight);
    return isRight;
  };
}

/** How a word of British English may be spelt in American, by the rules that tell the two apart. */
function americanOf(word: string): string[] {
  const changes: [RegExp, string][] = [
    [/our/, "or"],
    [/is(e[ds]?|ing|ers?|ations?|able)$/, "iz$1"],
    [/ys(e[ds]?|ing|ers?)$/, "yz$1"],
    [/ll(ed|ing|ers?)$/, "l$1"],
    [/re(s?)$/, "er$1"],
    [/ogue(s?)$/, "og$1"],
    [/ence(s?)$/, "ense$1"],
    [/lf(ul|il)/, "llf$1"],
    [/ae/, "e"],
    [/grey/, "gray"],
    [/mme(s?)$/, "m$1"],
    [/lt$/, "led"],
    [/nt$/, "ned"],
    [/ement(s?)$/, "ment$1"],
    [/^un|^re|^non|^sub|^pre|^multi/, ""],
  ];
  return changes.flatMap(([from, to]) => {
    const changed = word.replace(from, to);
    return changed === word || changed.length < 3 ? [] : [changed];
  });
}
