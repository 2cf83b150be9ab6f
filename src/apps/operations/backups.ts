import { Readable } from "node:stream";
import { sql } from "drizzle-orm";
import { config } from "#config.ts";
import { nameBackup, openPlace, verifyBackup, writeBackup, type Stored } from "#lib/backup.ts";
import { withClient } from "#lib/backup/database.ts";
import { databaseUrl, db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { describeThrown } from "#lib/log.ts";
import {
  beginBackup,
  findBackup,
  lastVerified,
  listBackups,
  matchFiles,
  noteFailed,
  noteVerified,
  noteWritten,
  removeOld,
  type Backup,
} from "./backups/ledger.ts";
import { proveUse } from "./backups/proving.ts";
import { siteAt } from "./backups/source.ts";
import { withoutPrivate } from "./errors/cleaning.ts";
import { counted } from "./words.ts";

export { findBackup, listBackups, type Backup } from "./backups/ledger.ts";

/** No backup counts until it was restored, and none that is older than a day and the time it takes. */
const freshMs = 26 * 3_600_000;
const shownMissing = 20;
const writersLock = 7_305_808;

/**
 * Writes a backup to BACKUP_URL, restores it to see whether it is one, and removes those that need not be kept. What fails is said
 * in its row, and thrown.
 */
export async function backUp({ signal, now = new Date() }: { signal?: AbortSignal; now?: Date } = {}): Promise<Backup> {
  return await alone(() => writeAndVerify(now, signal));
}

async function writeAndVerify(now: Date, signal: AbortSignal | undefined): Promise<Backup> {
  const place = openPlace(config.BACKUP_URL);
  await matchFiles(place);
  const key = config.BACKUP_KEY;
  const name = nameBackup(now, { encrypted: key !== undefined });
  const backup = await beginBackup(name, now);
  await orNote(backup, async () => {
    const made = await writeBackup(siteAt(databaseUrl()), place, { name, key, ...(signal && { signal }) });
    await noteWritten(backup, made);
  });
  await verify(backup);
  await removeOld(place, config.BACKUP_KEEP, now);
  return (await findBackup(backup.id)) ?? backup;
}

/** Of all processes one at a time writes. The lock is gone with its connection, however that ends. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  return await withClient(databaseUrl(), async (client) => {
    const { rows } = await client.query<{ mine: boolean }>("select pg_try_advisory_lock($1) as mine", [writersLock]);
    if (rows[0]?.mine !== true) throw new UserError("Another backup is being written.", { status: 75 });
    return await work();
  });
}

/** Restores a backup of BACKUP_URL into a database of its own, to see whether it is one. What fails is said in its row, and thrown. */
export async function verifyAgain(id: number): Promise<void> {
  const backup = await findBackup(id);
  if (backup !== undefined) await verify(backup);
}

async function verify(backup: Backup): Promise<void> {
  await orNote(backup, () => verifyStored(storedAt(config.BACKUP_URL, backup.name)));
  await noteVerified(backup);
}

/** Restores a backup into a database of its own on the site's server; throws a sentence unless all of it is as it was. */
export async function verifyStored(stored: Stored): Promise<void> {
  await verifyBackup(stored, { url: databaseUrl(), prove: proveUse });
}

export function storedAt(url: string, name: string): Stored {
  const place = openPlace(url);
  return { name, key: config.BACKUP_KEY, read: () => place.read(name) };
}

/** The file of a backup. */
export function openBackup({ name }: Backup): Readable {
  return Readable.from(openPlace(config.BACKUP_URL).read(name), { objectMode: false });
}

async function orNote(backup: Backup, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const sentence = error instanceof UserError ? error.message : String(describeThrown(error).message);
    await noteFailed(backup, withoutPrivate(sentence, 1000));
    throw error;
  }
}

/** What is wrong with the backups, if anything is: a site that is younger than they may be old has time. */
export async function sayWhetherBackedUp(now = new Date()): Promise<string | undefined> {
  const verified = await lastVerified();
  const isFresh = (at: Date | undefined): boolean => at !== undefined && at.getTime() > now.getTime() - freshMs;
  if (!isFresh(verified?.startedAt) && !isFresh(await bornAt())) {
    const [last] = await listBackups(1);
    const why = last?.error === null || last?.error === undefined ? "" : ` The last one failed: ${last.error}`;
    return `No backup of the last 26 hours could be restored.${why} ./manage backup makes one.`;
  }
  if (verified === undefined || verified.missing.length === 0) return undefined;
  const { missing } = verified;
  const more = missing.length > shownMissing ? ` and ${missing.length - shownMissing} more` : "";
  return `The store has lost ${counted(missing.length, "file")}: ${missing.slice(0, shownMissing).join(", ")}${more}.`;
}

/** When the first migration of this database was applied. */
async function bornAt(): Promise<Date | undefined> {
  const { rows } = await db.execute<{ at: string | null }>(
    sql`select min(applied_at)::text as at from drizzle.__drizzle_migrations`,
  );
  return rows[0]?.at == null ? undefined : new Date(rows[0].at);
}
