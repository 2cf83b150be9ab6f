import { diffArrays } from "diff";

/** Characters of a text: from here until there. */
export interface Place {
  startsAt: number;
  endsAt: number;
}

/** Where a place is in a later text; `isChanged` when other words stand there now. */
export interface CarriedPlace extends Place {
  isChanged: boolean;
}

/** What a later text made of an earlier one: pieces of both, in order, that are equal or stand for each other. */
interface Piece {
  from: Place;
  to: Place;
  isEqual: boolean;
}

/**
 * Carries places of one text to another. A place that was only moved around by edits elsewhere is found exactly; one that
 * was edited inside is kept around the edit; one that was cut and pasted is found where it was pasted. Undefined when
 * nothing stands there any more. The same texts always give the same answer.
 */
export function placeCarrier(before: string, after: string): (place: Place) => CarriedPlace | undefined {
  let pieces: Piece[] | undefined;
  return (place) => carry(place, { before, after, pieces: (pieces ??= compare(before, after)) });
}

interface Change {
  before: string;
  after: string;
  pieces: readonly Piece[];
}

function carry(place: Place, { before, after, pieces }: Change): CarriedPlace | undefined {
  const quote = textAt(before, place);
  const around = mapPlace(place, pieces);
  if (textAt(after, around) === quote) return { ...around, isChanged: false };
  const here = nearest(occurrences(after, quote), around.startsAt, (found) => touches(found, around));
  if (here !== undefined) return { ...here, isChanged: false };
  if (keptShare(place, pieces, before) < 0.5) {
    // What stands in text that was there before as well is another place with the same words.
    const added = pieces.filter(({ isEqual }) => !isEqual).map(({ to }) => to);
    const isAdded = (found: Place): boolean => added.some((piece) => overlaps(found, piece));
    const moved = nearest(occurrences(after, quote), around.startsAt, isAdded);
    if (moved !== undefined) return { ...moved, isChanged: false };
  }
  return textAt(after, around).trim() === "" ? undefined : { ...around, isChanged: true };
}

// What was added at an edge stands outside; an edge inside of what was replaced takes in what stands there now.
function mapPlace({ startsAt, endsAt }: Place, pieces: readonly Piece[]): Place {
  const first = pieces.find(({ from }) => startsAt < from.endsAt);
  const last = pieces.findLast(({ from }) => endsAt > from.startsAt);
  if (first === undefined || last === undefined) return { startsAt: 0, endsAt: 0 };
  const start = first.isEqual ? first.to.startsAt + startsAt - first.from.startsAt : first.to.startsAt;
  const end = last.isEqual ? last.to.startsAt + endsAt - last.from.startsAt : last.to.endsAt;
  return { startsAt: start, endsAt: Math.max(start, end) };
}

// How much of a place is still there, counted in letters: commas and the like are found anywhere.
function keptShare(place: Place, pieces: readonly Piece[], before: string): number {
  const kept = pieces
    .filter(({ from, isEqual }) => isEqual && overlaps(from, place))
    .map(({ from }) => ({
      startsAt: Math.max(from.startsAt, place.startsAt),
      endsAt: Math.min(from.endsAt, place.endsAt),
    }));
  const letters = kept.reduce((sum, part) => sum + countLetters(textAt(before, part)), 0);
  return letters / Math.max(1, countLetters(textAt(before, place)));
}

function countLetters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

/** Where a text has these words. */
function* occurrences(text: string, words: string): Generator<Place> {
  if (words === "") return;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1))
    yield { startsAt: at, endsAt: at + words.length };
}

function nearest(places: Iterable<Place>, to: number, fits: (place: Place) => boolean): Place | undefined {
  let best: Place | undefined;
  for (const place of places) {
    if (!fits(place)) continue;
    if (best === undefined || Math.abs(place.startsAt - to) < Math.abs(best.startsAt - to)) best = place;
  }
  return best;
}

function textAt(text: string, { startsAt, endsAt }: Place): string {
  return text.slice(startsAt, endsAt);
}

function overlaps(one: Place, other: Place): boolean {
  return one.startsAt < other.endsAt && other.startsAt < one.endsAt;
}

function touches(one: Place, other: Place): boolean {
  return one.startsAt <= other.endsAt && other.startsAt <= one.endsAt;
}

// Texts that differ in more than this have so little in common that the quote says more; to look further takes seconds.
const maxEditLength = 500;
const words = /[\p{L}\p{N}]+|\s+|[^\p{L}\p{N}\s]/gu;
const lines = /[^\n]*\n+|[^\n]+$/g;

// One edit lies between what both texts begin and end with, which is found exactly; several are told apart by their
// words, and by their lines first where they are too many.
function compare(before: string, after: string): Piece[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  // Two signs of a pair such as an emoji's may have one half in common.
  if (/[\uD800-\uDBFF]/.test(before[head - 1] ?? "")) head -= 1;
  if (/[\uDC00-\uDFFF]/.test(before.at(-tail) ?? "") && tail > 0) tail -= 1;
  const from = { startsAt: head, endsAt: before.length - tail };
  const to = { startsAt: head, endsAt: after.length - tail };
  return [
    { from: { startsAt: 0, endsAt: head }, to: { startsAt: 0, endsAt: head }, isEqual: true },
    ...compareWithin({ from, to, isEqual: false }, before, after),
    {
      from: { startsAt: from.endsAt, endsAt: before.length },
      to: { startsAt: to.endsAt, endsAt: after.length },
      isEqual: true,
    },
  ];
}

function compareWithin(piece: Piece, before: string, after: string): Piece[] {
  const byWords = split(piece, words, before, after);
  if (byWords !== undefined) return byWords;
  const byLines = split(piece, lines, before, after) ?? [piece];
  return byLines.flatMap((part) => (part.isEqual ? part : (split(part, words, before, after) ?? part)));
}

function split({ from, to }: Piece, tokens: RegExp, before: string, after: string): Piece[] | undefined {
  const old = textAt(before, from).match(tokens) ?? [];
  const changes = diffArrays(old, textAt(after, to).match(tokens) ?? [], { maxEditLength });
  if (changes === undefined) return undefined;
  const pieces: Piece[] = [];
  let [fromAt, toAt] = [from.startsAt, to.startsAt];
  for (const { value, added, removed } of changes) {
    const length = value.join("").length;
    const [fromEnd, toEnd] = [added ? fromAt : fromAt + length, removed ? toAt : toAt + length];
    const last = pieces.at(-1);
    const isEqual = !added && !removed;
    // What was removed and what was added at the same point stand for each other.
    if (last !== undefined && !isEqual && !last.isEqual) {
      last.from.endsAt = fromEnd;
      last.to.endsAt = toEnd;
    } else {
      pieces.push({
        from: { startsAt: fromAt, endsAt: fromEnd },
        to: { startsAt: toAt, endsAt: toEnd },
        isEqual,
      });
    }
    [fromAt, toAt] = [fromEnd, toEnd];
  }
  return pieces;
}
