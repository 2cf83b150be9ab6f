import MarkdownIt, { type StateBlock, type Token } from "markdown-it";

const { Token: TokenClass } = MarkdownIt;

/** Escapes text for an element or a double-quoted attribute. */
export function escapeHtml(text: string): string {
  if (!/[&<>"]/.test(text)) return text;
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

export function makeToken(type: string, tag: string, nesting: -1 | 0 | 1, fields: Partial<Token> = {}): Token {
  return Object.assign(new TokenClass(type, tag, nesting), fields);
}

/** The line a block token begins on, from 1; tokens that carry no map have the line of what stands before them. */
export function lineOf(token: Token | undefined, otherwise = 1): number {
  return token?.map ? token.map[0] + 1 : otherwise;
}

/** The attribute as text, or undefined. */
export function attribute(token: Token, name: string): string | undefined {
  const value = token.attrGet(name);
  return value === null ? undefined : String(value);
}

/** What a reader sees of inline tokens, without markup. Footnote numbers and raw tags leave nothing. */
export function plainText(tokens: readonly Token[] | null): string {
  let text = "";
  for (const token of tokens ?? []) {
    if (token.type === "softbreak" || token.type === "hardbreak") text += " ";
    else if (token.type === "image") text += attribute(token, "alt") || plainText(token.children);
    else if (TEXTUAL.has(token.type)) text += token.content;
  }
  return text;
}

const TEXTUAL = new Set(["text", "text_special", "code_inline", "math_inline", "math_display", "liquid"]);

/** Index just past the token that closes `tokens[open]`. */
export function endOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    depth += tokens[index]?.nesting ?? 0;
    if (depth <= 0) return index + 1;
  }
  return tokens.length;
}

/**
 * A line without its indentation, unless it is indented code. One that is indented less than its container is asked about
 * too, by a paragraph that it may end: the last item of a list is followed by the colons that close the block.
 */
export function lineText(state: StateBlock, line: number): string | undefined {
  if ((state.sCount[line] ?? 0) - state.blkIndent >= 4) return undefined;
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]).trimEnd();
}
