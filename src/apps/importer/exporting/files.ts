import { stringify } from "yaml";
import { creditRoles } from "#apps/catalog/schema.ts";
import type { Media } from "#apps/media/schema.ts";
import { reservedSegments } from "#urls.ts";
import { isWebAddress } from "../mapping/schema.ts";
import { formerPath } from "../planning/slugs.ts";
import type { Gathered, Site } from "./gather.ts";

export interface Exported {
  /** Texts by their paths in the folder. */
  texts: ReadonlyMap<string, string>;
  /** Pictures by theirs. */
  pictures: ReadonlyMap<string, Media>;
  /** The file of each entry. */
  fileOf: ReadonlyMap<number, string>;
}

/** What a mapping of a whole site is called, and how imports of it are known. */
export const mappingFile = "lectern.yaml";
const siteName = "the whole site";

/** The files that say everything which the text of a site is made from. The same site gives the same bytes. */
export function filesOf(site: Site): Exported {
  const fileOf = nameFiles(site.entries);
  const texts = new Map([[mappingFile, mappingOf(site)]]);
  const pictures = new Map<string, Media>();
  const taken = new Set(site.entries.map(({ entry }) => entry.path));
  for (const gathered of site.entries) {
    const file = fileOf.get(gathered.entry.id) ?? "";
    texts.set(
      file,
      `---\n${stringify(frontMatter(gathered, file, taken), { lineWidth: 0 })}---\n\n${bodyOf(gathered.source)}`,
    );
    for (const [, hash = ""] of gathered.source.matchAll(/\/media\/([0-9a-f]{16})\//g)) take(site.pictures.get(hash));
    take(gathered.image);
  }
  for (const { picture } of site.profiles) take(picture);
  return { texts, pictures, fileOf };

  function take(picture: Media | undefined): void {
    if (picture !== undefined) pictures.set(pictureFile(picture), picture);
  }
}

/** A text as its file has it: with one kind of line break, nothing blank before it and one break after it. */
export function bodyOf(source: string): string {
  const text = source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  return `${text.replace(/^(?:[ \t]*\n)+/, "").trimEnd()}\n`;
}

function pictureFile({ hash, name }: Media): string {
  return `media/${hash.slice(0, 16)}/${name}`;
}

const folders: Readonly<Record<string, string>> = { tutorial: "tutorials", page: "pages", series: "series" };
// Names that an import does not look at.
const unread = /^\.|^(?:node_modules|_includes|_layouts|_sass|_site|__pycache__|venv)$/;

function nameFiles(all: readonly Gathered[]): Map<number, string> {
  const names = new Map<number, string>();
  const taken = new Set<string>();
  for (const { entry } of all) {
    const segments = entry.path.split("/").filter(Boolean);
    const safe = segments.map((segment) => (unread.test(segment) ? `_${segment}` : segment));
    const base = `${folders[entry.kind]}/${safe.join("/") || "home"}`;
    let name = `${base}.md`;
    for (let number = 2; taken.has(name); number++) name = `${base}_${number}.md`;
    taken.add(name);
    names.set(entry.id, name);
  }
  return names;
}

function frontMatter(gathered: Gathered, file: string, taken: ReadonlySet<string>): Record<string, unknown> {
  const { entry, series, image } = gathered;
  const { title, path, kind, summary, level, access, listed, position, publishedAt, updatedAt, expiresAt } = entry;
  const authors = gathered.credits.filter(({ role }) => role === "author").map(({ slug }) => slug);
  const others = creditRoles.filter((role) => role !== "author");
  const team = others.flatMap((role) => {
    const slugs = gathered.credits.filter((credit) => credit.role === role).map(({ slug }) => slug);
    return slugs.length === 0 ? [] : [[role, slugs] as const];
  });
  const aliases = gathered.redirects.flatMap((redirect) => aliasOf(redirect, taken));
  const up = "../".repeat(file.split("/").length - 1);
  return {
    title,
    slug: path.replace(/^\/|\/$/g, ""),
    ...(kind !== "tutorial" && { kind }),
    summary,
    ...(publishedAt === null ? { draft: true } : { date: dateOf(publishedAt) }),
    updated: dateOf(updatedAt),
    ...(expiresAt !== null && { expires: dateOf(expiresAt) }),
    ...(level !== null && { level }),
    ...(gathered.topics.length > 0 && { topics: gathered.topics }),
    ...(authors.length > 0 && { authors }),
    ...(team.length > 0 && { team: Object.fromEntries(team) }),
    ...(series !== undefined && { series: series.replace(/^\/|\/$/g, "") }),
    ...((series !== undefined || position !== 0) && { position }),
    ...(image !== undefined && { image: `${up}${pictureFile(image)}` }),
    ...(image !== undefined && isOffCentre(image) && { focus: `${image.focusX}% ${image.focusY}%` }),
    ...(access !== "public" && { access }),
    ...(!listed && { listed }),
    ...(aliases.length > 0 && { aliases }),
  };
}

function isOffCentre({ focusX, focusY }: Media): boolean {
  return focusX !== 50 || focusY !== 50;
}

/** A former address as `aliases` gives it. Left out is what nobody can reach, because the site itself answers there. */
function aliasOf({ path, anchor }: { path: string; anchor: string }, taken: ReadonlySet<string>): string[] {
  if (taken.has(path) || path === "/" || reservedSegments.has(path.split("/")[1] ?? "")) return [];
  const written = path.replace(/[%?#]/g, encodeURIComponent);
  return formerPath(written, "") === path ? [`${written}${anchor}`] : [];
}

/** A day when it is one, else the moment. */
function dateOf(date: Date): string {
  return date
    .toISOString()
    .replace(/T00:00:00\.000Z$/, "")
    .replace(/\.000Z$/, "Z");
}

function mappingOf({ profiles, topics }: Site): string {
  const mapping = {
    whole: true,
    name: siteName,
    profiles: profiles.map(({ slug, name, headline, bio, links: all, picture }) => {
      const links = all.filter(({ url }) => isWebAddress(url));
      return {
        slug,
        name,
        ...(headline !== "" && { headline }),
        ...(picture !== undefined && { portrait: pictureFile(picture) }),
        ...(bio !== "" && { bio }),
        ...(links.length > 0 && { links: links.map(({ label, url }) => ({ label, url })) }),
      };
    }),
    topics: topics.map(({ slug, name, summary, position }, index) => ({
      slug,
      name,
      ...(summary !== "" && { summary }),
      ...(position !== index && { position }),
    })),
  };
  const comment = "# All text of a site, as `./manage export` writes it and `./manage import` reads it.\n";
  return comment + stringify(mapping, { lineWidth: 0 });
}
