import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { atomic, db } from "#lib/db.ts";
import { hashPassword } from "#lib/passwords.ts";
import { sendMail } from "#apps/mail/sending.ts";
import { alreadyMail, registerMail } from "../mails/door.tsx";
import { oneTimeTokens, type OneTimeToken, type User } from "../schema.ts";
import { recordEvent, type Origin } from "../security-events.ts";
import { issueToken } from "../tokens.ts";
import { addUser, findUserByAddress } from "../users.ts";

const linkMinutes = 24 * 60;

const waitingShape = z.object({ name: z.string(), passwordHash: z.string(), next: z.string() });
/** Somebody who has registered and not confirmed the address yet. */
export type Waiting = z.infer<typeof waitingShape>;

/**
 * Keeps what somebody registers with until the address is confirmed, and mails how. Does the same work for an address
 * that has an account, whose owner is told so.
 */
export async function askToConfirm(
  { address, password, name, next }: { address: string; password: string; name: string; next: string },
  visit: string,
): Promise<void> {
  const waiting: Waiting = { name, next, passwordHash: await hashPassword(password) };
  await atomic(async () => {
    const owner = await findUserByAddress(address);
    const issued = await issueToken("register", linkMinutes, { address, visit, data: waiting });
    if (owner === undefined) await sendMail(registerMail, { address, name }, issued);
    else await sendMail(alreadyMail, { address, name: owner.name }, {});
  });
}

export function waitingIn(token: OneTimeToken): Waiting {
  return waitingShape.parse(token.data);
}

/** Makes the account that has waited for this token; undefined when the address has got one meanwhile. */
export async function confirmRegistration(token: OneTimeToken, origin: Origin): Promise<User | undefined> {
  const { name, passwordHash } = waitingIn(token);
  return await atomic(async () => {
    const user = await addUser({ address: token.address, name, passwordHash });
    if (user === undefined) return undefined;
    // Whoever else began to register with this address has not shown that it is theirs.
    await db
      .delete(oneTimeTokens)
      .where(and(eq(oneTimeTokens.purpose, "register"), eq(sql`lower(${oneTimeTokens.address})`, token.address)));
    await recordEvent("registered", { userId: user.id, details: { method: "password" } }, origin);
    return user;
  });
}
