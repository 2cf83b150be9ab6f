import { and, eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import type { SubscriptionFact } from "../facts.ts";
import type { ProviderName } from "../names.ts";
import { checkouts, customers } from "../schema.ts";

/** Who pays, in the columns of what they pay for. All null once their account is deleted. */
export interface Payer {
  customerId: number | null;
  checkoutId: number | null;
  unclaimedBy: string | null;
}

/**
 * Who pays, by the token that we made for them; without one by the name under which their provider knows them, if it is the
 * name of one account alone. Nothing else that a provider hands back says who somebody is here.
 */
export async function findPayer(
  provider: ProviderName,
  { customer, checkout: token }: Pick<SubscriptionFact, "customer" | "checkout">,
): Promise<Payer> {
  const checkout = token === undefined ? undefined : await findCheckout(provider, token);
  if (checkout !== undefined) {
    const customerId = await knowCustomer(provider, customer, checkout.userId);
    return { customerId, checkoutId: checkout.id, unclaimedBy: null };
  }
  const [known, another] = await db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.provider, provider), eq(customers.providerId, customer)))
    .limit(2);
  if (known === undefined || another !== undefined)
    return { customerId: null, checkoutId: null, unclaimedBy: customer };
  return { customerId: known.id, checkoutId: null, unclaimedBy: null };
}

async function findCheckout(
  provider: ProviderName,
  token: string,
): Promise<{ id: number; userId: number } | undefined> {
  const [found] = await db
    .select({ id: checkouts.id, userId: checkouts.userId })
    .from(checkouts)
    .where(and(eq(checkouts.token, token), eq(checkouts.provider, provider)));
  return found;
}

async function knowCustomer(provider: ProviderName, providerId: string, userId: number): Promise<number | null> {
  const customer = { provider, providerId, userId };
  const [known] = await db
    .insert(customers)
    .values(customer)
    .onConflictDoUpdate({ target: [customers.provider, customers.providerId, customers.userId], set: customer })
    .returning({ id: customers.id });
  return known?.id ?? null;
}

/** Who pays for something that is known already: the token of a checkout counts most, and what was settled stays. */
export function settlePayer(known: Payer, found: Payer): Payer {
  const { customerId, checkoutId, unclaimedBy } = known;
  const isSettled = unclaimedBy === null || found.customerId === null;
  return isSettled && (checkoutId !== null || found.checkoutId === null)
    ? { customerId, checkoutId, unclaimedBy }
    : found;
}
