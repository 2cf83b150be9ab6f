import { and, asc, eq } from "drizzle-orm";
import { isPublished } from "#apps/catalog/entries.ts";
import { entries } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";

export interface PageLink {
  path: string;
  title: string;
}

/** The published pages by title, for whoever leads to them. */
export async function listPages(): Promise<PageLink[]> {
  return db
    .select({ path: entries.path, title: entries.title })
    .from(entries)
    .where(and(eq(entries.kind, "page"), isPublished))
    .orderBy(asc(entries.title));
}
