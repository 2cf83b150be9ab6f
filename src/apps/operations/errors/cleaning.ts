/**
 * Text of an error as it may be kept and told: without what messages carry by accident, names and passwords in
 * addresses, their queries, addresses of people, and what looks like a token.
 */
export function withoutPrivate(text: string, most: number): string {
  return text
    .slice(0, most)
    .toWellFormed()
    .replaceAll("\0", "")
    .replace(/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@]{1,200}@/gi, "$1")
    .replace(/(\/[^\s?"'`<>()]{0,300})\?[^\s"'`<>()]+/g, "$1?…")
    .replace(/[\w.%+-]{1,64}@[a-z0-9.-]{1,200}\.[a-z]{2,20}/gi, "[address]")
    .replace(/[\w-]{32,}/g, (word) => (/\d/.test(word) ? "[token]" : word));
}
