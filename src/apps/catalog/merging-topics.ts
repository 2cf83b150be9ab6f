import { eq, inArray, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { touchContent } from "./content-version.ts";
import { refreshRelated } from "./related.ts";
import { entryTopics, topicRedirects, topics } from "./schema.ts";

/**
 * Makes one topic of two: what has the first gets the second in its place, and the first one's address leads there. Answers
 * whether there were both. What else hangs on the first, its caller has moved in the same transaction.
 */
export async function mergeTopics(fromId: number, intoId: number): Promise<boolean> {
  return await atomic(async () => {
    const both = await db
      .select()
      .from(topics)
      .where(inArray(topics.id, [fromId, intoId]))
      .orderBy(topics.id)
      .for("update");
    const from = both.find(({ id }) => id === fromId);
    if (from === undefined || both.length < 2) return false;
    const changed = await db
      .select({ id: entryTopics.entryId })
      .from(entryTopics)
      .where(eq(entryTopics.topicId, fromId));
    await db.execute(sql`
      insert into ${entryTopics} (entry_id, topic_id, position)
      select entry_id, ${intoId}::integer, position from ${entryTopics} where topic_id = ${fromId} on conflict do nothing`);
    await db.update(topicRedirects).set({ topicId: intoId }).where(eq(topicRedirects.topicId, fromId));
    await db
      .insert(topicRedirects)
      .values({ slug: from.slug, topicId: intoId })
      .onConflictDoUpdate({ target: topicRedirects.slug, set: { topicId: intoId } });
    await db.delete(topics).where(eq(topics.id, fromId));
    await touchContent();
    for (const { id } of changed) await refreshRelated(id);
    return true;
  });
}

/** The topic into which that of a former address was merged, unless one of this name exists again. */
export async function findTopicRedirect(slug: string): Promise<string | undefined> {
  const [target] = await db
    .select({ slug: topics.slug })
    .from(topicRedirects)
    .innerJoin(topics, eq(topics.id, topicRedirects.topicId))
    .where(eq(topicRedirects.slug, slug));
  return target?.slug;
}
