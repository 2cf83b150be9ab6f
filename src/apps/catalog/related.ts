import { sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { entries, entryTopics, related } from "./schema.ts";

/** How many related entries are kept for each. */
const kept = 6;

/**
 * Finds what to read next: entries that share topics with this one first, then those whose title and summary are
 * alike. Parts of the same series are left out: the page leads to them anyway.
 */
export async function refreshRelated(entryId: number): Promise<void> {
  await db.execute(sql`delete from ${related} where entry_id = ${entryId}`);
  await db.execute(sql`
    insert into ${related} (entry_id, related_id, position)
    select ${entryId}, other.id, row_number() over (order by other.score desc, other.id desc)
    from (
      select e.id, (
        select count(*) from ${entryTopics} mine join ${entryTopics} theirs using (topic_id)
        where mine.entry_id = me.id and theirs.entry_id = e.id
      ) + 2 * similarity(me.title || ' ' || me.summary, e.title || ' ' || e.summary) as score
      from ${entries} me
      join ${entries} e on e.id <> me.id and e.listed and (me.parent_id is null or e.parent_id is distinct from me.parent_id)
      where me.id = ${entryId} and me.listed and e.published_at is not null
      order by score desc, e.id desc
      limit ${kept}
    ) other
    where other.score > 0.2
  `);
}
