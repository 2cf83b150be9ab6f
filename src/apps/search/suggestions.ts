import { sql } from "drizzle-orm";
import { kindLabel } from "#apps/catalog/cards.ts";
import { entries, searchIndex } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import { chunksOf, isWeak } from "#lib/search-text.ts";
import { anyForm } from "#lib/search-vector.ts";

export interface Suggestion {
  path: string;
  title: string;
  kindLabel: string;
}

const mostWords = 8;

/**
 * Entries whose title or headings have words of an address that leads nowhere, best first, as everybody may see them.
 * It never throws: a missing page without suggestions is still a page.
 */
export async function suggestForAddress(words: string, limit = 5): Promise<Suggestion[]> {
  const asked = [...new Set([...chunksOf(words.slice(0, 200))].flatMap((chunk) => chunk.words))].filter(
    (word) => word.length > 1 && !isWeak(word),
  );
  if (asked.length === 0) return [];
  const query = asked.slice(0, mostWords).map(anyForm).join(" | ");
  try {
    const { rows } = await db.execute<{ path: string; title: string; kind: string }>(sql`
      select e.path, e.title, e.kind from ${searchIndex} s join ${entries} e on e.id = s.entry_id
      where s.head @@ ${query}::tsquery and e.published_at <= now() and s.whole = (e.access = 'public')
      order by ts_rank('{0, 0, 0.2, 1}', s.head, ${query}::tsquery, 1) desc, e.published_at desc, e.id desc
      limit ${limit}
    `);
    return rows.map(({ path, title, kind }) => ({ path, title, kindLabel: kindLabel(kind) }));
  } catch (error) {
    log.warn({ error }, "no suggestions for a missing page");
    return [];
  }
}
