import { diffArrays, diffWordsWithSpace } from "diff";

/** A run of characters: what stands on one side alone is marked. */
export interface DiffPart {
  text: string;
  isMarked: boolean;
}

export interface DiffLine {
  /** Counted from 1. */
  number: number;
  parts: DiffPart[];
}

/** A line of both texts side by side; one side lacks it when it was added or taken out. */
export interface DiffRow {
  kind: "same" | "changed" | "added" | "removed";
  before: DiffLine | undefined;
  after: DiffLine | undefined;
}

/** Rows that belong together, or how many the same ones were left out between them. */
export type DiffHunk = { rows: DiffRow[] } | { left: number };

// Two texts with nothing in common take long to compare, and are shown as one taken out and one put in.
const patience = { timeout: 1000 };
const wordPatience = { timeout: 50, maxEditLength: 2000 };

/** Compares two texts by lines, and lines that stand in for one another by words. */
export function diffText(before: string, after: string): DiffRow[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const changes = diffArrays(old, now, patience) ?? [
    { value: old, removed: true, added: false },
    { value: now, removed: false, added: true },
  ];
  const rows: DiffRow[] = [];
  let [left, right] = [0, 0];
  for (let index = 0; index < changes.length; index += 1) {
    const change = changes[index];
    if (change === undefined) continue;
    if (!change.added && !change.removed) {
      for (const text of change.value) {
        const parts = [{ text, isMarked: false }];
        rows.push({ kind: "same", before: { number: (left += 1), parts }, after: { number: (right += 1), parts } });
      }
      continue;
    }
    const next = changes[index + 1];
    const isPair = change.removed && next?.added === true;
    const removed = change.removed ? change.value : [];
    const added = isPair ? next.value : change.added ? change.value : [];
    if (isPair) index += 1;
    for (let line = 0; line < Math.max(removed.length, added.length); line += 1) {
      const [one, other] = [removed[line], added[line]];
      const [oneParts, otherParts] = markWords(one, other);
      rows.push({
        kind: one === undefined ? "added" : other === undefined ? "removed" : "changed",
        before: one === undefined ? undefined : { number: (left += 1), parts: oneParts },
        after: other === undefined ? undefined : { number: (right += 1), parts: otherParts },
      });
    }
  }
  return rows;
}

/** Leaves out what is the same, but for some lines around each change. */
export function foldRows(rows: readonly DiffRow[], around = 3): DiffHunk[] {
  const near = new Set<number>();
  for (const [index, row] of rows.entries())
    if (row.kind !== "same") for (let line = index - around; line <= index + around; line += 1) near.add(line);
  const hunks: DiffHunk[] = [];
  for (const [index, row] of rows.entries()) {
    const last = hunks.at(-1);
    if (near.has(index)) {
      if (last !== undefined && "rows" in last) last.rows.push(row);
      else hunks.push({ rows: [row] });
    } else if (last !== undefined && "left" in last) last.left += 1;
    else hunks.push({ left: 1 });
  }
  return hunks;
}

function markWords(before: string | undefined, after: string | undefined): [DiffPart[], DiffPart[]] {
  if (before === undefined || after === undefined) return [whole(before), whole(after)];
  const changes = diffWordsWithSpace(before, after, wordPatience);
  if (changes === undefined) return [whole(before), whole(after)];
  const side = (wanted: "added" | "removed"): DiffPart[] =>
    changes
      .filter((change) => change[wanted] || (!change.added && !change.removed))
      .map((change) => ({ text: change.value, isMarked: change[wanted] }));
  return [side("removed"), side("added")];
}

function whole(text: string | undefined): DiffPart[] {
  return text === undefined ? [] : [{ text, isMarked: true }];
}

export interface DiffBlock {
  kind: "same" | "added" | "removed";
  html: string;
}

/**
 * Compares two rendered texts by the blocks they are made of: paragraphs, lists, pieces of code. What was taken out has no
 * ids, so that each stays the only one of its name.
 */
export function diffBlocks(before: string, after: string): DiffBlock[] {
  const [old, now] = [splitBlocks(before), splitBlocks(after)];
  const changes = diffArrays(old, now, patience) ?? [
    { value: old, removed: true, added: false },
    { value: now, removed: false, added: true },
  ];
  return changes.flatMap(({ value, added, removed }) =>
    value.map((html) =>
      removed
        ? { kind: "removed" as const, html: html.replace(/ id="[^"]*"/g, "") }
        : { kind: added ? ("added" as const) : ("same" as const), html },
    ),
  );
}

// Where the teaser ends, which nobody sees.
const mark = /^<span id="[^"]*"><\/span>$/;
const voids = /^(area|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;

// For what our own renderer has made: every element is closed, and a < of the text is written as &lt;.
function splitBlocks(html: string): string[] {
  const blocks: string[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: tag, 1: slash, 2: name = "", index } of html.matchAll(/<(\/?)([a-z][\w-]*)(?:"[^"]*"|[^">])*>/gi)) {
    if (slash === "/") depth -= 1;
    else if (!voids.test(name) && !tag.endsWith("/>")) depth += 1;
    if (depth < 0) return [html];
    if (depth > 0) continue;
    blocks.push(html.slice(start, index + tag.length).trim());
    start = index + tag.length;
  }
  if (depth !== 0) return [html];
  return [...blocks, html.slice(start).trim()].filter((block) => block !== "" && !mark.test(block));
}
