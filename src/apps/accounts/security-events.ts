import { desc, eq, lt, and } from "drizzle-orm";
import type { FastifyRequest } from "fastify";
import { db } from "#lib/db.ts";
import { countryOf } from "#lib/http/country.ts";
import { securityEvents, type SecurityEvent } from "./schema.ts";

/** What is kept of an account's and the site's security, in the words in which its owner reads it. */
export const eventKinds = {
  registered: "The account was made",
  "sign-in": "Signed in",
  "sign-in-failed": "A sign-in failed",
  "second-factor-failed": "A second factor was wrong",
  "sign-out": "Signed out",
  "session-ended": "A session was ended",
  "password-changed": "The password was changed",
  "password-removed": "The password was removed, as its owner came by a link and an account elsewhere",
  "password-reset": "The password was reset by mail",
  "address-asked": "Another mail address was asked for",
  "address-changed": "The mail address was changed",
  "second-factor-on": "The second factor was turned on",
  "second-factor-off": "The second factor was turned off",
  "recovery-codes-made": "New recovery codes were made",
  "recovery-code-used": "A recovery code was used",
  "passkey-added": "A passkey was added",
  "passkey-removed": "A passkey was removed",
  "passkey-counter": "A passkey counted backwards: it may have been copied",
  "identity-connected": "An account elsewhere was connected",
  "identity-disconnected": "An account elsewhere was disconnected",
  exported: "All personal data was downloaded",
  "deletion-asked": "Deletion of the account was asked for",
  "deletion-withdrawn": "The account is kept after all",
  "roles-changed": "Roles were given or taken",
  "role-edited": "What a role may do was changed",
  banned: "The account was banned",
  unbanned: "The ban was lifted",
  merged: "Another account was merged into this one",
  impersonated: "Somebody of the staff acted in the account's place",
  "impersonation-ended": "Somebody of the staff ceased to act in the account's place",
  "membership-given": "A membership was given",
  "membership-ended": "A membership that was given was ended",
  "payment-event-replayed": "An event of a payment provider was carried out once more",
  "payments-compared": "Comparing with a payment provider was asked for",
  "block-added": "Somebody is turned away at the door",
  "block-removed": "Somebody is turned away no more",
} as const;
export type EventKind = keyof typeof eventKinds;

/** Where a request came from, as far as that is kept. */
export interface Origin {
  ip: string;
  country: string;
  userAgent: string;
  /** Who of the staff sent it, when that was in the place of the account's owner. */
  actorId?: number;
}

export function originOf(request: FastifyRequest): Origin {
  const userAgent = (request.headers["user-agent"] ?? "").slice(0, 300);
  const actorId = request.current?.viewer.session?.impersonatorId;
  return { ip: request.ip, country: countryOf(request), userAgent, ...(actorId !== undefined && { actorId }) };
}

/** Of what is done by a command, and not by a request; the events say so. */
export const noOrigin: Origin = { ip: "", country: "", userAgent: "" };

/** Keeps what happened, in the caller's transaction. `actorId` is who did it, when that is not the account's owner. */
export async function recordEvent(
  kind: EventKind,
  about: { userId: number | null; actorId?: number | null; details?: SecurityEvent["details"] },
  origin: Origin,
): Promise<void> {
  const details = origin === noOrigin ? { ...about.details, by: "command" } : about.details;
  await db
    .insert(securityEvents)
    .values({ kind, ...origin, ...about, actorId: about.actorId ?? origin.actorId, details });
}

/**
 * The newest events of an account, `limit` of them at most, older than the one with the id `before`, as its owner may
 * read them: where the staff sit is not told.
 */
export async function listEvents(
  userId: number,
  { before = Number.MAX_SAFE_INTEGER, limit = 50 }: { before?: number; limit?: number } = {},
): Promise<SecurityEvent[]> {
  const found = await db
    .select()
    .from(securityEvents)
    .where(and(eq(securityEvents.userId, userId), lt(securityEvents.id, before)))
    .orderBy(desc(securityEvents.id))
    .limit(limit);
  return found.map((event) => (event.actorId === null ? event : { ...event, ip: "", country: "", userAgent: "" }));
}
