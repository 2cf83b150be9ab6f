import { and, asc, desc, eq, gt, like, ne, notInArray, sql } from "drizzle-orm";
import { putEntitlement } from "#apps/members/entitlements.ts";
import { entitlements } from "#apps/members/schema.ts";
import { subscriptions } from "#apps/billing/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { teamInvitations, teamMembers, teams, type Team } from "./schema.ts";

/**
 * Makes the team of a subscription that pays for seats, or gives it as many as are paid now, with all that follows for those
 * who have one. A subscription that entitles to none has no team, and a team that had one keeps its people.
 */
export async function followSubscription(subscriptionId: number): Promise<void> {
  await atomic(async () => {
    const [paid] = await db
      .select({ entitlementId: entitlements.id, ownerId: entitlements.userId, seats: subscriptions.quantity })
      .from(entitlements)
      .innerJoin(subscriptions, eq(subscriptions.id, subscriptionId))
      .where(
        and(
          eq(entitlements.source, "subscription"),
          eq(entitlements.sourceKey, String(subscriptionId)),
          eq(entitlements.isForSeats, true),
        ),
      )
      .for("update", { of: entitlements });
    if (paid === undefined) return;
    const { entitlementId, ownerId, seats } = paid;
    const [team] = await db
      .insert(teams)
      .values({ name: "Our team", subscriptionId, entitlementId, seats })
      .onConflictDoUpdate({ target: teams.subscriptionId, set: { entitlementId, seats } })
      .returning();
    if (team === undefined) throw new Error("A team was not kept.");
    await setOwner(team.id, ownerId);
    await deriveSeats(team.id);
  });
}

// Who pays may be another account than before, when two became one.
async function setOwner(teamId: number, userId: number): Promise<void> {
  await db
    .update(teamMembers)
    .set({ role: "manager" })
    .where(and(eq(teamMembers.teamId, teamId), eq(teamMembers.role, "owner"), ne(teamMembers.userId, userId)));
  await db
    .insert(teamMembers)
    .values({ teamId, userId, role: "owner" })
    .onConflictDoUpdate({ target: [teamMembers.teamId, teamMembers.userId], set: { role: "owner" } });
}

/** The team, kept from others until the end of the transaction: of two who want the last seat one gets it. */
export async function lockTeam(teamId: number): Promise<Team | undefined> {
  const [team] = await db.select().from(teams).where(eq(teams.id, teamId)).for("update");
  return team;
}

/**
 * Writes the entitlements of those who have a seat. No more count than are paid: the owner's, then those who have theirs for
 * longest. Nobody is removed for that.
 */
export async function deriveSeats(teamId: number): Promise<void> {
  await atomic(async () => {
    const team = await lockTeam(teamId);
    if (team === undefined) return;
    const { entitlementId, name, seats } = team;
    const counted = entitlementId === null ? [] : (await listSeated(teamId)).slice(0, seats);
    for (const { userId, joinedAt } of counted) {
      await putEntitlement("seat", keyOf(teamId, userId), {
        userId,
        label: `seat in the team “${name}”`,
        startsAt: joinedAt,
        endsAt: null,
        ...(entitlementId !== null && { seatOf: entitlementId }),
      });
    }
    const kept = counted.map(({ userId }) => keyOf(teamId, userId));
    await db
      .delete(entitlements)
      .where(
        and(
          eq(entitlements.source, "seat"),
          like(entitlements.sourceKey, `${teamId}:%`),
          kept.length === 0 ? undefined : notInArray(entitlements.sourceKey, kept),
        ),
      );
  });
}

/** Those who have a seat, in the order in which seats count. */
async function listSeated(teamId: number): Promise<{ userId: number; joinedAt: Date }[]> {
  return await db
    .select({ userId: teamMembers.userId, joinedAt: teamMembers.joinedAt })
    .from(teamMembers)
    .where(and(eq(teamMembers.teamId, teamId), eq(teamMembers.hasSeat, true)))
    .orderBy(desc(sql`${teamMembers.role} = 'owner'`), asc(teamMembers.joinedAt), asc(teamMembers.userId));
}

/** How many seats are used: a seat is kept for whoever was invited and may still come. */
export async function countUsed(teamId: number): Promise<number> {
  const seated = await db.$count(teamMembers, and(eq(teamMembers.teamId, teamId), eq(teamMembers.hasSeat, true)));
  return seated + (await db.$count(teamInvitations, isOpen(teamId)));
}

/** Whether an invitation to a team still keeps a seat. */
export function isOpen(teamId: number) {
  return and(eq(teamInvitations.teamId, teamId), gt(teamInvitations.expiresAt, sql`now()`));
}

function keyOf(teamId: number, userId: number): string {
  return `${teamId}:${userId}`;
}
