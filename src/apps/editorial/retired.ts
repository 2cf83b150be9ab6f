import { and, eq, inArray, isNotNull, or } from "drizzle-orm";
import { entries, redirects } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { manuscripts, stages } from "./schema.ts";

/** Whether what once stood at this address, or was led to from there, was taken away for good. Of drafts nothing is said. */
export async function isRetired(path: string): Promise<boolean> {
  const former = db.select({ id: redirects.entryId }).from(redirects).where(eq(redirects.path, path));
  const [found] = await db
    .select({ id: entries.id })
    .from(entries)
    .innerJoin(manuscripts, eq(manuscripts.entryId, entries.id))
    .innerJoin(stages, and(eq(stages.id, manuscripts.stageId), eq(stages.slug, "retired")))
    // Only what was public has ever been announced.
    .where(and(or(eq(entries.path, path), inArray(entries.id, former)), isNotNull(entries.announcedAt)))
    .limit(1);
  return found !== undefined;
}
