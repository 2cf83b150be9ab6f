import temml from "temml";
import type { MarkdownIt, StateBlock, StateInline, Token } from "markdown-it";
import { report, spend, type Context } from "./context.ts";
import { escapeHtml, lineOf, lineText, makeToken } from "./tokens.ts";

// A formula is a line or a few; TeX macros make the cost of longer ones anybody's guess.
const MAX_LENGTH = 2000;
const MAX_FORMULAS = 500;

/**
 * `$…$` in a line and `$$…$$` in a line or as a block.
 *
 * Pandoc's rule (Manual, tex_math_dollars) keeps prices and shell variables apart: the opening `$` has something other
 * than a blank right after it, the closing one something other than a blank before it and no digit after it.
 * Here the opening one also has no letter or digit before it, so that `US$5 and US$6` is text.
 */
export function mathPlugin(md: MarkdownIt): void {
  md.inline.ruler.before("escape", "math", inlineMath);
  md.block.ruler.before("fence", "math", blockMath, { alt: ["paragraph", "reference", "blockquote", "list"] });
}

function inlineMath(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  if (src[pos] !== "$") return false;
  const marker = src[pos + 1] === "$" ? "$$" : "$";
  const start = pos + marker.length;
  if (/[\p{L}\p{N}$\\]/u.test(src[pos - 1] ?? "")) return false;
  if (marker === "$" && /\s/.test(src[start] ?? " ")) return false;
  spend(state.env, 5);
  const end = findEnd(src, start, Math.min(state.posMax, start + MAX_LENGTH), marker);
  if (end < 0) return false;
  if (!silent) {
    const token = state.push(marker === "$" ? "math_inline" : "math_display", "math", 0);
    token.content = src.slice(start, end).trim();
    token.markup = marker;
  }
  state.pos = end + marker.length;
  return true;
}

function findEnd(src: string, start: number, limit: number, marker: string): number {
  for (let position = start; position < limit; position++) {
    const char = src[position];
    if (char === "\\") position++;
    else if (char === "`" || (char === "\n" && src[position + 1] === "\n")) return -1;
    else if (char === "$") {
      if (marker === "$$") return src[position + 1] === "$" && position > start ? position : -1;
      if (position === start || src[position + 1] === "$") return -1;
      return /\s/.test(src[position - 1] ?? " ") || /[\p{N}]/u.test(src[position + 1] ?? "") ? -1 : position;
    }
  }
  return -1;
}

function blockMath(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const first = lineText(state, startLine);
  if (!first?.startsWith("$$")) return false;
  let line = startLine;
  let text = first.slice(2);
  if (text.includes("$$") && !text.endsWith("$$")) return false;
  while (!text.endsWith("$$")) {
    line++;
    const outside = line >= endLine || (state.sCount[line] ?? 0) < state.blkIndent || state.isEmpty(line);
    if (outside || line - startLine > 100) return false;
    const next = lineText(state, line)?.trim() ?? "";
    if (next.slice(0, -2).includes("$$")) return false;
    text += `\n${next}`;
    if (text.length > MAX_LENGTH) return false;
  }
  if (silent) return true;
  const map: [number, number] = [startLine, line + 1];
  state.tokens.push(
    makeToken("math_block", "math", 0, { block: true, content: text.slice(0, -2).trim(), map, level: state.level }),
  );
  state.line = line + 1;
  return true;
}

/** Sets every formula of a page, so that the author hears of a broken one also from a scan. */
export function shapeMath(tokens: readonly Token[], context: Context): void {
  let line = 1;
  for (const token of tokens) {
    line = lineOf(token, line);
    if (token.type === "math_block") setFormula(token, line, context);
    let childLine = line;
    for (const child of token.children ?? []) {
      if (child.type === "softbreak" || child.type === "hardbreak") childLine++;
      if (child.type === "math_inline" || child.type === "math_display") setFormula(child, childLine, context);
    }
  }
}

/**
 * MathML for TeX. What does not parse is shown as the author wrote it, with a problem.
 * Temml lays out with style attributes, which our content security policy refuses: its classes stay, its styles go.
 */
function setFormula(token: Token, line: number, context: Context): void {
  const tex = token.content;
  const displayMode = token.type !== "math_inline";
  context.formulas++;
  if (context.formulas === MAX_FORMULAS + 1)
    report(context, line, `Only the first ${MAX_FORMULAS} formulas of a page are set.`);
  try {
    if (context.formulas > MAX_FORMULAS) throw new Error("too many");
    const markup = temml.renderToString(tex, { displayMode, throwOnError: true, maxExpand: 200, maxSize: [50, 500] });
    context.features.math = true;
    context.rendered.set(token, markup.replace(/ style="[^"]*"/g, ""));
  } catch (error) {
    context.rendered.set(token, `<code>${escapeHtml(tex)}</code>`);
    const reason = error instanceof Error ? error.message.split("\n")[0]?.trim() : "";
    if (context.formulas <= MAX_FORMULAS) report(context, line, `A formula cannot be read: ${reason}`);
  }
}
