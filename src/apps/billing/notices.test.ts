import { newVisitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { eq, sql } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { paymentReversed } from "./events.ts";
import { tellOfPayment, tellOfSubscription, tellWhatIsDue } from "./notices.tsx";
import { adjustments, billingNotices, customers, subscriptions, transactions } from "./schema.ts";
import { join, listMailed, settle } from "./testing/buying.ts";

const sam = await newVisitor("sam");
await join(sam, "yearly");
const [found] = await db.select().from(subscriptions);
const id = found?.id ?? 0;
type Fields = Partial<typeof subscriptions.$inferInsert>;

const set = (fields: Fields) => db.update(subscriptions).set(fields).where(eq(subscriptions.id, id));
const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);
const plain = { status: "active", scheduledAction: null, scheduledAt: null, pastDueSince: null } as const;

/** The subjects of what was mailed to its owner, in their order. */
const subjects = async (): Promise<string[]> =>
  (await listMailed("sam@example.org")).map(({ subject }) => subject).toReversed();

beforeEach(async () => {
  await db.delete(messages);
  await db.delete(billingNotices);
  await set({ ...plain, startedAt: inDays(-200), periodEndsAt: inDays(165), trialEndsAt: null });
});

async function addPayment(providerId: string, fields: Partial<typeof transactions.$inferInsert> = {}) {
  const [subscription] = await db.select().from(subscriptions).where(eq(subscriptions.id, id));
  const [added] = await db
    .insert(transactions)
    .values({
      provider: "sandbox",
      providerId,
      customerId: subscription?.customerId ?? null,
      subscriptionProviderId: subscription?.providerId ?? "",
      status: "completed",
      currency: "USD",
      total: 15_000,
      paidAt: new Date(),
      occurredAt: new Date(),
      ...fields,
    })
    .returning();
  assert.ok(added);
  return added;
}

async function afterDays(fields: Fields): Promise<string[]> {
  await set(fields);
  await tellWhatIsDue();
  await tellWhatIsDue();
  return await subjects();
}

test("whoever tries a plan hears three days ahead that it will be charged, once", async () => {
  const trial = { ...plain, status: "trialing" } as const;
  assert.deepEqual(await afterDays({ ...trial, trialEndsAt: inDays(4) }), []);
  assert.equal((await afterDays({ ...trial, trialEndsAt: inDays(2.9) })).length, 1);
  assert.match((await subjects())[0] ?? "", /^Your free days end on/);
});

test("whoever has left hears of no charge to come", async () => {
  const leaving = { scheduledAction: "cancel", scheduledAt: inDays(2) } as const;
  assert.deepEqual(await afterDays({ ...plain, status: "trialing", trialEndsAt: inDays(2), ...leaving }), []);
  assert.deepEqual(await afterDays({ ...plain, periodEndsAt: inDays(2), ...leaving }), []);
});

test("a yearly plan is announced fourteen days before it renews, once for each year", async () => {
  assert.deepEqual(await afterDays({ periodEndsAt: inDays(15) }), []);
  assert.equal((await afterDays({ periodEndsAt: inDays(13.9) })).length, 1);
  // A moved date is no other renewal.
  assert.equal((await afterDays({ periodEndsAt: inDays(10) })).length, 1);
  assert.match((await listMailed("sam@example.org"))[0]?.text ?? "", /\$150.00 a year/);
  await addPayment("txn_next");
  assert.equal((await afterDays({ periodEndsAt: inDays(12) })).length, 2);
});

test("a plan that is paid by the month is not announced", async () => {
  await db.execute(sql`update plans set interval = 'month' where slug = 'yearly'`);
  assert.deepEqual(await afterDays({ periodEndsAt: inDays(3) }), []);
  await db.execute(sql`update plans set interval = 'year' where slug = 'yearly'`);
});

test("a payment that fails is told at once, after five days and after eleven, each once", async () => {
  const failed = { status: "past_due" } as const;
  await set({ ...failed, pastDueSince: inDays(0) });
  await tellOfSubscription(id);
  await tellOfSubscription(id);
  assert.deepEqual(await subjects(), ["Your payment did not go through"]);
  assert.equal((await afterDays({ ...failed, pastDueSince: inDays(-4) })).length, 1);
  assert.equal(
    (await afterDays({ ...failed, pastDueSince: inDays(-6) })).at(-1),
    "Your payment still does not go through",
  );
  assert.equal((await afterDays({ ...failed, pastDueSince: inDays(-12) })).at(-1), "Your membership is about to end");
  assert.equal((await afterDays({ ...failed, pastDueSince: inDays(-13) })).length, 3);
  assert.equal((await afterDays({ ...failed, pastDueSince: inDays(-15) })).length, 3);
  await set({ status: "canceled", canceledAt: new Date(), pastDueSince: null });
  await tellOfSubscription(id);
  const [last] = await listMailed("sam@example.org");
  assert.match(last?.text ?? "", /because its last payment did not go\s+through/);
});

test("what rests, and what ends, is told once", async () => {
  await set({ status: "paused", pausedAt: new Date(), scheduledAction: "resume", scheduledAt: inDays(60) });
  await tellOfSubscription(id);
  await tellOfSubscription(id);
  assert.deepEqual(await subjects(), ["Your membership is paused"]);
  await set({ status: "canceled", canceledAt: new Date() });
  await tellOfSubscription(id);
  await tellOfSubscription(id);
  assert.deepEqual(await subjects(), ["Your membership is paused", "Your membership has ended"]);
});

test("what happened long ago is no news", async () => {
  await set({ status: "canceled", canceledAt: inDays(-40) });
  await tellOfSubscription(id);
  const old = await addPayment("txn_old", { paidAt: inDays(-40) });
  await tellOfPayment(old.id);
  assert.deepEqual(await subjects(), []);
});

test("each sum that went back is told once", async () => {
  const paid = await addPayment("txn_back");
  const give = (providerId: string, amount: number) =>
    db.insert(adjustments).values({
      provider: "sandbox",
      providerId,
      transactionProviderId: paid.providerId,
      action: "refund",
      status: "approved",
      currency: "USD",
      amount,
      occurredAt: new Date(),
    });
  for (const [name, amount] of [["adj_1", 5000] as const, ["adj_2", 10_000] as const]) {
    await give(name, amount);
    await paymentReversed.emit({ transactionId: paid.id });
    await paymentReversed.emit({ transactionId: paid.id });
    await settle();
  }
  assert.deepEqual(await subjects(), ["$50.00 went back to you", "$150.00 went back to you"]);
});

test("nobody writes to somebody whose account is gone", async () => {
  const [owner] = await db.select().from(users).where(eq(users.address, "sam@example.org"));
  await db.delete(customers).where(eq(customers.userId, owner?.id ?? 0));
  await set({ status: "past_due", pastDueSince: inDays(-6) });
  await tellOfSubscription(id);
  await tellWhatIsDue();
  for (const { id: paid } of await db.select().from(transactions)) await tellOfPayment(paid);
  assert.deepEqual(await db.select().from(messages), []);
});
