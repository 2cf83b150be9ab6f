import { and, eq, sql } from "drizzle-orm";
import { profiles, type Profile } from "#apps/accounts/schema.ts";
import type { PictureSource } from "#apps/media/media.ts";
import { media } from "#apps/media/schema.ts";
import { canOpen, openAccesses, opened } from "#apps/members/members.ts";
import { db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { cardJson, isPublished, pictureJson, readCard, relatedJson, type CardJson, type EntryCard } from "./entries.ts";
import { bodies, credits, entries, type BodyFeatures, type BodyHeading, type CreditRole } from "./schema.ts";

/** The id in the text of an entry where its teaser ends. What begins with `site-` no heading can be called. */
export const teaserEnd = "site-continue";

export interface Credit extends Pick<Profile, "slug" | "name"> {
  role: CreditRole;
  portrait: PictureSource | null;
}
export interface Neighbour {
  path: string;
  title: string;
}

/** The series that an entry is a part of, and its place among the parts that are published, counted from 1. */
export interface SeriesPlace extends Neighbour {
  part: number;
  parts: number;
  previous: Neighbour | null;
  next: Neighbour | null;
}

/** An entry as a page shows it. `html` is all that this viewer may read: the teaser when `isOpen` is false. */
export interface Article extends EntryCard {
  html: string;
  isOpen: boolean;
  headings: BodyHeading[];
  features: BodyFeatures;
  team: Credit[];
  series: SeriesPlace | null;
  /** "Keep learning": what was found to be related when the entry was saved, as far as it is public. */
  related: EntryCard[];
}

const team = sql<Credit[]>`coalesce((
  select json_agg(json_build_object('slug', ${profiles.slug}, 'name', ${profiles.name}, 'role', ${credits.role},
    'portrait', (select ${pictureJson} from ${media} where ${media.hash} = ${profiles.portrait})) order by ${credits.position})
  from ${credits} join ${profiles} on ${profiles.id} = ${credits.profileId} where ${credits.entryId} = ${entries.id}
), '[]')`;

declare module "#lib/app.ts" {
  interface OpenedEntry extends Article {}
}

type Series = Neighbour & { parts: (Neighbour & { id: number })[] };

const series = sql<Series | null>`(
  select json_build_object('path', p.path, 'title', p.title, 'parts', (
    select json_agg(json_build_object('id', s.id, 'path', s.path, 'title', s.title) order by s.position, s.id)
    from ${entries} s where s.parent_id = p.id and s.published_at <= now()))
  from ${entries} p where p.id = ${entries.parentId} and p.published_at <= now()
)`;

const relatedShown = 3;

const isOpen = sql<boolean>`(${entries.access} = any(${sql.placeholder("open")})
  or array[${entries.id}, ${entries.parentId}] && ${sql.placeholder("opened")}::int[])`;

interface ArticleJson extends CardJson, Pick<Article, "isOpen" | "headings" | "features" | "team"> {
  series: Series | null;
  related: CardJson[];
}

// Two columns, since the driver spends on each of twenty what it takes to read them all as one JSON. The subquery of
// what is related has entries of its own, so it is told which body it is for.
const articleByPath = db
  .select({
    html: sql<string>`case when ${isOpen} then ${bodies.html} else ${bodies.teaser} end`,
    facts: sql<ArticleJson>`json_build_object(${cardJson}, 'isOpen', ${isOpen},
      'headings', case when ${isOpen} then ${bodies.headings} else '[]' end, 'features', ${bodies.features},
      'team', ${team}, 'series', ${series}, 'related', ${relatedJson(bodies.id, relatedShown)})`,
  })
  .from(entries)
  .innerJoin(bodies, eq(bodies.id, entries.id))
  .where(and(eq(entries.path, sql.placeholder("path")), isPublished))
  .prepare("article_by_path");

/**
 * The published entry at an address, with everything that its page needs, in one query. What the viewer may not open
 * does not leave the database.
 */
export async function findArticle(viewer: Viewer, path: string): Promise<Article | undefined> {
  const [row] = await articleByPath.execute({ path, open: openAccesses(viewer), opened: opened(viewer) });
  if (row === undefined) return undefined;
  const { series: parts, related, ...facts } = row.facts;
  return {
    ...readCard(facts),
    html: row.html,
    series: parts && placeIn(parts, facts.id),
    related: related.map(readCard),
  };
}

/** What the page of an entry says that is not stored, or not public yet. */
export type DraftText = Pick<Article, "title" | "summary" | "html" | "headings" | "features" | "readingMinutes">;

/**
 * An entry, published or not, as its page would show it with another text to whom may read all of it: for who may see
 * drafts. Undefined when there is no such entry.
 */
export async function findDraft(id: number, text: DraftText): Promise<Article | undefined> {
  const [row] = await db
    .select({
      facts: sql<Omit<ArticleJson, "related">>`json_build_object(${cardJson}, 'team', ${team}, 'series', ${series})`,
    })
    .from(entries)
    // Not for its columns: with two tables, the columns of the subqueries keep the names of theirs.
    .leftJoin(bodies, eq(bodies.id, entries.id))
    .where(eq(entries.id, id));
  if (row === undefined) return undefined;
  const { series: parts, ...facts } = row.facts;
  const now = new Date();
  return {
    ...facts,
    publishedAt: facts.publishedAt === null ? now : new Date(facts.publishedAt),
    updatedAt: now,
    ...text,
    isOpen: true,
    series: parts?.parts?.some((part) => part.id === id) ? placeIn(parts, id) : null,
    related: [],
  };
}

function placeIn({ path, title, parts }: Series, id: number): SeriesPlace {
  const index = parts.findIndex((part) => part.id === id);
  return {
    path,
    title,
    part: index + 1,
    parts: parts.length,
    previous: parts[index - 1] ?? null,
    next: parts[index + 1] ?? null,
  };
}

/** The Markdown of the published entry at an address, when the viewer may open it. */
export async function findSource(viewer: Viewer, path: string): Promise<{ title: string; source: string } | undefined> {
  const [row] = await db
    .select({
      id: entries.id,
      parentId: entries.parentId,
      title: entries.title,
      access: entries.access,
      source: bodies.source,
    })
    .from(entries)
    .innerJoin(bodies, eq(bodies.id, entries.id))
    .where(and(eq(entries.path, path), isPublished));
  return row !== undefined && canOpen(viewer, row) ? { title: row.title, source: row.source } : undefined;
}
