import { and, desc, eq, isNotNull, isNull, notInArray } from "drizzle-orm";
import { timeOfBackup, type Made, type Place } from "#lib/backup.ts";
import { chooseKept, type Keep } from "#lib/backup/keeping.ts";
import { db } from "#lib/db.ts";
import { backups } from "../schema.ts";

export type Backup = typeof backups.$inferSelect;

const dayMs = 86_400_000;

/** Newest first. */
export async function listBackups(limit = 100): Promise<Backup[]> {
  return await db.select().from(backups).orderBy(desc(backups.startedAt), desc(backups.id)).limit(limit);
}

export async function findBackup(id: number): Promise<Backup | undefined> {
  const [backup] = await db.select().from(backups).where(eq(backups.id, id));
  return backup;
}

/** The one that was made last of those that were restored. */
export async function lastVerified(): Promise<Backup | undefined> {
  const [backup] = await db
    .select()
    .from(backups)
    .where(and(isNotNull(backups.verifiedAt), isNull(backups.error)))
    .orderBy(desc(backups.startedAt))
    .limit(1);
  return backup;
}

export async function beginBackup(name: string, startedAt: Date): Promise<Backup> {
  const [backup] = await db.insert(backups).values({ name, startedAt }).returning();
  if (backup === undefined) throw new Error(`${name} is known already.`);
  return backup;
}

export async function noteWritten({ id }: Backup, { proof, size, hash }: Made): Promise<void> {
  await note(id, {
    finishedAt: new Date(),
    sizeBytes: size,
    hash,
    tableCount: proof.tables.length,
    rowCount: proof.tables.reduce((sum, { rows }) => sum + rows, 0),
    objectCount: proof.objects.length,
    missing: proof.missing,
    error: null,
  });
}

export async function noteVerified({ id }: Backup): Promise<void> {
  await note(id, { verifiedAt: new Date(), error: null });
}

/** What is wrong with it; it does not count until it was verified again. */
export async function noteFailed({ id }: Backup, error: string): Promise<void> {
  await note(id, { verifiedAt: null, error });
}

async function note(id: number, values: Partial<Backup>): Promise<void> {
  await db.update(backups).set(values).where(eq(backups.id, id));
}

/** Makes the rows those of the files: after a restore, or when somebody has moved some, they say something else. */
export async function matchFiles(place: Place): Promise<void> {
  const found = (await place.list()).flatMap(({ name, size }) => {
    const startedAt = timeOfBackup(name);
    return startedAt === undefined ? [] : [{ name, startedAt, finishedAt: startedAt, sizeBytes: size }];
  });
  if (found.length > 0) await db.insert(backups).values(found).onConflictDoNothing();
  const names = found.map(({ name }) => name);
  const isGone = names.length === 0 ? undefined : notInArray(backups.name, names);
  await db.delete(backups).where(and(isNotNull(backups.finishedAt), isGone));
  // One at a time is written, so whatever was being written has lost its process.
  await db
    .update(backups)
    .set({ error: "Its process ended before it was whole." })
    .where(and(isNull(backups.finishedAt), isNull(backups.error)));
}

/** Removes what need not be kept: nothing of the last day, and what failed once it is as old as the days that are kept. */
export async function removeOld(place: Place, keep: Keep, now: Date): Promise<void> {
  const all = (await listBackups(10_000)).map((backup) => ({ ...backup, madeAt: backup.startedAt }));
  const kept = chooseKept(
    all.filter(({ error, finishedAt }) => error === null && finishedAt !== null),
    keep,
  );
  const newestVerified = await lastVerified();
  for (const backup of all) {
    const youthMs = backup.error === null ? dayMs : keep.daily * dayMs;
    const isYoung = backup.startedAt.getTime() > now.getTime() - youthMs;
    if (kept.has(backup) || isYoung || backup.id === newestVerified?.id) continue;
    await place.remove(backup.name);
    await db.delete(backups).where(eq(backups.id, backup.id));
  }
}
