import { listRemarks, trimPlace, type Thread } from "#apps/editorial/remarks.ts";
import { findNewest, getVersion, mayWrite, type Version } from "#apps/editorial/versions.ts";
import { NotFound } from "#lib/errors.ts";
import type { FormErrors, FormValues } from "#lib/forms.ts";
import { may, type Viewer } from "#lib/viewer.ts";

/** A run of characters of a line, and the remarks that are about it. */
export interface Segment {
  text: string;
  ids: number[];
}

export interface ReviewLine {
  /** Counted from 1. */
  number: number;
  /** Where it begins in the source. */
  startsAt: number;
  kind: "text" | "heading" | "code";
  segments: Segment[];
  /** The remarks whose place ends here. */
  threads: Thread[];
}

/** The place that somebody is about to say something of. */
export interface Chosen {
  startsAt: number;
  endsAt: number;
  quote: string;
  fromLine: number;
  toLine: number;
  values?: FormValues;
  errors?: FormErrors;
}

export interface Review {
  entryId: number;
  version: Version;
  newestNumber: number;
  lines: ReviewLine[];
  /** Remarks of which nothing stands there any more. */
  lost: Thread[];
  show: "open" | "all";
  counts: { open: number; all: number };
  canReview: boolean;
  canWrite: boolean;
  chosen: Chosen | undefined;
}

export interface ReviewQuery {
  number?: number | undefined;
  show?: "open" | "all" | undefined;
  /** From this line … */
  line?: number | undefined;
  /** … to this one. */
  to?: number | undefined;
  startsAt?: number | undefined;
  endsAt?: number | undefined;
}

/** Everything that the page of a review shows. Throws NotFound when there is no such version. */
export async function getReview(viewer: Viewer, entryId: number, query: ReviewQuery): Promise<Review> {
  const newest = await findNewest(entryId);
  if (newest === undefined) throw new NotFound("There is no text to review here.");
  const { number = newest.number, show = "open" } = query;
  const version = number === newest.number ? newest : await getVersion(entryId, number);
  const threads = await listRemarks(entryId, number);
  const shown = show === "all" ? threads : threads.filter(({ state }) => state === "open");
  const canReview = may(viewer, "desk.review");
  return {
    entryId,
    version,
    newestNumber: newest.number,
    lines: layOut(version.source, shown),
    lost: shown.filter(({ place }) => place === undefined),
    show,
    counts: { open: threads.filter(({ state }) => state === "open").length, all: threads.length },
    canReview,
    canWrite: await mayWrite(viewer, entryId),
    chosen: canReview ? choose(version.source, query) : undefined,
  };
}

/** The line of a text in which a character stands, counted from 1. */
export function lineAt(source: string, at: number): number {
  return source.slice(0, at).split("\n").length;
}

/** The lines of a text, each with the remarks on it. */
export function layOut(source: string, threads: readonly Thread[]): ReviewLine[] {
  const placed = threads.flatMap(({ id, place }) => (place === undefined ? [] : [{ id, ...place }]));
  const byLine = Map.groupBy(
    threads.filter(({ place }) => place !== undefined),
    ({ place }) => lineAt(source, Math.max(0, (place?.endsAt ?? 0) - 1)),
  );
  const lines: ReviewLine[] = [];
  let [startsAt, fence] = [0, ""];
  for (const [index, text] of source.split("\n").entries()) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(text)?.[1] ?? "";
    const isEdge = fence === "" ? mark !== "" : mark.startsWith(fence);
    const kind = fence !== "" || isEdge ? "code" : /^#{1,6}\s/.test(text) ? "heading" : "text";
    if (isEdge) fence = fence === "" ? mark : "";
    const segments = segment(text.replace(/\r$/, ""), startsAt, placed);
    lines.push({ number: index + 1, startsAt, kind, segments, threads: byLine.get(index + 1) ?? [] });
    startsAt += text.length + 1;
  }
  if (lines.at(-1)?.segments.length === 0) lines.pop();
  return lines;
}

function segment(
  text: string,
  lineStart: number,
  placed: readonly { id: number; startsAt: number; endsAt: number }[],
): Segment[] {
  const lineEnd = lineStart + text.length;
  const here = placed.filter(({ startsAt, endsAt }) => startsAt < lineEnd && endsAt > lineStart);
  const edges = here.flatMap(({ startsAt, endsAt }) => [Math.max(startsAt, lineStart), Math.min(endsAt, lineEnd)]);
  const cuts = [...new Set([lineStart, ...edges, lineEnd])].toSorted((one, other) => one - other);
  return cuts.slice(1).map((end, index) => {
    const start = cuts[index] ?? lineStart;
    const ids = here.filter(({ startsAt, endsAt }) => startsAt < end && endsAt > start).map(({ id }) => id);
    return { text: text.slice(start - lineStart, end - lineStart), ids };
  });
}

/** The place that an address means: characters, or whole lines. Undefined when there is nothing to choose. */
export function choose(source: string, { line, to, startsAt, endsAt }: ReviewQuery): Chosen | undefined {
  if (startsAt !== undefined && endsAt !== undefined) return chosenAt(source, startsAt, endsAt);
  if (line === undefined) return undefined;
  const lines = source.split("\n");
  const [first, last] = [line, to ?? line].toSorted((one, other) => one - other);
  const start = lines.slice(0, (first ?? 1) - 1).reduce((sum, text) => sum + text.length + 1, 0);
  return chosenAt(source, start, start + lines.slice((first ?? 1) - 1, last).join("\n").length);
}

function chosenAt(source: string, from: number, until: number): Chosen | undefined {
  const { startsAt, endsAt } = trimPlace(source, { startsAt: from, endsAt: until });
  const quote = source.slice(startsAt, endsAt);
  if (quote.trim() === "") return undefined;
  return { startsAt, endsAt, quote, fromLine: lineAt(source, startsAt), toLine: lineAt(source, endsAt - 1) };
}
