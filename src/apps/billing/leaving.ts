import { and, eq, ne } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import { users } from "#apps/accounts/schema.ts";
import { applyFacts } from "./applying.ts";
import { ProviderError, type Provider } from "./provider.ts";
import { findProvider } from "./providers.ts";
import { customers, subscriptions, type Subscription } from "./schema.ts";

/** The reason that stands at a cancellation which follows from the deletion of an account, and which ends with it. */
export const leavingReason = "The account is being deleted.";

/**
 * Cancels what somebody pays for when their account is to be deleted, takes that back when they come back, and ends it when
 * the time has come. Throws ProviderError while a provider does not answer.
 */
export async function followLeaving(userId: number): Promise<void> {
  const paid = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .innerJoin(customers, eq(customers.id, subscriptions.customerId))
    .where(and(eq(customers.userId, userId), ne(subscriptions.status, "canceled")));
  for (const { id } of paid) await followOne(userId, id);
}

// Its owner may change their mind while a provider is asked, so it is looked at until there is nothing to do.
async function followOne(userId: number, id: number): Promise<void> {
  for (let tries = 0; tries < 4; tries += 1) {
    const [found] = await db
      .select({ subscription: subscriptions, deletionAt: users.deletionAt })
      .from(subscriptions)
      .innerJoin(users, eq(users.id, userId))
      .where(eq(subscriptions.id, id));
    const deed = found && deedFor(found.subscription, found.deletionAt);
    if (found === undefined || deed === undefined) return;
    const { subscription } = found;
    const provider = await findProvider(subscription.provider);
    if (provider === undefined) {
      log.error(
        { subscription: id },
        "nobody can cancel a subscription whose owner leaves: its provider is not set up",
      );
      return;
    }
    if (!(await act(provider, subscription, deed))) return;
  }
}

type Deed = "cancel" | "end" | "resume";

function deedFor({ status, scheduledAction, cancelReason }: Subscription, deletionAt: Date | null): Deed | undefined {
  if (status === "canceled") return undefined;
  if (deletionAt === null) {
    return scheduledAction === "cancel" && cancelReason === leavingReason ? "resume" : undefined;
  }
  if (deletionAt <= new Date()) return "end";
  const goesOn = status === "active" || status === "trialing";
  return goesOn && scheduledAction !== "cancel" ? "cancel" : undefined;
}

async function act(provider: Provider, { id, providerId }: Subscription, deed: Deed): Promise<boolean> {
  // Before the provider is asked, so that it is known whose cancellation it was whatever happens then.
  if (deed === "cancel") await giveReason(id, leavingReason);
  try {
    await applyFacts(provider.name, await ask(provider, providerId, deed));
  } catch (error) {
    if (!(error instanceof ProviderError) || error.reason === "unreachable") throw error;
    log.error(
      { subscription: id, deed, why: error.message },
      "a provider refused what follows from somebody's leaving",
    );
    const now = await provider.find("subscription", providerId);
    if (now !== undefined) await applyFacts(provider.name, [now]);
    return false;
  }
  if (deed === "resume") await giveReason(id, "");
  return true;
}

function ask(provider: Provider, id: string, deed: Deed): ReturnType<Provider["resume"]> {
  if (deed === "resume") return provider.resume(id);
  return provider.cancel(id, deed === "end" ? "now" : "periodEnd");
}

async function giveReason(id: number, cancelReason: string): Promise<void> {
  await db.update(subscriptions).set({ cancelReason }).where(eq(subscriptions.id, id));
}
