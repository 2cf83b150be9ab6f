import { scanMarkdown } from "#lib/markdown/markdown.ts";

/** A part of an article, from one file. */
export interface Piece {
  file: string;
  body: string;
  /** The line of the file on which `body` begins. */
  line: number;
  /** The title of the collapsible block that holds it. */
  fold?: string;
}

/** A first-level heading at the top, as plain text, and the body without it: the page shows its title itself. */
export function takeTitle(piece: Piece): { title?: string; piece: Piece } {
  const match =
    /^\s*?(?: {0,3}#(?:[ \t]+(?<atx>.*))?|(?<setext>\S[^\n]*)\n {0,3}=+[ \t]*)(?:\n|$)/.exec(piece.body) ?? undefined;
  // What looks like a heading may be something else, such as the first line of a comment.
  if (match === undefined || scanMarkdown(match[0]).title === undefined) return { piece };
  const { title } = scanMarkdown(`# ${match.groups?.atx ?? match.groups?.setext ?? ""}\n`);
  return { ...(title === undefined ? {} : { title }), piece: without(piece, match[0]) };
}

/** The piece without a heading at the top, of whatever level, that only repeats the title of the page. */
export function dropTitle(piece: Piece, title: string): Piece {
  const heading = /^\s*?#{2,6}[ \t]+(.*)(?:\n|$)/.exec(piece.body);
  return heading?.[1]?.trim().toLowerCase() === title.toLowerCase() ? without(piece, heading[0]) : piece;
}

function without(piece: Piece, start: string): Piece {
  return { ...piece, body: piece.body.slice(start.length), line: piece.line + start.split("\n").length - 1 };
}

export interface Assembled {
  source: string;
  /** The file and line that a line of the source comes from. */
  origin: (line: number) => { file: string; line: number };
}

/** Puts the pieces of an article together. What one calls `[label]` does not change what another means by it. */
export function assemble(pieces: readonly Piece[], further: string): Assembled {
  const lines: string[] = [];
  const starts: { at: number; file: string; line: number }[] = [];
  const taken = new Map<string, string>();
  for (const [place, piece] of pieces.entries()) {
    const blank = /^(?:[ \t]*\n)*/.exec(piece.body)?.[0] ?? "";
    const body = scopeLabels(piece.body.slice(blank.length).trimEnd(), taken, place + 1);
    if (place > 0) lines.push("");
    if (piece.fold !== undefined) lines.push(`:::::: details [${piece.fold}]`, "");
    starts.push({ at: lines.length + 1, file: piece.file, line: piece.line + blank.split("\n").length - 1 });
    lines.push(...body.split("\n"));
    if (piece.fold !== undefined) lines.push("", "::::::");
  }
  if (further !== "") lines.push("", ...further.split("\n"));
  return {
    source: `${lines.join("\n").trimEnd()}\n`,
    origin(line) {
      const start = starts.findLast(({ at }) => at <= line) ?? starts[0];
      return start === undefined ? { file: "", line: 1 } : { file: start.file, line: line - start.at + start.line };
    },
  };
}

/** Renames the labels of a later piece to which an earlier one has given another meaning. */
function scopeLabels(body: string, taken: Map<string, string>, place: number): string {
  const clashing = new Set<string>();
  changeOutsideCode(body, (text) => {
    for (const [, label = "", meaning = ""] of text.matchAll(/^[ \t>]*\[(\^?[^\]\n]+)\]:\s*(\S+)/gm)) {
      const known = taken.get(normal(label));
      if (known === undefined) taken.set(normal(label), meaning);
      else if (known !== meaning || label.startsWith("^")) clashing.add(normal(label));
    }
    return text;
  });
  if (clashing.size === 0) return body;
  return changeOutsideCode(body, (text) =>
    text.replace(/\[(\^?[^[\]]+)\](\(|:|\[\])?/g, (whole, label: string, after = "", offset: number) => {
      if (!clashing.has(normal(label)) || after === "(") return whole;
      if (label.startsWith("^")) return `[${label}-${place}]${after}`;
      const scoped = `[${label} ${place}]`;
      // After a text in brackets, or before the colon of a definition, it is the label; else it is the text as well.
      return text[offset - 1] === "]" || after === ":" ? `${scoped}${after}` : `[${label}]${scoped}`;
    }),
  );
}

// A fenced block to its end, or a code span.
const code =
  /^([ \t>]*)(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^[ \t>]*\2[`~]*[ \t]*$|$(?![\s\S]))|(?<!`)(`+)(?!`)[^`]*?(?<!`)\3(?!`)/gm;

function changeOutsideCode(body: string, change: (text: string) => string): string {
  let changed = "";
  let end = 0;
  for (const match of body.matchAll(code)) {
    changed += change(body.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return changed + change(body.slice(end));
}

function normal(label: string): string {
  return label.trim().replace(/\s+/g, " ").toLowerCase();
}
