import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { z } from "zod";
import { testDatabase } from "../../../test/helpers/database.ts";
import { atomic, connect, db, disconnect } from "../db.ts";
import { every, startWorker, task, type AnyTask } from "../jobs.ts";
import { currentRequestId, withRequestId } from "../trace.ts";
import { openQueues } from "./boss.ts";
import { cancelJob, getJob, listJobs } from "./listing.ts";
import { createScheduler } from "./schedules.ts";

const database = await testDatabase();
connect(database.url);
await db.$client.query("create table saved (n int)");
after(async () => {
  await disconnect();
  await database.drop();
});

const input = z.object({ n: z.number() });

async function working<T>(tasks: readonly AnyTask[], act: () => Promise<T>): Promise<T> {
  const worker = await startWorker({ tasks });
  try {
    return await act();
  } finally {
    await worker.stop();
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; !(await holds()); await sleep(10))
    assert.ok(Date.now() < end, "It never happened.");
}

test("a task runs with the id of the request that asked for it", async () => {
  const seen: unknown[] = [];
  const traced = task("test.traced", { input }, async () => void seen.push(currentRequestId()));
  await withRequestId("request-7", () => traced.later({ n: 1 }));
  await traced.later({ n: 2 });
  await working([traced], () => until(() => seen.length === 2));
  assert.deepEqual(new Set(seen), new Set(["request-7", undefined]));
});

test("what runs is shown with its progress, and is told when it is cancelled and saves nothing more", async () => {
  let refused: unknown;
  const long = task("test.long", { input }, async (_input, { signal, progress }) => {
    await progress(3, 10);
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    await atomic(async () => void (await db.$client.query("insert into saved values (1)"))).catch(
      (error: unknown) => (refused = error),
    );
  });
  const id = (await long.later({ n: 1 })) ?? "";
  await working([long], async () => {
    await until(async () => (await getJob(id)).output?.progress?.done === 3);
    assert.equal((await getJob(id)).standing, "running");
    await cancelJob(id);
    await until(() => refused !== undefined);
  });
  assert.match(String(refused), /cancelled or is run by another worker/);
  assert.equal((await db.$client.query("select from saved")).rowCount, 0);
  assert.equal((await getJob(id)).standing, "cancelled");
});

test("a queue runs no more at once than it may, the most urgent first", async () => {
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const narrow = task("test.narrow", { input, queue: { concurrency: 2 } }, async ({ n }) => {
    order.push(n);
    running += 1;
    most = Math.max(most, running);
    await sleep(20);
    running -= 1;
  });
  for (let n = 0; n < 8; n++) await narrow.later({ n }, { priority: n });
  await working([narrow], () => until(() => order.length === 8 && running === 0));
  assert.equal(most, 2);
  assert.deepEqual(new Set(order.slice(0, 2)), new Set([7, 6]));
});

test("two workers together keep to the rate of a queue", async () => {
  let done = 0;
  const slow = task(
    "test.slow",
    { input, queue: { ratePerSecond: 20, concurrency: 20 } },
    async () => void (done += 1),
  );
  for (let n = 0; n < 10; n++) await slow.later({ n });
  const startedAt = performance.now();
  await working([slow], () => working([slow], () => until(() => done === 10)));
  assert.ok(performance.now() - startedAt >= 450);
});

test("a worker takes the queues it is told to", async () => {
  const seen: string[] = [];
  const tasks = ["mail.send", "mailing.send", "media.warm"].map((name) =>
    task(name, { input }, async () => void seen.push(name)),
  );
  for (const each of tasks) await each.later({ n: 1 });
  const worker = await startWorker({ tasks, queues: ["mail", "media.warm"] });
  await until(() => seen.length === 2);
  await sleep(1200);
  await worker.stop();
  assert.deepEqual(new Set(seen), new Set(["mail.send", "media.warm"]));
});

test("the work of finish() and the end of the job are saved together or not at all", async () => {
  let attempts = 0;
  const careful = task("test.careful", { input, retry: { delaySeconds: 0 } }, async ({ n }, { finish }) => {
    attempts += 1;
    await finish(async () => {
      await db.$client.query("insert into saved values ($1)", [n]);
      if (attempts === 1) throw new Error("not yet");
    });
  });
  const id = (await careful.later({ n: 42 })) ?? "";
  await working([careful], () => until(async () => (await getJob(id)).standing === "done"));
  assert.equal(attempts, 2);
  assert.equal((await db.$client.query("select from saved where n = 42")).rowCount, 1);
});

test("jobs whose lease has run out are run again, and one whose row is locked holds up none of the others", async () => {
  const seen: number[] = [];
  const lost = task("test.lost", { input, retry: { delaySeconds: 0 } }, async ({ n }) => void seen.push(n));
  for (const n of [1, 2]) await lost.later({ n });
  await db.$client.query(
    `update pgboss.job set state = 'active', started_on = now() - interval '1 minute', heartbeat_on = now() - interval '11 s'
     where name = $1`,
    [lost.name],
  );
  const paused = await lock(
    "select from pgboss.job where name = $1 and data -> 'input' ->> 'n' = '1' for share",
    lost.name,
  );
  await working([lost], async () => {
    await until(() => seen.includes(2));
    assert.deepEqual(seen, [2]);
    await paused.end();
    await until(() => seen.includes(1));
  });
});

test("nobody waits for a worker that was paused while it fired a schedule, whose slot another fires afterwards", async () => {
  const hourly = every("test.hourly", "0 * * * *", {}, async () => undefined);
  const later = every("test.later", "0 * * * *", {}, async () => undefined);
  const { tick } = createScheduler([hourly, later]);
  await tick(new Date("2026-01-01T10:30:00Z"));
  const paused = await lock("select from job_schedules where name = $1 for update", hourly.name);
  await tick(new Date("2026-01-01T11:00:00Z"));
  assert.deepEqual(await countSlots(hourly, later), [0, 1]);
  await paused.end();
  await tick(new Date("2026-01-01T11:00:01Z"));
  assert.deepEqual(await countSlots(hourly, later), [1, 1]);
});

test("transactions that hold every connection ask for a task that nobody has asked for before", async () => {
  const fresh = task("test.fresh", { input }, async () => undefined);
  const all = Promise.withResolvers<void>();
  let begun = 0;
  const ask = (n: number): Promise<void> =>
    atomic(async () => {
      if ((begun += 1) === 10) all.resolve();
      await all.promise;
      await fresh.later({ n });
    });
  await Promise.all(Array.from({ length: 10 }, (_, n) => ask(n)));
  assert.equal((await listJobs({ task: fresh.name })).length, 10);
});

test("tasks that hold every connection of their process keep their jobs; others are tried again, and end well", async () => {
  const released = Promise.withResolvers<void>();
  let held = 0;
  const greedy = task("test.greedy", { input, queue: { concurrency: 10 } }, async () => {
    await atomic(async () => {
      held += 1;
      await released.promise;
    });
  });
  const modest = task(
    "test.modest",
    { input, retry: { delaySeconds: 0 } },
    async () => void (await db.execute("select")),
  );
  for (let n = 0; n < 10; n++) await greedy.later({ n });
  const id = (await modest.later({ n: 1 }, { inSeconds: 1 })) ?? "";
  const watching = new Client({ connectionString: database.url });
  await watching.connect();
  await working([greedy, modest], async () => {
    await until(async () => {
      const { rows } = await watching.query("select state from pgboss.job where id = $1", [id]);
      return held === 10 && rows[0].state === "retry";
    });
    released.resolve();
    await until(async () => (await listJobs({ standing: "done", task: greedy.name })).length === 10);
    await until(async () => (await getJob(id)).standing === "done");
  });
  await watching.end();
  for (const { attempts } of await listJobs({ task: greedy.name })) assert.equal(attempts, 1);
});

/** A connection that stands still inside a transaction in which it has locked something. */
async function lock(query: string, name: string): Promise<Client> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query("begin");
  await client.query(query, [name]);
  return client;
}

async function countSlots(...tasks: AnyTask[]): Promise<number[]> {
  const jobs = await Promise.all(tasks.map(({ name }) => listJobs({ task: name })));
  return jobs.map(({ length }) => length);
}

test("a worker takes back nothing that it holds itself, however long it was asleep", async () => {
  const released = Promise.withResolvers<void>();
  const held = task("test.held", { input }, () => released.promise);
  const id = (await held.later({ n: 1 })) ?? "";
  const asked = async (condition: string): Promise<boolean> =>
    (await db.$client.query(`select from pgboss.job where id = $1 and ${condition}`, [id])).rowCount === 1;
  await working([held], async () => {
    // After a renewal the next is seconds away, and it looks for what has run out each second.
    await until(() => asked("state = 'active' and heartbeat_on > started_on + interval '1 s'"));
    for (let nap = 0; nap < 2; nap++) {
      await db.$client.query("update pgboss.job set heartbeat_on = now() - interval '1 hour' where id = $1", [id]);
      await until(() => asked("(heartbeat_on > now() - interval '1 minute' or retry_count > 0)"));
    }
    assert.ok(await asked("state = 'active' and retry_count = 0"));
    released.resolve();
    await until(() => asked("state = 'completed'"));
  });
});

test("pg-boss ends no lease by itself when the machine falls asleep while it tidies", async () => {
  const asleep = task("test.asleep", { input }, async () => undefined);
  const id = await asleep.later({ n: 1 });
  await db.$client.query(
    "update pgboss.job set state = 'active', started_on = now(), heartbeat_on = now() - interval '1 hour' where id = $1",
    [id],
  );
  const queues = await openQueues();
  await queues.supervise(asleep.name);
  const { rows } = await db.$client.query("select state, retry_count from pgboss.job where id = $1", [id]);
  assert.deepEqual(rows, [{ state: "active", retry_count: 0 }]);
});
