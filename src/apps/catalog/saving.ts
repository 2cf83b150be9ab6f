import { and, eq, ne, sql } from "drizzle-orm";
import { reservedSegments } from "#urls.ts";
import { atomic, db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { touchContent } from "./content-version.ts";
import { indexEntry } from "./indexing.ts";
import {
  bodies,
  credits,
  entries,
  entryImages,
  entryTopics,
  redirects,
  sections,
  topics,
  type Body,
  type CreditRole,
  type Entry,
} from "./schema.ts";

export type EntryFields = Omit<typeof entries.$inferInsert, "id" | "createdAt" | "readingMinutes">;

export interface EntryInput extends EntryFields {
  topics?: readonly { slug: string; name: string }[];
  credits?: readonly { profileId: number; role: CreditRole }[];
}

/**
 * Creates an entry, or changes the one with this id, with its topics and credits. Its former address keeps leading to
 * it. Throws a UserError when the address is taken or reserved. With `bodyFollows` the caller saves the body in the same
 * transaction, which then makes the entry found.
 */
export async function saveEntry(input: EntryInput, id?: number, { bodyFollows = false } = {}): Promise<Entry> {
  return atomic(async () => {
    await claimPath(input.path, id);
    const { topics: topicLinks, credits: team, ...fields } = input;
    const entry = id === undefined ? await insertEntry(fields) : await updateEntry(id, fields);
    if (topicLinks !== undefined) await setTopics(entry.id, topicLinks);
    if (team !== undefined) await setCredits(entry.id, team);
    // Touched first, so that those who change content take turns at what they share: words, and what is related.
    await touchContent();
    if (!bodyFollows) await indexEntry(entry.id);
    return entry;
  });
}

/**
 * Makes a former address lead to an entry. An entry's own address, one of the site itself, and one that leads elsewhere
 * already, are refused.
 */
export async function addRedirect(path: string, entryId: number, anchor = ""): Promise<void> {
  refuseReserved(path);
  const [taken] = await db.select({ id: entries.id }).from(entries).where(eq(entries.path, path));
  if (taken !== undefined) throw new UserError(`${path} is the address of an entry, so it cannot lead elsewhere.`);
  const [existing] = await db.select().from(redirects).where(eq(redirects.path, path));
  if (existing !== undefined && existing.entryId !== entryId) {
    throw new UserError(`${path} already leads to another entry.`);
  }
  await db.insert(redirects).values({ path, entryId, anchor }).onConflictDoNothing();
}

export interface BodyInput extends Omit<Body, "id"> {
  readingMinutes: number;
  sections: readonly Omit<typeof sections.$inferInsert, "entryId" | "position">[];
  images: readonly { mediaId: number; alt: string }[];
}

/** Stores what an entry says, with its sections and pictures, in place of what it said before. */
export async function saveBody(entryId: number, input: BodyInput): Promise<void> {
  await atomic(async () => {
    const { readingMinutes, sections: parts, images, ...body } = input;
    await db
      .insert(bodies)
      .values({ id: entryId, ...body })
      .onConflictDoUpdate({ target: bodies.id, set: body });
    await db.update(entries).set({ readingMinutes }).where(eq(entries.id, entryId));
    await db.delete(sections).where(eq(sections.entryId, entryId));
    if (parts.length > 0) {
      await db.insert(sections).values(parts.map((part, position) => ({ entryId, position, ...part })));
    }
    await db.delete(entryImages).where(eq(entryImages.entryId, entryId));
    if (images.length > 0) {
      await db
        .insert(entryImages)
        .values(images.map((image, position) => ({ entryId, position, ...image })))
        .onConflictDoNothing();
    }
    await touchContent();
    await indexEntry(entryId);
  });
}

export async function deleteEntry(id: number): Promise<void> {
  await atomic(async () => {
    await db.delete(entries).where(eq(entries.id, id));
    await touchContent();
  });
}

/**
 * For who saves an entry's row by other means than `saveEntry`: takes an address for it. Throws a UserError when that is
 * the site's own or another entry's.
 */
export async function claimPath(path: string, id: number | undefined): Promise<void> {
  refuseReserved(path);
  const [taken] = await db
    .select({ title: entries.title })
    .from(entries)
    .where(and(eq(entries.path, path), id === undefined ? undefined : ne(entries.id, id)));
  if (taken !== undefined) throw new UserError(`${path} is already the address of "${taken.title}".`);
  await db.delete(redirects).where(eq(redirects.path, path));
}

/** Throws a UserError for an address under which the site itself answers. */
export function refuseReserved(path: string): void {
  if (isReserved(path)) throw new UserError(`${path} is an address of the site itself.`);
}

function isReserved(path: string): boolean {
  return reservedSegments.has(path.split("/")[1] ?? "");
}

/** The same for what follows from it: its former address leads to it, it is found, and no page shows it as it was. */
export async function followEntry(id: number, { from, to }: { from?: string; to?: string }): Promise<void> {
  await touchContent();
  if (to === undefined) return;
  if (from !== undefined && from !== to) await keepFormerPath(from, id);
  await indexEntry(id);
}

async function keepFormerPath(path: string, entryId: number): Promise<void> {
  // An entry may be older than a page of the site that has come to stand there.
  if (isReserved(path)) return;
  await db
    .insert(redirects)
    .values({ path, entryId })
    .onConflictDoUpdate({ target: redirects.path, set: { entryId, anchor: "" } });
}

async function insertEntry(fields: EntryFields): Promise<Entry> {
  const [entry] = await db.insert(entries).values(fields).returning();
  if (entry === undefined) throw new Error("The entry was not inserted.");
  return entry;
}

async function updateEntry(id: number, fields: EntryFields): Promise<Entry> {
  const [before] = await db.select({ path: entries.path }).from(entries).where(eq(entries.id, id)).for("update");
  const [entry] = await db.update(entries).set(fields).where(eq(entries.id, id)).returning();
  if (before === undefined || entry === undefined) throw new UserError(`There is no entry ${id}.`);
  if (before.path !== entry.path) await keepFormerPath(before.path, id);
  return entry;
}

async function setTopics(entryId: number, links: readonly { slug: string; name: string }[]): Promise<void> {
  await db.delete(entryTopics).where(eq(entryTopics.entryId, entryId));
  for (const [position, { slug, name }] of links.entries()) {
    const [topic] = await db
      .insert(topics)
      .values({ slug, name })
      // Doing "nothing" would return no row for a topic that exists.
      .onConflictDoUpdate({ target: topics.slug, set: { slug: sql`excluded.slug` } })
      .returning({ id: topics.id });
    if (topic !== undefined) {
      await db.insert(entryTopics).values({ entryId, topicId: topic.id, position }).onConflictDoNothing();
    }
  }
}

async function setCredits(entryId: number, team: readonly { profileId: number; role: CreditRole }[]): Promise<void> {
  await db.delete(credits).where(eq(credits.entryId, entryId));
  if (team.length === 0) return;
  await db
    .insert(credits)
    .values(team.map((credit, position) => ({ entryId, position, ...credit })))
    .onConflictDoNothing();
}
