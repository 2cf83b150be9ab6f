import type { Text } from "#lib/merge.ts";
import type { BrowserCopy } from "./browser-copy.ts";

/** A version as the page brings it. */
export interface Base extends Text {
  number: number;
  author: string | null;
  savedAt: string | null;
}

/** What was typed, as the site keeps it. */
export interface ServerCopy extends Text {
  baseNumber: number;
  sequence: number;
  updatedAt: string;
}

export interface Opening {
  text: Text;
  baseNumber: number;
  known: number[];
  /** Where it comes from: from `version` nothing is unsaved. */
  from: "version" | "site" | "browser";
  /** What another device has kept, which this browser has not seen: to be merged over what both began from. */
  foreign?: { copy: ServerCopy; base: Text | null };
}

/**
 * With which text an editor goes on: what was typed last, wherever it is kept. Nothing that was typed is left out: where two
 * devices went different ways, both are answered.
 */
export function chooseText(newest: Base, copy: ServerCopy | null, browser: BrowserCopy | undefined): Opening {
  if (browser !== undefined && !browser.isKept) {
    const { baseNumber, known } = browser;
    const mine = { text: textOf(browser), baseNumber, known, from: "browser" } as const;
    if (copy === null || known.includes(copy.sequence)) return mine;
    if (isSame(copy, browser)) return { ...mine, known: [...known, copy.sequence], from: "site" };
    return { ...mine, foreign: { copy, base: browser.synced } };
  }
  if (copy !== null) {
    return { text: textOf(copy), baseNumber: copy.baseNumber, known: [copy.sequence], from: "site" };
  }
  return { text: textOf(newest), baseNumber: newest.number, known: [], from: "version" };
}

export function textOf({ title, summary, source }: Text): Text {
  return { title, summary, source };
}

export function isSame(one: Text, other: Text): boolean {
  return one.title === other.title && one.summary === other.summary && one.source === other.source;
}
