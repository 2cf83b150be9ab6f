import { and, desc, eq, gte, lt, or, sql, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { db } from "#lib/db.ts";
import { securityEvents, users, type SecurityEvent } from "#apps/accounts/schema.ts";
import type { EventKind } from "#apps/accounts/security-events.ts";
import { isId } from "./people.ts";

export interface EventRow extends SecurityEvent {
  person: { id: number; name: string; address: string } | null;
  actor: { id: number; name: string; address: string } | null;
}

export interface EventSearch {
  kind?: EventKind | undefined;
  /** An id or a whole address: what happened to them and what they did. */
  person?: string | undefined;
  /** A network address as it was kept, or the beginning of one. */
  ip?: string | undefined;
  /** Days of UTC, both included: `2026-11-27`. */
  from?: string | undefined;
  to?: string | undefined;
  /** The id that the page before ended with. */
  before?: number | undefined;
}

export const eventsPerPage = 100;

/** The newest events that fit, and the id to go on after when there are more. One query. */
export async function findEvents(
  { kind, person = "", ip = "", from, to, before }: EventSearch,
  limit = eventsPerPage,
): Promise<{ events: EventRow[]; next: number | undefined }> {
  const actors = alias(users, "actors");
  const found = await db
    .select({
      event: securityEvents,
      person: { id: users.id, name: users.name, address: users.address },
      actor: { id: actors.id, name: actors.name, address: actors.address },
    })
    .from(securityEvents)
    .leftJoin(users, eq(users.id, securityEvents.userId))
    .leftJoin(actors, eq(actors.id, securityEvents.actorId))
    .where(
      and(
        kind === undefined ? undefined : eq(securityEvents.kind, kind),
        about(person.trim()),
        ip.trim() === "" ? undefined : sql`starts_with(${securityEvents.ip}, ${ip.trim()})`,
        from === undefined ? undefined : gte(securityEvents.at, startOf(from)),
        to === undefined ? undefined : lt(securityEvents.at, sql`${startOf(to)} + interval '1 day'`),
        before === undefined ? undefined : lt(securityEvents.id, before),
      ),
    )
    .orderBy(desc(securityEvents.id))
    .limit(limit + 1);
  const events = found.slice(0, limit).map((row) => ({ ...row.event, person: row.person, actor: row.actor }));
  return { events, next: found.length > limit ? events.at(-1)?.id : undefined };
}

function about(person: string): SQL | undefined {
  if (person === "") return undefined;
  const id = isId(person)
    ? sql`${Number(person)}::integer`
    : sql`(select id from users where lower(address) = ${person.toLowerCase()})`;
  return or(eq(securityEvents.userId, id), eq(securityEvents.actorId, id));
}

function startOf(day: string): SQL {
  return sql`${day}::timestamp at time zone 'UTC'`;
}
