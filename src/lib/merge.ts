import { diff3Merge } from "node-diff3";

/** A text as somebody works on it. */
export interface Text {
  title: string;
  summary: string;
  source: string;
}

/** A piece of a merged text: lines that are settled, or two ways to go on between which somebody must choose. */
export type Piece = { lines: string[] } | { mine: string[]; theirs: string[] };

export interface Merged {
  title: string | Choice;
  summary: string | Choice;
  source: Piece[];
}
interface Choice {
  mine: string;
  theirs: string;
}

/** Merges what two people made of the same text, line by line. What both have changed differently is left to choose. */
export function mergeTexts(mine: Text, base: Text, theirs: Text): Merged {
  return {
    title: mergeWords(mine.title, base.title, theirs.title),
    summary: mergeWords(mine.summary, base.summary, theirs.summary),
    source: mergeLines(mine.source, base.source, theirs.source),
  };
}

/** The merged text when nothing is left to choose. */
export function settledText({ title, summary, source }: Merged): Text | undefined {
  if (typeof title !== "string" || typeof summary !== "string") return undefined;
  const lines: string[] = [];
  for (const piece of source) {
    if (!("lines" in piece)) return undefined;
    lines.push(...piece.lines);
  }
  return { title, summary, source: lines.join("\n") };
}

/** The merged text with both ways marked where one is left to choose, as version control does. */
export function markedText({ title, summary, source }: Merged): Text {
  const lines = source.flatMap((piece) =>
    "lines" in piece ? piece.lines : ["<<<<<<< yours", ...piece.mine, "=======", ...piece.theirs, ">>>>>>> theirs"],
  );
  return { title: mineOf(title), summary: mineOf(summary), source: lines.join("\n") };
}

function mineOf(words: string | Choice): string {
  return typeof words === "string" ? words : words.mine;
}

function mergeWords(mine: string, base: string, theirs: string): string | Choice {
  if (mine === theirs || theirs === base) return mine;
  return mine === base ? theirs : { mine, theirs };
}

function mergeLines(mine: string, base: string, theirs: string): Piece[] {
  const [a, o, b] = [mine, base, theirs].map((text) => text.split(/\r?\n/));
  if (a === undefined || o === undefined || b === undefined) return [];
  return diff3Merge(a, o, b, { excludeFalseConflicts: true }).flatMap(({ ok, conflict }): Piece[] => [
    ...(ok === undefined ? [] : [{ lines: ok }]),
    ...(conflict === undefined ? [] : [{ mine: conflict.a, theirs: conflict.b }]),
  ]);
}
