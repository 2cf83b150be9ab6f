import { and, desc, eq, sql } from "drizzle-orm";
import type { FastifyReply, FastifyRequest } from "fastify";
import { db } from "#lib/db.ts";
import { readCookie, setCookie } from "#lib/http/cookies.ts";
import { notifyOwner } from "./notices.tsx";
import { devices, type User } from "./schema.ts";
import { hashSecret, newSecret } from "./secrets.ts";
import { originOf } from "./security-events.ts";

const deviceCookie = "lectern_device";
const cookieSeconds = 400 * 86_400;

/** Whether somebody has signed in to the account in this browser before. */
export async function isKnownDevice(request: FastifyRequest, userId: number): Promise<boolean> {
  return (await findDevice(request, userId)) !== undefined;
}

/** This browser, when somebody has signed in to the account in it before: OWASP, "Slow down online guessing attacks". */
export async function findDevice(request: FastifyRequest, userId: number): Promise<number | undefined> {
  const token = readCookie(request, deviceCookie);
  if (token === undefined) return undefined;
  const [known] = await db.select({ id: devices.id }).from(devices).where(isDevice(userId, token));
  return known?.id;
}

/** Makes this browser a known device of the account; tells the owner of one that is new, unless it is the first. */
export async function rememberDevice(request: FastifyRequest, reply: FastifyReply, user: User): Promise<number> {
  const token = readCookie(request, deviceCookie) || newSecret();
  setCookie(reply, deviceCookie, { value: token, maxAgeSeconds: cookieSeconds });
  const [known] = await db
    .update(devices)
    .set({ lastSeenAt: sql`now()` })
    .where(isDevice(user.id, token))
    .returning({ id: devices.id });
  if (known !== undefined) return known.id;
  const others = await db.$count(devices, eq(devices.userId, user.id));
  const { userAgent } = originOf(request);
  const [added] = await db
    .insert(devices)
    .values({ userId: user.id, tokenHash: hashSecret(token), userAgent })
    .returning({ id: devices.id });
  if (others > 0) await notifyOwner(user, "new-device", originOf(request));
  return added?.id ?? 0;
}

/** The known devices of an account, the one used last first. */
export async function listDevices(userId: number) {
  return await db.select().from(devices).where(eq(devices.userId, userId)).orderBy(desc(devices.lastSeenAt));
}

/** Makes a known device an unknown one: its owner hears of the next sign-in there. */
export async function forgetDevice(userId: number, id: number): Promise<void> {
  await db.delete(devices).where(and(eq(devices.userId, userId), eq(devices.id, id)));
}

function isDevice(userId: number, token: string) {
  return and(eq(devices.userId, userId), eq(devices.tokenHash, hashSecret(token)));
}
