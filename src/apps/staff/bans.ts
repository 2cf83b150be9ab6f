import { eq, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { announceProfile } from "#apps/accounts/profiles.ts";
import { isLastOwner, mayActOn } from "#apps/accounts/roles.ts";
import { users, type User } from "#apps/accounts/schema.ts";
import { recordEvent, type Origin } from "#apps/accounts/security-events.ts";
import { endSessions } from "#apps/accounts/sessions.ts";
import { dropTokens } from "#apps/accounts/tokens.ts";

/**
 * Keeps somebody out from now on: all their sessions end, and what would let them in again is of no use. They read the
 * reason when they try. Answers why not, in a sentence.
 */
export async function banPerson(
  viewer: Viewer,
  user: User,
  reason: string,
  origin: Origin,
): Promise<string | undefined> {
  if (user.id === viewer.id) return "Nobody bans themselves.";
  return await atomic(async () => {
    if (await isLastOwner(user.id)) return "The last owner stays.";
    if (!(await mayActOn(viewer, user.id))) return "They may do more here than you, so you cannot ban them.";
    await db
      .update(users)
      .set({ bannedAt: sql`now()`, banReason: reason })
      .where(eq(users.id, user.id));
    await endSessions(user.id);
    await dropTokens(user.id);
    await announceProfile(user.id);
    await recordEvent("banned", { userId: user.id, actorId: viewer.id, details: { reason } }, origin);
    return undefined;
  });
}

/** Lets somebody in again. Answers why not, in a sentence. */
export async function unbanPerson(viewer: Viewer, user: User, origin: Origin): Promise<string | undefined> {
  if (!(await mayActOn(viewer, user.id))) return "They may do more here than you, so you cannot lift their ban.";
  await atomic(async () => {
    await db.update(users).set({ bannedAt: null, banReason: "" }).where(eq(users.id, user.id));
    await announceProfile(user.id);
    await recordEvent("unbanned", { userId: user.id, actorId: viewer.id }, origin);
  });
  return undefined;
}
