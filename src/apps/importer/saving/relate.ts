import { and, eq, notExists, sql } from "drizzle-orm";
import { touchContent } from "#apps/catalog/content-version.ts";
import { refreshRelatedFor } from "#apps/catalog/related.ts";
import { related } from "#apps/catalog/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { importedFiles } from "../schema.ts";

/** How many articles are related to others in one transaction. */
const step = 25;

/** Finds what to read next for what was saved, and for what a run that was killed has left without. */
export async function relate(saved: readonly number[], folderKey: string): Promise<void> {
  if (saved.length === 0) return;
  const without = await db
    .select({ id: importedFiles.entryId })
    .from(importedFiles)
    .where(
      and(
        eq(importedFiles.folder, folderKey),
        notExists(db.select({ id: related.entryId }).from(related).where(eq(related.entryId, importedFiles.entryId))),
      ),
    );
  const ids = [...new Set([...saved, ...without.map((row) => row.id)])];
  // In steps, so that nobody waits long for what one of them has locked.
  for (let start = 0; start < ids.length; start += step) {
    await quickly(() => refreshRelatedFor(ids.slice(start, start + step)));
  }
  await atomic(touchContent);
}

/**
 * A transaction that does not wait for the disk. A crash of the server could forget the last of them, each as a whole;
 * the next run brings them back.
 */
export async function quickly<T>(work: () => Promise<T>): Promise<T> {
  return atomic(async () => {
    await db.execute(sql`set local synchronous_commit = off`);
    return work();
  });
}
