import type { Token } from "markdown-it";
import { countWords, type Block } from "./reading.ts";

/**
 * How many of the top blocks a reader may see who may not open the article: those before `<!--more-->`; without that
 * mark, whole blocks of at most `limit` words, and never more than half of the article, so that a short one is not given away.
 * A block that holds the mark somewhere inside is not part of the teaser.
 */
export function teaserLength(blocks: readonly Block[], limit: number): number {
  const marked = blocks.findIndex((block) => block.tokens.some(holdsMark));
  const words = blocks.map((block) => countWords(block.text) + countWords(block.code));
  let length = marked;
  if (marked < 0) {
    const most = Math.min(limit, words.reduce((sum, count) => sum + count, 0) / 2);
    let sum = 0;
    length = words.findIndex((count) => (sum += count) > most);
    if (length < 0) length = 0;
  }
  // A heading whose section is missing would promise what does not follow.
  while (length > 0 && blocks[length - 1]?.tokens[0]?.type === "heading_open") length--;
  return length;
}

function holdsMark(token: Token): boolean {
  return token.type === "more" || (token.children ?? []).some((child) => child.type === "more");
}
