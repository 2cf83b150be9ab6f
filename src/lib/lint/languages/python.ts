import { parser } from "@lezer/python";
import type { Parse } from "../code.ts";
import { firstError } from "./tree.ts";

const strict = parser.configure({ strict: true });

/** Python 3, of which a part may be shown: indented, without what stands before it, with comments for what it does. */
export const parsePython: Parse = (code) => {
  // Prompts further down, or an answer among the code: a mixture that nobody copies.
  if (/^\s*>>> |^Traceback \(most recent/m.test(code)) return undefined;
  const text = code.replace(/\t/g, "    ").split("\n").map(readLine).join("\n");
  const margin = marginOf(text);
  const whole = margin === 0 ? text : text.replace(new RegExp(`^ {${margin}}`, "gm"), "");
  const problem = firstError(strict, `${whole}\n`);
  if (problem === undefined || readingsOf(whole).some(parses)) return undefined;
  return { ...problem, column: problem.column + margin };
};

function parses(text: string): boolean {
  return firstError(strict, `${text}\n`) === undefined;
}

/** Commands of notebooks, and dots that stand for what is left out. */
function readLine(line: string): string {
  if (/^\s*[%!]|^\s*\w+\?{1,2}$/.test(line)) return "";
  // The grammar does not know that a number may end with its point.
  return line.replace(/^(\s*)(?:…|\[\.\.\.\]|<\.\.\.>)\s*$/, "$1...").replace(/(?<=\d)\.(?![\w.])/g, "0");
}

/** What an author may have meant who shows a part, in the words of a grammar that does not know everything. */
function readingsOf(text: string): string[] {
  const started = /^(?:elif|else)\b/.test(text)
    ? `if _:\n    pass\n${text}`
    : /^(?:except|finally)\b/.test(text)
      ? `try:\n    pass\n${text}`
      : text;
  const known = simpler.reduce((rest, [from, to]) => rest.replace(from, to), started);
  return [known, known.replace(/^(\s*)#.*$/gm, "$1pass")];
}

const simpler: readonly [RegExp, string][] = [
  // Several managers in parentheses.
  [/^([ \t]*(?:async )?with) ?\(([^\n]{1,300})\):/gm, "$1 $2:"],
  [/\(\s?yield\b(?: from\b)?/g, "(await "],
  // Any expression may decorate: PEP 614.
  [/^([ \t]*)@.*$/gm, "$1@_"],
];

function marginOf(text: string): number {
  const margins = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.search(/\S/)]));
  return margins.length === 0 ? 0 : Math.min(...margins);
}
