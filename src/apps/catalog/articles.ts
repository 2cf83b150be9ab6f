import { and, eq, sql } from "drizzle-orm";
import { profiles, type Profile } from "#apps/accounts/schema.ts";
import type { PictureSource } from "#apps/media/media.ts";
import { media, type Media } from "#apps/media/schema.ts";
import { canOpen, openAccesses } from "#apps/members/members.ts";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import type { Viewer } from "#lib/viewer.ts";
import { isPublished, topicLinks, type TopicLink } from "./entries.ts";
import {
  bodies,
  credits,
  entries,
  type BodyFeatures,
  type BodyHeading,
  type CreditRole,
  type Entry,
} from "./schema.ts";

export interface Credit extends Pick<Profile, "slug" | "name" | "headline"> {
  role: CreditRole;
  portrait: PictureSource | null;
}
export interface Neighbour {
  path: string;
  title: string;
}

/** The series that an entry is a part of, and its place among the parts that are published. */
export interface SeriesPlace extends Neighbour {
  part: number;
  parts: number;
  previous: Neighbour | null;
  next: Neighbour | null;
}

/** An entry as a page shows it. `html` is all that this viewer may read: the teaser when `isOpen` is false. */
export interface Article extends Entry {
  html: string;
  isOpen: boolean;
  headings: BodyHeading[];
  features: BodyFeatures;
  image: Media | null;
  topics: TopicLink[];
  team: Credit[];
  series: SeriesPlace | null;
}

const portrait = sql`(
  select json_build_object('hash', ${media.hash}, 'name', ${media.name}, 'format', ${media.format},
    'width', ${media.width}, 'height', ${media.height}, 'animated', ${media.animated}, 'color', ${media.color},
    'focusX', ${media.focusX}, 'focusY', ${media.focusY})
  from ${media} where ${media.hash} = ${profiles.portrait}
)`;

const team = sql<Credit[]>`coalesce((
  select json_agg(json_build_object('slug', ${profiles.slug}, 'name', ${profiles.name}, 'headline', ${profiles.headline},
    'portrait', ${portrait}, 'role', ${credits.role}) order by ${credits.position})
  from ${credits} join ${profiles} on ${profiles.id} = ${credits.profileId} where ${credits.entryId} = ${entries.id}
), '[]')`;

const isPart = sql`s.parent_id = ${entries.parentId} and s.published_at <= now()`;

const sibling = (order: "asc" | "desc") => sql`(
  select json_build_object('path', s.path, 'title', s.title) from ${entries} s
  where ${isPart} and s.position ${sql.raw(order === "asc" ? ">" : "<")} ${entries.position}
  order by s.position ${sql.raw(order)} limit 1
)`;

const series = sql<SeriesPlace | null>`(
  select json_build_object('path', p.path, 'title', p.title, 'previous', ${sibling("desc")}, 'next', ${sibling("asc")},
    'part', (select count(*) from ${entries} s where ${isPart} and s.position <= ${entries.position}),
    'parts', (select count(*) from ${entries} s where ${isPart}))
  from ${entries} p where p.id = ${entries.parentId} and p.published_at <= now()
)`;

const isOpen = sql<boolean>`${entries.access} = any(${sql.placeholder("open")})`;

const articleById = db
  .select({
    entry: entries,
    image: media,
    isOpen,
    html: sql<string>`case when ${isOpen} then ${bodies.html} else ${bodies.teaser} end`,
    headings: sql<BodyHeading[]>`case when ${isOpen} then ${bodies.headings} else '[]' end`,
    features: bodies.features,
    topics: topicLinks,
    team,
    series,
  })
  .from(entries)
  .innerJoin(bodies, eq(bodies.id, entries.id))
  .leftJoin(media, eq(media.id, entries.imageId))
  .where(and(eq(entries.id, sql.placeholder("id")), isPublished))
  .prepare("article_by_id");

/**
 * Everything an article page needs, in one query. What the viewer may not open does not leave the database. Throws
 * NotFound for what is not published.
 */
export async function getArticle(viewer: Viewer, id: number): Promise<Article> {
  const [row] = await articleById.execute({ id, open: openAccesses(viewer) });
  if (row === undefined) throw new NotFound("There is no such page.");
  const { entry, ...rest } = row;
  return { ...entry, ...rest };
}

/** The Markdown of an entry, when the viewer may open it. */
export async function findSource(viewer: Viewer, id: number): Promise<{ title: string; source: string } | undefined> {
  const [row] = await db
    .select({ title: entries.title, access: entries.access, source: bodies.source })
    .from(entries)
    .innerJoin(bodies, eq(bodies.id, entries.id))
    .where(and(eq(entries.id, id), isPublished));
  return row !== undefined && canOpen(viewer, row) ? { title: row.title, source: row.source } : undefined;
}
