import { and, eq, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { NotFound, UserError } from "#lib/errors.ts";
import {
  type Passkey as NewPasskey,
  type RelyingParty,
  verifyAuthentication,
  verifyRegistration,
} from "#lib/passkeys.ts";
import { type Assertion, type Attestation, challengeOf } from "#lib/passkeys/answers.ts";
import { findProviderOf } from "#lib/oidc.ts";
import type { Viewer } from "#lib/viewer.ts";
import { notifyOwner } from "./notices.tsx";
import { type Ceremony, takeChallenge } from "./passkeys/challenges.ts";
import { identities, passkeys, users, type User } from "./schema.ts";
import { recordEvent, type Origin } from "./security-events.ts";
import { describeDevice } from "./user-agents.ts";

export type Passkey = typeof passkeys.$inferSelect;

/** How many an account may have. */
const most = 20;

/** The passkeys of an account, the oldest first. */
export async function listPasskeys(userId: number): Promise<Passkey[]> {
  return await db.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(passkeys.id);
}

/** Whether to offer the viewer a passkey: who has none, and has not said no. */
export async function wantsPasskey(viewer: Viewer): Promise<boolean> {
  if (viewer.id === null || viewer.session?.isImpersonated === true) return false;
  const { rowCount } = await db.$client.query(
    `select from users u where u.id = $1 and u.passkey_declined_at is null
      and not exists (select from passkeys p where p.user_id = u.id)`,
    [viewer.id],
  );
  return rowCount === 1;
}

/** Notes that the owner does not want to be offered a passkey. */
export async function declinePasskey(userId: number): Promise<void> {
  await db
    .update(users)
    .set({ passkeyDeclinedAt: sql`now()` })
    .where(eq(users.id, userId));
}

/**
 * Adds the passkey that a browser has just made for this account, named after what keeps it. Tells the owner. Throws
 * UserError for what is not accepted.
 */
export async function addPasskey(
  user: User,
  answer: Attestation,
  { party, binding, origin }: { party: RelyingParty; binding: string; origin: Origin },
): Promise<Passkey> {
  await take(answer, { purpose: "add", binding });
  const { provider, ...passkey } = await verifyRegistration(party, answer, challengeOf(answer));
  const name = provider ?? (await describeDevice(origin.userAgent));
  return await atomic(async () => {
    const added = await insertPasskey(user, { ...passkey, name });
    await recordEvent("passkey-added", { userId: user.id, details: { name } }, origin);
    await notifyOwner(user, "passkey-added", origin, { detail: name });
    return added;
  });
}

async function insertPasskey(user: User, passkey: NewPasskey & { name: string }): Promise<Passkey> {
  if ((await db.$count(passkeys, eq(passkeys.userId, user.id))) >= most) {
    throw new UserError(`An account holds ${most} passkeys at most. Remove one that you do not use any more.`);
  }
  const [added] = await db
    .insert(passkeys)
    .values({ ...passkey, userId: user.id })
    .onConflictDoNothing()
    .returning();
  if (added === undefined) throw new UserError("This passkey belongs to an account already.");
  return added;
}

/**
 * Whose passkey this is, after it has signed a challenge of this browser. Throws NotFound for one that nobody has here,
 * and UserError for what is not accepted; both are kept as failures to sign in.
 */
export async function recognizePasskey(
  answer: Assertion,
  { party, binding, origin }: { party: RelyingParty; binding: string; origin: Origin },
): Promise<User> {
  const [found] = await db
    .select({ passkey: passkeys, user: users })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(eq(passkeys.credentialId, answer.id));
  try {
    await take(answer, { purpose: "sign-in", binding });
    if (found === undefined)
      throw new NotFound("This passkey is not known here, or not any more. Please sign in another way.");
    const { user, passkey } = found;
    const known = { ...passkey, handle: user.handle };
    const use = await verifyAuthentication(party, answer, challengeOf(answer), known);
    await atomic(() => noteUse(passkey, use, origin));
    return user;
  } catch (error) {
    if (error instanceof UserError || error instanceof NotFound) {
      await recordEvent("sign-in-failed", { userId: found?.user.id ?? null, details: { method: "passkey" } }, origin);
    }
    throw error;
  }
}

async function noteUse(
  { id, userId, name, counter: before }: Passkey,
  { counter, isBackedUp, isRolledBack }: Awaited<ReturnType<typeof verifyAuthentication>>,
  origin: Origin,
): Promise<void> {
  await db
    .update(passkeys)
    .set({ counter: sql`greatest(${passkeys.counter}, ${counter})`, isBackedUp, lastUsedAt: sql`now()` })
    .where(eq(passkeys.id, id));
  if (isRolledBack) await recordEvent("passkey-counter", { userId, details: { name, counter, before } }, origin);
}

/** Gives a passkey another name. Throws NotFound for one that is not of this account. */
export async function renamePasskey(userId: number, id: number, name: string): Promise<void> {
  const renamed = await db.update(passkeys).set({ name }).where(isOf(userId, id)).returning({ id: passkeys.id });
  if (renamed.length === 0) throw noSuch();
}

/**
 * Removes a passkey and tells the owner; or answers, in a sentence, why it must stay. Throws NotFound for one that is not
 * of this account.
 */
export async function removePasskey(user: User, id: number, origin: Origin): Promise<string | undefined> {
  return await atomic(async () => {
    // Of two that are removed at once, the second must see that the first is gone.
    const [locked] = await db.select().from(users).where(eq(users.id, user.id)).for("update");
    const all = await listPasskeys(user.id);
    const passkey = all.find((candidate) => candidate.id === id);
    if (passkey === undefined || locked === undefined) throw noSuch();
    const why = all.length > 1 ? undefined : await whyLastStays(locked);
    if (why !== undefined) return why;
    await db.delete(passkeys).where(eq(passkeys.id, id));
    await recordEvent("passkey-removed", { userId: user.id, details: { name: passkey.name } }, origin);
    await notifyOwner(user, "passkey-removed", origin, { detail: passkey.name });
    return undefined;
  });
}

async function whyLastStays({ id, passwordHash, requiresSecondFactor, totpSecret }: User): Promise<string | undefined> {
  if (requiresSecondFactor && totpSecret === null) {
    return "This passkey is your only second factor. Set up an app for codes, or turn the second factor off, then remove it.";
  }
  const elsewhere = await db.select().from(identities).where(eq(identities.userId, id));
  if (passwordHash !== null || elsewhere.some(({ issuer }) => findProviderOf(issuer) !== undefined)) return undefined;
  return "Without this passkey nothing but mail would be left to sign in with. Set a password or add another passkey first.";
}

async function take(answer: Attestation | Assertion, ceremony: Ceremony): Promise<void> {
  if (await takeChallenge(challengeOf(answer), ceremony)) return;
  throw new UserError("That took too long, or was done before. Please try again.");
}

function isOf(userId: number, id: number) {
  return and(eq(passkeys.id, id), eq(passkeys.userId, userId));
}

function noSuch(): NotFound {
  return new NotFound("You have no such passkey.");
}
