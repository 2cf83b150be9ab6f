import { eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { deletionHolds } from "#apps/accounts/schema.ts";
import { takesRealMoney } from "./deriving.ts";
import { customers, subscriptions } from "./schema.ts";

/** An account is not deleted while something is still charged for it: in the transaction that learns of it. */
export async function holdDeletion(subscriptionId: number): Promise<void> {
  const [found] = await db
    .select({ userId: customers.userId, status: subscriptions.status, isTest: subscriptions.isTest })
    .from(subscriptions)
    .leftJoin(customers, eq(customers.id, subscriptions.customerId))
    .where(eq(subscriptions.id, subscriptionId));
  if (found === undefined) return;
  const key = `subscription ${subscriptionId}`;
  const { userId, status, isTest } = found;
  // Where real money is taken, nobody is charged by a test, and nobody could end it.
  const isCharged = status !== "canceled" && !(isTest && (await takesRealMoney()));
  if (userId !== null && isCharged) await db.insert(deletionHolds).values({ userId, key }).onConflictDoNothing();
  else await db.delete(deletionHolds).where(eq(deletionHolds.key, key));
}
