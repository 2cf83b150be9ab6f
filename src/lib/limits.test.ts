import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eq, like, sql } from "drizzle-orm";
import { testDatabase } from "../../test/helpers/database.ts";
import { skip, startRedis } from "../../test/helpers/redis.ts";
import { atomic, connect, db, disconnect } from "./db.ts";
import { Limited } from "./http/problems.ts";
import { limit } from "./limits.ts";
import { tellNow } from "./limits/flushing.ts";
import { insure } from "./limits/insured.ts";
import { openPostgres } from "./limits/postgres.ts";
import { openRedis } from "./limits/redis.ts";
import { listRefusals } from "./limits/tallies.ts";
import { limits } from "./limits/schema.ts";
import type { RemoteStore } from "./limits/store.ts";
import { watchedLimit } from "./limits/watched.ts";

const database = await testDatabase();
connect(database.url);
const redis = skip === false ? await startRedis() : undefined;
after(async () => {
  await redis?.stop();
  await disconnect();
  await database.drop();
});

const stores: { name: string; open: () => RemoteStore; skip?: string | false }[] = [
  { name: "Postgres", open: openPostgres },
  { name: "Redis", open: () => openRedis(redis?.url ?? ""), skip },
];

for (const { name, open, skip: why = false } of stores) {
  test(`${name} counts together what several processes add, one by one or many at once`, { skip: why }, async () => {
    const [one, other] = [open(), open()];
    const tries = { key: "together", points: 1, seconds: 60 };
    await Promise.all(Array.from({ length: 50 }, (_, each) => (each % 2 === 0 ? one : other).add([tries])));
    const batch = [
      { key: "new", points: 3, seconds: 60 },
      { ...tries, points: 7 },
      { key: "last", points: 1, seconds: 9 },
    ];
    const counts = await other.add(batch);
    assert.deepEqual(
      counts.map(({ points }) => points),
      [3, 57, 1],
    );
    assert.ok(counts.every(({ msLeft }, place) => msLeft > 0 && msLeft <= (batch[place]?.seconds ?? 0) * 1000));
    assert.equal((await one.read("together"))?.points, 57);
    await one.remove("together");
    assert.equal(await other.read("together"), undefined);
    assert.equal((await other.add([tries]))[0]?.points, 1);
    one.close();
    other.close();
  });

  test(`${name} forgets`, { skip: why }, async () => {
    const store = open();
    const [single, together] = ["alone", "among others"].map((key) => ({ key, points: 5, seconds: 1 }));
    assert.ok(single !== undefined && together !== undefined);
    await store.add([single]);
    await store.add([together, { key: "another", points: 1, seconds: 60 }]);
    while ((await store.read(single.key)) !== undefined || (await store.read(together.key)) !== undefined);
    assert.equal((await store.add([single]))[0]?.points, 5);
    assert.equal((await store.add([together, { key: "another", points: 1, seconds: 60 }]))[0]?.points, 5);
    store.close();
  });
}

test(
  "while Redis takes calls and answers none, limits are counted, and after that together again",
  { skip },
  async () => {
    assert.ok(redis !== undefined);
    const tries = { key: "hole", points: 1, seconds: 60 };
    redis.pause();
    const store = insure({ name: "trial", open: async () => openRedis(redis.url), limitMs: 50, restMs: 50 });
    const used: number[] = [];
    for (let each = 0; each < 20; each += 1) used.push((await store.add([tries]))[0]?.points ?? 0);
    assert.deepEqual(
      used,
      Array.from({ length: 20 }, (_, each) => each + 1),
    );
    redis.resume();
    const other = openRedis(redis.url);
    while ((await other.read("hole")) === undefined) await store.add([tries]);
    await store.close();
    other.close();
  },
);

test("a limit lets through as many as it says, and then says when to come back", async () => {
  const guesses = limit("guesses", {
    points: 3,
    perSeconds: 600,
    by: "account",
    because: "There were too many guesses.",
  });
  for (const left of [2, 1, 0]) assert.equal((await guesses.consume("maya@example.org")).left, left);
  await assert.rejects(guesses.consume(" Maya@example.org"), (error) => {
    assert.ok(error instanceof Limited);
    assert.equal(error.status, 429);
    assert.equal(error.message, "There were too many guesses. Please try again in 10 minutes.");
    assert.ok(error.retryAfterSeconds > 590 && error.retryAfterSeconds <= 600);
    return true;
  });
  assert.equal((await guesses.consume("sam@example.org")).used, 1);
  assert.deepEqual(
    { ...(await guesses.look("maya@example.org")), retryAfterSeconds: 0 },
    { used: 4, left: 0, isOver: true, retryAfterSeconds: 0 },
  );
  await guesses.reset("maya@example.org");
  assert.equal((await guesses.look("maya@example.org")).used, 0);
  assert.equal((await db.select().from(limits)).filter(({ key }) => /maya|sam/.test(key)).length, 0);
});

test("what was tried in a transaction counts although that is rolled back", async () => {
  const codes = limit("codes", { points: 3, perSeconds: 600, by: "account", because: "There were too many codes." });
  const failed = atomic(async () => {
    await codes.consume("maya");
    throw new Error("wrong code");
  });
  await assert.rejects(failed, /wrong code/);
  assert.equal((await codes.look("maya")).used, 1);
});

test("what has long expired leaves the table", async (t) => {
  const long = Date.now() - 2 * 3_600_000;
  await db.insert(limits).values([
    { key: "long gone", points: 1, expire: long },
    { key: "here", points: 1, expire: Date.now() + 60_000 },
  ]);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  openPostgres();
  t.mock.timers.tick(300_000);
  t.mock.timers.reset();
  while ((await db.$count(limits, eq(limits.key, "long gone"))) > 0);
  assert.equal(await db.$count(limits, eq(limits.key, "here")), 1);
});

test("a name stands for one limit", () => {
  const rule = { points: 3, perSeconds: 600, by: "address", because: "There were too many." } as const;
  limit("once", rule);
  assert.throws(() => watchedLimit("once", rule), /Two limits are called "once"/);
});

test("a watched limit costs no query until a tenth of it is used, and then counts what other processes have told", async () => {
  const reading = watchedLimit("reading", { points: 100, perSeconds: 600, by: "address", because: "There was a lot." });
  const [shared, key] = [openPostgres(), "reading:203.0.113.9"];
  for (let each = 0; each < 10; each += 1) reading.take("203.0.113.9");
  await tellNow();
  assert.equal(await shared.read(key), undefined);
  await shared.add([{ key, points: 60, seconds: 600 }]);
  reading.take("203.0.113.9");
  await tellNow();
  assert.equal((await shared.read(key))?.points, 71);
  for (let each = 0; each < 29; each += 1) reading.take("203.0.113.9");
  assert.throws(() => reading.take("203.0.113.9"), Limited);
  reading.take("203.0.113.10");
  await tellNow();
  assert.equal((await shared.read(key))?.points, 100);
});

test("refusals are counted for all processes, whatever limit they are of", async () => {
  const listed = new Map((await listRefusals()).map(({ name, times }) => [name, times]));
  assert.equal(listed.get("guesses"), 1);
  assert.equal(listed.get("reading"), 1);
  assert.equal(listed.get("codes"), undefined);
  await db
    .update(limits)
    .set({ points: sql`${limits.points} + 4` })
    .where(like(limits.key, "tally:refused guesses:%"));
  assert.equal((await listRefusals()).find(({ name }) => name === "guesses")?.times, 5);
});
