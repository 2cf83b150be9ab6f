import type { Found, Rule } from "./finding.ts";

/**
 * Google sets titles in Arial of 20 pixels and cuts them near 600, where it also shows the name of the site: "the title
 * link is truncated in Google Search results as needed, typically to fit the device width" (Search Central, "Influencing
 * title links"). Bing asks for 50 to 60 characters, which is the same.
 */
const widestTitle = 580;
const titlePixels = 20;

/**
 * "Snippets are truncated as needed, typically to fit the device width" (Search Central, "Control your snippets"). On a
 * wide screen that is two lines, some 160 characters; with a date before them fewer.
 */
const longestSummary = 160;

/** A title that there is not, or that search results cut. */
export const title: Rule = (_article, { title: text }) => {
  if (text === undefined) return [];
  if (text.trim() === "") return [at("error", "The text has no title.")];
  const width = Math.round(widthOf(text) * titlePixels);
  if (width <= widestTitle) return [];
  return [at("warning", `The title is ${width} pixels wide, and search results cut it at ${widestTitle}: shorten it.`)];
};

/** A summary that there is not, or that search results cut. */
export const summary: Rule = (_article, { summary: text }) => {
  if (text === undefined) return [];
  if (text.trim() === "") return [at("warning", "There is no summary: search results and cards need a sentence.")];
  const length = Array.from(text).length;
  if (length <= longestSummary) return [];
  const message = `The summary has ${length} characters, and search results cut it at ${longestSummary}: shorten it.`;
  return [at("warning", message)];
};

function at(severity: Found["severity"], message: string): Found {
  return { severity, line: 1, message };
}

/** The width in units of the size of the letters, by the advance widths of Helvetica, whose metrics Arial has. */
function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += widths.get(letter) ?? (letter > "\u2E80" ? 1000 : 556);
  return width / 1000;
}

const widths = new Map(
  [
    [191, "'"],
    [222, "ijl‘’"],
    [278, " !,./:;[\\]ft|I·"],
    [333, "()-`r“”"],
    [355, '"'],
    [389, "*"],
    [469, "^"],
    [500, "Jckvsxyz"],
    [584, "+<=>~"],
    [611, "FTZ"],
    [667, "&ABEKPSVXY"],
    [722, "CDHNRUw"],
    [778, "GOQ"],
    [833, "Mm"],
    [889, "%"],
    [944, "W"],
    [1000, "—…"],
    [1015, "@"],
  ].flatMap(([width, letters]) => Array.from(String(letters), (letter) => [letter, Number(width)] as const)),
);
