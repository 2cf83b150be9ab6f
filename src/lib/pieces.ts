import { withNobody } from "./current.ts";
import { type Child, type Html, raw, render } from "./jsx/jsx-runtime.ts";

/** Makes a part of a page for one reader. */
type Part<Own> = (own: Own) => Child;

let cut: ((piece: Part<unknown> | Buffer) => Html) | undefined;

/**
 * A page that is rendered once, for nobody in particular, and filled for each reader. `make` gives to `own` what differs by
 * what a reader is given; what differs by the request alone stands in a `hole`. Whatever else it asks of the request is answered as for
 * somebody who is not signed in, and a form throws. Answers how to fill the page: as UTF-8, within a request.
 */
export function inPieces<Own>(make: (own: (part: Part<Own>) => Html) => Html): (own: Own) => Buffer {
  const cuts: (Part<Own> | Buffer)[] = [];
  // Postgres stores no NUL, so none of a text can be taken for one of these.
  const at = (piece: Part<Own> | Buffer): Html => raw(`\0${cuts.push(piece) - 1}\0`);
  cut = at;
  let page: Html;
  try {
    page = withNobody(() => make(at));
  } finally {
    cut = undefined;
  }
  const pieces = page.value
    .split("\0")
    .map((text, place) => (place % 2 === 0 ? Buffer.from(text) : pieceOf(cuts, text)));
  return (own) =>
    Buffer.concat(pieces.map((piece) => (Buffer.isBuffer(piece) ? piece : Buffer.from(render(piece(own))))));
}

/** A part of a page that differs by the request. It is rendered at once, or, on a page in pieces, whenever that is filled. */
export function hole(part: () => Child): Child {
  return cut === undefined ? part() : cut(part);
}

/** A long part of a page, made elsewhere. In a page in pieces it is one of them, and not copied along with what surrounds it. */
export function apart(markup: string): Html {
  return cut === undefined ? raw(markup) : cut(Buffer.from(markup));
}

function pieceOf<Piece>(cuts: readonly Piece[], place: string): Piece {
  const piece = cuts[Number(place)];
  if (piece === undefined) throw new Error("A page in pieces has a NUL in its text.");
  return piece;
}
