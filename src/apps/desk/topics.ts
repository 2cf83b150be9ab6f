import { inArray, sql } from "drizzle-orm";
import { mergeTopics } from "#apps/catalog/merging-topics.ts";
import { topics } from "#apps/catalog/schema.ts";
import { interests } from "#apps/dashboard/schema.ts";
import { requirePublisher } from "#apps/editorial/publishing.ts";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";

/** Makes one topic of two. Who is interested in the first is interested in the second. Answers why not, in a sentence. */
export async function joinTopics(viewer: Viewer, fromId: number, intoId: number): Promise<string | undefined> {
  requirePublisher(viewer);
  if (fromId === intoId) return "Choose two topics.";
  return await atomic(async () => {
    const both = await db.$count(topics, inArray(topics.id, [fromId, intoId]));
    if (both < 2) return "There are no such topics.";
    await db.execute(sql`
      insert into ${interests} (user_id, topic_id)
      select i.user_id, t.id from ${interests} i join topics t on t.id = ${intoId} where i.topic_id = ${fromId}
      on conflict do nothing`);
    return (await mergeTopics(fromId, intoId)) ? undefined : "There are no such topics.";
  });
}
