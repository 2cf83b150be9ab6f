import { may, type Viewer } from "#lib/viewer.ts";

/** Who may open an entry: everybody, whoever is signed in, or whoever has a membership. */
export const accesses = ["public", "registered", "members"] as const;
export type Access = (typeof accesses)[number];

/** Whether the viewer may read all of what is guarded by this access. Every output asks here. */
export function canOpen(viewer: Viewer, guarded: { access: Access }): boolean {
  return openAccesses(viewer).includes(guarded.access);
}

/** The accesses that the viewer may open, for queries over many entries. */
export function openAccesses(viewer: Viewer): readonly Access[] {
  if (viewer.isMember || may(viewer, "entries.open")) return accesses;
  return viewer.id === null ? ["public"] : ["public", "registered"];
}
