import { eq, inArray, sql } from "drizzle-orm";
import { interests, learners } from "./schema.ts";
import { topics, type Level } from "#apps/catalog/schema.ts";
import type { TopicLink } from "#apps/catalog/entries.ts";
import { atomic, db } from "#lib/db.ts";

/** What a reader told of themselves. */
export interface Learner {
  /** Null for who has not said. */
  level: Level | null;
  interests: TopicLink[];
  /** Whether they were asked, and answered or would not. */
  wasAsked: boolean;
}

export async function getLearner(userId: number): Promise<Learner> {
  const [row] = await db
    .select({
      level: sql<Level | null>`max(${learners.level})`,
      wasAsked: sql<boolean>`count(*) > 0`,
      interests: sql<TopicLink[]>`coalesce((
        select json_agg(json_build_object('slug', t.slug, 'name', t.name) order by t.position, t.name)
        from ${interests} i join ${topics} t on t.id = i.topic_id where i.user_id = ${userId}
      ), '[]')`,
    })
    .from(learners)
    .where(eq(learners.userId, userId));
  return row ?? { level: null, interests: [], wasAsked: false };
}

/** Keeps what a reader said in place of what they said before. Topics that there are not are left out. */
export async function saveLearner(
  userId: number,
  { level, interests: slugs }: { level: Level | null; interests: readonly string[] },
): Promise<void> {
  await atomic(async () => {
    await db
      .insert(learners)
      .values({ userId, level })
      .onConflictDoUpdate({ target: learners.userId, set: { level, answeredAt: sql`now()` } });
    await db.delete(interests).where(eq(interests.userId, userId));
    const chosen = await db
      .select({ id: topics.id })
      .from(topics)
      .where(inArray(topics.slug, [...slugs]));
    if (chosen.length > 0) await db.insert(interests).values(chosen.map(({ id }) => ({ userId, topicId: id })));
  });
}

/** Notes that a reader would rather not say, so that they are not asked again. What they said before stays. */
export async function declineToSay(userId: number): Promise<void> {
  await db.insert(learners).values({ userId }).onConflictDoNothing();
}
