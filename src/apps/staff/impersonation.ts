import type { Viewer } from "#lib/viewer.ts";
import { listRolesOf } from "#apps/accounts/roles.ts";
import type { User } from "#apps/accounts/schema.ts";

/** Why the viewer cannot act in somebody's place, in a sentence: that is for helping readers alone. */
export async function sayWhyNotImpersonate(viewer: Viewer, user: User): Promise<string | undefined> {
  if (user.id === viewer.id) return "This is your own account.";
  if (user.bannedAt !== null) return "They are banned, so there is nothing that they could do.";
  if ((await listRolesOf(user.id)).length > 0) return "They are of the staff, and act for themselves.";
  return undefined;
}
