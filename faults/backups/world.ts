import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siteAt } from "#apps/operations/backups/source.ts";
import { openPlace, writeBackup, type Made, type Place, type Source, type Stored } from "#lib/backup.ts";
import { openStorage, type Storage } from "#lib/storage.ts";
import { openWorld, type World } from "../jobs/world.ts";

/** A site with a few pictures, and a folder for its backups. */
export interface BackupWorld {
  world: World;
  folder: string;
  place: Place;
  media: Storage;
  source: Source;
  write: (name: string) => Promise<Made>;
  stored: (name: string) => Stored;
}

export async function withBackups<T>(work: (scene: BackupWorld) => Promise<T>, pictures = 3): Promise<T> {
  const world = await openWorld();
  const folder = await mkdtemp(join(tmpdir(), "lectern-backups-"));
  const media = openStorage(join(folder, "media"));
  for (let n = 0; n < pictures; n++) await media.put(keyOf(n), Buffer.from(`picture ${n}`), { type: "image/png" });
  const place = openPlace(join(folder, "backups"));
  const site = siteAt(world.url);
  // A table that no migration makes is no part of the site.
  const passing = { ...site.passing, "public.effects": { why: "is the test's own" } };
  const wanted = `select 'originals/00/' || n as key from generate_series(0, ${pictures - 1}) n`;
  const source = { ...site, passing, objects: { ...site.objects, storage: media, wanted } };
  const stored = (name: string): Stored => ({ name, key: undefined, read: () => place.read(name) });
  const write = (name: string): Promise<Made> => writeBackup(source, place, { name, key: undefined });
  try {
    return await work({ world, folder, place, media, source, write, stored });
  } finally {
    await world.close();
    await rm(folder, { recursive: true });
  }
}

export function keyOf(n: number): string {
  return `originals/00/${n}`;
}
