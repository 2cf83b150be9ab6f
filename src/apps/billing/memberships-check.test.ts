import { begin, listEntitled, maya, paddle } from "./testing/scene.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq, sql } from "drizzle-orm";
import { putEntitlement } from "#apps/members/entitlements.ts";
import { entitlements } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { applyFacts } from "./applying.ts";
import { checks } from "./checks.ts";
import { compareEntitlements } from "./memberships-check.ts";
import { reconcile } from "./reconciling.ts";
import { paymentEvents, reconciliations, subscriptions } from "./schema.ts";
import { day, subscriptionFact, transactionFact } from "./testing/facts.ts";

test("what people may open is compared with what was paid, and derived anew where it differs", async () => {
  const checkout = await begin();
  await applyFacts("paddle", [
    subscriptionFact({ checkout }),
    transactionFact({ checkout }),
    transactionFact({ checkout, id: "txn_life", price: "pri_life", subscription: undefined }),
  ]);
  assert.deepEqual(await compareEntitlements({ mends: false }), { compared: 3, differing: [] });
  await db
    .update(entitlements)
    .set({ endsAt: day(365) })
    .where(eq(entitlements.source, "subscription"));
  await putEntitlement("purchase", "2", null);
  await putEntitlement("purchase", "99", { userId: maya, label: "lifetime plan", startsAt: day(0), endsAt: null });
  for (const mends of [false, true]) {
    const { differing } = await compareEntitlements({ mends });
    assert.deepEqual(differing, [
      "subscription 1: endsAt is 2027-01-01T00:00:00.000Z, and should be 2026-02-07T00:00:00.000Z",
      "purchase 2: opens nothing, and should open lifetime plan",
      "purchase 99: opens lifetime plan, and should not: There is no such payment.",
    ]);
  }
  assert.deepEqual(await compareEntitlements({ mends: false }), { compared: 3, differing: [] });
  assert.deepEqual((await listEntitled()).toSorted(), ["1: lifetime plan", "1: monthly plan until 2026-02-07"]);
});

const found = async (name: string): Promise<string> =>
  (await checks.find((each) => each.name === name)?.run()) ?? "nothing";

test("events that wait or were refused are told", async () => {
  assert.equal(await found("payment events"), "nothing");
  const event = { provider: "paddle", kind: "x", body: "x", occurredAt: day(0) } as const;
  await db.insert(paymentEvents).values([
    { ...event, eventId: "1", receivedAt: new Date(Date.now() - 20 * 60_000) },
    { ...event, eventId: "2", outcome: "refused", processedAt: sql`now()` },
  ]);
  assert.match(await found("payment events"), /^1 events .* wait .* 1 events .* refused/);
  const { isWorseSince } = checks[0] ?? assert.fail();
  assert.deepEqual(
    [await isWorseSince?.(new Date(Date.now() - 60_000)), await isWorseSince?.(new Date(Date.now() + 60_000))],
    [true, false],
  );
});

test("payments of nobody are told once their account had time to become known", async () => {
  await applyFacts("paddle", [subscriptionFact(), transactionFact()]);
  assert.equal(await found("unclaimed payments"), "nothing");
  await db.execute(sql`update subscriptions set updated_at = now() - interval '20 minutes'`);
  assert.match(await found("unclaimed payments"), /to have paid 1 subscriptions or payments/);
});

test("it is told when a provider was not compared, or differs", async () => {
  await db.delete(reconciliations);
  await applyFacts("paddle", [subscriptionFact({ startedAt: new Date() })]);
  assert.equal(await found("payments compared"), "nothing");
  await db.update(subscriptions).set({ startedAt: day(0) });
  assert.match(await found("payments compared"), /not compared for two days/);
  await reconcile("paddle");
  assert.match(await found("payments compared"), /^1 things of Fake differ/);
  paddle.things.set("sub_1", subscriptionFact({ startedAt: new Date() }));
  await reconcile("paddle");
  assert.equal(await found("payments compared"), "nothing");
  paddle.isDown = true;
  await reconcile("paddle");
  assert.match(await found("payments compared"), /broken off: It does not answer/);
});

test("it is told when somebody pays for two memberships", async () => {
  const checkout = await begin();
  await applyFacts("paddle", [
    subscriptionFact({ checkout }),
    subscriptionFact({ checkout, id: "sub_2", price: "pri_team" }),
  ]);
  assert.equal(await found("paid twice"), "nothing");
  await applyFacts("paddle", [subscriptionFact({ checkout, id: "sub_3", price: "pri_year" })]);
  assert.match(await found("paid twice"), /^1 person pays for two memberships/);
});
