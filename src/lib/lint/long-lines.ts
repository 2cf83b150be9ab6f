import { readSession } from "../markdown/sessions.ts";
import type { CodeBlock } from "../markdown/markdown.ts";
import type { Found, Rule } from "./finding.ts";

/**
 * What fits into a block on a wide screen: `--wide` of assets/css/tokens.css less the padding of a block, in letters of
 * 9 pixels. A longer line scrolls.
 */
const widest = 80;
/** Where the width of a line is not the author's choice: what a program printed, a log, data, and prose as an example. */
const given = new Set([
  "",
  "output",
  "pytb",
  "error",
  "text",
  "txt",
  "log",
  "diff",
  "patch",
  "json",
  "http",
  "markdown",
  "md",
]);

/** Lines of code that are longer than the page is wide. */
export const longLines: Rule = ({ code }) => code.flatMap((block) => [...findIn(block)]);

function* findIn({ language, code, line }: CodeBlock): Generator<Found> {
  if (given.has(language)) return;
  const session = readSession(code, language);
  for (const [index, text] of code.split("\n").entries()) {
    const width = text.replace(/\t/g, "    ").trimEnd().length;
    if (width <= widest || session?.lines[index]?.output === true) continue;
    const message = `This line of code has ${width} characters, and ${widest} fit beside each other: readers have to scroll.`;
    yield { severity: "warning", line: line + index, column: widest + 1, message };
  }
}
