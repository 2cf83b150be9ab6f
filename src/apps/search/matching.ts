import { sql, type SQL } from "drizzle-orm";
import { entries, entryTopics, searchIndex, topics, type Level } from "#apps/catalog/schema.ts";
import { openAccesses } from "#apps/members/members.ts";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";

/** What to look for and how to order what is found; all queries are in the notation of `tsquery`. */
export interface Plan {
  /** Which entries are found. */
  match: string;
  /** What counts for the order, and how much. */
  ranks: readonly { query: string; weight: number }[];
  /** All words one after another, when there are several. */
  phrase: string | undefined;
  /** The question as a title would be kept. */
  title: string;
}

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
  total: number;
  facets: { kinds: Facet[]; topics: Facet[]; levels: Facet[] };
}

/** Only so many entries are ranked in full, chosen by title and headings: a word may be in all of them. */
export const ranked = 100;
/** Beyond this many, a word is common, and how common does not matter. */
const counted = 500;

// What a match is worth in code, text, a heading and the title.
const weights = sql.raw("'{0.1, 0.2, 0.5, 1}'::real[]");
const titleOnly = sql.raw("'{0, 0, 0, 1}'::real[]");

/**
 * Runs the queries of a search in a transaction that looks words up in their index only. The planner would rather read
 * the whole table, because it does not know what unpacking every vector costs: 70 ms instead of 1.
 */
export async function withIndexes<T>(work: () => Promise<T>): Promise<T> {
  return atomic(async () => {
    await db.execute(sql`
      select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true),
        set_config('jit', 'off', true), set_config('statement_timeout', '5s', true)
    `);
    return work();
  });
}

/** In how many entries that the viewer may find each query matches; of the common ones only that they are. */
export async function countMatches(viewer: Viewer, queries: readonly string[]): Promise<number[]> {
  const { rows } = await db.execute<{ found: number }>(sql`
    select (
      select count(*)::int from (
        select from ${searchIndex} s join ${entries} e on e.id = s.entry_id
        where s.body @@ asked.query::tsquery and ${isVisible(viewer)} limit ${counted}
      ) alike
    ) as found
    from unnest(${sql.param(queries)}::text[]) with ordinality asked(query, place) order by place
  `);
  return rows.map((row) => row.found);
}

/** Whether a word is rare: 1 for what every entry has, more for what few have. */
export function rarity(found: number): number {
  return Math.log(Math.E + counted / Math.max(1, found)) ** 1.5;
}

/** The page of matches that was asked for, how many there are, and how they spread. */
export async function findMatches(
  viewer: Viewer,
  plan: Plan,
  filter: Filter,
  page: { order: "relevance" | "newest"; offset: number; limit: number },
): Promise<Matches> {
  const any = plan.ranks.map(({ query }) => query).join(" | ");
  const isKind = filter.kinds.length === 0 ? sql`true` : sql`m.kind = any(${sql.param(filter.kinds)}::text[])`;
  const isLevel = filter.level === undefined ? sql`true` : sql`m.level = ${filter.level}`;
  const hasTopic =
    filter.topic === undefined
      ? sql`true`
      : sql`exists (
    select from ${entryTopics} et join ${topics} t on t.id = et.topic_id where et.entry_id = m.id and t.slug = ${filter.topic}
  )`;
  const { rows } = await db.execute<{ answer: Matches }>(sql`
    with matched as materialized (
      select e.id, e.kind, e.level, e.published_at, s.whole, ts_rank(${weights}, s.head, ${any}::tsquery) as head
      from ${searchIndex} s join ${entries} e on e.id = s.entry_id
      where s.body @@ ${plan.match}::tsquery and ${isVisible(viewer)}
    ), chosen as materialized (
      select * from matched m where ${isKind} and ${isLevel} and ${hasTopic}
    ), hits as (
      ${page.order === "newest" ? newest(page) : best(plan, page)}
    )
    select json_build_object(
      'ids', coalesce((select json_agg(id order by place) from hits), '[]'),
      'total', (select count(*) from chosen),
      'facets', json_build_object(
        'kinds', ${facet(sql`
          select m.kind as value, m.kind as name, count(*) from matched m where ${isLevel} and ${hasTopic} group by m.kind`)},
        'levels', ${facet(sql`
          select m.level as value, m.level as name, count(*) from matched m
          where m.level is not null and ${isKind} and ${hasTopic} group by m.level`)},
        'topics', ${facet(sql`
          select t.slug as value, t.name, count(*) from matched m join ${entryTopics} et on et.entry_id = m.id
          join ${topics} t on t.id = et.topic_id where ${isKind} and ${isLevel} group by t.id`)}
      )
    ) as answer
  `);
  const [row] = rows;
  if (row === undefined) throw new Error("The search gave no answer.");
  return row.answer;
}

// Access and publishing are asked of the entry itself, at this moment: an index that lags behind cannot leak.
function isVisible(viewer: Viewer): SQL {
  return sql`e.published_at <= now() and s.whole = (e.access = any(${sql.param(openAccesses(viewer))}::text[]))`;
}

function newest({ offset, limit }: { offset: number; limit: number }): SQL {
  return sql`
    select id, row_number() over (order by published_at desc, id desc) as place
    from chosen order by place offset ${offset} limit ${limit}
  `;
}

// The body is copied out of its compressed storage once, since ranking looks at it several times.
function best({ ranks, phrase, title }: Plan, { offset, limit }: { offset: number; limit: number }): SQL {
  const total = ranks.reduce((sum, { weight }) => sum + weight, 0);
  const inPhrase = phrase === undefined ? sql`0` : sql`(c.body @@ ${phrase}::tsquery)::int`;
  return sql`
    select id, row_number() over (order by score desc, published_at desc, id desc) as place from (
      select c.id, c.published_at, ${total}::real * (
          case when c.title = ${title} then 1
               when position(${` ${title} `} in ' ' || c.title || ' ') > 0 then 0.5 else 0 end
          + 0.3 * ${inPhrase}
        ) + (
          select sum(item.weight * (
            4 * ts_rank(${weights}, c.body, item.query::tsquery, 1)
            + 0.5 * (ts_rank(${titleOnly}, c.head, item.query::tsquery) > 0)::int * ${ranks.length}::int / greatest(${ranks.length}::int, c.length)
          ))
          from unnest(${sql.param(ranks.map(({ weight }) => weight))}::real[], ${sql.param(ranks.map(({ query }) => query))}::text[])
            item(weight, query)
        ) as score
      from (
        select m.id, m.published_at, s.title, s.head, s.body || ''::tsvector as body,
          array_length(string_to_array(s.title, ' '), 1) as length
        from (select * from chosen order by head desc, published_at desc, id desc limit ${ranked}) m
        join ${searchIndex} s on s.entry_id = m.id and s.whole = m.whole
        offset 0
      ) c
    ) scored
    order by place offset ${offset} limit ${limit}
  `;
}

function facet(counts: SQL): SQL {
  return sql`coalesce((select json_agg(f order by f.count desc, f.name) from (${counts} order by 3 desc, 2 limit 20) f), '[]')`;
}
