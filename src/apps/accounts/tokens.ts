import { and, desc, eq, gt, isNull, lt, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { oneTimeTokens, type OneTimeToken, type TokenPurpose } from "./schema.ts";
import { hashSecret, newCode, newSecret } from "./secrets.ts";

/** How long a code may be typed, in minutes: ASVS 5.0, 6.5.5. */
export const codeMinutes = 10;
/** How many wrong codes end a token. */
const mostAttempts = 5;

export interface Issued {
  /** For the link or the cookie. */
  token: string;
  /** For typing, in the browser of `visit`. */
  code: string;
}

/**
 * Makes something that is good once, for `minutes`. `visit` is the browser that asked: only there the code is good. A task
 * that mails it is told the hash instead.
 */
export async function issueToken(
  purpose: TokenPurpose,
  minutes: number,
  about: { userId?: number; address?: string; data?: unknown; visit?: string; visitHash?: string },
): Promise<Issued> {
  const [token, code] = [newSecret(), newCode()];
  const tokenHash = hashSecret(token);
  const { visit, visitHash = visit === undefined ? "" : hashSecret(visit), ...rest } = about;
  await db.insert(oneTimeTokens).values({
    purpose,
    tokenHash,
    codeHash: visitHash === "" ? null : hashSecret(tokenHash + code),
    codeExpiresAt: inMinutes(codeMinutes),
    visitHash,
    expiresAt: inMinutes(minutes),
    ...rest,
  });
  return { token, code };
}

/** The token, still good; undefined when it was used, is too old, or never was. */
export async function findToken(purpose: TokenPurpose, token: string): Promise<OneTimeToken | undefined> {
  const [found] = await db.select().from(oneTimeTokens).where(isGood(purpose, token));
  return found;
}

/** Uses the token up. Of several at once one gets it. */
export async function takeToken(purpose: TokenPurpose, token: string): Promise<OneTimeToken | undefined> {
  const [taken] = await db
    .update(oneTimeTokens)
    .set({ usedAt: sql`now()` })
    .where(isGood(purpose, token))
    .returning();
  return taken;
}

/**
 * Uses up the newest token that this browser asked for, when the code is right. A wrong code counts, and after five
 * the token is dead.
 */
export async function takeCode(purpose: TokenPurpose, visit: string, code: string): Promise<OneTimeToken | undefined> {
  return await atomic(async () => {
    const found = await findPending(purpose, visit);
    if (found === undefined) return undefined;
    const isRight = found.codeHash === hashSecret(found.tokenHash + code.replace(/\D/g, ""));
    await db
      .update(oneTimeTokens)
      .set(isRight ? { usedAt: sql`now()` } : { attempts: sql`${oneTimeTokens.attempts} + 1` })
      .where(eq(oneTimeTokens.id, found.id));
    return isRight ? found : undefined;
  });
}

/** The newest token whose code this browser may type. Locked until the end of the transaction. */
export async function findPending(purpose: TokenPurpose, visit: string): Promise<OneTimeToken | undefined> {
  const [found] = await db
    .select()
    .from(oneTimeTokens)
    .where(
      and(
        eq(oneTimeTokens.purpose, purpose),
        eq(oneTimeTokens.visitHash, hashSecret(visit)),
        isNull(oneTimeTokens.usedAt),
        gt(oneTimeTokens.codeExpiresAt, sql`now()`),
        lt(oneTimeTokens.attempts, mostAttempts),
      ),
    )
    .orderBy(desc(oneTimeTokens.id))
    .limit(1)
    .for("update");
  return found;
}

/**
 * Counts a try that may be wrong, before it is looked at, so that many at once are no way around the limit; false when
 * there were too many. Taken back with -1 when it was right.
 */
export async function countAttempt(id: number, tries: 1 | -1 = 1): Promise<boolean> {
  const counted = await db
    .update(oneTimeTokens)
    .set({ attempts: sql`${oneTimeTokens.attempts} + ${tries}` })
    .where(and(eq(oneTimeTokens.id, id), tries === 1 ? lt(oneTimeTokens.attempts, mostAttempts) : undefined))
    .returning({ id: oneTimeTokens.id });
  return counted.length === 1;
}

/** Makes every token of an account useless: what was asked for before a password changed, for example. */
export async function dropTokens(userId: number): Promise<void> {
  await db.delete(oneTimeTokens).where(eq(oneTimeTokens.userId, userId));
}

/** Removes what is of no use any more, a day later. */
export async function sweepTokens(): Promise<void> {
  await db.delete(oneTimeTokens).where(lt(oneTimeTokens.expiresAt, sql`now() - interval '1 day'`));
}

function isGood(purpose: TokenPurpose, token: string) {
  return and(
    eq(oneTimeTokens.tokenHash, hashSecret(token)),
    eq(oneTimeTokens.purpose, purpose),
    isNull(oneTimeTokens.usedAt),
    gt(oneTimeTokens.expiresAt, sql`now()`),
    lt(oneTimeTokens.attempts, mostAttempts),
  );
}

function inMinutes(minutes: number) {
  return sql`now() + make_interval(mins => ${minutes})`;
}
