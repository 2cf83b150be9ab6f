import { and, eq, gt, inArray, ne, or, sql } from "drizzle-orm";
import type { FastifyReply, FastifyRequest } from "fastify";
import { atomic, db } from "#lib/db.ts";
import { clearCookie, readCookie, setCookie } from "#lib/http/cookies.ts";
import { log } from "#lib/log.ts";
import { anonymous, sessionCookie, type Viewer } from "#lib/viewer.ts";
import { rememberDevice } from "./devices.ts";
import { isPermission, permissionNames } from "./permissions.ts";
import { sessions, users, type Session, type SignInMethod, type User } from "./schema.ts";
import { hashSecret, newSecret } from "./secrets.ts";
import { originOf, recordEvent } from "./security-events.ts";

/** How long a session lasts that is not used, and how long at all. */
const lasting = { idle: "30 days", absolute: "180 days", cookieSeconds: 180 * 86_400 } as const;
const passing = { idle: "12 hours", absolute: "7 days" } as const;

/** Holds the token of who of the staff acts in a reader's place, until they are back. */
const waitingCookie = "lectern_staff";

interface Found {
  id: number;
  userId: number;
  name: string;
  authenticatedAt: Date;
  impersonatorId: number | null;
  isStale: boolean;
  permissions: string[];
  hasSecondFactor: boolean;
}

const isAlive = `s.expires_at > now()
  and s.last_seen_at > now() - case when s.is_persistent then interval '${lasting.idle}' else interval '${passing.idle}' end`;

const columns = `s.id, s.user_id as "userId", u.name, s.authenticated_at as "authenticatedAt",
    s.impersonator_id as "impersonatorId", s.last_seen_at < now() - interval '5 minutes' as "isStale",
    s.has_second_factor as "hasSecondFactor",
    array(select distinct p.permission from user_roles r join role_permissions p on p.role_id = r.role_id
      where r.user_id = s.user_id) as permissions`;

/** What stands above knows of a viewer: asked in the query of the session `s`, which has one row for a good token. */
export interface ViewerAddition<Row> {
  columns: string;
  read: (row: Row) => Partial<Viewer>;
}

/** Makes what tells who has the session of a token, in one query: a reader without one for a token that is no good. */
export function findViewerWith<Row>(more: ViewerAddition<Row>): (token: string) => Promise<Viewer> {
  // Prepared once a connection, and without Drizzle's row mapping: every page of a signed-in reader asks it.
  const query = {
    name: "session_by_token",
    text: `select ${columns}, ${more.columns} from sessions s join users u on u.id = s.user_id
      where s.token_hash = $1 and u.banned_at is null and ${isAlive}`,
  };
  return async (token) => {
    const { rows } = await db.$client.query<Found & Row>({ ...query, values: [hashSecret(token)] });
    const [found] = rows;
    return found === undefined ? anonymous : { ...viewerFrom(found), ...more.read(found) };
  };
}

function viewerFrom(found: Found): Viewer {
  if (found.isStale) noteUse(found.id);
  const { id, userId, name, authenticatedAt, impersonatorId, hasSecondFactor } = found;
  const isImpersonated = impersonatorId !== null;
  // The owner's `*` stays: it is more than all there are, see `roles.ts`.
  const all = found.permissions.includes("*") ? ["*", ...permissionNames] : found.permissions.filter(isPermission);
  // Whoever acts for somebody else has no more rights than a reader, and staff show two factors.
  const permissions = hasSecondFactor && !isImpersonated ? all : [];
  const withholdsPermissions = all.length > permissions.length && !isImpersonated;
  const session = {
    id,
    authenticatedAt,
    isImpersonated,
    withholdsPermissions,
    ...(isImpersonated && { impersonatorId }),
  };
  return { id: userId, name, isMember: false, permissions, session };
}

function noteUse(id: number): void {
  db.update(sessions)
    .set({ lastSeenAt: sql`now()` })
    .where(eq(sessions.id, id))
    .catch((error: unknown) => log.warn({ error }, "the use of a session could not be noted"));
}

export interface SessionStart {
  method: SignInMethod;
  hasSecondFactor: boolean;
  /** Whether the browser keeps it when it is closed. */
  isPersistent: boolean;
}

/**
 * Signs somebody in: a new session with a new token, whatever the browser had before. The browser becomes a known device
 * of the account, and the owner hears by mail of one that is new. Who calls it has checked who it is.
 */
export async function beginSession(
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  { method, hasSecondFactor, isPersistent }: SessionStart,
): Promise<void> {
  const token = newSecret();
  await atomic(async () => {
    await forgetTokens(request, [sessionCookie, waitingCookie]);
    const deviceId = await rememberDevice(request, reply, user);
    await db.insert(sessions).values({
      tokenHash: hashSecret(token),
      userId: user.id,
      method,
      hasSecondFactor,
      isPersistent,
      deviceId,
      expiresAt: expiry(isPersistent),
      ...originOf(request),
    });
    await recordEvent(
      "sign-in",
      { userId: user.id, details: { method, secondFactor: hasSecondFactor } },
      originOf(request),
    );
  });
  clearWaiting(request, reply);
  giveToken(reply, token, isPersistent);
}

/**
 * Lets somebody of the staff act in a reader's place, for an hour, in a session of its own. Theirs waits in a second
 * cookie, with which nobody is signed in, until `endImpersonation`.
 */
export async function beginImpersonation(
  request: FastifyRequest,
  reply: FastifyReply,
  { user, impersonatorId, reason }: { user: User; impersonatorId: number; reason: string },
): Promise<void> {
  const token = newSecret();
  await atomic(async () => {
    await db.insert(sessions).values({
      tokenHash: hashSecret(token),
      userId: user.id,
      method: "impersonation",
      impersonatorId,
      impersonationReason: reason,
      expiresAt: sql`now() + interval '1 hour'`,
      ...originOf(request),
    });
    const about = { userId: user.id, actorId: impersonatorId, details: { reason } };
    await recordEvent("impersonated", about, originOf(request));
  });
  setCookie(reply, waitingCookie, { value: readCookie(request, sessionCookie) ?? "" });
  giveToken(reply, token, false);
}

/** Gives this browser back to who of the staff has acted in a reader's place. Answers which reader's. */
export async function endImpersonation(request: FastifyRequest, reply: FastifyReply): Promise<number | undefined> {
  const waiting = readCookie(request, waitingCookie);
  if (waiting === undefined) return undefined;
  const [ended] = await atomic(() => forgetTokens(request, [sessionCookie]));
  const [own] = await db
    .select()
    .from(sessions)
    .where(eq(sessions.tokenHash, hashSecret(waiting)));
  clearWaiting(request, reply);
  giveToken(reply, waiting, own?.isPersistent === true);
  return ended?.userId;
}

/** Gives the current session a new token, and notes what its owner has just shown: after every change of rights. */
export async function renewSession(
  request: FastifyRequest,
  reply: FastifyReply,
  shown: { hasSecondFactor?: true } = {},
): Promise<void> {
  const [old, token] = [readCookie(request, sessionCookie) ?? "", newSecret()];
  const [renewed] = await db
    .update(sessions)
    .set({ tokenHash: hashSecret(token), authenticatedAt: sql`now()`, ...shown })
    .where(eq(sessions.tokenHash, hashSecret(old)))
    .returning();
  if (renewed !== undefined) giveToken(reply, token, renewed.isPersistent);
}

/** Signs this browser out, also who acts in a reader's place. */
export async function endSession(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await atomic(() => forgetTokens(request, [sessionCookie, waitingCookie]));
  clearWaiting(request, reply);
  clearCookie(reply, sessionCookie);
}

/**
 * Ends sessions of an account: all of them, or all but one, or one. Answers how many. Unless it is one, those in which
 * its owner acts for readers end as well.
 */
export async function endSessions(userId: number, which: { except?: number; only?: number } = {}): Promise<number> {
  const ended = await db
    .delete(sessions)
    .where(
      and(
        which.only === undefined
          ? or(eq(sessions.userId, userId), eq(sessions.impersonatorId, userId))
          : eq(sessions.userId, userId),
        which.except === undefined ? undefined : ne(sessions.id, which.except),
        which.only === undefined ? undefined : eq(sessions.id, which.only),
      ),
    )
    .returning({ id: sessions.id });
  return ended.length;
}

/** The sessions of an account that are still good, the one used last first. */
export async function listSessions(userId: number): Promise<Session[]> {
  return await db
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, sql`now()`)))
    .orderBy(sql`${sessions.lastSeenAt} desc`);
}

/** The account of the viewer's session. */
export async function findSessionUser(viewer: Viewer): Promise<User | undefined> {
  if (viewer.id === null) return undefined;
  const [user] = await db.select().from(users).where(eq(users.id, viewer.id));
  return user;
}

/** Removes sessions that are over. */
export async function sweepSessions(): Promise<void> {
  await db.$client.query(`delete from sessions s where not (${isAlive})`);
}

async function forgetTokens(request: FastifyRequest, cookies: readonly string[]): Promise<Session[]> {
  const hashes = cookies.flatMap((name) => readCookie(request, name) ?? []).map(hashSecret);
  if (hashes.length === 0) return [];
  const ended = await db.delete(sessions).where(inArray(sessions.tokenHash, hashes)).returning();
  for (const { userId, impersonatorId: actorId } of ended) {
    if (actorId !== null) await recordEvent("impersonation-ended", { userId, actorId }, originOf(request));
  }
  return ended;
}

function clearWaiting(request: FastifyRequest, reply: FastifyReply): void {
  if (readCookie(request, waitingCookie) !== undefined) clearCookie(reply, waitingCookie);
}

function giveToken(reply: FastifyReply, token: string, isPersistent: boolean): void {
  setCookie(reply, sessionCookie, { value: token, ...(isPersistent && { maxAgeSeconds: lasting.cookieSeconds }) });
}

function expiry(isPersistent: boolean) {
  return sql`now() + ${isPersistent ? lasting.absolute : passing.absolute}::interval`;
}
