import { alsoRun, begin, drain, listEntitled, maya, paddle, sam } from "./testing/scene.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq, sql } from "drizzle-orm";
import { askForDeletion, deleteDueAccounts, keepAccount } from "#apps/accounts/deletion.ts";
import { deletionHolds, users } from "#apps/accounts/schema.ts";
import { noOrigin } from "#apps/accounts/security-events.ts";
import { findUser, getUser } from "#apps/accounts/users.ts";
import { db } from "#lib/db.ts";
import { applyFacts } from "./applying.ts";
import { leavingTasks } from "./leaving-tasks.ts";
import { followLeaving, leavingReason } from "./leaving.ts";
import { receiveEvent } from "./inbox.ts";
import { customers, paymentEvents, subscriptions, transactions } from "./schema.ts";
import { day, subscriptionFact, transactionFact } from "./testing/facts.ts";
import { tell } from "./testing/fake-provider.ts";

alsoRun(leavingTasks);

let moment = 1;
const running = { periodEndsAt: day(3650) };

// A provider that does what it is asked to.
function obey(): void {
  paddle.whenAsked = (what) => {
    const occurredAt = day((moment += 1));
    if (what.startsWith("resume")) return [subscriptionFact({ ...running, occurredAt })];
    return what.endsWith("now")
      ? [subscriptionFact({ ...running, occurredAt, status: "canceled", canceledAt: occurredAt })]
      : [subscriptionFact({ ...running, occurredAt, scheduled: { action: "cancel", at: day(3650) } })];
  };
}

async function subscribe(userId: number): Promise<void> {
  const checkout = await begin(userId);
  const paid = [subscriptionFact({ ...running, checkout }), transactionFact({ checkout })];
  for (const fact of paid) {
    const { body, headers } = tell({ fact });
    await receiveEvent("paddle", body, headers);
  }
  await drain();
}

const isDue = (userId: number) =>
  db
    .update(users)
    .set({ deletionAt: sql`now()` })
    .where(eq(users.id, userId));
const subscription = async () => (await db.select().from(subscriptions))[0];

test("asking for the deletion of an account cancels what is paid for, and coming back takes that back", async () => {
  obey();
  await subscribe(sam);
  await askForDeletion(await getUser(sam), noOrigin);
  await drain();
  assert.deepEqual(paddle.asked, ["cancel sub_1 periodEnd"]);
  const cancelled = await subscription();
  assert.deepEqual([cancelled?.scheduledAction, cancelled?.cancelReason], ["cancel", leavingReason]);
  await keepAccount(await getUser(sam), noOrigin);
  await drain();
  assert.deepEqual(paddle.asked.slice(1), ["resume sub_1"]);
  const kept = await subscription();
  assert.deepEqual([kept?.scheduledAction, kept?.cancelReason], [null, ""]);
});

test("a cancellation of one's own stays when one comes back", async () => {
  obey();
  await subscribe(sam);
  await applyFacts("paddle", paddle.whenAsked("cancel sub_1 periodEnd"));
  await askForDeletion(await getUser(sam), noOrigin);
  await drain();
  await keepAccount(await getUser(sam), noOrigin);
  await drain();
  assert.deepEqual([paddle.asked, (await subscription())?.scheduledAction], [[], "cancel"]);
});

test("whoever comes back while the provider is asked keeps what they pay for", async () => {
  obey();
  await subscribe(sam);
  await askForDeletion(await getUser(sam), noOrigin);
  paddle.meanwhile = async () => {
    paddle.meanwhile = undefined;
    await db.update(users).set({ deletionAt: null }).where(eq(users.id, sam));
  };
  await followLeaving(sam);
  assert.deepEqual(paddle.asked, ["cancel sub_1 periodEnd", "resume sub_1"]);
  assert.equal((await subscription())?.scheduledAction, null);
  await drain();
});

test("an account is deleted once its provider has cancelled, and no sooner", async () => {
  await subscribe(maya);
  const { body, headers } = tell({ kind: "customer.updated of ctm_1 with its address" });
  await receiveEvent("paddle", body, headers);
  obey();
  paddle.isDown = true;
  await askForDeletion(await getUser(maya), noOrigin);
  await isDue(maya);
  await deleteDueAccounts();
  await drain().catch(() => undefined);
  assert.ok(await findUser(maya), "while nobody knows whether it was cancelled");
  assert.equal(await db.$count(deletionHolds, eq(deletionHolds.userId, maya)), 1);

  paddle.isDown = false;
  await deleteDueAccounts();
  await drain();
  assert.ok(paddle.asked.includes("cancel sub_1 now"), paddle.asked.join());
  assert.equal(await db.$count(deletionHolds, eq(deletionHolds.userId, maya)), 0);
  await deleteDueAccounts();
  await drain();
  assert.equal(await findUser(maya), undefined);
  assert.deepEqual(await listEntitled(), []);
  const [payment] = await db.select().from(transactions);
  assert.deepEqual([payment?.customerId, payment?.unclaimedBy, payment?.total], [null, null, 15_00]);
  assert.equal(await db.$count(customers, eq(customers.userId, maya)), 0);
  const bodies = (await db.select().from(paymentEvents)).map((event) => event.body).join("");
  assert.doesNotMatch(bodies, /ctm_1/);
});
