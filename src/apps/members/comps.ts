import { randomUUID } from "node:crypto";
import { and, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { User } from "#apps/accounts/schema.ts";
import { recordEvent, type Origin } from "#apps/accounts/security-events.ts";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { putEntitlement } from "./entitlements.ts";
import { entitlements } from "./schema.ts";

/** Makes somebody a member for nothing, to the end of a day (`2027-03-03`, by UTC), and keeps who did it and why. */
export async function giveComp(
  viewer: Viewer,
  user: Pick<User, "id">,
  { until, reason }: { until: string; reason: string },
  origin: Origin,
): Promise<void> {
  await atomic(async () => {
    await putEntitlement("comp", randomUUID(), {
      userId: user.id,
      label: "complimentary membership",
      startsAt: new Date(),
      endsAt: new Date(`${until}T23:59:59Z`),
      reason,
      grantedBy: viewer.id,
    });
    await recordEvent("membership-given", { userId: user.id, actorId: viewer.id, details: { until, reason } }, origin);
  });
}

/** Ends a comp of somebody at once. Answers whether there was one. */
export async function endComp(viewer: Viewer, user: Pick<User, "id">, id: number, origin: Origin): Promise<boolean> {
  return await atomic(async () => {
    const [ended] = await db
      .update(entitlements)
      .set({ endsAt: sql`now()`, updatedAt: sql`now()` })
      .where(
        and(
          eq(entitlements.id, id),
          eq(entitlements.userId, user.id),
          eq(entitlements.source, "comp"),
          or(isNull(entitlements.endsAt), gt(entitlements.endsAt, sql`now()`)),
        ),
      )
      .returning({ label: entitlements.label });
    if (ended === undefined) return false;
    await recordEvent("membership-ended", { userId: user.id, actorId: viewer.id, details: ended }, origin);
    return true;
  });
}
