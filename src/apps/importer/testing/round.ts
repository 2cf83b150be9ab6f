import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { asc, sql } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { entries, redirects, topics } from "#apps/catalog/schema.ts";
import { revisions } from "#apps/editorial/schema.ts";
import { media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { exportFolder } from "../export.ts";
import { importFolder } from "../import.ts";

/** Where the folders of a test are. */
export const root = await mkdtemp(join(tmpdir(), "lectern-export-"));
let count = 0;

/** The path of a folder that is not there yet. */
export function newFolder(): string {
  return join(root, `export-${(count += 1)}`);
}

/** Every file of a folder, by its path, in hexadecimal where it is a picture. */
export async function read(folder: string): Promise<Record<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const all = await Promise.all(
    found
      .filter((one) => one.isFile())
      .map(async (one) => {
        const path = join(one.parentPath, one.name);
        const bytes = await readFile(path);
        return [relative(folder, path), bytes.toString(/\.(?:md|yaml)$/.test(path) ? "utf8" : "hex")] as const;
      }),
  );
  return Object.fromEntries(all.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Leaves a site without entries, topics, profiles and pictures. */
export async function empty(): Promise<void> {
  await db.execute(sql`truncate table ${entries}, ${topics}, ${profiles}, ${media} restart identity cascade`);
}

/** All that an import may change. */
async function rows(): Promise<unknown> {
  return {
    entries: await db.select().from(entries).orderBy(asc(entries.id)),
    redirects: await db.select().from(redirects).orderBy(asc(redirects.path)),
    topics: await db.select().from(topics).orderBy(asc(topics.id)),
    profiles: await db.select().from(profiles).orderBy(asc(profiles.id)),
    revisions: await db.$count(revisions),
    media: await db.select().from(media).orderBy(asc(media.id)),
  };
}

/** Exports, imports over the same site, imports into an empty one, and exports again. */
export async function goRound(): Promise<Record<string, string>> {
  const [first, second] = [newFolder(), newFolder()];
  await exportFolder(first);
  const written = await read(first);

  const before = await rows();
  const over = await importFolder(first, { publish: true });
  assert.deepEqual(over.refused, []);
  assert.deepEqual(
    new Set(over.articles.map(({ status }) => status)),
    new Set(over.articles.length === 0 ? [] : ["unchanged"]),
  );
  assert.deepEqual(over.vanished, []);
  assert.deepEqual(await rows(), before);

  await empty();
  const anew = await importFolder(first, { publish: true });
  assert.deepEqual(anew.refused, []);
  await exportFolder(second);
  assert.deepEqual(await read(second), written);
  return written;
}

export async function removeFolders(): Promise<void> {
  await rm(root, { recursive: true, force: true });
}
