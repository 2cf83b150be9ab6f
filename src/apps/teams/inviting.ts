import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { hashSecret, newSecret } from "#apps/accounts/secrets.ts";
import { sendMail } from "#apps/mail/sending.ts";
import { atomic, db } from "#lib/db.ts";
import { limit } from "#lib/limits.ts";
import type { Viewer } from "#lib/viewer.ts";
import { invitationMail } from "./mails.tsx";
import { countUsed, isOpen, lockTeam } from "./seats.ts";
import { teamInvitations, teamMembers, type TeamInvitation } from "./schema.ts";
import { removeMember, type OwnTeam } from "./teams.ts";

/** Whoever invites, withdraws and invites again sends mail to anybody. */
const invitations = limit("invitations to a team", {
  points: 200,
  perSeconds: 86_400,
  by: "account",
  because: "You have sent very many invitations today.",
});

/** So long an invitation keeps a seat. */
export const invitationDays = 14;

/** What addresses were invited, or why none was, in a sentence. */
export type Invitation = { invited: string[] } | { problem: string };

/**
 * Invites people by mail, each to a seat that is kept for them. Who was invited before gets another mail, and the link of the
 * one before is no good any more. All of them are invited, or none.
 */
export async function invite(
  viewer: Viewer,
  team: Pick<OwnTeam, "id" | "name" | "isPaid">,
  { addresses, role }: { addresses: readonly string[]; role: "manager" | "member" },
): Promise<Invitation> {
  if (!team.isPaid) return { problem: "Nobody pays for the seats of this team just now." };
  await invitations.consume(String(viewer.id), addresses.length);
  return await atomic(async () => {
    const locked = await lockTeam(team.id);
    const seated = await listSeatedAddresses(team.id, addresses);
    const wanted = addresses.filter((address) => !seated.includes(address));
    const open = (await listInvitations(team.id)).filter(({ isExpired }) => !isExpired);
    const isNew = (address: string): boolean => open.every((each) => each.address !== address);
    const free = (locked?.seats ?? 0) - (await countUsed(team.id));
    const asked = wanted.filter(isNew).length;
    if (asked > free) return { problem: sayFree(free, asked) };
    for (const address of wanted) await send(viewer, team, { address, role });
    return { invited: wanted };
  });
}

function sayFree(free: number, asked: number): string {
  const left =
    free <= 0 ? "There is no free seat" : free === 1 ? "There is one free seat" : `There are ${free} free seats`;
  return `${left}, and you invite ${asked === 1 ? "one more person" : `${asked} people`}. Nobody was invited.`;
}

async function listSeatedAddresses(teamId: number, addresses: readonly string[]): Promise<string[]> {
  if (addresses.length === 0) return [];
  const rows = await db
    .select({ address: sql<string>`lower(${users.address})` })
    .from(teamMembers)
    .innerJoin(users, eq(users.id, teamMembers.userId))
    .where(
      and(
        eq(teamMembers.teamId, teamId),
        eq(teamMembers.hasSeat, true),
        inArray(sql`lower(${users.address})`, [...addresses]),
      ),
    );
  return rows.map(({ address }) => address);
}

async function send(
  viewer: Viewer,
  team: Pick<OwnTeam, "id" | "name">,
  { address, role }: { address: string; role: "manager" | "member" },
): Promise<void> {
  const token = newSecret();
  const tokenHash = hashSecret(token);
  await db
    .delete(teamInvitations)
    .where(and(eq(teamInvitations.teamId, team.id), eq(teamInvitations.address, address)));
  await db.insert(teamInvitations).values({
    teamId: team.id,
    address,
    role,
    tokenHash,
    invitedBy: viewer.id,
    expiresAt: sql`now() + make_interval(days => ${invitationDays})`,
  });
  const data = { token, team: team.name, from: viewer.name ?? "" };
  await sendMail(invitationMail, { address, name: "" }, data, { key: `team-invitation ${tokenHash}` });
}

/** An invitation as who looks after the team sees it. */
export interface InvitationRow extends TeamInvitation {
  isExpired: boolean;
}

/** Who was asked and has not come yet, the oldest first. */
export async function listInvitations(teamId: number): Promise<InvitationRow[]> {
  const rows = await db
    .select({ invitation: teamInvitations, isExpired: sql<boolean>`not (${isOpen(teamId)})` })
    .from(teamInvitations)
    .where(eq(teamInvitations.teamId, teamId))
    .orderBy(asc(teamInvitations.id));
  return rows.map(({ invitation, isExpired }) => ({ ...invitation, isExpired }));
}

/** Takes an invitation back; its seat is free again. Answers whether there was one. */
export async function withdrawInvitation(teamId: number, id: number): Promise<boolean> {
  const gone = await db
    .delete(teamInvitations)
    .where(and(eq(teamInvitations.teamId, teamId), eq(teamInvitations.id, id)))
    .returning({ id: teamInvitations.id });
  return gone.length > 0;
}

/** Takes somebody out of a team and invites somebody else to their seat, or does neither. */
export async function handOnSeat(
  viewer: Viewer,
  team: OwnTeam,
  { userId, address }: { userId: number; address: string },
): Promise<Invitation> {
  class Undone extends Error {}
  let answer: Invitation = { problem: "They are not in this team any more." };
  try {
    await atomic(async () => {
      if (!(await removeMember(team.id, userId))) return;
      answer = await invite(viewer, team, { addresses: [address], role: "member" });
      if ("problem" in answer) throw new Undone();
    });
  } catch (error) {
    if (!(error instanceof Undone)) throw error;
  }
  return answer;
}
