import { sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { isWeak } from "#lib/search-text.ts";
import { quoted } from "#lib/search-vector.ts";
import { touchContent } from "./content-version.ts";
import { useIndexes } from "./indexing.ts";
import { entries, entryTopics, related, searchIndex } from "./schema.ts";

/** How many related entries are kept for each: a few more than are shown, since some may not be published yet. */
const kept = 8;
/** A word in more entries than this says little of any of them. */
const common = 150;

/**
 * Finds what to read next: entries that say much about the words that mark this one, and those that share its topics.
 * They in turn are shown this one when it is closer than what they have. Parts of the same series are left out: the
 * page leads to them anyway.
 */
export async function refreshRelated(entryId: number): Promise<void> {
  await atomic(async () => {
    await touchContent();
    await useIndexes();
    const words = await findMarkingWords(entryId);
    await db.execute(sql`delete from ${related} where entry_id = ${entryId} or related_id = ${entryId}`);
    await db.execute(insertBest(entryId, words));
    await db.execute(sql`
      insert into ${related} (entry_id, related_id, score)
      select related_id, entry_id, score from ${related} where entry_id = ${entryId}
    `);
    await db.execute(sql`
      delete from ${related} r using (
        select entry_id, related_id, row_number() over (partition by entry_id order by score desc, related_id) as place
        from ${related} where entry_id in (select related_id from ${related} where entry_id = ${entryId})
      ) ranked
      where r.entry_id = ranked.entry_id and r.related_id = ranked.related_id and ranked.place > ${kept}
    `);
  });
}

/** The same for many entries, such as those of an import, once all of them are there. */
export async function refreshRelatedFor(entryIds: readonly number[]): Promise<void> {
  for (const id of entryIds) await refreshRelated(id);
}

interface Word {
  query: string;
  value: number;
}

/** The words that are frequent in this entry and rare in others, as queries, with how much each of them says. */
async function findMarkingWords(entryId: number): Promise<Word[]> {
  const frequent = await db.execute<{ lexeme: string; weight: number }>(sql`
    select lexeme, ('A' = any (weights))::int * 8 + ('B' = any (weights))::int * 3 + ln(1 + cardinality(positions)) as weight
    from ${searchIndex}, unnest(body) where entry_id = ${entryId} and whole and length(lexeme) > 2
    order by weight desc, lexeme limit 50
  `);
  const words = frequent.rows.filter(({ lexeme }) => /^\p{L}/u.test(lexeme) && !isWeak(lexeme)).slice(0, 14);
  const counted = await db.execute<{ place: number; found: number }>(sql`
    select place::int, (
      select count(*)::int from (
        select from ${searchIndex} where body @@ asked.query::tsquery and whole limit ${common + 1}
      ) alike
    ) as found
    from unnest(${sql.param(words.map(({ lexeme }) => quoted(lexeme)))}::text[]) with ordinality asked(query, place)
  `);
  return counted.rows
    .flatMap(({ place, found }) => {
      const word = words[place - 1];
      if (word === undefined || found < 2 || found > common) return [];
      return [{ query: quoted(word.lexeme), value: word.weight * Math.log(1 + common / found) }];
    })
    .toSorted((a, b) => b.value - a.value)
    .slice(0, 8);
}

// A shared topic weighs as much as half of the words. Topics that hold nearly everything bring only their newest entries.
function insertBest(entryId: number, words: readonly Word[]) {
  const total = words.reduce((sum, { value }) => sum + value, 0) || 1;
  const values = sql.param(words.map(({ value }) => value / total));
  const queries = sql.param(words.map(({ query }) => query));
  return sql`
    insert into ${related} (entry_id, related_id, score)
    select me.id, e.id, coalesce(alike.score, 0) + 0.5 * coalesce(topical.shared, 0) as score
    from ${entries} me cross join (
      (
        select entry_id, sum(score) as score from unnest(${values}::real[], ${queries}::text[]) word(score, query)
        cross join lateral (
          select entry_id from ${searchIndex} where body @@ word.query::tsquery and whole
          union all
          select entry_id from ${searchIndex} where head @@ word.query::tsquery and whole
        ) found
        group by entry_id
      ) alike
      full join (
        select theirs.entry_id, count(*) as shared from ${entryTopics} mine join ${entryTopics} theirs using (topic_id)
        where mine.entry_id = ${entryId} group by theirs.entry_id order by shared desc, entry_id desc limit 100
      ) topical using (entry_id)
    ) join ${entries} e on e.id = entry_id
    where me.id = ${entryId} and e.id <> me.id and me.listed and e.listed and e.published_at is not null
      and (me.parent_id is null or e.parent_id is distinct from me.parent_id)
      and coalesce(alike.score, 0) + 0.5 * coalesce(topical.shared, 0) > 0.2
    order by score desc, e.published_at desc, e.id desc
    limit ${kept}
  `;
}
