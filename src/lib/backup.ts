import { createHash } from "node:crypto";
import { checkArchive } from "./backup/archive.ts";
import { dump, type Source, type Written } from "./backup/dump.ts";
import { Damaged } from "./backup/format.ts";
import { load, type Stored, type Target } from "./backup/load.ts";
import type { Place } from "./backup/place.ts";
import { compare } from "./backup/proving.ts";
import { withScratch } from "./backup/scratch.ts";

export { openPlace, type Place } from "./backup/place.ts";
export { nameBackup, timeOfBackup } from "./backup/names.ts";
export { newBackupKey } from "./backup/secrecy.ts";
export type { Source, Written } from "./backup/dump.ts";
export type { Stored } from "./backup/load.ts";
export type { Passing } from "./backup/database.ts";

/** What is known of a backup once its file is whole. */
export interface Made extends Written {
  size: number;
  hash: string;
}

/**
 * Writes the whole site, as it is at one moment, to a place: under its name once all of it is there, else not at all. With a key
 * it is encrypted. Stops when `signal` says so.
 */
export async function writeBackup(
  source: Source,
  place: Place,
  { name, key, signal }: { name: string; key: string | undefined; signal?: AbortSignal },
): Promise<Made> {
  const hash = createHash("sha256");
  let written: Written | undefined;
  let size = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    const options = { key, ...(signal && { signal }), onWritten: (all: Written) => void (written = all) };
    for await (const chunk of dump(source, options)) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  }
  await place.write(name, counted());
  if (written === undefined) throw new Error(`${name} was written without a proof.`);
  return { ...written, size, hash: hash.digest("hex") };
}

/**
 * Restores a backup into a database of its own on the same server, which is dropped afterwards, and compares. `prove` may ask
 * there for more, and answers what is wrong. Throws Damaged unless all of it is as it was.
 */
export async function verifyBackup(
  stored: Stored,
  { url, prove, ...target }: Pick<Target, "url" | "folder"> & { prove?: (url: string) => Promise<string[]> },
): Promise<Written> {
  await checkArchive(stored.read(), stored);
  return await withScratch(url, async (scratch) => {
    const written = await load(stored, { ...target, url: scratch });
    insist(stored, [...(await compare(scratch, written)), ...((await prove?.(scratch)) ?? [])]);
    return written;
  });
}

/**
 * Restores a backup into an empty database, and compares it with what the backup says of itself. Throws Damaged, before anything
 * is written where it can be told by then.
 */
export async function restoreBackup(stored: Stored, target: Target): Promise<Written> {
  await checkArchive(stored.read(), stored);
  const written = await load(stored, target);
  insist(stored, await compare(target.url, written));
  return written;
}

function insist({ name }: Stored, differences: readonly string[]): void {
  if (differences.length === 0) return;
  const more = differences.length > 10 ? `, and ${differences.length - 10} more` : "";
  throw new Damaged(`${name} does not become what it was: ${differences.slice(0, 10).join("; ")}${more}.`);
}
