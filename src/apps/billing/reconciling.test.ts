import { begin, drain, listEntitled, paddle } from "./testing/scene.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { db } from "#lib/db.ts";
import { applyFacts } from "./applying.ts";
import { reconcileNightly } from "./inbox-tasks.ts";
import { listReconciliations, reconcile, reconcileAll } from "./reconciling.ts";
import { adjustments, reconciliations, subscriptions } from "./schema.ts";
import { adjustmentFact, day, subscriptionFact, transactionFact } from "./testing/facts.ts";

const has = (...facts: Parameters<typeof paddle.things.set>[1][]): void => {
  for (const fact of facts) paddle.things.set(fact.id, fact);
};

test("what was never told is found, noted and taken over, and a second time nothing differs", async () => {
  const checkout = await begin();
  await applyFacts("paddle", [subscriptionFact({ checkout }), transactionFact({ checkout })]);
  has(
    subscriptionFact({ checkout, occurredAt: day(20), scheduled: { action: "cancel", at: day(30) } }),
    transactionFact({ checkout }),
    transactionFact({ id: "txn_life", price: "pri_life", subscription: undefined, checkout }),
    adjustmentFact({ amount: 1 }),
  );
  const first = await reconcile("paddle");
  assert.equal(first.compared, 4);
  assert.deepEqual(
    first.drift.map(({ object, field, ours, theirs, isMended }) => [object, field, ours, theirs, isMended]),
    [
      ["subscription sub_1", "scheduledAction", "", "cancel", true],
      ["subscription sub_1", "scheduledAt", "", day(30).toISOString(), true],
      ["transaction txn_life", "", "missing", "completed", true],
      ["adjustment adj_1", "", "missing", "approved", true],
    ],
  );
  assert.deepEqual((await listEntitled()).toSorted(), ["1: lifetime plan", "1: monthly plan until 2026-01-31"]);
  const second = await reconcile("paddle");
  assert.deepEqual([second.compared, second.drift], [4, []]);
});

test("what the provider has lost or contradicts is told, and stays", async () => {
  await applyFacts("paddle", [
    subscriptionFact({ id: "sub_lost" }),
    subscriptionFact({ status: "canceled", canceledAt: day(3) }),
    adjustmentFact({ status: "pending" }),
  ]);
  has(subscriptionFact({ occurredAt: day(9) }));
  for (const { drift } of [await reconcile("paddle"), await reconcile("paddle")]) {
    assert.deepEqual(
      drift.map(({ object, ours, theirs, isMended }) => [object, ours, theirs, isMended]),
      [
        ["subscription sub_1", "ended", "active", false],
        ["subscription sub_lost", "known", "missing", false],
        ["adjustment adj_1", "known", "missing", false],
      ],
    );
  }
  assert.deepEqual([await db.$count(subscriptions), await db.$count(adjustments)], [2, 1]);
  assert.match(
    await reconcileAll(),
    /^Fake: 1 compared, 0 mended, 3 left as they are\.\n {2}subscription sub_1 status/,
  );
});

test("a comparison that was broken off says so, and takes nothing away", async () => {
  const checkout = await begin();
  await applyFacts("paddle", [subscriptionFact({ checkout })]);
  paddle.isDown = true;
  const { error, finishedAt } = await reconcile("paddle");
  assert.deepEqual([error, finishedAt instanceof Date], ["It does not answer.", true]);
  assert.equal((await listEntitled()).length, 1);
  assert.match(await reconcileAll(), /It was broken off/);
});

test("every night each provider is compared", async () => {
  await db.delete(reconciliations);
  has(subscriptionFact());
  await reconcileNightly.now({ slot: new Date() });
  await drain();
  assert.deepEqual(
    (await listReconciliations()).map(({ provider, compared }) => [provider, compared]),
    [["paddle", 1]],
  );
});
