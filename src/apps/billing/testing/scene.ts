import "../../../../test/helpers/environment.ts";
import { randomUUID } from "node:crypto";
import { after, beforeEach } from "node:test";
import { eq, sql } from "drizzle-orm";
import { testDatabase } from "../../../../test/helpers/database.ts";
import { addPeople } from "#apps/accounts/fixtures.ts";
import { deletionHolds, users } from "#apps/accounts/schema.ts";
import { addDefaultPlans } from "#apps/members/default-plans.ts";
import { entitlements, plans, prices } from "#apps/members/schema.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { drainTasks, knowTasks, on, type AnyTask } from "#lib/jobs.ts";
import { paymentCompleted, paymentFailed, paymentReversed, subscriptionChanged } from "../events.ts";
import { inboxTasks } from "../inbox-tasks.ts";
import { useProviders } from "../providers.ts";
import * as schema from "../schema.ts";
import { fakeProvider } from "./fake-provider.ts";

// A database with people, plans and a fake provider in the place of Paddle, which knows the prices in US dollars.

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

/** What billing announced since the test began, once `drain` has run. */
export const told: string[] = [];
const listeners = [
  on(subscriptionChanged, "test.changed", async ({ from, to }) => void told.push(`${from ?? "none"} → ${to}`)),
  on(paymentCompleted, "test.completed", async ({ transactionId }) => void told.push(`completed ${transactionId}`)),
  on(paymentFailed, "test.failed", async ({ transactionId }) => void told.push(`failed ${transactionId}`)),
  on(paymentReversed, "test.reversed", async ({ transactionId }) => void told.push(`reversed ${transactionId}`)),
];
let tasks = knowTasks([...listeners, ...inboxTasks]);

/** Has other tasks run as well. */
export function alsoRun(more: readonly AnyTask[]): void {
  tasks = knowTasks([...listeners, ...inboxTasks, ...more]);
}

export async function drain(): Promise<void> {
  await drainTasks(tasks);
}

export const paddle = fakeProvider();
export const [sam, maya, ada] = [1, 2, 3] as const;

await addPeople();
await addDefaultPlans();

/** Our prices by what the provider calls them. */
export const priceIds = await publishPrices();

async function publishPrices(): Promise<Readonly<Record<string, number>>> {
  const names: Readonly<Record<string, string>> = {
    monthly: "pri_1",
    yearly: "pri_year",
    lifetime: "pri_life",
    team: "pri_team",
  };
  const rows = await db
    .select({ slug: plans.slug, id: prices.id })
    .from(prices)
    .innerJoin(plans, eq(plans.id, prices.planId))
    .where(eq(prices.currency, "USD"));
  const named = rows.map(({ slug, id }) => ({
    provider: "paddle" as const,
    providerId: names[slug] ?? slug,
    priceId: id,
  }));
  await db.insert(schema.providerPrices).values(named);
  return Object.fromEntries(named.map(({ providerId, priceId }) => [providerId, priceId]));
}

beforeEach(async () => {
  useProviders([paddle]);
  const { customers, subscriptions, transactions, adjustments, checkouts, coupons, paymentEvents } = schema;
  await db.execute(sql`truncate ${customers}, ${subscriptions}, ${transactions}, ${adjustments}, ${checkouts}, ${coupons},
    ${paymentEvents}, ${entitlements}, ${deletionHolds} restart identity cascade`);
  await db.update(users).set({ deletionAt: null });
  await drain();
  told.length = 0;
  paddle.things.clear();
  paddle.asked.length = 0;
  paddle.isDown = false;
  paddle.whenAsked = () => [];
});

/** A checkout that somebody has begun; answers its token. */
export async function begin(
  userId: number = sam,
  more: Partial<typeof schema.checkouts.$inferInsert> = {},
): Promise<string> {
  const token = randomUUID();
  const checkout = { kind: "membership", priceId: priceIds.pri_1 ?? 0, provider: "paddle" } as const;
  await db.insert(schema.checkouts).values({ token, userId, ...checkout, ...more });
  return token;
}

/** Who may open what, in words: `1: monthly plan until 2026-02-07`. */
export async function listEntitled(): Promise<string[]> {
  const rows = await db.select().from(entitlements).orderBy(entitlements.userId, entitlements.id);
  return rows.map(
    ({ userId, label, endsAt }) => `${userId}: ${label}${endsAt === null ? "" : ` until ${dayOf(endsAt)}`}`,
  );
}

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
