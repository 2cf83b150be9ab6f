import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { findProviderOf, type Person } from "#lib/oidc.ts";
import { notifyOwner } from "./notices.tsx";
import { identities, oneTimeTokens, passkeys, securityEvents, sessions, users, type User } from "./schema.ts";
import { recordEvent, type Origin } from "./security-events.ts";
import { endSessions } from "./sessions.ts";
import { addUser } from "./users.ts";

export type Identity = typeof identities.$inferSelect;

/** The accounts elsewhere that sign in to this account, the oldest first. */
export async function listIdentities(userId: number): Promise<Identity[]> {
  return await db.select().from(identities).where(eq(identities.userId, userId)).orderBy(identities.id);
}

/** The account that this person signs in to; notes that they did. */
export async function findUserOf({ issuer, subject }: Person): Promise<User | undefined> {
  const [identity] = await db
    .update(identities)
    .set({ lastUsedAt: sql`now()` })
    .where(and(eq(identities.issuer, issuer), eq(identities.subject, subject)))
    .returning({ userId: identities.userId });
  if (identity === undefined) return undefined;
  const [user] = await db.select().from(users).where(eq(users.id, identity.userId));
  return user;
}

/**
 * Makes an account for somebody whose address the provider has verified; undefined when somebody else has it here.
 * Registrations that wait for the same address are dropped with the passwords they brought: whoever began them has not
 * shown that it is theirs.
 */
export async function registerPerson(person: Person & { address: string }, origin: Origin): Promise<User | undefined> {
  const { issuer, address, name } = person;
  return await atomic(async () => {
    await lockPerson(person);
    const known = await findUserOf(person);
    if (known !== undefined) return known;
    const user = await addUser({ address, name });
    if (user === undefined) return undefined;
    const waits = and(eq(oneTimeTokens.purpose, "register"), eq(sql`lower(${oneTimeTokens.address})`, address));
    await db.delete(oneTimeTokens).where(waits);
    await addIdentity(user.id, person);
    await recordEvent("registered", { userId: user.id, details: { method: "provider", issuer } }, origin);
    return user;
  });
}

/** Lets this person sign in to the account from now on; false when they sign in to another one. Tells the owner. */
export async function connectIdentity(user: User, person: Person, origin: Origin): Promise<boolean> {
  return await atomic(async () => {
    await lockPerson(person);
    const isNew = await addIdentity(user.id, person);
    if (!isNew) return (await findUserOf(person))?.id === user.id;
    const { issuer, address = "" } = person;
    await recordEvent("identity-connected", { userId: user.id, details: { issuer, address } }, origin);
    await notifyOwner(user, "identity-connected", origin, { detail: describe(person) });
    return true;
  });
}

/**
 * Connects, for who came from a provider and then signed in here, in the session `sessionId`. Was that by a link in a mail,
 * to the address that the provider knows too, then a password that was not set by mail goes, and all other sessions: who
 * registered the address may not be who reads its mail (GHSA-29rf-f4vv-pvq6). The owner was told of all else when it was added.
 */
export async function claimAccount(
  user: User,
  person: Person,
  { sessionId, origin }: { sessionId: number; origin: Origin },
): Promise<"connected" | "claimed" | "taken"> {
  return await atomic(async () => {
    if (!(await connectIdentity(user, person, origin))) return "taken";
    const [session] = await db.select({ method: sessions.method }).from(sessions).where(eq(sessions.id, sessionId));
    const isSame = user.address.toLowerCase() === person.address;
    if (session?.method !== "link" || !isSame || user.passwordHash === null) return "connected";
    if (await isPasswordFromMail(user.id)) return "connected";
    await db.update(users).set({ passwordHash: null }).where(eq(users.id, user.id));
    await endSessions(user.id, { except: sessionId });
    await recordEvent("password-removed", { userId: user.id }, origin);
    await notifyOwner(user, "password-removed", origin);
    return "claimed";
  });
}

/** Whether who reads the mail has set the password, as who has forgotten it does: not merely known it, or typed it first. */
async function isPasswordFromMail(userId: number): Promise<boolean> {
  const isChange = inArray(securityEvents.kind, ["password-reset", "password-changed", "password-removed"]);
  const [newest] = await db
    .select({ kind: securityEvents.kind })
    .from(securityEvents)
    .where(and(eq(securityEvents.userId, userId), isChange))
    .orderBy(desc(securityEvents.id))
    .limit(1);
  return newest?.kind === "password-reset";
}

/**
 * Lets it sign in no more, unless nothing but mail would be left to sign in with: then the answer is false. Throws
 * NotFound for one that is not of this account.
 */
export async function disconnectIdentity(user: User, id: number, origin: Origin): Promise<boolean> {
  return await atomic(async () => {
    // Of two that are disconnected at once, the second must see that the first is gone.
    const [locked] = await db.select().from(users).where(eq(users.id, user.id)).for("update");
    const all = await listIdentities(user.id);
    const identity = all.find((candidate) => candidate.id === id);
    if (identity === undefined || locked === undefined) throw new NotFound("No such account is connected to yours.");
    const others = all.filter((candidate) => candidate.id !== id && findProviderOf(candidate.issuer) !== undefined);
    const keys = await db.$count(passkeys, eq(passkeys.userId, user.id));
    if (locked.passwordHash === null && others.length + keys === 0) return false;
    await db.delete(identities).where(eq(identities.id, id));
    const { issuer, address } = identity;
    await recordEvent("identity-disconnected", { userId: user.id, details: { issuer, address } }, origin);
    await notifyOwner(user, "identity-disconnected", origin, { detail: describe(identity) });
    return true;
  });
}

/** What an issuer is called: as in the settings, or by its host when it stands there no more. */
export function issuerName(issuer: string): string {
  return findProviderOf(issuer)?.name ?? URL.parse(issuer)?.host ?? issuer;
}

// Somebody may press the button twice, or in two windows; one of them makes the account, and the other finds it.
async function lockPerson({ issuer, subject }: Person): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`${issuer} ${subject}`}, 0))`);
}

async function addIdentity(userId: number, { issuer, subject, address = "" }: Person): Promise<boolean> {
  const values = { userId, issuer, subject, address };
  return (await db.insert(identities).values(values).onConflictDoNothing().returning()).length > 0;
}

function describe({ issuer, address }: Pick<Person, "issuer" | "address">): string {
  return [issuerName(issuer), address].filter(Boolean).join(": ");
}
