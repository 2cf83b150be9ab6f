import { sql, type SQL } from "drizzle-orm";
import { searchIndex } from "#apps/catalog/schema.ts";

/** What to look for and how to order what is found; all queries are in the notation of `tsquery`. */
export interface Plan {
  /** Which entries are found. */
  match: string;
  /** What counts for the order, and how much. */
  ranks: readonly { query: string; weight: number }[];
  /** All terms, when there are several: the closer they stand, the better. */
  together: string | undefined;
  /** All words one after another, when there are several. */
  phrase: string | undefined;
  /** The question as a title would be kept. */
  title: string;
}

/** Only so many entries are ranked in full, chosen by title and headings: a word may be in all of them. */
export const ranked = 100;

/** What a match is worth in code, text, a heading and the title. */
export const weights = sql.raw("'{0.1, 0.2, 0.5, 1}'::real[]");
const titleOnly = sql.raw("'{0, 0, 0, 1}'::real[]");

/** Ids and places of the rows of `chosen`, newest first. */
export const newestFirst = sql`
  select id, row_number() over (order by published_at desc, id desc) as place from chosen order by place
`;

/**
 * Ids and places of the rows of `chosen`, best first: each word by where it stands, how often, and how rare it is; how
 * much of the title was asked for; how close the words stand, whether they follow each other; and above all whether the
 * question is the title.
 */
export function bestFirst({ ranks, together, phrase, title }: Plan): SQL {
  const total = ranks.reduce((sum, { weight }) => sum + weight, 0);
  const terms = sql`${ranks.length}::real`;
  const isClose =
    together === undefined ? sql`0` : sql`1 - 1 / (1 + 5 * ts_rank_cd(${weights}, c.body, ${together}::tsquery))`;
  const isPhrase = phrase === undefined ? sql`0` : sql`(c.body @@ ${phrase}::tsquery)::int`;
  // Setting no weight at all unpacks the body once for everything that looks at it.
  return sql`
    select id, row_number() over (order by score desc, published_at desc, id desc) as place from (
      select c.id, c.published_at, ${total}::real * (
        case
          when c.title = ${title} then 1
          when ${title.includes(" ")} and position(${` ${title} `} in ' ' || c.title || ' ') > 0 then 0.5::real
          else 0
        end + 0.25::real * (${isClose}) + 0.3::real * (${isPhrase})
      ) + (
        select sum(item.weight * (
          4 * ts_rank(${weights}, c.body, item.query::tsquery, 1)
          + 0.1::real * ln(1 + ts_rank_cd(${weights}, c.body, item.query::tsquery))
          + (ts_rank(${titleOnly}, c.head, item.query::tsquery) > 0)::int * 0.5::real
            * ${terms} / greatest(${terms}, array_length(string_to_array(c.title, ' '), 1))
        ))
        from unnest(
          ${sql.param(ranks.map(({ weight }) => weight))}::real[], ${sql.param(ranks.map(({ query }) => query))}::text[]
        ) item(weight, query)
      ) as score
      from (
        select m.id, m.published_at, s.title, s.head, setweight(s.body, 'D', '{}'::text[]) as body
        from (select * from chosen order by head desc, published_at desc, id desc limit ${ranked}) m
        join ${searchIndex} s on s.entry_id = m.id and s.whole = m.whole
        offset 0
      ) c
    ) scored
    order by place
  `;
}
