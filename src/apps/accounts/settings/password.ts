import { eq } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { hashPassword, verifyPassword } from "#lib/passwords.ts";
import { notifyOwner } from "../notices.tsx";
import { users, type User } from "../schema.ts";
import { recordEvent, type Origin } from "../security-events.ts";
import { endSessions } from "../sessions.ts";
import { dropTokens } from "../tokens.ts";

/** Whether this is the password of an account that has one. */
export async function isCurrentPassword(user: User, password: string): Promise<boolean> {
  return user.passwordHash === null || (await verifyPassword(user.passwordHash, password));
}

/**
 * Sets the password, ends every session but the one that did it, and makes useless what was mailed before: whoever knew the
 * old password is out. Tells the owner.
 */
export async function changePassword(
  user: User,
  password: string,
  { origin, keep }: { origin: Origin; keep: number | undefined },
): Promise<void> {
  const passwordHash = await hashPassword(password);
  await atomic(async () => {
    await db.update(users).set({ passwordHash }).where(eq(users.id, user.id));
    await dropTokens(user.id);
    await endSessions(user.id, keep === undefined ? {} : { except: keep });
    await recordEvent("password-changed", { userId: user.id }, origin);
    await notifyOwner(user, "password-changed", origin);
  });
}
