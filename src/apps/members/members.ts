import { sql, type SQL } from "drizzle-orm";
import { may, type Viewer } from "#lib/viewer.ts";

/** Who may open an entry: everybody, whoever is signed in, or whoever has a membership. */
export const accesses = ["public", "registered", "members"] as const;
export type Access = (typeof accesses)[number];

/** What is guarded. `id` and `parentId` where a single purchase may open it. */
export interface Guarded {
  access: Access;
  id?: number;
  parentId?: number | null;
}

/** Whether the viewer may read all of what is guarded. Every output asks here, or by `opensTo` in its query. */
export function canOpen(viewer: Viewer, { access, id, parentId }: Guarded): boolean {
  if (openAccesses(viewer).includes(access)) return true;
  return [id, parentId].some((each) => typeof each === "number" && opened(viewer).includes(each));
}

/** The accesses that the viewer may open, whatever the entry. */
export function openAccesses(viewer: Viewer): readonly Access[] {
  if (viewer.isMember || may(viewer, "entries.open")) return accesses;
  return viewer.id === null ? ["public"] : ["public", "registered"];
}

/** The entries that the viewer may open beside, with their parts. */
export function opened(viewer: Viewer): readonly number[] {
  return viewer.opens ?? [];
}

/** The same question as `canOpen` in a query over `entries` under that name. */
export function opensTo(viewer: Viewer, entry: SQL): SQL {
  const ofAll = sql`${entry}.access = any(${sql.param([...openAccesses(viewer)])}::text[])`;
  if (opened(viewer).length === 0) return ofAll;
  // Never null, as `= any` would be for an entry without a parent.
  return sql`(${ofAll} or array[${entry}.id, ${entry}.parent_id] && ${sql.param([...opened(viewer)])}::int[])`;
}
