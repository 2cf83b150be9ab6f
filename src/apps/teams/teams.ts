import { and, asc, eq, sql } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { hashSecret, newSecret } from "#apps/accounts/secrets.ts";
import { entitlements } from "#apps/members/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import type { Viewer } from "#lib/viewer.ts";
import { countUsed, deriveSeats, lockTeam } from "./seats.ts";
import { teamInvitations, teamMembers, teams, type Team, type TeamMember, type TeamRole } from "./schema.ts";

/** A team as one of its people sees it. */
export interface OwnTeam extends Team {
  role: TeamRole;
  hasSeat: boolean;
  /** Whether its seats are good just now, and until when they are paid. */
  isPaid: boolean;
  paidUntil: Date | null;
  ownerName: string;
}

// What is for seats opens nothing by itself, and is asked here whether it is good all the same.
const isPaid = sql<boolean>`coalesce(now() >= ${entitlements.startsAt}
  and (${entitlements.endsAt} is null or now() < ${entitlements.endsAt}), false)`;

/** The teams that the viewer is in, those they look after first. */
export async function listTeams(viewer: Viewer): Promise<OwnTeam[]> {
  const rows = await db
    .select({
      team: teams,
      role: teamMembers.role,
      hasSeat: teamMembers.hasSeat,
      isPaid,
      paidUntil: sql<Date | null>`coalesce(${entitlements.paidUntil}, ${entitlements.endsAt})`.mapWith(
        entitlements.endsAt,
      ),
      ownerName: sql<string>`coalesce((select u.name from ${teamMembers} o join ${users} u on u.id = o.user_id
        where o.team_id = ${teams}.id and o.role = 'owner' limit 1), '')`,
    })
    .from(teamMembers)
    .innerJoin(teams, eq(teams.id, teamMembers.teamId))
    .leftJoin(entitlements, eq(entitlements.id, teams.entitlementId))
    .where(eq(teamMembers.userId, viewer.id ?? 0))
    .orderBy(sql`${teamMembers.role} = 'member'`, asc(teams.id));
  return rows.map(({ team, ...rest }) => ({ ...team, ...rest }));
}

/** Whether somebody looks after the people of a team. */
export function isManaging({ role }: Pick<OwnTeam, "role">): boolean {
  return role !== "member";
}

/** A team that the viewer looks after; throws NotFound for any other. */
export async function getManaged(viewer: Viewer, teamId: number): Promise<OwnTeam> {
  const team = (await listTeams(viewer)).find(({ id }) => id === teamId);
  if (team === undefined || !isManaging(team)) throw new NotFound("There is no such team that you look after.");
  return team;
}

export interface MemberRow extends TeamMember {
  name: string;
  address: string;
  /** Whether the seat counts: those beyond what is paid do not. */
  isCounted: boolean;
}

/** Everybody in a team: the owner, then in the order in which they came. */
export async function listMembers(teamId: number): Promise<MemberRow[]> {
  const rows = await db
    .select({ member: teamMembers, name: users.name, address: users.address, seatId: entitlements.id })
    .from(teamMembers)
    .innerJoin(users, eq(users.id, teamMembers.userId))
    .leftJoin(
      entitlements,
      and(
        eq(entitlements.source, "seat"),
        eq(entitlements.sourceKey, sql`${teamMembers.teamId} || ':' || ${teamMembers.userId}`),
      ),
    )
    .where(eq(teamMembers.teamId, teamId))
    .orderBy(sql`${teamMembers.role} <> 'owner'`, asc(teamMembers.joinedAt), asc(teamMembers.userId));
  return rows.map(({ member, name, address, seatId }) => ({ ...member, name, address, isCounted: seatId !== null }));
}

export async function renameTeam(teamId: number, name: string): Promise<void> {
  await atomic(async () => {
    await db.update(teams).set({ name }).where(eq(teams.id, teamId));
    await deriveSeats(teamId);
  });
}

/** Makes a new link by which anybody takes a free seat; the one before is no good any more. Answers its secret, once. */
export async function makeJoinLink(teamId: number): Promise<string> {
  const secret = newSecret();
  await db
    .update(teams)
    .set({ joinHash: hashSecret(secret) })
    .where(eq(teams.id, teamId));
  return secret;
}

export async function dropJoinLink(teamId: number): Promise<void> {
  await db.update(teams).set({ joinHash: null }).where(eq(teams.id, teamId));
}

/** What a link leads to: an invitation, or the join link of a team. */
export interface Invited {
  team: Team;
  /** Undefined for who comes by the join link. */
  invitation: typeof teamInvitations.$inferSelect | undefined;
  ownerName: string;
}

/** What the link with this secret leads to, if it is still good. */
export async function findInvited(secret: string): Promise<Invited | undefined> {
  const hash = hashSecret(secret);
  const [invited] = await db
    .select({ team: teams, invitation: teamInvitations, ownerName: users.name })
    .from(teams)
    .leftJoin(
      teamInvitations,
      and(
        eq(teamInvitations.teamId, teams.id),
        eq(teamInvitations.tokenHash, hash),
        sql`${teamInvitations.expiresAt} > now()`,
      ),
    )
    .leftJoin(teamMembers, and(eq(teamMembers.teamId, teams.id), eq(teamMembers.role, "owner")))
    .leftJoin(users, eq(users.id, teamMembers.userId))
    .where(sql`${teams.joinHash} = ${hash} or ${teamInvitations.id} is not null`);
  if (invited === undefined) return undefined;
  return { ...invited, invitation: invited.invitation ?? undefined, ownerName: invited.ownerName ?? "" };
}

/** Gives the viewer the seat that a link is for. Answers why not, in a sentence. */
export async function takeSeat(viewer: Viewer, secret: string): Promise<string | undefined> {
  const userId = viewer.id;
  const found = await findInvited(secret);
  if (userId === null || found === undefined) return gone;
  return await atomic(async () => {
    const team = await lockTeam(found.team.id);
    // Of two who follow one invitation the second finds it used.
    const invited = await findInvited(secret);
    if (team === undefined || invited === undefined) return gone;
    if (!(await isTeamPaid(team))) return "Nobody pays for the seats of this team just now. Ask whoever invited you.";
    const { invitation } = invited;
    const known = and(eq(teamMembers.teamId, team.id), eq(teamMembers.userId, userId));
    const [member] = await db.select().from(teamMembers).where(known);
    if (invitation !== undefined) await db.delete(teamInvitations).where(eq(teamInvitations.id, invitation.id));
    if (member?.hasSeat === true) return undefined;
    if ((await countUsed(team.id)) >= team.seats) return full;
    const role = invitation?.role ?? "member";
    const seat = { hasSeat: true, joinedAt: sql`now()` };
    if (member === undefined) await db.insert(teamMembers).values({ teamId: team.id, userId, role, ...seat });
    else await db.update(teamMembers).set(seat).where(known);
    await deriveSeats(team.id);
    return undefined;
  });
}

const gone = "This link is no good any more. Ask whoever sent it for another one.";
const full = "All seats of this team are taken. Ask whoever invited you for another one.";

async function isTeamPaid({ entitlementId }: Team): Promise<boolean> {
  const found = await db
    .select({ isPaid })
    .from(entitlements)
    .where(eq(entitlements.id, entitlementId ?? 0));
  return found[0]?.isPaid === true;
}

/** Takes a seat for somebody who looks after a team, or gives it up. Answers why not, in a sentence. */
export async function setOwnSeat(viewer: Viewer, teamId: number, hasSeat: boolean): Promise<string | undefined> {
  return await atomic(async () => {
    const team = await lockTeam(teamId);
    if (team === undefined) return gone;
    const own = and(eq(teamMembers.teamId, teamId), eq(teamMembers.userId, viewer.id ?? 0));
    const [member] = await db.select().from(teamMembers).where(own);
    if (member === undefined || member.hasSeat === hasSeat) return undefined;
    if (hasSeat && (await countUsed(teamId)) >= team.seats) return "All seats are taken.";
    await db
      .update(teamMembers)
      .set({ hasSeat, ...(hasSeat && { joinedAt: sql`now()` }) })
      .where(own);
    await deriveSeats(teamId);
    return undefined;
  });
}

/** Makes a member a manager, or a manager a member: the owner does. */
export async function setRole(teamId: number, userId: number, role: "manager" | "member"): Promise<void> {
  await db
    .update(teamMembers)
    .set({ role })
    .where(and(eq(teamMembers.teamId, teamId), eq(teamMembers.userId, userId), sql`${teamMembers.role} <> 'owner'`));
}

/** Takes somebody out of a team, in the caller's transaction: the owner stays. Answers whether they were in it. */
export async function removeMember(teamId: number, userId: number): Promise<boolean> {
  return await atomic(async () => {
    await lockTeam(teamId);
    const removed = await db
      .delete(teamMembers)
      .where(and(eq(teamMembers.teamId, teamId), eq(teamMembers.userId, userId), sql`${teamMembers.role} <> 'owner'`))
      .returning({ userId: teamMembers.userId });
    await deriveSeats(teamId);
    return removed.length > 0;
  });
}
