import type { Anatomy } from "../markdown/markdown.ts";
import type { HouseStyle } from "./house-style.ts";

export type Severity = "error" | "warning" | "hint";

/** What the linter says of a place of the source. Lines and columns count from 1. */
export interface Finding {
  rule: RuleName;
  severity: Severity;
  line: number;
  column: number;
  message: string;
}

export const ruleNames = [
  "links",
  "alt",
  "pictures",
  "headings",
  "code",
  "long-lines",
  "title",
  "summary",
  "spelling",
  "house-style",
  "blocks",
  "dialect",
  "secrets",
] as const;
export type RuleName = (typeof ruleNames)[number];

/** What is known of an address of the site. */
export interface KnownEntry {
  isPublic: boolean;
  /** Where a link can lead within it; left out when nobody has looked. */
  anchors?: readonly string[];
}

/** What the source itself does not say. What is left out is not judged. */
export interface Facts {
  title?: string;
  summary?: string;
  /** The address of the text. */
  path?: string;
  /** Everything on the site that a link can lead to, by address: `/python-lists/`. */
  entries?: Readonly<Record<string, KnownEntry>>;
  /** First segments of addresses at which the site itself answers. */
  reserved?: readonly string[];
  /** What is wrong with addresses elsewhere, as the last look found it. */
  broken?: Readonly<Record<string, string>>;
  /** The pictures that the source shows, by address. */
  pictures?: Readonly<Record<string, PictureFacts>>;
  houseStyle?: HouseStyle;
  /** Whether words are looked up, which takes most of the time. */
  spelling?: boolean;
}

export interface PictureFacts {
  format: string;
  width: number;
  height: number;
  sizeBytes: number;
}

/** A text as the rules see it. */
export interface Article extends Anatomy {
  /** The lines of the source. */
  lines: readonly string[];
  /** The same, with blanks in the place of whatever is no prose: code, addresses, tags, attributes. */
  prose: readonly string[];
}

export type Found = Omit<Finding, "rule" | "column"> & { column?: number };

/** Looks at an article for one thing. */
export type Rule = (article: Article, facts: Facts) => Iterable<Found> | Promise<Iterable<Found>>;
