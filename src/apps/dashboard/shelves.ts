import { and, desc, eq, exists, isNotNull, isNull, not, sql, type SQL } from "drizzle-orm";
import { isPublished } from "#apps/catalog/entries.ts";
import { entries, entryTopics, sections } from "#apps/catalog/schema.ts";
import { opensTo } from "#apps/members/members.ts";
import { readings } from "#apps/progress/schema.ts";
import { db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import type { Learner } from "./learners.ts";
import { interests } from "./schema.ts";

/** What a reader is in the middle of. */
export interface Unfinished {
  entryId: number;
  percent: number;
  /** The heading of the section where they stopped, as far as they may read it now; else null. */
  section: string | null;
  anchor: string;
}

/** What was opened and not completed, the last first. A series is unfinished by its parts. */
export async function listUnfinished(viewer: Viewer, limit: number): Promise<Unfinished[]> {
  const mayRead = sql`(${sections.teaser} or ${opensTo(viewer, sql`${entries}`)})`;
  return await db
    .select({
      entryId: readings.entryId,
      percent: readings.percent,
      section: sections.heading,
      anchor: readings.anchor,
    })
    .from(readings)
    .innerJoin(entries, and(eq(entries.id, readings.entryId), isPublished))
    .leftJoin(
      sections,
      and(
        eq(sections.entryId, readings.entryId),
        eq(sections.anchor, readings.anchor),
        sql`${readings.anchor} <> ''`,
        mayRead,
      ),
    )
    .where(
      and(
        isOf(viewer),
        isNotNull(readings.openedAt),
        isNull(readings.completedAt),
        sql`not exists (select from ${entries} part where part.parent_id = ${readings.entryId})`,
      ),
    )
    .orderBy(desc(readings.openedAt), desc(readings.entryId))
    .limit(limit);
}

export interface NextPart {
  entryId: number;
  series: string;
  /** Counted from 1, among the parts that are published. */
  part: number;
}

/** Of each series that a reader has begun, the first part they have not opened, beginning where they read last. */
export async function listNextParts(viewer: Viewer, limit: number): Promise<NextPart[]> {
  const { rows } = await db.execute<{ entryId: number; series: string; part: number }>(sql`
    with begun as (
      select e.parent_id, max(r.completed_at) as last from ${readings} r join ${entries} e on e.id = r.entry_id
      where r.user_id = ${viewer.id} and r.completed_at is not null and e.parent_id is not null group by e.parent_id
    ), parts as (
      select p.id, p.parent_id, begun.last, row_number() over (partition by p.parent_id order by p.position, p.id) as part
      from begun join ${entries} p on p.parent_id = begun.parent_id and p.published_at <= now()
    ), waiting as (
      select distinct on (parent_id) * from parts where not exists (
        select from ${readings} r where r.user_id = ${viewer.id} and r.entry_id = parts.id
          and (r.opened_at is not null or r.completed_at is not null)
      ) order by parent_id, part
    )
    select waiting.id as "entryId", series.title as series, waiting.part::int as part
    from waiting join ${entries} series on series.id = waiting.parent_id and series.published_at <= now()
    order by waiting.last desc, waiting.id limit ${limit}`);
  return rows;
}

/** What is suggested is a text; pages say something of the site. */
const suggestedKinds = ["tutorial", "series"];

/**
 * The newest on what a reader is interested in, at their level, that they may read and have not; when there is no such
 * thing, the newest of all. A series stands for its parts, and only until one of them was read.
 */
export async function listSuggestions(viewer: Viewer, learner: Learner, limit: number): Promise<number[]> {
  const isChosen = and(
    learner.level === null ? undefined : sql`(${entries.level} is null or ${entries.level} = ${learner.level})`,
    learner.interests.length === 0
      ? undefined
      : exists(
          db
            .select({ one: sql`1` })
            .from(entryTopics)
            .innerJoin(interests, eq(interests.topicId, entryTopics.topicId))
            .where(and(eq(entryTopics.entryId, entries.id), eq(interests.userId, viewer.id ?? 0))),
        ),
  );
  const found = await newest(viewer, limit, isChosen);
  return found.length > 0 || isChosen === undefined ? found : await newest(viewer, limit);
}

async function newest(viewer: Viewer, limit: number, isChosen?: SQL): Promise<number[]> {
  const isKnown = sql`exists (
    select from ${readings} r join ${entries} known on known.id = r.entry_id
    where r.user_id = ${viewer.id} and (known.id = ${entries}.id or known.parent_id = ${entries}.id)
      and (r.opened_at is not null or r.completed_at is not null)
  )`;
  const rows = await db
    .select({ id: entries.id })
    .from(entries)
    .where(
      and(
        isPublished,
        eq(entries.listed, true),
        isNull(entries.parentId),
        sql`${entries.kind} = any(${sql.param(suggestedKinds)})`,
        opensTo(viewer, sql`${entries}`),
        not(isKnown),
        isChosen,
      ),
    )
    .orderBy(desc(entries.publishedAt), desc(entries.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}

export const shelves = ["read", "completed", "saved"] as const;
export type Shelf = (typeof shelves)[number];

const stamps = { read: readings.openedAt, completed: readings.completedAt, saved: readings.savedAt } as const;

/** A page of what a reader opened, completed or saved, the last first, with when that was. */
export async function listShelf(
  viewer: Viewer,
  shelf: Shelf,
  page: { offset?: number; limit: number },
): Promise<{ entryId: number; at: Date | null }[]> {
  return await db
    .select({ entryId: readings.entryId, at: stamps[shelf] })
    .from(readings)
    .innerJoin(entries, and(eq(entries.id, readings.entryId), isPublished))
    .where(and(isOf(viewer), isNotNull(stamps[shelf])))
    .orderBy(desc(stamps[shelf]), desc(readings.entryId))
    .limit(page.limit)
    .offset(page.offset ?? 0);
}

export type Totals = Record<Shelf, number> & { minutes: number };

/** How much stands on each shelf, and how long what was completed takes to read. */
export async function countShelves(viewer: Viewer): Promise<Totals> {
  const [totals] = await db
    .select({
      read: sql<number>`count(${readings.openedAt})::int`,
      completed: sql<number>`count(${readings.completedAt})::int`,
      saved: sql<number>`count(${readings.savedAt})::int`,
      minutes: sql<number>`coalesce(sum(${entries.readingMinutes}) filter (where ${readings.completedAt} is not null), 0)::int`,
    })
    .from(readings)
    .innerJoin(entries, and(eq(entries.id, readings.entryId), isPublished))
    .where(isOf(viewer));
  return totals ?? { read: 0, completed: 0, saved: 0, minutes: 0 };
}

function isOf(viewer: Viewer): SQL {
  return eq(readings.userId, viewer.id ?? 0);
}
