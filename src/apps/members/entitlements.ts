import { and, eq, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { entitlements, type Entitlement, type EntitlementSource } from "./schema.ts";

/** What an entitlement is, as far as it follows from something bought, given or granted. */
export interface Derived extends Pick<Entitlement, "userId" | "label" | "startsAt" | "endsAt"> {
  planId?: number | null;
  productId?: number | null;
  /** The entries that it opens; all that members may when left out. */
  opens?: readonly number[];
  isForSeats?: boolean;
  seatOf?: number;
  /** Until when it is good as agreed, where `endsAt` has days of grace on top. */
  paidUntil?: Date | null;
  reason?: string;
  grantedBy?: number | null;
}

/** SQL that says whether a row of `entitlements` is good at this moment; `of` is that of which it is a seat, if it is one. */
export function isCurrent(row: string, of: string): string {
  return `not ${row}.is_for_seats and ${isWithin(row)} and (${row}.seat_of is null or ${isWithin(of)})`;
}

function isWithin(row: string): string {
  return `now() >= ${row}.starts_at and (${row}.ends_at is null or now() < ${row}.ends_at)`;
}

/**
 * Writes the entitlement that follows from a source, in the caller's transaction: with `null` there is none (any more).
 * Answers its id. It counts at once, for every process.
 */
export async function putEntitlement(
  source: EntitlementSource,
  sourceKey: string,
  derived: Derived | null,
): Promise<number | undefined> {
  return await atomic(async () => {
    if (derived === null) {
      await db.delete(entitlements).where(and(eq(entitlements.source, source), eq(entitlements.sourceKey, sourceKey)));
      return undefined;
    }
    const { planId = null, productId = null, opens, isForSeats = false, seatOf = null, paidUntil = null } = derived;
    const values = {
      userId: derived.userId,
      label: derived.label,
      startsAt: derived.startsAt,
      endsAt: derived.endsAt,
      planId,
      productId,
      opens: opens === undefined ? null : [...opens],
      isForSeats,
      seatOf,
      paidUntil,
      reason: derived.reason ?? "",
      grantedBy: derived.grantedBy ?? null,
    };
    const [put] = await db
      .insert(entitlements)
      .values({ source, sourceKey, ...values })
      .onConflictDoUpdate({
        target: [entitlements.source, entitlements.sourceKey],
        set: { ...values, updatedAt: sql`now()` },
      })
      .returning({ id: entitlements.id });
    return put?.id;
  });
}
