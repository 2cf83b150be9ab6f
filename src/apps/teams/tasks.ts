import { and, eq, isNull, lt, sql } from "drizzle-orm";
import { accountDeleted, accountsMerged } from "#apps/accounts/events.ts";
import { listSubscriptionsOf } from "#apps/billing/deriving.ts";
import { paymentReversed, subscriptionChanged } from "#apps/billing/events.ts";
import { atomic, db } from "#lib/db.ts";
import { every, on } from "#lib/jobs.ts";
import { deriveSeats, followSubscription } from "./seats.ts";
import { teamInvitations, teamMembers, teams } from "./schema.ts";

/** A team has the seats that are paid. */
const followSubscriptions = on(subscriptionChanged, "teams.follow-subscriptions", async ({ subscriptionId }) => {
  await followSubscription(subscriptionId);
});

/** What was given back may have come again, as something new to have seats of. */
const followReversals = on(paymentReversed, "teams.follow-reversals", async ({ transactionId }) => {
  for (const id of await listSubscriptionsOf(transactionId)) await followSubscription(id);
});

/** Seats are named after whose they are, and who pays may be another account than before. */
export const followMerges = on(accountsMerged, "teams.follow-merges", async ({ userId }) => {
  const own = await db
    .select({ id: teams.id, subscriptionId: teams.subscriptionId })
    .from(teamMembers)
    .innerJoin(teams, eq(teams.id, teamMembers.teamId))
    .where(eq(teamMembers.userId, userId));
  for (const { id, subscriptionId } of own) {
    await followSubscription(subscriptionId);
    await deriveSeats(id);
  }
});

/** A team without its owner is nobody's, and its name and invitations may tell of them. */
export const followDeletions = on(accountDeleted, "teams.follow-deletions", async () => {
  await atomic(async () => {
    const owners = and(eq(teamMembers.teamId, teams.id), eq(teamMembers.role, "owner"));
    const orphans = await db
      .select({ id: teams.id })
      .from(teams)
      .leftJoin(teamMembers, owners)
      .where(isNull(teamMembers.userId));
    for (const { id } of orphans) await db.delete(teams).where(eq(teams.id, id));
  });
});

/** Nobody comes by an invitation that is this old, and whom it was for is nobody's business any more. */
const sweepInvitations = every("teams.sweep-invitations", "40 4 * * *", {}, async () => {
  await db.delete(teamInvitations).where(lt(teamInvitations.expiresAt, sql`now() - interval '7 days'`));
});

export const tasks = [followSubscriptions, followReversals, followMerges, followDeletions, sweepInvitations];
