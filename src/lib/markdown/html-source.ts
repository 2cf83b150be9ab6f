// CommonMark's grammar of a tag (0.31, section 6.6). Attribute values cannot be confused with what follows, so it is linear.
export const TAG =
  /<(?:\/([A-Za-z][A-Za-z0-9-]*)\s*>|([A-Za-z][A-Za-z0-9-]*)((?:\s+[A-Za-z_:][\w:.-]*(?:\s*=\s*(?:[^"'=<>`\s]+|'[^']*'|"[^"]*"))?)*)\s*\/?>)/y;
/** The author's mark for the end of the teaser. */
export const MORE = /^<!--\s*more\s*-->/i;

/** The attributes of the image that `source` consists of, or undefined when there is anything else. */
export function onlyImage(source: string): string | undefined {
  TAG.lastIndex = 0;
  const trimmed = source.trim();
  const tag = TAG.exec(trimmed);
  return tag?.[2]?.toLowerCase() === "img" && tag[0].length === trimmed.length ? tag[3] : undefined;
}

/** End of the comment, declaration or instruction at `position`, or `position` when there is none. */
export function skipComment(source: string, position: number): number {
  for (const [start, end] of [
    ["<!--", "-->"],
    ["<![CDATA[", "]]>"],
    ["<!", ">"],
    ["<?", "?>"],
  ] as const) {
    if (!source.startsWith(start, position)) continue;
    const found = source.indexOf(end, position + (start === "<!--" ? 2 : start.length));
    return found < 0 ? source.length : found + end.length;
  }
  return position;
}
