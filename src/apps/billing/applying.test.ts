import { begin, dayOf, drain, ada, listEntitled, maya, paddle, sam, told } from "./testing/scene.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { asc, eq } from "drizzle-orm";
import { deletionHolds } from "#apps/accounts/schema.ts";
import { db } from "#lib/db.ts";
import { applyFacts, askTime, explainFacts } from "./applying.ts";
import type { Fact } from "./facts.ts";
import { adjustments, checkouts, customers, subscriptions, transactions } from "./schema.ts";
import { adjustmentFact, day, subscriptionFact, transactionFact } from "./testing/facts.ts";

const apply = async (...facts: Fact[]): Promise<string[]> =>
  (await applyFacts("paddle", facts)).map(({ outcome }) => outcome);

async function statuses(): Promise<string[]> {
  const rows = await db.select().from(subscriptions).orderBy(asc(subscriptions.id));
  return rows.map(({ status }) => status);
}

test("a subscription that was paid for entitles whoever began its checkout, with a week of grace", async () => {
  const checkout = await begin(sam);
  assert.deepEqual(await apply(subscriptionFact({ checkout }), transactionFact({ checkout })), ["applied", "applied"]);
  assert.deepEqual(await listEntitled(), ["1: monthly plan until 2026-02-07"]);
  assert.deepEqual(
    (await db.select().from(deletionHolds)).map(({ userId, key }) => [userId, key]),
    [[sam, "subscription 1"]],
  );
  assert.ok((await db.select().from(checkouts))[0]?.completedAt);
  await drain();
  assert.deepEqual(told.toSorted(), ["completed 1", "none → active"]);
});

test("what was said before changes nothing, and what is said again neither", async () => {
  const checkout = await begin();
  const canceled = subscriptionFact({ checkout, status: "canceled", occurredAt: day(20), canceledAt: day(20) });
  await apply(subscriptionFact({ checkout }), transactionFact({ checkout }), canceled);
  await drain();
  told.length = 0;
  const again = await applyFacts("paddle", [
    canceled,
    subscriptionFact({ checkout, occurredAt: day(19), status: "past_due" }),
    subscriptionFact({ checkout, occurredAt: day(21), status: "active" }),
  ]);
  assert.deepEqual(
    again.map(({ outcome, explanation }) => `${outcome}: ${explanation}`),
    [
      "outdated: This is known already.",
      "outdated: It has come to its end, and nothing follows after that.",
      "outdated: It has come to its end, and nothing follows after that.",
    ],
  );
  assert.deepEqual(await listEntitled(), ["1: monthly plan until 2026-01-31"]);
  assert.deepEqual(await db.select().from(deletionHolds), []);
  await drain();
  assert.deepEqual(told, []);
});

// laravel/cashier-paddle#310
test("a payment that is completed does not become paid again, whatever its time", async () => {
  await apply(transactionFact({ occurredAt: day(1) }));
  for (const occurredAt of [day(0), day(1), day(2)]) {
    assert.deepEqual(await apply(transactionFact({ status: "paid", occurredAt })), ["outdated"]);
  }
  assert.equal((await db.select().from(transactions))[0]?.status, "completed");
});

// PaddleHQ/paddle-node-sdk#107
test("of active and past due at one moment, past due counts, whichever comes first", async () => {
  const states = [
    subscriptionFact({ occurredAt: day(30) }),
    subscriptionFact({ occurredAt: day(30), status: "past_due", pastDueSince: day(30) }),
  ];
  for (const facts of [states, states.toReversed()]) {
    await db.delete(subscriptions);
    for (const fact of [...facts, states[1] ?? assert.fail()]) await apply(fact);
    assert.deepEqual(await statuses(), ["past_due"]);
  }
  assert.deepEqual(paddle.asked, []);
});

test("where two of one moment contradict each other, the provider is asked", async () => {
  const checkout = await begin();
  await apply(subscriptionFact({ checkout }));
  const scheduled = { action: "cancel", at: day(30) } as const;
  paddle.things.set("sub_1", subscriptionFact({ checkout, scheduled }));
  const other = subscriptionFact({ checkout, quantity: 2 });
  const [explained] = await explainFacts("paddle", [other]);
  assert.match(explained?.explanation ?? "", /the provider is asked/);
  assert.deepEqual(paddle.asked, []);
  assert.deepEqual(await apply(other), ["applied"]);
  assert.deepEqual(paddle.asked, ["find subscription sub_1"]);
  assert.deepEqual(await listEntitled(), ["1: monthly plan until 2026-01-31"]);

  paddle.isDown = true;
  await assert.rejects(apply(other), { name: "ProviderError" });
  assert.deepEqual(await listEntitled(), ["1: monthly plan until 2026-01-31"]);
});

test("what the provider was asked for is how things are, unless something has come since", async () => {
  await apply(subscriptionFact({ occurredAt: day(9), quantity: 5 }));
  const before = new Date(Date.now() - 60_000);
  await applyFacts("paddle", [subscriptionFact({ quantity: 2 })], { askedAt: before });
  assert.equal((await db.select().from(subscriptions))[0]?.quantity, 5);
  const askedAt = new Date((await askTime()).getTime() + 1000);
  await applyFacts("paddle", [subscriptionFact({ quantity: 2 })], { askedAt });
  const [row] = await db.select().from(subscriptions);
  assert.deepEqual([row?.quantity, row && dayOf(row.occurredAt)], [2, dayOf(day(9))]);
});

test("what is explained is not done", async () => {
  const checkout = await begin();
  await apply(subscriptionFact({ checkout }));
  const [explained] = await explainFacts("paddle", [
    subscriptionFact({ checkout, status: "past_due", occurredAt: day(30), pastDueSince: day(30) }),
  ]);
  assert.match(explained?.explanation ?? "", /status active → past_due/);
  assert.deepEqual([await statuses(), await listEntitled()], [["active"], ["1: monthly plan until 2026-02-07"]]);
  await drain();
  assert.deepEqual(told, ["none → active"]);
});

test("what is told before anybody is known by that name is theirs once somebody is", async () => {
  const checkout = await begin(maya);
  await apply(adjustmentFact({ transaction: "txn_2", amount: 1 }));
  await apply(transactionFact({ id: "txn_2", periodStartsAt: day(30), periodEndsAt: day(60) }));
  await apply(transactionFact({ id: "txn_life", price: "pri_life", subscription: undefined }));
  await drain();
  assert.deepEqual([await listEntitled(), told.toSorted()], [[], ["reversed 1"]]);
  await apply(subscriptionFact({ checkout }));
  assert.deepEqual((await listEntitled()).toSorted(), ["2: lifetime plan", "2: monthly plan until 2026-03-02"]);
  await drain();
  assert.deepEqual(told.toSorted(), ["completed 1", "completed 2", "none → active", "reversed 1"]);
});

test("the token of an older fact still says who pays", async () => {
  await apply(subscriptionFact({ occurredAt: day(30), periodStartsAt: day(30), periodEndsAt: day(60) }));
  assert.deepEqual(await listEntitled(), []);
  assert.deepEqual(await apply(subscriptionFact({ checkout: await begin(ada) })), ["applied"]);
  assert.deepEqual(await listEntitled(), ["3: monthly plan until 2026-03-09"]);
});

test("two accounts that pay under one name of the provider keep what each of them bought", async () => {
  await apply(subscriptionFact({ checkout: await begin(sam) }));
  await apply(transactionFact({ id: "txn_9", subscription: "sub_2" }));
  await apply(subscriptionFact({ id: "sub_2", checkout: await begin(maya), periodEndsAt: day(10) }));
  assert.deepEqual(await listEntitled(), ["1: monthly plan until 2026-02-07", "2: monthly plan until 2026-01-31"]);
  const [payment] = await db
    .select({ userId: customers.userId })
    .from(transactions)
    .innerJoin(customers, eq(customers.id, transactions.customerId));
  assert.equal(payment?.userId, maya);
  // Whose the next one is cannot be told from the name alone.
  await apply(subscriptionFact({ id: "sub_3" }));
  assert.equal((await listEntitled()).length, 2);
});

test("a payment that was given back is decided when that was told first", async () => {
  const checkout = await begin();
  await apply(
    subscriptionFact({ checkout, status: "canceled", canceledAt: day(12), occurredAt: day(12) }),
    transactionFact({ checkout }),
    adjustmentFact({ occurredAt: day(11) }),
    adjustmentFact({ occurredAt: day(10) }),
    adjustmentFact({ occurredAt: day(9), status: "pending" }),
  );
  assert.deepEqual(
    (await db.select().from(adjustments)).map(({ decidedAt }) => decidedAt && dayOf(decidedAt)),
    [dayOf(day(10))],
  );
  assert.deepEqual(await listEntitled(), ["1: monthly plan until 2026-01-11"]);
  await apply(adjustmentFact({ status: "reversed", occurredAt: day(15) }));
  assert.deepEqual(await listEntitled(), ["1: monthly plan until 2026-01-31"]);
});
