import { eq } from "drizzle-orm";
import * as fc from "fast-check";
import { users } from "#apps/accounts/schema.ts";
import { addDefaultPlans } from "#apps/members/default-plans.ts";
import { plans, prices } from "#apps/members/schema.ts";
import type { Fact } from "#apps/billing/facts.ts";
import { checkouts, providerPrices } from "#apps/billing/schema.ts";
import { stories } from "#apps/billing/testing/stories.ts";
import { live, newWorld, type World } from "#apps/billing/testing/world.ts";
import { db } from "#lib/db.ts";
import { tell } from "#apps/billing/testing/fake-provider.ts";
import { openWorld as openDatabase } from "../jobs/world.ts";

/** Somebody with a history, and what their provider tells of it. */
export interface Person {
  userId: number;
  world: World;
  facts: readonly Fact[];
  events: { id: string; body: Buffer; headers: Record<string, string> }[];
}

export interface Payments {
  url: string;
  people: readonly Person[];
  close: () => Promise<void>;
}

/** A database with people who have histories of their own, none of which was told yet. */
export async function openPayments({ people: count, seed }: { people: number; seed: number }): Promise<Payments> {
  const database = await openDatabase();
  await addDefaultPlans();
  await publishPrices();
  const people: Person[] = [];
  for (const [n, story] of fc.sample(stories, { numRuns: count, seed }).entries()) {
    const [user] = await db
      .insert(users)
      .values({ address: `person-${n}@example.org` })
      .returning({ id: users.id });
    const userId = user?.id ?? 0;
    const token = `token-${n}`;
    const [price] = await db.select().from(prices).limit(1);
    await db
      .insert(checkouts)
      .values({ token, userId, kind: "membership", priceId: price?.id ?? 0, provider: "paddle" });
    const world = live(newWorld(token), story);
    const facts = world.facts.map((fact) => ofPerson(fact, n));
    const events = facts.map((fact, number) => {
      const id = `evt_${n}_${number}`;
      return { id, ...tell({ id, kind: `${fact.kind}.updated`, fact }) };
    });
    people.push({ userId, world, facts, events });
  }
  return { url: database.url, people, close: database.close };
}

/** What is one's own has a name of one's own. */
function ofPerson(fact: Fact, n: number): Fact {
  const id = `${fact.id}-${n}`;
  if (fact.kind === "adjustment") return { ...fact, id, transaction: `${fact.transaction}-${n}` };
  const customer = `ctm_${n}`;
  if (fact.kind === "subscription") return { ...fact, id, customer };
  return { ...fact, id, customer, subscription: fact.subscription && `${fact.subscription}-${n}` };
}

async function publishPrices(): Promise<void> {
  const names: Readonly<Record<string, string>> = { monthly: "pri_1", yearly: "pri_year", lifetime: "pri_life" };
  const rows = await db
    .select({ slug: plans.slug, priceId: prices.id })
    .from(prices)
    .innerJoin(plans, eq(plans.id, prices.planId))
    .where(eq(prices.currency, "USD"));
  await db
    .insert(providerPrices)
    .values(
      rows.map(({ slug, priceId }) => ({ provider: "paddle" as const, providerId: names[slug] ?? slug, priceId })),
    );
}
