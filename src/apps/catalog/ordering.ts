import { asc, eq, inArray, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { touchContent } from "./content-version.ts";
import { entries, topics } from "./schema.ts";

export interface Placed {
  id: number;
  name: string;
  position: number;
}

/** All topics, in the order in which lists show them. */
export async function listTopicOrder(): Promise<Placed[]> {
  return await db
    .select({ id: topics.id, name: topics.name, position: topics.position })
    .from(topics)
    .orderBy(asc(topics.position), asc(topics.name));
}

/** Every entry that has parts, with its parts in their order, drafts too. */
export async function listSeriesOrder(): Promise<{ id: number; title: string; parts: Placed[] }[]> {
  return await db
    .select({
      id: entries.id,
      title: entries.title,
      parts: sql<
        Placed[]
      >`(select json_agg(json_build_object('id', part.id, 'name', part.title, 'position', part.position)
        order by part.position, part.id) from ${entries} part where part.parent_id = ${entries}.id)`,
    })
    .from(entries)
    .where(sql`exists (select from ${entries} part where part.parent_id = ${entries}.id)`)
    .orderBy(asc(entries.title), asc(entries.id));
}

/** Puts the parts of a series in this order. What is not a part of it stays where it is. */
export async function orderParts(seriesId: number, ids: readonly number[]): Promise<void> {
  await atomic(async () => {
    const parts = await db
      .select({ id: entries.id })
      .from(entries)
      .where(eq(entries.parentId, seriesId))
      .orderBy(entries.id)
      .for("update");
    const own = new Set(parts.map(({ id }) => id));
    for (const [index, id] of ids.filter((each) => own.has(each)).entries())
      await db
        .update(entries)
        .set({ position: index + 1 })
        .where(eq(entries.id, id));
    await touchContent();
  });
}

/** Puts topics in this order. */
export async function orderTopics(ids: readonly number[]): Promise<void> {
  await atomic(async () => {
    const all = [...ids];
    await db
      .update(topics)
      .set({ position: sql`array_position(${sql.param(all)}::integer[], ${topics.id})` })
      .where(inArray(topics.id, all));
    await touchContent();
  });
}
