import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { open, seal } from "#lib/seal.ts";
import { hashRecoveryCode, newRecoveryCodes, verifyTotp } from "#lib/totp.ts";
import { notifyOwner } from "./notices.tsx";
import { recoveryCodes, users, type User } from "./schema.ts";
import { recordEvent, type Origin } from "./security-events.ts";

/**
 * Asks every sign-in for a code of the app that has this secret, from now on; without an app, for a passkey. `step` is that
 * of the code which has shown that the app works. Answers the recovery codes, which are told this once.
 */
export async function turnOnSecondFactor(
  user: User,
  app: { secret: string; step: number } | undefined,
  origin: Origin,
): Promise<string[]> {
  return await atomic(async () => {
    await db
      .update(users)
      .set({
        ...(app && { totpSecret: seal(purposeOf(user.id), app.secret), totpStep: app.step }),
        requiresSecondFactor: true,
      })
      .where(eq(users.id, user.id));
    await recordEvent("second-factor-on", { userId: user.id }, origin);
    await notifyOwner(user, "second-factor-on", origin);
    return await replaceRecoveryCodes(user.id);
  });
}

/** Asks for no second factor any more, and forgets secret and recovery codes. */
export async function turnOffSecondFactor(user: User, origin: Origin): Promise<void> {
  await atomic(async () => {
    await db
      .update(users)
      .set({ totpSecret: null, totpStep: null, requiresSecondFactor: false })
      .where(eq(users.id, user.id));
    await db.delete(recoveryCodes).where(eq(recoveryCodes.userId, user.id));
    await recordEvent("second-factor-off", { userId: user.id }, origin);
    await notifyOwner(user, "second-factor-off", origin);
  });
}

/** New recovery codes instead of the old ones. */
export async function makeRecoveryCodes(user: User, origin: Origin): Promise<string[]> {
  return await atomic(async () => {
    await recordEvent("recovery-codes-made", { userId: user.id }, origin);
    await notifyOwner(user, "recovery-codes-made", origin);
    return await replaceRecoveryCodes(user.id);
  });
}

/** Whether this is a code of the account's app. It is used up with that: of several requests with it, one is right. */
export async function takeTotpCode(userId: number, code: string): Promise<boolean> {
  const [user] = await db.select().from(users).where(eq(users.id, userId));
  const secret = open(purposeOf(userId), user?.totpSecret ?? "");
  if (user === undefined || secret === undefined) return false;
  const step = await verifyTotp(secret, code, { afterStep: user.totpStep });
  if (step === undefined) return false;
  const isNew = or(isNull(users.totpStep), lt(users.totpStep, step));
  const taken = await db
    .update(users)
    .set({ totpStep: step })
    .where(and(eq(users.id, userId), isNew))
    .returning({ id: users.id });
  return taken.length > 0;
}

/** Whether this is a recovery code of the account that nobody has used. It is used up with that, and its owner told. */
export async function takeRecoveryCode(user: User, code: string, origin: Origin): Promise<boolean> {
  return await atomic(async () => {
    const used = await db
      .update(recoveryCodes)
      .set({ usedAt: sql`now()` })
      .where(and(isGood(user.id), eq(recoveryCodes.codeHash, hashRecoveryCode(code))))
      .returning({ userId: recoveryCodes.userId });
    if (used.length === 0) return false;
    const left = await countRecoveryCodes(user.id);
    await recordEvent("recovery-code-used", { userId: user.id, details: { left } }, origin);
    await notifyOwner(user, "recovery-code-used", origin, { detail: `${left} are left` });
    return true;
  });
}

/** How many recovery codes are still good. */
export async function countRecoveryCodes(userId: number): Promise<number> {
  return await db.$count(recoveryCodes, isGood(userId));
}

async function replaceRecoveryCodes(userId: number): Promise<string[]> {
  const codes = newRecoveryCodes();
  await db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await db.insert(recoveryCodes).values(codes.map((code) => ({ userId, codeHash: hashRecoveryCode(code) })));
  return codes;
}

function isGood(userId: number) {
  return and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt));
}

// A secret that was copied from another account's row is none.
function purposeOf(userId: number): string {
  return `totp of ${userId}`;
}
