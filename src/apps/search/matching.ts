import { sql, type SQL } from "drizzle-orm";
import { entries, entryTopics, searchIndex, topics, type Level } from "#apps/catalog/schema.ts";
import { opensTo } from "#apps/members/members.ts";
import { db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { bestFirst, newestFirst, weights, type Plan } from "./ranking.ts";

export interface Filter {
  kinds: readonly string[];
  topic?: string | undefined;
  level?: Level | undefined;
}

export interface Facet {
  value: string;
  name: string;
  count: number;
}

export interface Matches {
  /** Ids of this page's entries, best first. */
  ids: number[];
  /** How many the choice of kind, topic and level leaves. */
  total: number;
  /** How many there are without that choice. */
  matched: number;
  facets: Facets | null;
}

export interface Facets {
  kinds: Facet[];
  topics: Facet[];
  levels: Facet[];
}

export interface PageOfMatches {
  order: "relevance" | "newest";
  offset: number;
  limit: number;
  /** Whether to count how the matches spread. */
  facets: boolean;
}

/** A word that so many entries have is common; how common does not matter. */
const common = 200;

/** In how many entries that the viewer may find each query matches, none for no query; of the common ones only that they are. */
export async function countMatches(viewer: Viewer, queries: readonly (string | null)[]): Promise<number[]> {
  const { rows } = await db.execute<{ found: number }>(sql`
    select (
      select count(*)::int from (
        select from ${searchIndex} s join ${entries} e on e.id = s.entry_id
        where s.body @@ asked.query::tsquery and ${isVisible(viewer)} limit ${common}
      ) alike
    ) as found
    from unnest(${sql.param(queries)}::text[]) with ordinality asked(query, place) order by place
  `);
  return rows.map((row) => row.found);
}

/** The page of matches that was asked for, how many there are, and, when asked, how they spread. */
export async function findMatches(viewer: Viewer, plan: Plan, filter: Filter, page: PageOfMatches): Promise<Matches> {
  const any = plan.ranks.map(({ query }) => query).join(" | ");
  const { isKind, isLevel, hasTopic } = conditions(filter);
  const { rows } = await db.execute<{ answer: Matches }>(sql`
    with matched as materialized (
      select e.id, e.kind, e.level, e.published_at, s.whole, ts_rank(${weights}, s.head, ${any}::tsquery) as head
      from ${searchIndex} s join ${entries} e on e.id = s.entry_id
      where s.body @@ ${plan.match}::tsquery and ${isVisible(viewer)}
    ), chosen as ${isAll(filter) ? sql`not materialized` : sql`materialized`} (
      select * from matched m where ${isKind} and ${isLevel} and ${hasTopic}
    ), hits as (
      ${page.order === "newest" ? newestFirst : bestFirst(plan)} offset ${page.offset} limit ${page.limit}
    )
    select json_build_object(
      'ids', coalesce((select json_agg(id order by place) from hits), '[]'),
      'total', (select count(*) from chosen),
      'matched', (select count(*) from matched),
      'facets', ${page.facets ? facetsOf(filter) : sql`null`}
    ) as answer
  `);
  const [row] = rows;
  if (row === undefined) throw new Error("The search gave no answer.");
  return row.answer;
}

// Access and publishing are asked of the entry itself, at this moment: an index that lags behind cannot leak.
function isVisible(viewer: Viewer): SQL {
  return sql`e.published_at <= now() and s.whole = (${opensTo(viewer, sql`e`)})`;
}

// What is chosen is read twice, and is all that matched as long as nothing was chosen: then there is nothing to keep.
function isAll({ kinds, topic, level }: Filter): boolean {
  return kinds.length === 0 && topic === undefined && level === undefined;
}

function conditions({ kinds, topic, level }: Filter): { isKind: SQL; isLevel: SQL; hasTopic: SQL } {
  return {
    isKind: kinds.length === 0 ? sql`true` : sql`m.kind = any(${sql.param(kinds)}::text[])`,
    isLevel: level === undefined ? sql`true` : sql`m.level = ${level}`,
    hasTopic:
      topic === undefined
        ? sql`true`
        : sql`exists (
            select from ${entryTopics} et join ${topics} t on t.id = et.topic_id
            where et.entry_id = m.id and t.slug = ${topic}
          )`,
  };
}

// Each counts what the other two choices leave, so that it shows what another choice would bring. The index of topics is asked
// once for all entries, where a join would ask it for each.
function facetsOf(filter: Filter): SQL {
  const { isKind, isLevel, hasTopic } = conditions(filter);
  return sql`json_build_object(
    'kinds', ${facet(sql`
      select m.kind as value, m.kind as name, count(*) from matched m where ${isLevel} and ${hasTopic} group by m.kind`)},
    'levels', ${facet(sql`
      select m.level as value, m.level as name, count(*) from matched m
      where m.level is not null and ${isKind} and ${hasTopic} group by m.level`)},
    'topics', ${facet(sql`
      select t.slug as value, t.name, c.count from (
        select et.topic_id, count(*) from ${entryTopics} et
        where et.entry_id = any(array(select m.id from matched m where ${isKind} and ${isLevel})) group by et.topic_id
      ) c join ${topics} t on t.id = c.topic_id`)}
  )`;
}

function facet(counts: SQL): SQL {
  return sql`coalesce((select json_agg(f order by f.count desc, f.name) from (${counts} order by 3 desc, 2 limit 20) f), '[]')`;
}
