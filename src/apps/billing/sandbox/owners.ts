import { and, eq, sql } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { may, type Viewer } from "#lib/viewer.ts";
import { usesSandbox } from "../providers.ts";
import { checkouts, customers, sandboxObjects } from "../schema.ts";
import type { ObjectOf, SandboxCheckout, SandboxObject, SandboxTransaction } from "./objects.ts";
import { findObject } from "./world.ts";

// The sandbox does not know who its customers are; we know by the tokens of our own checkouts.

/** Throws NotFound on a site that takes money: it has no such pages. */
export function needSandbox(): void {
  if (!usesSandbox()) throw new NotFound();
}

/** As which customers of the sandbox the viewer pays. */
export async function listOwnCustomers({ id }: Viewer): Promise<string[]> {
  const { rows } = await db.execute<{ customer: string }>(sql`
    select ${customers.providerId} as customer from ${customers}
    where ${customers.provider} = 'sandbox' and ${customers.userId} = ${id}
    union
    select o.data->>'customer' from ${sandboxObjects} o join ${checkouts} c on c.token = o.data->>'token'
    where o.kind = 'checkout' and c.user_id = ${id} and o.data ? 'customer'`);
  return rows.map(({ customer }) => customer);
}

/** A checkout that the viewer began; nobody else sees it. */
export async function getOwnCheckout(viewer: Viewer, id: string): Promise<SandboxCheckout> {
  const checkout = await findObject("checkout", id);
  const isTheirs = and(eq(checkouts.token, checkout?.token ?? ""), eq(checkouts.userId, viewer.id ?? 0));
  const [own] = await db.select({ id: checkouts.id }).from(checkouts).where(isTheirs);
  if (checkout === undefined || own === undefined) throw new NotFound("There is no such checkout.");
  return checkout;
}

/** A thing that the viewer may do something with: their own, or anybody's for who manages payments. */
export async function getOwn<Kind extends "customer" | "subscription" | "transaction" | "adjustment">(
  viewer: Viewer,
  kinds: readonly Kind[],
  id: string,
): Promise<ObjectOf<Kind>> {
  for (const kind of kinds) {
    const object = await findObject<Kind>(kind, id);
    if (object === undefined) continue;
    if (may(viewer, "payments.manage") || (await listOwnCustomers(viewer)).includes(payerIn(object))) return object;
  }
  throw new NotFound();
}

function payerIn(object: SandboxObject): string {
  return "customer" in object ? (object.customer ?? object.id) : object.id;
}

/** Whom an invoice is for; nobody once their account is gone. */
export async function findBuyerName({ checkout }: SandboxTransaction): Promise<string> {
  const [found] = await db
    .select({ name: users.name, address: users.address })
    .from(checkouts)
    .innerJoin(users, eq(users.id, checkouts.userId))
    .where(eq(checkouts.token, checkout));
  return found === undefined ? "" : found.name || found.address;
}
