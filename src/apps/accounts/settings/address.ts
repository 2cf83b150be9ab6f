import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import { atomic, db } from "#lib/db.ts";
import { carryPreferences } from "#apps/mail/people.ts";
import { sendMail } from "#apps/mail/sending.ts";
import { addressTakenMail, newAddressMail, oldAddressMail } from "../mails/settings.tsx";
import { notifyOwner } from "../notices.tsx";
import { oneTimeTokens, users, type OneTimeToken, type User } from "../schema.ts";
import { newSecret } from "../secrets.ts";
import { recordEvent, type Origin } from "../security-events.ts";
import { endSessions } from "../sessions.ts";
import { dropTokens, findToken, issueToken, takeCode, takeToken } from "../tokens.ts";
import { findUserByAddress } from "../users.ts";

/** How long a change may wait for both to confirm it. */
const linkMinutes = 24 * 60;

/** `old` is the mail that asks whoever has the account now, `new` the one that asks whoever reads the new address. */
export const sides = { old: "change-address", new: "confirm-address" } as const;
export type Side = keyof typeof sides;
const purposes = Object.values(sides);

const dataShape = z.object({ change: z.string(), to: z.string() });

/** A change that waits for one of its two mails to be answered, or for both. */
export interface Waiting {
  to: string;
  confirmed: readonly Side[];
}

/**
 * Mails both addresses a link and a code: the change is made once both have answered. One that somebody else's account has
 * gets another mail, so that nobody learns of it here. Forgets a change that was asked for before.
 */
export async function askToChangeAddress(
  user: User,
  to: string,
  { visit, origin }: { visit: string; origin: Origin },
): Promise<void> {
  const data = { change: newSecret(), to };
  await atomic(async () => {
    await forgetChange(user.id);
    const isTaken = (await findUserByAddress(to)) !== undefined;
    const [ofOld, ofNew] = [
      await issueToken(sides.old, linkMinutes, { userId: user.id, address: user.address, data, visit }),
      await issueToken(sides.new, linkMinutes, { userId: user.id, address: to, data, visit }),
    ];
    await recordEvent("address-asked", { userId: user.id, details: { to } }, origin);
    await sendMail(oldAddressMail, { address: user.address, name: user.name }, { ...ofOld, to });
    if (isTaken) await sendMail(addressTakenMail, { address: to }, {});
    // Without a name, as long as it may be a stranger's.
    else await sendMail(newAddressMail, { address: to }, ofNew);
  });
}

/** The change that an account waits for. */
export async function findChange(userId: number): Promise<Waiting | undefined> {
  const tokens = await db
    .select()
    .from(oneTimeTokens)
    .where(and(isOfChange(userId), sql`${oneTimeTokens.expiresAt} > now()`));
  const [first] = tokens;
  if (first === undefined) return undefined;
  const confirmed = tokens.filter(({ usedAt }) => usedAt !== null).map(sideOf);
  return { to: dataShape.parse(first.data).to, confirmed };
}

/** Forgets the change that an account waits for. */
export async function forgetChange(userId: number): Promise<void> {
  await db.delete(oneTimeTokens).where(isOfChange(userId));
}

/** What a link asks to be confirmed; undefined when it was used or is too old. */
export async function findConfirmation(token: string): Promise<{ side: Side; to: string } | undefined> {
  const found = (await findToken(sides.old, token)) ?? (await findToken(sides.new, token));
  if (found === undefined) return undefined;
  return { side: sideOf(found), to: dataShape.parse(found.data).to };
}

/** How a confirmation ended: `waiting` for the other address, `changed`, or `taken` by another account meanwhile. */
export interface Confirmed {
  outcome: "waiting" | "changed" | "taken";
  side: Side;
  userId: number;
}

export type Proof = { token: string } | { side: Side; visit: string; code: string };

/**
 * Confirms one of the two mails, by its link or, in the browser that asked, by its code. Once the other is confirmed too, the
 * account has the new address; every session but `keep` ends, and both addresses hear of it. Undefined for what is not good.
 */
export async function confirmChange(
  proof: Proof,
  { origin, keep }: { origin: Origin; keep: number | undefined },
): Promise<Confirmed | undefined> {
  return await atomic(async () => {
    const taken = await take(proof);
    if (taken?.userId === undefined || taken.userId === null) return undefined;
    const { change, to } = dataShape.parse(taken.data);
    const about = { side: sideOf(taken), userId: taken.userId };
    // Both links may be opened at the same moment: the account's row lets one of them see the other.
    const [user] = await db.select().from(users).where(eq(users.id, taken.userId)).for("update");
    if (user === undefined) return undefined;
    const answered = await db.$count(
      oneTimeTokens,
      and(isOfChange(user.id), sql`${oneTimeTokens.data}->>'change' = ${change}`, isNotNull(oneTimeTokens.usedAt)),
    );
    if (answered < purposes.length) return { ...about, outcome: "waiting" };
    if ((await findUserByAddress(to)) !== undefined) return { ...about, outcome: "taken" };
    await setAddress(user, to, { origin, keep });
    return { ...about, outcome: "changed" };
  });
}

async function take(proof: Proof): Promise<OneTimeToken | undefined> {
  if ("code" in proof) return takeCode(sides[proof.side], proof.visit, proof.code);
  return (await takeToken(sides.old, proof.token)) ?? (await takeToken(sides.new, proof.token));
}

async function setAddress(user: User, to: string, { origin, keep }: { origin: Origin; keep: number | undefined }) {
  await db.update(users).set({ address: to }).where(eq(users.id, user.id));
  await carryPreferences(user.address, to);
  await dropTokens(user.id);
  await endSessions(user.id, keep === undefined ? {} : { except: keep });
  await recordEvent("address-changed", { userId: user.id, details: { from: user.address, to } }, origin);
  const detail = `From ${user.address} to ${to}`;
  for (const address of [user.address, to]) await notifyOwner(user, "address-changed", origin, { detail, address });
}

function isOfChange(userId: number) {
  return and(eq(oneTimeTokens.userId, userId), inArray(oneTimeTokens.purpose, purposes));
}

function sideOf({ purpose }: OneTimeToken): Side {
  return purpose === sides.old ? "old" : "new";
}
