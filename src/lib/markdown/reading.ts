import type { Token } from "markdown-it";
import { plainText } from "./tokens.ts";

/** One block at the top of the article: what cannot be cut. */
export interface Block {
  tokens: Token[];
  text: string;
  code: string;
  images: number;
}

const PROSE_WORDS_A_MINUTE = 230;
const CODE_WORDS_A_MINUTE = 100;
const SECONDS_AN_IMAGE = 10;

/** Cuts a token list where nothing is open. */
export function topBlocks(tokens: readonly Token[]): Block[] {
  const blocks: Block[] = [];
  let depth = 0;
  let current: Token[] = [];
  for (const token of tokens) {
    current.push(token);
    depth += token.nesting;
    if (depth > 0) continue;
    blocks.push({ tokens: current, ...readTokens(current) });
    current = [];
  }
  if (current.length > 0) blocks.push({ tokens: current, ...readTokens(current) });
  return blocks;
}

export function readTokens(tokens: readonly Token[]): { text: string; code: string; images: number } {
  const text: string[] = [];
  const code: string[] = [];
  let images = 0;
  for (const token of tokens) {
    if (token.type === "fence" || token.type === "code_block") code.push(token.content.trimEnd());
    else if (token.type === "inline") text.push(plainText(token.children));
    else if (token.type === "text" || token.type === "html_text" || token.type === "math_block")
      text.push(token.content);
    images += token.type === "image" ? 1 : (token.children ?? []).filter((child) => child.type === "image").length;
  }
  return {
    text: text
      .map((part) => part.trim())
      .filter(Boolean)
      .join("\n"),
    code: code.join("\n\n"),
    images,
  };
}

export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+(?:['’._-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
}

/** Minutes to read, at least one: 230 words of prose or 100 words of code a minute, and 10 seconds for an image. */
export function readingMinutes(text: string, code: string, images: number): number {
  const minutes =
    countWords(text) / PROSE_WORDS_A_MINUTE + countWords(code) / CODE_WORDS_A_MINUTE + (images * SECONDS_AN_IMAGE) / 60;
  return Math.max(1, Math.round(minutes));
}

const MAX_EXCERPT = 200;

/** The first sentences of the first paragraph of prose, at most 200 characters, ending with a sentence or else a word. */
export function excerptOf(tokens: readonly Token[]): string {
  let depth = 0;
  let fallback = "";
  for (const [index, token] of tokens.entries()) {
    if (token.type === "paragraph_open") {
      const text = plainText(tokens[index + 1]?.children ?? [])
        .replace(/\s+/g, " ")
        .trim();
      if (text && depth === 0) return shorten(text);
      fallback ||= text;
    }
    depth += token.nesting;
  }
  return shorten(fallback);
}

function shorten(text: string): string {
  // What a colon announces is not there.
  if (text.length <= MAX_EXCERPT) return text.replace(/:$/, "…");
  const start = text.slice(0, MAX_EXCERPT);
  const sentence = Math.max(start.lastIndexOf(". "), start.lastIndexOf("! "), start.lastIndexOf("? "));
  if (sentence >= 60) return start.slice(0, sentence + 1);
  const word = text.slice(0, MAX_EXCERPT - 1).lastIndexOf(" ");
  return `${start.slice(0, word > 0 ? word : MAX_EXCERPT - 1).replace(/[\s,;:–—-]+$/, "")}…`;
}
