import { sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { findProvider } from "./providers.ts";
import { adjustments, customers, paymentEvents, subscriptions, transactions, type PaymentEvent } from "./schema.ts";

/** Blanks what providers told of people whose account is deleted: what they paid stays in the books, without them. */
export async function forgetDeparted(): Promise<void> {
  const told = await listToldOfNobody();
  const names = new Set<string>();
  for (const event of told) for (const name of await customersIn(event)) names.add(name);
  for (const { id } of told) await blank(sql`id = ${id}`);
  for (const name of names) {
    const isOfOthers = (await db.$count(customers, sql`provider_id = ${name}`)) > 0;
    // Also what tells of them alone, such as a new address.
    if (!isOfOthers) await blank(sql`position(${name} in body) > 0`);
  }
}

// The rows of a departed customer have no owner, and nobody waits to become it.
async function listToldOfNobody(): Promise<PaymentEvent[]> {
  const isNobodys = sql`customer_id is null and unclaimed_by is null`;
  const paid = sql`select provider, provider_id from ${transactions} where ${isNobodys}`;
  return await db
    .select()
    .from(paymentEvents)
    .where(
      sql`${paymentEvents.body} <> '' and (${paymentEvents.provider}, ${paymentEvents.objectId}) in (
        select provider, provider_id from ${subscriptions} where ${isNobodys} union all ${paid} union all
        select provider, provider_id from ${adjustments} where (provider, transaction_provider_id) in (${paid}))`,
    );
}

async function customersIn({ provider: name, body }: PaymentEvent): Promise<string[]> {
  const provider = await findProvider(name);
  const reading = await provider?.read(body);
  if (reading === undefined || !("facts" in reading)) return [];
  return reading.facts.flatMap((fact) => (fact.kind === "adjustment" || fact.customer === "" ? [] : [fact.customer]));
}

async function blank(which: ReturnType<typeof sql>): Promise<void> {
  await db.update(paymentEvents).set({ body: "" }).where(which);
}
