import { and, eq, sql } from "drizzle-orm";
import { profiles, type Profile } from "#apps/accounts/schema.ts";
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

export interface Credit extends Pick<Profile, "slug" | "name" | "headline" | "portrait"> {
  role: CreditRole;
}
export interface Neighbour {
  path: string;
  title: string;
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
  series: (Neighbour & { previous: Neighbour | null; next: Neighbour | null }) | null;
}

const team = sql<Credit[]>`coalesce((
  select json_agg(json_build_object('slug', ${profiles.slug}, 'name', ${profiles.name}, 'headline', ${profiles.headline},
    'portrait', ${profiles.portrait}, 'role', ${credits.role}) order by ${credits.position})
  from ${credits} join ${profiles} on ${profiles.id} = ${credits.profileId} where ${credits.entryId} = ${entries.id}
), '[]')`;

const sibling = (order: "asc" | "desc") => sql`(
  select json_build_object('path', s.path, 'title', s.title) from ${entries} s
  where s.parent_id = ${entries.parentId} and s.published_at <= now()
    and s.position ${sql.raw(order === "asc" ? ">" : "<")} ${entries.position}
  order by s.position ${sql.raw(order)} limit 1
)`;

const series = sql<Article["series"]>`(
  select json_build_object('path', p.path, 'title', p.title, 'previous', ${sibling("desc")}, 'next', ${sibling("asc")})
  from ${entries} p where p.id = ${entries.parentId} and p.published_at <= now()
)`;

/**
 * Everything an article page needs, in one query. What the viewer may not open does not leave the database. Throws
 * NotFound for what is not published.
 */
export async function getArticle(viewer: Viewer, id: number): Promise<Article> {
  const open = sql.join(
    openAccesses(viewer).map((access) => sql`${access}`),
    sql`, `,
  );
  const [row] = await db
    .select({
      entry: entries,
      image: media,
      html: sql<string>`case when ${entries.access} in (${open}) then ${bodies.html} else ${bodies.teaser} end`,
      headings: bodies.headings,
      features: bodies.features,
      topics: topicLinks,
      team,
      series,
    })
    .from(entries)
    .innerJoin(bodies, eq(bodies.id, entries.id))
    .leftJoin(media, eq(media.id, entries.imageId))
    .where(and(eq(entries.id, id), isPublished));
  if (row === undefined) throw new NotFound("There is no such page.");
  const { entry, headings, ...rest } = row;
  const isOpen = canOpen(viewer, entry);
  return { ...entry, ...rest, isOpen, headings: isOpen ? headings : [] };
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
