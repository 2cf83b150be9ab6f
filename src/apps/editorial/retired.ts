import { and, eq, inArray, or, sql } from "drizzle-orm";
import { entries, redirects } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { deskEvents, manuscripts, stages } from "./schema.ts";

/** Whether what once stood at this address, or was led to from there, was taken away for good. Of drafts nothing is said. */
export async function isRetired(path: string): Promise<boolean> {
  const own = db.select({ id: entries.id }).from(entries).where(eq(entries.path, path));
  const former = db.select({ id: redirects.entryId }).from(redirects).where(eq(redirects.path, path));
  const wasPublic = sql`${deskEvents.details} ->> 'publishedAt' is not null`;
  const [found] = await db
    .select({ id: manuscripts.entryId })
    .from(manuscripts)
    .innerJoin(stages, and(eq(stages.id, manuscripts.stageId), eq(stages.slug, "retired")))
    .innerJoin(deskEvents, and(eq(deskEvents.entryId, manuscripts.entryId), eq(deskEvents.kind, "retired"), wasPublic))
    .where(or(inArray(manuscripts.entryId, own), inArray(manuscripts.entryId, former)))
    .limit(1);
  return found !== undefined;
}
