import { posix } from "node:path";
import { reservedSegments } from "#urls.ts";
import { fillCaptures, matchGlob } from "../mapping/glob.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { Folder } from "../reading/folder.ts";
import { findIndex } from "../reading/names.ts";
import { byName } from "./references.ts";
import type { Site } from "./site.ts";
import { formerPath } from "./slugs.ts";

/** Something that links can lead to. */
export interface Target {
  path: string;
  anchors: ReadonlySet<string>;
  /** The text of the dropped first heading. */
  heading: string;
}

export interface LinkSources {
  folder: Folder;
  mapping: Mapping;
  site: Site;
  /** Where the folder was served: "https://example.org/course". */
  base: string;
  /** By file: also the files that are a part of another's article. */
  byFile: ReadonlyMap<string, Target>;
  /** By former address, in the form of redirects. */
  byFormer: ReadonlyMap<string, Target>;
  /** Why a file has become no article. */
  missing: ReadonlyMap<string, string>;
}

/** Where a link leads now, and what is wrong with it. Without an address it stays as it was written. */
export interface Resolved {
  address?: string;
  problem?: string;
  /** A picture of the folder, which media takes in. */
  picture?: string;
}

/** Says where a link in `file`, of an article with these former addresses, leads. */
export function resolveLink(
  href: string,
  place: { file: string; own: Target; formerly: readonly string[] },
  sources: LinkSources,
): Resolved {
  const { pathname, fragment } = take(href, sources.base);
  if (pathname === undefined) return {};
  if (sources.mapping.whole === true && (pathname === "" || siteKnows(pathname, sources))) {
    return judgeWritten(pathname, fragment, place.own, sources);
  }
  if (pathname === "") return toAnchor(place.own, fragment, true);
  const file = sources.folder.resolve(place.file, pathname);
  const target = findTarget(pathname, file, place.formerly, sources);
  if (target !== undefined) return toAnchor(target, fragment, target === place.own);
  if (href.startsWith("http")) return {};
  if (siteKnows(pathname, sources)) return {};
  if (file === undefined) return { problem: "leads out of the folder" };
  if (/\.(png|jpe?g|gif|webp|avif|svg)$/i.test(file) && sources.folder.has(file)) return { picture: file };
  for (const { match, to } of sources.mapping.elsewhere ?? []) {
    const captures = matchGlob(match, file);
    if (captures !== undefined) return { address: fillCaptures(to, captures) };
  }
  const reason = sources.missing.get(file);
  if (reason !== undefined) return { problem: `leads to a file that was not imported: ${reason}` };
  return {
    problem: sources.folder.has(file)
      ? "leads to a file that is no text and no picture"
      : "leads to nothing in the folder",
  };
}

/** An address of the site that stands so in a text: it stays. */
function judgeWritten(pathname: string, fragment: string, own: Target, { byFormer }: LinkSources): Resolved {
  const target = pathname === "" ? own : byFormer.get(`${pathname}/`.replace(/\/{2,}/g, "/"));
  const { problem } = target === undefined ? {} : toAnchor(target, fragment, target === own);
  return problem === undefined ? {} : { problem };
}

function findTarget(
  pathname: string,
  file: string | undefined,
  formerly: readonly string[],
  { byFile, byFormer, folder, mapping, base }: LinkSources,
): Target | undefined {
  for (const candidate of file === undefined ? [] : candidates(file, folder)) {
    const target = byFile.get(candidate);
    if (target !== undefined) return target;
  }
  if (pathname.startsWith("/")) {
    for (const { match, file: to } of mapping.links ?? []) {
      const captures = matchGlob(match, pathname.replace(/\/$/, ""));
      const target = captures && byFile.get(fillCaptures(to, captures));
      if (target !== undefined) return target;
    }
  }
  // An address from the top may be meant from that of the host, or from where the folder was served.
  const tops = ["", base.replace(/^https?:\/\/[^/]*/i, "")];
  const bases = pathname.startsWith("/") ? tops : formerly.map((former) => posix.dirname(former));
  const served = bases.map((start) => formerPath(posix.join("/", start, pathname), "") ?? "");
  return served
    .flatMap((path) => [path, path.replace(/\/$/, ".html/"), path.replace(/\.html\/$/, "/")])
    .map((path) => byFormer.get(path))
    .find(Boolean);
}

/** The files that an address within the folder may mean. */
function candidates(file: string, folder: Folder): string[] {
  const bare = file.replace(/\.html?$/i, "");
  const index = findIndex(folder.list(file));
  const inside = index === undefined ? [] : [file === "" ? index : `${file}/${index}`];
  return [file, `${bare}.md`, `${bare}.markdown`, ...inside, ...findByName(file, folder)];
}

// Jekyll's post_url names a post without its ending, and Hugo's ref a page without its folder.
function findByName(file: string, folder: Folder): string[] {
  if (!`/${file}`.startsWith(byName)) return [];
  const name = posix.basename(file);
  const named = new Set([name, `${name}.md`, `${name}.markdown`]);
  return folder.files.filter((other) => named.has(posix.basename(other))).slice(0, 1);
}

/** Whether the site itself answers there: with an entry or its Markdown, a former address, or a page of its own. */
function siteKnows(pathname: string, { site, byFormer }: LinkSources): boolean {
  if (!pathname.startsWith("/")) return false;
  const path = `${pathname}/`.replace(/\/{2,}/g, "/");
  const page = path.replace(/\.md\/$/, "/");
  if (path === "/" || reservedSegments.has(path.split("/")[1] ?? "")) return true;
  return site.entries.has(page) || site.redirects.has(page) || byFormer.has(page);
}

function toAnchor(target: Target, fragment: string, isOwn: boolean): Resolved {
  const page = isOwn ? "" : target.path;
  if (fragment === "" || fragment === "top")
    return { address: isOwn && fragment === "" ? target.path : `${page}${fragment && "#top"}` };
  if (target.anchors.has(fragment)) return { address: `${page}#${fragment}` };
  // Generators make ids differently; what is the same in letters and digits is the same section.
  const alike =
    [...target.anchors].find((anchor) => letters(anchor) === letters(fragment)) ??
    // An id that no text may have, such as `body`, was given a number.
    [...target.anchors].find((anchor) => anchor === `${fragment}-1`);
  if (alike !== undefined) return { address: `${page}#${alike}` };
  if (letters(target.heading) === letters(fragment)) return { address: target.path };
  return { ...(isOwn ? {} : { address: target.path }), problem: `leads to a section #${fragment} that is not there` };
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** The path that an address means within the folder or the site; none for what leads elsewhere. */
function take(href: string, base: string): { pathname?: string; fragment: string } {
  const whole =
    base !== "" && href.toLowerCase().startsWith(base.toLowerCase()) && /^([/?#]|$)/.test(href.slice(base.length));
  const rest = whole ? href.replace(/^https?:\/\/[^/?#]*/i, "") || "/" : href;
  if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(rest) || /^\{[{%]/.test(rest)) return { fragment: "" };
  const [path = "", fragment = ""] = rest.split("#", 2);
  return { pathname: decode(path.replace(/\?.*$/, "")), fragment: decode(fragment) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
