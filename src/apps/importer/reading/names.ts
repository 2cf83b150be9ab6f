import { slugify } from "#lib/url.ts";

/** Files that speak for the folder they are in, so that they are called as it is; the first that there is does. */
const foldersOwn = ["index", "_index", "readme"];
/** The same in a folder that holds nothing else. */
const foldersOnly = ["about", "introduction"];

/** First headings that say nothing of the text: its name says more. */
const generic = /^(about|introduction|instructions|overview|readme|index|home)$/i;

export const markdownFile = /\.(md|markdown)$/i;

export interface FileName {
  /** What the file is called, without ending and date; the name of its folder when it speaks for that. */
  name: string;
  /** The date that a Jekyll name begins with: `2014-03-03-primer.markdown`. */
  date?: string;
}

/** Takes a path below a folder called `root` apart. `siblings` are the names of the files beside it. */
export function readName(path: string, root: string, siblings: readonly string[]): FileName {
  const segments = path.split("/");
  const base = stem(segments.at(-1) ?? "");
  const dated = /^(\d{4}-\d{2}-\d{2})-(.+)$/.exec(base);
  if (dated !== null) return { name: dated[2] ?? base, date: dated[1] ?? "" };
  if (!speaksForFolder(base, siblings)) return { name: base };
  // Dot folders, such as `.docs`, hold what belongs to the folder around them.
  return { name: segments.slice(0, -1).findLast((segment) => !segment.startsWith(".")) ?? root };
}

/** The file among these names that an address of their folder means. */
export function findIndex(names: readonly string[]): string | undefined {
  const texts = names.filter((name) => markdownFile.test(name));
  return texts.find((name) => speaksForFolder(stem(name), texts));
}

function speaksForFolder(base: string, siblings: readonly string[]): boolean {
  const rank = [...foldersOwn, ...foldersOnly].indexOf(base.toLowerCase());
  if (rank < 0) return false;
  const others = siblings.filter((name) => markdownFile.test(name)).map((name) => stem(name).toLowerCase());
  const before = new Set([...foldersOwn, ...foldersOnly].slice(0, rank));
  if (others.some((other) => before.has(other))) return false;
  return rank < foldersOwn.length || others.every((other) => foldersOnly.includes(other));
}

function stem(name: string): string {
  return name.replace(markdownFile, "");
}

/** `dict-methods` as a title: "Dict Methods". A number that only puts it in order is left out: `01-intro`. */
export function humanise(name: string): string {
  return name
    .replace(/^0\d*[-_. ]+/, "")
    .replace(/[-_\s]+/g, " ")
    .trim()
    .replace(/(^|\s)(?!(?:a|an|and|as|at|by|for|from|in|of|on|or|the|to|vs|with)\s)\p{Ll}/gu, (start) =>
      start.toUpperCase(),
    )
    .replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

/** The title that a first heading gives: none when every text could be called so. */
export function titleFromHeading(heading: string | undefined, name: string): string | undefined {
  if (heading === undefined || heading === "" || generic.test(heading)) return undefined;
  // A name that somebody copied into the heading is not written as a title.
  return heading === heading.toLowerCase() && slugify(heading) === slugify(name) ? undefined : heading;
}
