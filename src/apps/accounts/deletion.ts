import { and, eq, inArray, lte, ne, or, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import { forgetAddress, forgetLetters } from "#apps/mail/people.ts";
import { sendMail } from "#apps/mail/sending.ts";
import { accountDeleted, leavingChanged } from "./events.ts";
import { deletionMail, keptMail, newAddressMail } from "./mails/settings.tsx";
import { announceProfile } from "./profiles.ts";
import { isLastOwner } from "./roles.ts";
import { deletionHolds, oneTimeTokens, profiles, securityEvents, users, type User } from "./schema.ts";
import { recordEvent, type EventKind, type Origin } from "./security-events.ts";
import { endSessions } from "./sessions.ts";
import { listReferences } from "./settings/tables.ts";
import { dropTokens } from "./tokens.ts";

/** How long an account can be kept after its owner has asked for its deletion, in days. */
export const daysToReturn = 14;

/**
 * Closes an account: its sessions end at once, and in 14 days it is deleted unless its owner comes back. False, and nothing
 * happens, for the last one who may do everything on this site.
 */
export async function askForDeletion(user: User, origin: Origin): Promise<boolean> {
  return await atomic(async () => {
    if (await isLastOwner(user.id)) return false;
    const [closed] = await db
      .update(users)
      .set({ deletionAt: sql`coalesce(${users.deletionAt}, now() + make_interval(days => ${daysToReturn}))` })
      .where(eq(users.id, user.id))
      .returning();
    await dropTokens(user.id);
    await endSessions(user.id);
    await announceProfile(user.id);
    await recordEvent("deletion-asked", { userId: user.id }, origin);
    await leavingChanged.emit({ userId: user.id });
    const day = dayOf(closed?.deletionAt ?? new Date(), user.timeZone);
    await sendMail(deletionMail, { address: user.address, name: user.name }, { day });
    return true;
  });
}

/** Keeps an account that was to be deleted. */
export async function keepAccount(user: User, origin: Origin): Promise<void> {
  await atomic(async () => {
    await db.update(users).set({ deletionAt: null }).where(eq(users.id, user.id));
    await announceProfile(user.id);
    await recordEvent("deletion-withdrawn", { userId: user.id }, origin);
    await leavingChanged.emit({ userId: user.id });
    await sendMail(keptMail, { address: user.address, name: user.name }, {});
  });
}

/** Deletes the accounts whose time has come, each in a transaction of its own; where something holds one, it is told once more. */
export async function deleteDueAccounts(): Promise<void> {
  const due = await db.select({ id: users.id }).from(users).where(isDue());
  for (const { id } of due) {
    await atomic(async () => {
      // Its owner may come back at this very moment.
      const [user] = await db
        .select()
        .from(users)
        .where(and(eq(users.id, id), isDue()))
        .for("update");
      if (user === undefined) return;
      if ((await db.$count(deletionHolds, eq(deletionHolds.userId, id))) === 0) await deleteAccount(user);
      else await leavingChanged.emit({ userId: id });
    });
  }
}

/**
 * Deletes an account and whatever is kept of its owner, in the caller's transaction. Tables that belong to an account
 * cascade; here is what must outlive it, without saying who it was.
 */
export async function deleteAccount(user: User): Promise<void> {
  const addresses = await addressesOf(user);
  await db
    .update(securityEvents)
    .set({ ip: "", country: "", userAgent: "", details: {} })
    .where(
      or(
        eq(securityEvents.userId, user.id),
        eq(securityEvents.actorId, user.id),
        ...addresses.own.map((address) => sql`position(${address} in lower(${securityEvents.details}::text)) > 0`),
      ),
    );
  await forgetProfile(user.id);
  for (const address of addresses.own) {
    await db.delete(oneTimeTokens).where(eq(sql`lower(${oneTimeTokens.address})`, address));
    await forgetAddress(address);
  }
  // Somebody else may have those, and has left lists perhaps.
  for (const address of addresses.asked) await forgetLetters(address, newAddressMail.name);
  await db.delete(users).where(eq(users.id, user.id));
  await accountDeleted.emit({ userId: user.id });
  log.info({ userId: user.id }, "an account was deleted");
}

// What somebody wrote for everybody stays, by a former author; whoever wrote nothing needs no profile.
async function forgetProfile(userId: number): Promise<void> {
  await db
    .update(profiles)
    .set({
      slug: sql`'former-' || ${profiles.id}`,
      name: "A former author",
      headline: "",
      bio: "",
      links: [],
      portrait: null,
      isPublic: false,
    })
    .where(eq(profiles.userId, userId));
  const references = (await listReferences()).filter(({ target }) => target === "profiles");
  const unused = references.map(({ table, column }) => `not exists (select from ${table} r where r.${column} = p.id)`);
  await db.$client.query(`delete from profiles p where p.user_id = $1 and ${unused.join(" and ") || "true"}`, [userId]);
}

/** What the account has or had, and what it was to have and never got. */
async function addressesOf(user: User): Promise<{ own: string[]; asked: string[] }> {
  const events = await db
    .select()
    .from(securityEvents)
    .where(and(eq(securityEvents.userId, user.id), inArray(securityEvents.kind, ["address-asked", "address-changed"])));
  const told = (kind: EventKind) =>
    events.filter((event) => event.kind === kind).flatMap(({ details: { from, to } }) => [from, to].filter(isAddress));
  const own = new Set([user.address, ...told("address-changed")].map((address) => address.toLowerCase()));
  const others = await db
    .select({ address: sql<string>`lower(${users.address})` })
    .from(users)
    .where(and(ne(users.id, user.id), inArray(sql`lower(${users.address})`, [...own])));
  // What has become the address of another account is that one's.
  for (const { address } of others) own.delete(address);
  return { own: [...own], asked: [...new Set(told("address-asked"))].filter((address) => !own.has(address)) };
}

function isAddress(value: unknown): value is string {
  return typeof value === "string";
}

/** A day as its owner reads it: `11 December 2026`. */
export function dayOf(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone }).format(at);
}

function isDue() {
  return lte(users.deletionAt, sql`now()`);
}
