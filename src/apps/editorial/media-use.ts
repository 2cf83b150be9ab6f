import { and, eq, isNull, lt, sql, type SQL } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { entries, entryImages } from "#apps/catalog/schema.ts";
import { removeUnused } from "#apps/media/removing.ts";
import { media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { every } from "#lib/jobs.ts";
import { revisions } from "./schema.ts";

const keptDays = 30;

/** Removes pictures that nothing has shown for 30 days: no entry, no person, and no former text that could come back. */
export const sweepMedia = every(
  "editorial.sweep-media",
  "20 4 * * *",
  { timeoutSeconds: 1800 },
  async ({ slot }, { signal }) => {
    await db
      .update(media)
      .set({ unusedSince: null })
      .where(sql`${media.unusedSince} is not null and not ${isUnused()}`);
    await db
      .update(media)
      .set({ unusedSince: slot })
      .where(and(isNull(media.unusedSince), isUnused()));
    const before = new Date(slot.getTime() - keptDays * 86_400_000);
    const orphans = await db
      .select({ id: media.id, hash: media.hash })
      .from(media)
      .where(lt(media.unusedSince, before));
    for (const orphan of orphans) {
      signal.throwIfAborted();
      await removeUnused(orphan, before);
    }
  },
);

/** Removes a picture now if nothing shows it and no former text could; whether it did. */
export async function deleteUnused(id: number): Promise<boolean> {
  const [row] = await db
    .update(media)
    .set({ unusedSince: new Date(0) })
    .where(and(eq(media.id, id), isUnused()))
    .returning();
  return row !== undefined && (await removeUnused(row, new Date()));
}

function isUnused(): SQL {
  return sql`not (exists (select from ${entries} where ${entries.imageId} = ${media.id})
    or exists (select from ${entryImages} where ${entryImages.mediaId} = ${media.id})
    or exists (select from ${profiles} where ${profiles.portrait} = ${media.hash})
    or exists (select from ${revisions} where strpos(${revisions.source}, '/media/' || left(${media.hash}, 16)) > 0))`;
}
