/** A piece of a snippet, and whether it is a match. */
export interface Piece {
  text: string;
  isMatch: boolean;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'", nbsp: " " };

/** Reads a snippet in which `<mark>` is the only element. Whatever else looks like markup stays text. */
export function piecesOf(snippet: string): Piece[] {
  let isMatch = false;
  const pieces: Piece[] = [];
  for (const part of snippet.split(/(<\/?mark>)/)) {
    if (part === "<mark>") isMatch = true;
    else if (part === "</mark>") isMatch = false;
    else if (part !== "") pieces.push({ text: decoded(part), isMatch });
  }
  return pieces;
}

function decoded(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);
}
