import { sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { entryPublished } from "./events.ts";
import { entries } from "./schema.ts";

/** So many are announced at a time; the rest waits for the next minute. */
const atOnce = 200;
/** What was published longer ago is no news, an imported archive for example. */
const newsDays = 7;

/**
 * Announces what has become public since the last time, the newest first, each entry once in its life: it is marked in
 * the transaction that tells those who listen. Readers see nothing of the mark, so their pages stay.
 */
export async function announcePublished(now = new Date()): Promise<void> {
  await atomic(async () => {
    const { rows } = await db.execute<{ id: number; isNews: boolean }>(sql`
      with due as (
        select id from ${entries} where announced_at is null and published_at <= ${now}
        order by published_at desc, id limit ${atOnce} for update skip locked
      )
      update ${entries} entry set announced_at = ${now} from due where entry.id = due.id
      returning entry.id, entry.published_at > ${now}::timestamptz - make_interval(days => ${newsDays}) as "isNews"`);
    for (const { id, isNews } of rows) if (isNews) await entryPublished.emit({ entryId: id });
  });
}
