import { and, eq, inArray, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { touchContent } from "./content-version.ts";
import { indexEntry } from "./indexing.ts";
import { refreshRelated } from "./related.ts";
import { credits, entries, entryTopics, type Entry, type Level } from "./schema.ts";

/** What becomes of several entries at once; what is left out stays as each has it. */
export interface EntryChanges {
  level?: Level | null;
  access?: Entry["access"];
  /** A topic that they get, behind those they have. */
  addTopicId?: number;
  dropTopicId?: number;
  /** Who is named as their author, in place of those who were. */
  authorId?: number;
}

/** Changes entries, all or none of them. Answers which there were. */
export async function changeEntries(ids: readonly number[], changes: EntryChanges): Promise<number[]> {
  const { level, access, addTopicId, dropTopicId, authorId } = changes;
  return await atomic(async () => {
    const rows = await db
      .select({ id: entries.id })
      .from(entries)
      .where(inArray(entries.id, [...ids]))
      .orderBy(entries.id)
      .for("update");
    const found = rows.map(({ id }) => id);
    if (found.length === 0) return [];
    const fields = { ...(level !== undefined && { level }), ...(access !== undefined && { access }) };
    if (Object.keys(fields).length > 0) await db.update(entries).set(fields).where(inArray(entries.id, found));
    if (dropTopicId !== undefined)
      await db
        .delete(entryTopics)
        .where(and(inArray(entryTopics.entryId, found), eq(entryTopics.topicId, dropTopicId)));
    if (addTopicId !== undefined)
      await db.execute(sql`
        insert into ${entryTopics} (entry_id, topic_id, position)
        select e.id, ${addTopicId}::integer, (select coalesce(max(t.position), -1) + 1 from ${entryTopics} t where t.entry_id = e.id)
        from ${entries} e where e.id = any(${sql.param(found)}::integer[]) on conflict do nothing`);
    if (authorId !== undefined) {
      await db.delete(credits).where(and(inArray(credits.entryId, found), eq(credits.role, "author")));
      const credit = { profileId: authorId, role: "author", position: 0 } as const;
      await db.insert(credits).values(found.map((entryId) => ({ ...credit, entryId })));
    }
    await touchContent();
    for (const id of found) {
      await indexEntry(id);
      await refreshRelated(id);
    }
    return found;
  });
}
