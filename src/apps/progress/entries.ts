import { and, eq } from "drizzle-orm";
import { isPublished } from "#apps/catalog/entries.ts";
import { entries, type Entry } from "#apps/catalog/schema.ts";
import { canOpen } from "#apps/members/members.ts";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import type { Viewer } from "#lib/viewer.ts";

type Addressed = Pick<Entry, "id" | "parentId" | "path" | "access">;

/** The published entry with this number, as it stands in an address; throws NotFound for what is none. */
export async function getEntry(number: string): Promise<Addressed> {
  const id = /^\d{1,9}$/.test(number) ? Number(number) : 0;
  const [entry] = await db
    .select({ id: entries.id, parentId: entries.parentId, path: entries.path, access: entries.access })
    .from(entries)
    .where(and(eq(entries.id, id), isPublished));
  if (entry === undefined) throw new NotFound("There is no such entry.");
  return entry;
}

/** The same, when the viewer may read all of it: who may not has neither read nor completed it. */
export async function getOpenEntry(viewer: Viewer, number: string): Promise<Addressed> {
  const entry = await getEntry(number);
  if (!canOpen(viewer, entry)) throw new NotFound("There is no such entry.");
  return entry;
}
