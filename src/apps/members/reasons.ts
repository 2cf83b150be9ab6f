import { desc, eq, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { entitlements, type Entitlement } from "./schema.ts";

/** Why somebody may open something: an entitlement, and when it is good. */
export interface Reason extends Entitlement {
  /** The first moment at which it is no good any more, with the grace; that of what it is a seat of, if that is sooner. */
  goodUntil: Date | null;
  /** Until when it is good as agreed. */
  agreedUntil: Date | null;
  state: "current" | "coming" | "over";
}

const whole = alias(entitlements, "whole");

// `least` passes over what is null.
const goodUntil = sql<Date | null>`least(${entitlements.endsAt}, ${whole.endsAt})`.mapWith(entitlements.endsAt);
const agreedUntil =
  sql<Date | null>`least(coalesce(${entitlements.paidUntil}, ${entitlements.endsAt}), coalesce(${whole.paidUntil}, ${whole.endsAt}))`.mapWith(
    entitlements.endsAt,
  );
const state = sql<Reason["state"]>`case
  when ${goodUntil} <= now() then 'over'
  when greatest(${entitlements.startsAt}, ${whole.startsAt}) > now() then 'coming'
  else 'current' end`;

/** Everything that somebody may open, might open and was able to, the newest first. */
export async function listEntitlements(userId: number): Promise<Reason[]> {
  const rows = await db
    .select({ entitlement: entitlements, goodUntil, agreedUntil, state })
    .from(entitlements)
    .leftJoin(whole, eq(whole.id, entitlements.seatOf))
    .where(eq(entitlements.userId, userId))
    .orderBy(desc(entitlements.startsAt), desc(entitlements.id));
  return rows.map(({ entitlement, ...rest }) => ({ ...entitlement, ...rest }));
}

/** Why the viewer may open what members may, or what they bought, just now: what lasts longest first. */
export async function whyOpen(viewer: Viewer): Promise<Reason[]> {
  if (viewer.id === null) return [];
  const all = await listEntitlements(viewer.id);
  return all
    .filter(({ state: is, isForSeats }) => is === "current" && !isForSeats)
    .toSorted((a, b) => (b.goodUntil?.getTime() ?? Infinity) - (a.goodUntil?.getTime() ?? Infinity));
}

/** Why, in words: `until 3 March 2027, from your yearly plan`. */
export function explainReason({ label, goodUntil: end, agreedUntil: agreed }: Reason): string {
  if (end === null) return `for good, from your ${label}`;
  if (agreed === null || agreed >= end) return `until ${dayOf(end)}, from your ${label}`;
  if (agreed > new Date()) return `until ${dayOf(agreed)}, from your ${label}`;
  return `until ${dayOf(end)}, though your ${label} is paid until ${dayOf(agreed)} only`;
}

/** `3 March 2027`, by the clock of UTC. */
export function dayOf(at: Date): string {
  return day.format(at);
}

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
