import { and, asc, eq, exists, ilike, inArray, or, sql } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { entries, entryTopics, levels, topics, type Level } from "#apps/catalog/schema.ts";
import type { EntryChanges } from "#apps/catalog/changing.ts";
import { accesses } from "#apps/members/members.ts";
import { db } from "#lib/db.ts";

/** So many are shown, and changed, at once. */
export const mostAtOnce = 200;

export type MetadataRow = Pick<typeof entries.$inferSelect, "id" | "kind" | "title" | "path" | "level" | "access">;

/** Entries by title, address and topic, to choose among. */
export async function listForMetadata({ q, topic }: { q: string; topic: string | undefined }): Promise<MetadataRow[]> {
  const written = `%${q.replace(/[\\%_]/g, String.raw`\$&`)}%`;
  const ofTopic = db
    .select({ one: sql`1` })
    .from(entryTopics)
    .innerJoin(topics, eq(topics.id, entryTopics.topicId))
    .where(and(eq(entryTopics.entryId, sql`${entries}.id`), eq(topics.slug, topic ?? "")));
  return await select()
    .where(
      and(
        q === "" ? undefined : or(ilike(entries.title, written), ilike(entries.path, written)),
        topic === undefined ? undefined : exists(ofTopic),
      ),
    )
    .orderBy(asc(entries.title), asc(entries.id))
    .limit(mostAtOnce);
}

/** The entries that were chosen. */
export async function listChosen(ids: readonly number[]): Promise<MetadataRow[]> {
  return await select()
    .where(inArray(entries.id, [...ids]))
    .orderBy(asc(entries.title), asc(entries.id));
}

export interface Choices {
  topics: { id: number; slug: string; name: string }[];
  authors: { id: number; name: string }[];
}

export async function listMetadataChoices(): Promise<Choices> {
  return {
    topics: await db
      .select({ id: topics.id, slug: topics.slug, name: topics.name })
      .from(topics)
      .orderBy(topics.position, topics.name),
    authors: await db
      .select({ id: profiles.id, name: profiles.name })
      .from(profiles)
      .where(sql`exists (select from credits where credits.profile_id = ${profiles}.id)`)
      .orderBy(profiles.name),
  };
}

export interface Wanted {
  level: string;
  access: string;
  add: string;
  drop: string;
  author: string;
}

/** What a form asks for: the changes, and in words what they are; undefined for what there is not. */
export function readChanges(wanted: Wanted, choices: Choices): { changes: EntryChanges; words: string[] } | undefined {
  const level = wanted.level === "none" ? null : levels.find((each) => each === wanted.level);
  const access = accesses.find((each) => each === wanted.access);
  const [add, drop] = [wanted.add, wanted.drop].map((slug) => choices.topics.find((topic) => topic.slug === slug));
  const author = choices.authors.find(({ id }) => String(id) === wanted.author);
  const found: Record<keyof Wanted, unknown> = { level, access, add, drop, author };
  if (fields.some((field) => wanted[field] !== "" && found[field] === undefined)) return undefined;
  return {
    changes: {
      ...(level !== undefined && { level }),
      ...(access && { access }),
      ...(add && { addTopicId: add.id }),
      ...(drop && { dropTopicId: drop.id }),
      ...(author && { authorId: author.id }),
    },
    words: [
      level === undefined ? "" : `level: ${wordsOf(level)}`,
      access ? `readers: ${access}` : "",
      add ? `with the topic ${add.name}` : "",
      drop ? `without the topic ${drop.name}` : "",
      author ? `by ${author.name}` : "",
    ].filter((each) => each !== ""),
  };
}

const fields = ["level", "access", "add", "drop", "author"] as const;

function wordsOf(level: Level | null): string {
  return level ?? "none";
}

function select() {
  return db
    .select({
      id: entries.id,
      kind: entries.kind,
      title: entries.title,
      path: entries.path,
      level: entries.level,
      access: entries.access,
    })
    .from(entries)
    .$dynamic();
}
