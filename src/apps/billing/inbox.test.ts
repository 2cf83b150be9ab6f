import { begin, drain, listEntitled, paddle, sam, told } from "./testing/scene.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { asc, eq, sql } from "drizzle-orm";
import * as fc from "fast-check";
import { deletionHolds } from "#apps/accounts/schema.ts";
import { entitlements, plans } from "#apps/members/schema.ts";
import { db, queryCount } from "#lib/db.ts";
import type { Fact } from "./facts.ts";
import { sweepEvents } from "./inbox-tasks.ts";
import { explainEvent, processEvent, receiveEvent, replayEvent } from "./inbox.ts";
import { useProviders } from "./providers.ts";
import { coupons, paymentEvents, subscriptions, transactions } from "./schema.ts";
import { day, subscriptionFact, transactionFact } from "./testing/facts.ts";
import { tell, type Told } from "./testing/fake-provider.ts";
import { stories } from "./testing/stories.ts";
import { live, mayOpen, newWorld } from "./testing/world.ts";

async function receive(event: Told): Promise<void> {
  const { body, headers } = tell(event);
  await receiveEvent("paddle", body, headers);
}

async function outcomes(): Promise<string[]> {
  const rows = await db.select().from(paymentEvents).orderBy(asc(paymentEvents.id));
  return rows.map(({ outcome, explanation }) => `${outcome}: ${explanation}`);
}

test("an event is kept once and carried out by a task", async () => {
  const fact = subscriptionFact({ checkout: await begin() });
  for (let time = 0; time < 3; time += 1) await receive({ id: "evt_1", fact });
  assert.deepEqual(await outcomes(), ["null: "]);
  await drain();
  assert.deepEqual(await outcomes(), ["applied: New: subscription sub_1 is active."]);
  await processEvent(1);
  await drain();
  assert.deepEqual(told, ["none → active"]);
});

test("events that come together are kept together, each once", async () => {
  await receive({ id: "evt_0", kind: "address.created" });
  const before = queryCount();
  const ids = Array.from({ length: 60 }, (_, n) => `evt_${n % 30}`);
  await Promise.all(ids.map((id) => receive({ id, kind: "address.created" })));
  // Three times: the first by itself, then as many as go together, then the others.
  assert.ok(queryCount() - before <= 6);
  await drain();
  assert.deepEqual(await outcomes(), Array(30).fill("ignored: Nothing follows from address.created."));
});

test("one that cannot be kept is in the way of no other that comes with it", async () => {
  const kept = await Promise.allSettled(["evt_1", "evt_2", "evt_\0", "evt_3"].map((id) => receive({ id })));
  assert.deepEqual(
    kept.map(({ status }) => status),
    ["fulfilled", "fulfilled", "rejected", "fulfilled"],
  );
  assert.equal(await db.$count(paymentEvents), 3);
});

test("what is not signed is refused and not kept", async () => {
  const { body, headers } = tell({ fact: subscriptionFact() });
  const changed = Buffer.from(body.toString().replace("sub_1", "sub_2"));
  await assert.rejects(receiveEvent("paddle", changed, headers), { status: 401 });
  await assert.rejects(receiveEvent("paddle", body, {}), { status: 401 });
  await assert.rejects(receiveEvent("stripe", body, headers), { status: 404 });
  assert.equal(await db.$count(paymentEvents), 0);
});

test("what nothing follows from is kept, and what is not to be believed is refused", async () => {
  await receive({ kind: "address.created" });
  await receive({ refused: "It is of another account." });
  await drain();
  assert.deepEqual(await outcomes(), [
    "ignored: Nothing follows from address.created.",
    "refused: It is of another account.",
  ]);
});

test("an event that cannot be carried out now is carried out later", async () => {
  await receive({ fact: subscriptionFact({ checkout: await begin() }) });
  await receive({ fact: subscriptionFact({ quantity: 2 }) });
  paddle.isDown = true;
  await drain().catch(() => undefined);
  assert.match((await outcomes()).join(), /null: /);
  paddle.isDown = false;
  paddle.things.set("sub_1", subscriptionFact({ quantity: 2 }));
  await processEvent(1);
  await processEvent(2);
  assert.doesNotMatch((await outcomes()).join(), /null/);
  assert.equal((await db.select().from(subscriptions))[0]?.quantity, 2);
});

test("an event can be explained without effect, and replayed without harm", async () => {
  const checkout = await begin();
  await receive({ fact: subscriptionFact({ checkout }) });
  await receive({ fact: subscriptionFact({ checkout, status: "canceled", occurredAt: day(5), canceledAt: day(5) }) });
  assert.match((await explainEvent(2)).explanation, /New: subscription sub_1 is canceled/);
  assert.equal(await db.$count(subscriptions), 0);
  await drain();
  await replayEvent(1);
  assert.equal((await db.select().from(subscriptions))[0]?.status, "canceled");
  assert.match((await outcomes())[0] ?? "", /^outdated: It has come to its end/);

  await db.update(paymentEvents).set({ receivedAt: sql`now() - interval '91 days'` });
  await sweepEvents.now({ slot: new Date() });
  await assert.rejects(replayEvent(1), /not kept any more/);
});

test("an event whose price became known since opens what was paid for when it is replayed", async () => {
  const checkout = await begin();
  await receive({ fact: transactionFact({ checkout, price: "pri_new", subscription: undefined }) });
  await drain();
  assert.match((await outcomes())[0] ?? "", /^refused: Its price is none of ours/);
  const life = sql`(select price_id from provider_prices where provider_id = 'pri_life')`;
  await db.execute(
    sql`insert into provider_prices (provider, provider_id, price_id) values ('paddle', 'pri_new', ${life})`,
  );
  await replayEvent(1);
  assert.deepEqual(await listEntitled(), ["1: lifetime plan"]);
});

// What an attacker may try who can pay, and choose what a provider hands back.
const forged: Readonly<Record<string, () => Promise<Fact>>> = {
  "an unknown price": async () => transactionFact({ ...life, checkout: await begin(), price: "pri_cheap" }),
  "no price": async () => subscriptionFact({ checkout: await begin(), price: undefined }),
  "nothing paid": async () => transactionFact({ ...life, checkout: await begin(), total: 0 }),
  "nothing asked": async () => subscriptionFact({ checkout: await begin(), amount: 0 }),
  "nothing paid by a discount of nobody": async () =>
    transactionFact({ ...life, checkout: await begin(), total: 0, discount: 400_00 }),
  "the id of somebody in place of a token": async () => transactionFact({ ...life, checkout: String(sam) }),
  "no token": async () => subscriptionFact({ customer: "ctm_foreign" }),
  "a token of another provider": async () =>
    transactionFact({ ...life, checkout: await begin(sam, { provider: "stripe" }) }),
  "a payment that is not made": async () => transactionFact({ ...life, checkout: await begin(), status: "open" }),
  "a lifetime paid as a gift": async () => transactionFact({ ...life, checkout: await begin(sam, { kind: "gift" }) }),
  "a year paid once": async () =>
    transactionFact({ ...life, price: "pri_year", checkout: await begin(sam, { kind: "membership" }) }),
};
const life = { price: "pri_life", subscription: undefined, total: 400_00 };

for (const [name, make] of Object.entries(forged)) {
  test(`${name} opens nothing`, async () => {
    await receive({ fact: await make() });
    await drain();
    assert.deepEqual(await listEntitled(), []);
  });
}

test("a test opens nothing where money moves, and holds up nobody", async () => {
  useProviders([{ ...paddle, isLive: true }]);
  await receive({ fact: subscriptionFact({ checkout: await begin(), isTest: true }) });
  await drain();
  assert.match((await outcomes())[0] ?? "", /^refused: No money has moved/);
  assert.deepEqual(await listEntitled(), []);
  assert.equal(await db.$count(deletionHolds), 0);
});

test("what costs nothing by a coupon of ours opens what it is for", async () => {
  await db.insert(coupons).values({ code: "ALL", percent: 100 });
  const checkout = await begin(sam, { couponId: 1 });
  await receive({ fact: transactionFact({ ...life, checkout, total: 0, discount: 400_00 }) });
  await drain();
  assert.deepEqual(await listEntitled(), ["1: lifetime plan"]);
});

test("histories end in the same whatever the order, and however often each event comes", async () => {
  const numRuns = process.env.FAULTS === "full" ? 300 : 12;
  const order = fc.infiniteStream(fc.nat());
  await fc.assert(
    fc
      .asyncProperty(stories, order, async (story, numbers) => {
        const world = live(newWorld(await begin()), story);
        const events = world.facts.flatMap((fact, n) => [0, 1, 2].map(() => ({ id: `evt_${n}`, fact })));
        const rank = new Map(events.map((event) => [event, numbers.next().value ?? 0]));
        for (const event of events.toSorted((one, other) => (rank.get(one) ?? 0) - (rank.get(other) ?? 0))) {
          await receive(event);
          if ((rank.get(event) ?? 0) % 4 === 0) await drain();
        }
        await drain();
        assert.equal(await db.$count(paymentEvents), world.facts.length);
        const rows = await db.select().from(entitlements).innerJoin(plans, eq(plans.id, entitlements.planId));
        for (let on = world.today; on < world.today + 420; on += 1) {
          const at = day(on + 0.5);
          const isOpen = rows.some(
            ({ entitlements: { startsAt, endsAt } }) => startsAt <= at && (endsAt === null || at < endsAt),
          );
          assert.equal(isOpen, mayOpen({ ...world, comps: [] }, on), `on day ${on}`);
        }
        const completed = told.filter((each) => each.startsWith("completed"));
        assert.equal(new Set(completed).size, completed.length);
        assert.equal(completed.length, await db.$count(transactions, eq(transactions.status, "completed")));
      })
      .beforeEach(async () => {
        await db.execute(sql`truncate customers, subscriptions, transactions, adjustments, checkouts, payment_events,
          entitlements restart identity cascade`);
        told.length = 0;
      }),
    { numRuns },
  );
});
