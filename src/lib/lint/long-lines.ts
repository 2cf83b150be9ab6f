import type { Found, Rule } from "./finding.ts";

/**
 * What fits into a block on a wide screen: `--wide` of assets/css/tokens.css less the padding of a block, in letters of
 * 9 pixels. A longer line scrolls.
 */
const widest = 80;
/** On the deleted side of a diff, in a log or in what a program printed the width is not the author's choice. */
const given = new Set(["output", "pytb", "error", "text", "txt", "log", "diff", "patch", ""]);

/** Lines of code that are longer than the page is wide. */
export const longLines: Rule = ({ code }) =>
  code.flatMap(({ language, code: text, line }) => {
    if (given.has(language)) return [];
    return text.split("\n").flatMap((written, index): Found[] => {
      const width = widthOf(written);
      if (width <= widest) return [];
      const message = `This line of code has ${width} characters, and ${widest} fit beside each other: readers have to scroll.`;
      return [{ severity: "warning", line: line + index, column: widest + 1, message }];
    });
  });

function widthOf(line: string): number {
  return line.replace(/\t/g, "    ").trimEnd().length;
}
