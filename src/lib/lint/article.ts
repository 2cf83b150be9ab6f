import { dissectMarkdown } from "../markdown/markdown.ts";
import type { Article } from "./finding.ts";

/** Reads a text once for all rules. */
export function readArticle(source: string): Article {
  const text = source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const anatomy = dissectMarkdown(text);
  const lines = text.split("\n");
  const isCode = new Set<number>();
  for (const { line, end } of anatomy.code) for (let at = line - 1; at < end; at++) isCode.add(at);
  const outside = lines.map((line, index) => (isCode.has(index + 1) ? "" : line));
  const prose = blankSpans(outside.join("\n"))
    .split("\n")
    .map((line) =>
      line.length > longest ? "" : noProse.reduce((rest, pattern) => rest.replace(pattern, blank), line),
    );
  return { ...anatomy, lines, prose };
}

// Nobody writes a line like that by hand, and it bounds what an expression can cost.
const longest = 5000;

/** What stands in a line and is not read as words. None of these can be confused with itself, so each is linear. */
const noProse = [
  /<!--.*?-->/g,
  /\{%[^%]{0,500}%\}|\{\{[^{}]{0,500}\}\}/g,
  /\]\([^()\s]{0,1000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?(?=[\s)])/g,
  /^\s*\[[^\]]{1,200}\]:\s.*$/g,
  /\]\[[^\]]{0,200}\]/g,
  /\[\^[^\]]{1,200}\]/g,
  /\bhttps?:\/\/[^\s)>\]]+/g,
  /\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}/g,
  /<\/?[A-Za-z][^<>]{0,500}>/g,
  /^(\s*(?:>\s*)*):::+\s*[\w/-]*/g,
  /(?<=[)\]`]|^:::.*|^#+\s.*|^)\{[^{}]{0,500}\}/g,
  /(?<![\w$\\])\$[^\s$](?:[^$]{0,200}[^\s$])?\$(?![\w$])/g,
];

function blank(text: string): string {
  return " ".repeat(text.length);
}

/** The text with blanks where code spans stand: CommonMark 0.31, 6.1. A span that nothing closes is text. */
function blankSpans(text: string): string {
  let result = "";
  let end = 0;
  const runs = [...text.matchAll(/`+/g)];
  for (const [index, run] of runs.entries()) {
    if (run.index < end) continue;
    // Whoever looks further than this is not reading a span.
    const close = runs.slice(index + 1, index + 40).find((other) => other[0].length === run[0].length);
    if (close === undefined) continue;
    const stop = close.index + close[0].length;
    const span = text.slice(run.index, stop);
    if (/\n[ \t>]*\n/.test(span)) continue;
    result += text.slice(end, run.index) + span.replace(/[^\n]/g, " ");
    end = stop;
  }
  return result + text.slice(end);
}
