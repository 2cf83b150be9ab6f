import { and, desc, eq, gt, inArray, ne, sql } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { entries, type Entry } from "#apps/catalog/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import type { Text } from "#lib/merge.ts";
import type { Viewer } from "#lib/viewer.ts";
import { workingCopies, type WorkingCopy } from "./schema.ts";
import { findNewest, getVersion, requireWriter } from "./versions.ts";

/** A version as the editor needs it. Number 0 is what stands before the first. */
export interface Base extends Text {
  number: number;
  author: string | null;
  savedAt: Date | null;
}

/** What an editor opens with. */
export interface OpenedText {
  entry: Entry;
  newest: Base;
  /** What the viewer has typed and not saved as a version yet. */
  copy: WorkingCopy | undefined;
  others: Other[];
}

/** Somebody else who has typed at the same text lately. */
export interface Other {
  name: string;
  at: Date;
}

/** How long after their last word somebody is taken to be at work. */
const atWorkMinutes = 30;

/** What is needed to go on with a text. Throws NotFound for who may not write it. */
export async function openText(viewer: Viewer, entryId: number): Promise<OpenedText> {
  await requireWriter(viewer, entryId);
  const [entry] = await db.select().from(entries).where(eq(entries.id, entryId));
  if (entry === undefined) throw new NotFound("There is no such entry on your desk.");
  return {
    entry,
    newest: await getNewest(entry),
    copy: await findWorkingCopy(viewer, entryId),
    others: await listOthers(viewer, entryId),
  };
}

/** The version from which somebody's work began, to merge what was done since. */
export async function getBase(viewer: Viewer, entryId: number, number: number): Promise<Base> {
  await requireWriter(viewer, entryId);
  if (number === 0) return { number, title: "", summary: "", source: "", author: null, savedAt: null };
  const { createdAt, ...version } = await getVersion(entryId, number);
  return { ...version, savedAt: createdAt };
}

export interface CopyInput extends Text {
  /** The version from which the work began. */
  baseNumber: number;
  sequence: number;
  /** The sequences that this editor has sent or seen: it may replace these and no others. */
  after: readonly number[];
}

/**
 * Keeps what the viewer has typed, in place of what the same editor kept before. A copy that the editor does not know of,
 * such as one of another device, stays and is answered, to be merged. To send the same twice does no harm.
 */
export async function keepWorkingCopy(
  viewer: Viewer,
  entryId: number,
  { after, ...copy }: CopyInput,
): Promise<{ other?: WorkingCopy; newestNumber: number; others: Other[] }> {
  return await atomic(async () => {
    await requireWriter(viewer, entryId);
    const [kept] = await db
      .insert(workingCopies)
      .values({ entryId, userId: viewer.id ?? 0, ...copy })
      .onConflictDoUpdate({
        target: [workingCopies.entryId, workingCopies.userId],
        set: { ...copy, updatedAt: sql`now()` },
        setWhere: inArray(workingCopies.sequence, [copy.sequence, ...after]),
      })
      .returning({ sequence: workingCopies.sequence });
    const other = kept === undefined ? await findWorkingCopy(viewer, entryId) : undefined;
    const newest = await findNewest(entryId);
    return {
      ...(other !== undefined && { other }),
      newestNumber: newest?.number ?? 0,
      others: await listOthers(viewer, entryId),
    };
  });
}

/** Forgets what the viewer has typed: it was saved as a version, or is not wanted. */
export async function dropWorkingCopy(viewer: Viewer, entryId: number): Promise<void> {
  await requireWriter(viewer, entryId);
  await db.delete(workingCopies).where(isTheirs(viewer, entryId));
}

async function findWorkingCopy(viewer: Viewer, entryId: number): Promise<WorkingCopy | undefined> {
  const [copy] = await db.select().from(workingCopies).where(isTheirs(viewer, entryId));
  return copy;
}

function isTheirs(viewer: Viewer, entryId: number) {
  return and(eq(workingCopies.entryId, entryId), eq(workingCopies.userId, viewer.id ?? 0));
}

async function getNewest({ id, title, summary }: Entry): Promise<Base> {
  const newest = await findNewest(id);
  if (newest === undefined) return { number: 0, title, summary, source: "", author: null, savedAt: null };
  const { createdAt, ...version } = newest;
  return { ...version, savedAt: createdAt };
}

async function listOthers(viewer: Viewer, entryId: number): Promise<Other[]> {
  return await db
    .select({ name: users.name, at: workingCopies.updatedAt })
    .from(workingCopies)
    .innerJoin(users, eq(users.id, workingCopies.userId))
    .where(
      and(
        eq(workingCopies.entryId, entryId),
        ne(workingCopies.userId, viewer.id ?? 0),
        gt(workingCopies.updatedAt, sql`now() - make_interval(mins => ${atWorkMinutes})`),
      ),
    )
    .orderBy(desc(workingCopies.updatedAt));
}
