import {
  and,
  asc,
  count,
  desc,
  eq,
  exists,
  inArray,
  isNotNull,
  lte,
  sql,
  type SQL,
  type SQLWrapper,
} from "drizzle-orm";
import type { PictureSource } from "#apps/media/media.ts";
import { media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { credits, entries, entryTopics, redirects, related, topics, type Entry, type Level } from "./schema.ts";

/** What lists show of an entry. */
export type EntryCard = Pick<
  Entry,
  "id" | "kind" | "path" | "title" | "summary" | "access" | "level" | "readingMinutes" | "publishedAt" | "updatedAt"
> & { topics: TopicLink[]; image: PictureSource | null };

export interface TopicLink {
  slug: string;
  name: string;
}

export interface EntryFilter {
  kinds?: readonly string[];
  topicId?: number;
  level?: Level;
  profileId?: number;
  parentId?: number;
}

/** What everybody can see on lists now: published, and meant to be listed. */
export const isPublished = and(isNotNull(entries.publishedAt), lte(entries.publishedAt, sql`now()`)) ?? sql`false`;

export const topicLinks = sql<TopicLink[]>`coalesce((
  select json_agg(json_build_object('slug', ${topics.slug}, 'name', ${topics.name}) order by ${entryTopics.position})
  from ${entryTopics} join ${topics} on ${topics.id} = ${entryTopics.topicId} where ${entryTopics.entryId} = ${entries.id}
), '[]')`;

/** What a page must know of a picture, as JSON: a row within the row is cheaper than a join of many columns. */
export const pictureJson = sql<PictureSource>`json_build_object('hash', ${media.hash}, 'name', ${media.name},
  'format', ${media.format}, 'width', ${media.width}, 'height', ${media.height}, 'animated', ${media.animated},
  'color', ${media.color}, 'focusX', ${media.focusX}, 'focusY', ${media.focusY})`;

export const entryPicture = sql<PictureSource | null>`(
  select ${pictureJson} from ${media} where ${media.id} = ${entries.imageId}
)`;

// A series takes as long as its parts. Drizzle leaves out the name of the table when a query has only one, and the
// subquery would take the column for its own: so it is written out.
const minutes = sql<number>`${entries.readingMinutes} + coalesce((
  select sum(part.reading_minutes) from ${entries} part where part.parent_id = ${entries}.id and part.published_at <= now()
), 0)::int`;

const card = {
  id: entries.id,
  kind: entries.kind,
  path: entries.path,
  title: entries.title,
  summary: entries.summary,
  access: entries.access,
  level: entries.level,
  readingMinutes: minutes,
  publishedAt: entries.publishedAt,
  updatedAt: entries.updatedAt,
  topics: topicLinks,
  image: entryPicture,
};

/**
 * A page of published, listed entries, newest first, and how many there are in all. The parts of a series come in their
 * order, unlisted ones too.
 */
export async function listEntries(
  filter: EntryFilter,
  page: { offset?: number; limit: number },
): Promise<{ cards: EntryCard[]; total: number }> {
  const isListed = filter.parentId === undefined ? eq(entries.listed, true) : undefined;
  const where = and(isPublished, isListed, matches(filter));
  const order =
    filter.parentId === undefined
      ? [desc(entries.publishedAt), asc(entries.position), desc(entries.id)]
      : [asc(entries.position), asc(entries.id)];
  const cards = await db
    .select(card)
    .from(entries)
    .where(where)
    .orderBy(...order)
    .limit(page.limit)
    .offset(page.offset ?? 0);
  const [row] = await db.select({ total: count() }).from(entries).where(where);
  return { cards, total: row?.total ?? 0 };
}

const cardsById = db
  .select(card)
  .from(entries)
  .where(and(sql`${entries.id} = any(${sql.placeholder("ids")}::int[])`, isPublished))
  .prepare("cards_by_id");

/** The published ones among these entries, in this order. */
export async function listCards(ids: readonly number[]): Promise<EntryCard[]> {
  if (ids.length === 0) return [];
  const cards = await cardsById.execute({ ids });
  return cards.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
}

// Dates come out of JSON as text.
export type CardJson = Omit<EntryCard, "publishedAt" | "updatedAt"> & { publishedAt: string; updatedAt: string };

/** The names and values of a card for `json_build_object`, to be read with `readCard`. */
export const cardJson = sql.join(
  Object.entries(card).map(([name, column]) => sql`${sql.raw(`'${name}'`)}, ${column}`),
  sql`, `,
);

/** "Keep learning": what was found to be related when the entry was saved, as far as it is public. */
export function relatedJson(entryId: SQLWrapper, limit: number): SQL<CardJson[]> {
  return sql`coalesce((
    select json_agg(list.card order by list.score desc, list.id) from (
      select json_build_object(${cardJson}) as card, ${related.score} as score, ${related.relatedId} as id
      from ${related} join ${entries} on ${entries.id} = ${related.relatedId}
      where ${related.entryId} = ${entryId} and ${isPublished}
      order by ${related.score} desc, ${related.relatedId} limit ${sql.raw(String(limit))}
    ) list
  ), '[]')`;
}

export function readCard<Card extends CardJson>(card: Card): Omit<Card, "publishedAt" | "updatedAt"> & EntryCard {
  return { ...card, publishedAt: new Date(card.publishedAt), updatedAt: new Date(card.updatedAt) };
}

/** Where what stood at an address stands now, if it is published. */
export async function findRedirect(path: string): Promise<{ path: string; anchor: string } | undefined> {
  const [target] = await db
    .select({ path: entries.path, anchor: redirects.anchor })
    .from(redirects)
    .innerJoin(entries, eq(entries.id, redirects.entryId))
    .where(and(eq(redirects.path, path), isPublished));
  return target;
}

/** The topic of this name in addresses. */
export async function findTopic(slug: string): Promise<typeof topics.$inferSelect | undefined> {
  const [topic] = await db.select().from(topics).where(eq(topics.slug, slug));
  return topic;
}

/** Topics that have something to read, with how much. */
export async function listTopics(): Promise<(TopicLink & { summary: string; entries: number })[]> {
  return db
    .select({ slug: topics.slug, name: topics.name, summary: topics.summary, entries: count() })
    .from(topics)
    .innerJoin(entryTopics, eq(entryTopics.topicId, topics.id))
    .innerJoin(entries, eq(entries.id, entryTopics.entryId))
    .where(and(isPublished, eq(entries.listed, true)))
    .groupBy(topics.id)
    .orderBy(asc(topics.position), asc(topics.name));
}

function matches(filter: EntryFilter): SQL | undefined {
  return and(
    filter.kinds && inArray(entries.kind, [...filter.kinds]),
    filter.level && eq(entries.level, filter.level),
    filter.parentId === undefined ? undefined : eq(entries.parentId, filter.parentId),
    filter.topicId === undefined
      ? undefined
      : exists(
          db
            .select({ one: sql`1` })
            .from(entryTopics)
            .where(and(eq(entryTopics.entryId, entries.id), eq(entryTopics.topicId, filter.topicId))),
        ),
    filter.profileId === undefined
      ? undefined
      : exists(
          db
            .select({ one: sql`1` })
            .from(credits)
            .where(and(eq(credits.entryId, entries.id), eq(credits.profileId, filter.profileId))),
        ),
  );
}
