import { sql } from "drizzle-orm";
import { findWays, type Ways } from "#apps/members/gate.ts";
import type { Viewer } from "#lib/viewer.ts";
import type { Article } from "./articles.ts";
import { entries } from "./schema.ts";

/** How the viewer comes to read an entry that is for members; undefined, and no query, for who may or need not be one. */
export async function findWaysTo(
  viewer: Viewer,
  { id, access, isOpen }: Pick<Article, "id" | "access" | "isOpen">,
): Promise<Ways | undefined> {
  if (isOpen || access !== "members") return undefined;
  return await findWays(viewer, sql`(select array[e.id, e.parent_id] from ${entries} e where e.id = ${id})`);
}
