import { and, desc, eq, isNotNull, lt, or, sql, type SQL } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { devices, identities, passkeys, roles, sessions, userRoles, users, type User } from "#apps/accounts/schema.ts";

export const standings = ["everybody", "staff", "banned", "leaving"] as const;
export type Standing = (typeof standings)[number];

export interface PersonRow {
  id: number;
  name: string;
  address: string;
  createdAt: Date;
  bannedAt: Date | null;
  deletionAt: Date | null;
  roles: string[];
  hasSecondFactor: boolean;
  lastSeenAt: Date | null;
}

export interface PeopleSearch {
  /** A part of an address or a name, or an id. */
  q?: string | undefined;
  standing: Standing;
  /** The id that the page before ended with. */
  before?: number | undefined;
}

export const peoplePerPage = 50;

/** The newest accounts that fit, and the id to go on after when there are more. One query. */
export async function findPeople({ q = "", standing, before }: PeopleSearch): Promise<{
  people: PersonRow[];
  next: number | undefined;
}> {
  const found = await db
    .select({
      id: users.id,
      name: users.name,
      address: users.address,
      createdAt: users.createdAt,
      bannedAt: users.bannedAt,
      deletionAt: users.deletionAt,
      roles: sql<string[]>`array(select ${roles.name} from ${roles} join ${userRoles}
        on ${userRoles.roleId} = ${roles}.id where ${userRoles.userId} = ${users}.id order by ${roles}.id)`,
      hasSecondFactor: sql<boolean>`${users.requiresSecondFactor} or exists (
        select from ${passkeys} where ${passkeys.userId} = ${users}.id)`,
      lastSeenAt: sql`greatest(
        (select max(${sessions.lastSeenAt}) from ${sessions} where ${sessions.userId} = ${users}.id and ${sessions.impersonatorId} is null),
        (select max(${devices.lastSeenAt}) from ${devices} where ${devices.userId} = ${users}.id))`.mapWith(
        sessions.lastSeenAt,
      ),
    })
    .from(users)
    .where(and(matches(q.trim()), conditions[standing], before === undefined ? undefined : lt(users.id, before)))
    .orderBy(desc(users.id))
    .limit(peoplePerPage + 1);
  const people = found.slice(0, peoplePerPage);
  return { people, next: found.length > peoplePerPage ? people.at(-1)?.id : undefined };
}

// A part of a name has no index: a walk over all accounts, of 100,000 in some 50 ms, stops at a full page.
function matches(q: string): SQL | undefined {
  if (q === "") return undefined;
  if (isId(q)) return eq(users.id, Number(q));
  const part = q.toLowerCase();
  return or(sql`position(${part} in lower(${users.address})) > 0`, sql`position(${part} in lower(${users.name})) > 0`);
}

export function isId(text: string): boolean {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) < 2 ** 31;
}

const conditions: Record<Standing, SQL | undefined> = {
  everybody: undefined,
  staff: sql`exists (select from ${userRoles} where ${userRoles.userId} = ${users}.id)`,
  banned: isNotNull(users.bannedAt),
  leaving: isNotNull(users.deletionAt),
};

/** How somebody can sign in. */
export interface Ways {
  hasPassword: boolean;
  requiresSecondFactor: boolean;
  hasApp: boolean;
  passkeys: { id: number; name: string; lastUsedAt: Date | null }[];
  identities: { id: number; issuer: string; address: string; lastUsedAt: Date }[];
}

export async function readWays(user: User): Promise<Ways> {
  const keys = await db
    .select({ id: passkeys.id, name: passkeys.name, lastUsedAt: passkeys.lastUsedAt })
    .from(passkeys)
    .where(eq(passkeys.userId, user.id));
  const elsewhere = await db
    .select({
      id: identities.id,
      issuer: identities.issuer,
      address: identities.address,
      lastUsedAt: identities.lastUsedAt,
    })
    .from(identities)
    .where(eq(identities.userId, user.id));
  return {
    hasPassword: user.passwordHash !== null,
    requiresSecondFactor: user.requiresSecondFactor,
    hasApp: user.totpSecret !== null,
    passkeys: keys,
    identities: elsewhere,
  };
}

/** What the front page counts. */
export interface Figures {
  accounts: number;
  newToday: number;
  signedIn: number;
  failedToday: number;
  banned: number;
  leaving: number;
  staffWithoutSecondFactor: number;
}

/** Counts of now; "today" is the last 24 hours. One query. */
export async function countPeople(): Promise<Figures> {
  const { rows } = await db.execute<Record<keyof Figures, number>>(sql`select
    count(*)::integer as accounts,
    count(*) filter (where created_at > now() - interval '1 day')::integer as "newToday",
    count(*) filter (where banned_at is not null)::integer as banned,
    count(*) filter (where deletion_at is not null)::integer as leaving,
    count(*) filter (where not requires_second_factor
      and exists (select from user_roles r where r.user_id = users.id)
      and not exists (select from passkeys p where p.user_id = users.id))::integer as "staffWithoutSecondFactor",
    (select count(distinct user_id) from sessions where expires_at > now() and impersonator_id is null)::integer as "signedIn",
    (select count(*) from security_events
      where kind in ('sign-in-failed', 'second-factor-failed') and at > now() - interval '1 day')::integer as "failedToday"
    from users`);
  const [figures] = rows;
  if (figures === undefined) throw new Error("A count always has a row.");
  return figures;
}
