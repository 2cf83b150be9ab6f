import { and, desc, eq, exists, or, sql, type SQL } from "drizzle-orm";
import { profiles, users } from "#apps/accounts/schema.ts";
import { bodies, credits, entries } from "#apps/catalog/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { may, type Viewer } from "#lib/viewer.ts";
import { versionSaved } from "./events.ts";
import { manuscripts, revisions, type Revision } from "./schema.ts";

/** A revision with the title and the summary that its page would have. */
export interface Version extends Revision {
  title: string;
  summary: string;
  author: string | null;
}

/** A version as lists show it: without its text. */
export type VersionRow = Pick<Version, "entryId" | "number" | "title" | "note" | "name" | "author" | "createdAt"> & {
  /** Whether readers see it. */
  isShown: boolean;
  isScheduled: boolean;
};

export interface VersionInput {
  source: string;
  title: string;
  summary: string;
  /** What was done, in a few words; "" for nothing said. */
  note?: string;
  name?: string | null;
  /** The newest version that the writer has seen; 0 when there was none. */
  baseNumber: number;
}

/**
 * Keeps a text as the newest version of an entry, whose page stays as it is. The version before is answered as a
 * conflict when it is not the one that the work began from. What says the same as the newest makes no new one. Throws
 * NotFound for who may not write it.
 */
export async function saveVersion(
  viewer: Viewer,
  entryId: number,
  { baseNumber, note = "", name = null, ...text }: VersionInput,
): Promise<{ number: number } | { conflict: Version }> {
  return await atomic(async () => {
    // Those who save at once take turns.
    await db.select({ id: entries.id }).from(entries).where(eq(entries.id, entryId)).for("update");
    await requireWriter(viewer, entryId);
    const newest = await findNewest(entryId);
    if (newest !== undefined && saysTheSame(newest, text)) {
      if (name !== null) await nameVersion(viewer, entryId, newest.number, name);
      return { number: newest.number };
    }
    if (newest !== undefined && newest.number !== baseNumber) return { conflict: newest };
    const number = (newest?.number ?? 0) + 1;
    await db.insert(revisions).values({ entryId, number, ...text, note, name, authorId: viewer.id });
    await versionSaved.emit({ entryId, number });
    return { number };
  });
}

/** All versions of an entry, newest first. */
export async function listVersions(entryId: number, { limit = 500 } = {}): Promise<VersionRow[]> {
  return await db
    .select({
      entryId: revisions.entryId,
      number: revisions.number,
      title: sql<string>`coalesce(${revisions.title}, ${entries.title})`,
      note: revisions.note,
      name: revisions.name,
      author: users.name,
      createdAt: revisions.createdAt,
      isShown: sql<boolean>`coalesce(${entries.publishedAt} <= now(), false)
        and ${revisions.number} is not distinct from ${shownNumber}`,
      isScheduled: sql<boolean>`${revisions.number} is not distinct from ${manuscripts.scheduledNumber}`,
    })
    .from(revisions)
    .innerJoin(entries, eq(entries.id, revisions.entryId))
    .leftJoin(manuscripts, eq(manuscripts.entryId, revisions.entryId))
    .leftJoin(users, eq(users.id, revisions.authorId))
    .where(eq(revisions.entryId, entryId))
    .orderBy(desc(revisions.number))
    .limit(limit);
}

/** One version of an entry; throws NotFound when there is none. */
export async function getVersion(entryId: number, number: number): Promise<Version> {
  const [version] = await selectVersions().where(and(eq(revisions.entryId, entryId), eq(revisions.number, number)));
  if (version === undefined) throw new NotFound("There is no such version.");
  return version;
}

/** The version that was saved last. */
export async function findNewest(entryId: number): Promise<Version | undefined> {
  const [newest] = await selectVersions()
    .where(eq(revisions.entryId, entryId))
    .orderBy(desc(revisions.number))
    .limit(1);
  return newest;
}

/** The number of the version that the page of an entry shows; undefined before it shows any. */
export async function findShownNumber(entryId: number): Promise<number | undefined> {
  const [row] = await db
    .select({ number: sql<number | null>`${shownNumber}` })
    .from(entries)
    .leftJoin(manuscripts, eq(manuscripts.entryId, entries.id))
    .where(eq(entries.id, entryId));
  return row?.number ?? undefined;
}

/** Calls a version by a name, or, with "", no longer. */
export async function nameVersion(viewer: Viewer, entryId: number, number: number, name: string): Promise<void> {
  await requireWriter(viewer, entryId);
  await db
    .update(revisions)
    .set({ name: name.trim() || null })
    .where(and(eq(revisions.entryId, entryId), eq(revisions.number, number)));
}

/** Makes what an old version says the newest. Answers its number. */
export async function restoreVersion(viewer: Viewer, entryId: number, number: number): Promise<number> {
  return await atomic(async () => {
    await db.select({ id: entries.id }).from(entries).where(eq(entries.id, entryId)).for("update");
    const [{ source, title, summary }, newest] = [await getVersion(entryId, number), await findNewest(entryId)];
    const note = `version ${number} restored`;
    const baseNumber = newest?.number ?? 0;
    const saved = await saveVersion(viewer, entryId, { source, title, summary, note, baseNumber });
    return "number" in saved ? saved.number : saved.conflict.number;
  });
}

/** Whether somebody may change the text of an entry: an editor any, an author what is theirs. */
export async function mayWrite(viewer: Viewer, entryId: number): Promise<boolean> {
  const [row] = await db
    .select({ id: entries.id })
    .from(entries)
    .where(and(eq(entries.id, entryId), isWritableBy(viewer)));
  return row !== undefined;
}

/** Throws NotFound when the viewer may not change the text of an entry. */
export async function requireWriter(viewer: Viewer, entryId: number): Promise<void> {
  if (!(await mayWrite(viewer, entryId))) throw new NotFound("There is no such entry on your desk.");
}

/** The condition on entries that `mayWrite` asks: credited, assigned, or begun by the viewer. */
export function isWritableBy(viewer: Viewer): SQL {
  if (may(viewer, "desk.publish")) return sql`true`;
  if (viewer.id === null || !may(viewer, "desk.write")) return sql`false`;
  return isTheirs(viewer.id);
}

/** The condition on entries that somebody is credited on, is assigned to, or has begun. */
export function isTheirs(userId: number): SQL {
  const one = { one: sql`1` };
  const credited = db
    .select(one)
    .from(credits)
    .innerJoin(profiles, eq(profiles.id, credits.profileId))
    .where(and(eq(credits.entryId, sql`${entries}.id`), eq(profiles.userId, userId)));
  const assigned = db
    .select(one)
    .from(manuscripts)
    .where(and(eq(manuscripts.entryId, sql`${entries}.id`), eq(manuscripts.assigneeId, userId)));
  const begun = sql`${userId} = (select ${revisions}.author_id from ${revisions}
    where ${revisions}.entry_id = ${entries}.id order by ${revisions}.number limit 1)`;
  return or(exists(credited), exists(assigned), begun) ?? sql`false`;
}

// An import changes a page without asking the desk, so which version is shown is asked of the page itself; of several
// with one text the one that was published here.
const shownNumber = sql<number | null>`(
  select shown.number from ${revisions} shown join ${bodies} on ${bodies}.id = shown.entry_id
  where shown.entry_id = ${entries}.id and shown.source = ${bodies}.source
  order by (shown.number = ${manuscripts}.published_number) desc nulls last, shown.number desc limit 1)`;

function selectVersions() {
  return db
    .select({
      entryId: revisions.entryId,
      number: revisions.number,
      source: revisions.source,
      note: revisions.note,
      title: sql<string>`coalesce(${revisions.title}, ${entries.title})`,
      summary: sql<string>`coalesce(${revisions.summary}, ${entries.summary})`,
      name: revisions.name,
      authorId: revisions.authorId,
      author: users.name,
      createdAt: revisions.createdAt,
    })
    .from(revisions)
    .innerJoin(entries, eq(entries.id, revisions.entryId))
    .leftJoin(users, eq(users.id, revisions.authorId))
    .$dynamic();
}

function saysTheSame(version: Version, text: Pick<Version, "source" | "title" | "summary">): boolean {
  return version.source === text.source && version.title === text.title && version.summary === text.summary;
}
