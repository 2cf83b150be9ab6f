import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { testDatabase } from "../../test/helpers/database.ts";
import { currentTransaction, ensureQueues, openQueues } from "./jobs/boss.ts";
import { atomic, connect, db, disconnect } from "./db.ts";
import {
  drainTasks,
  event,
  every,
  GiveUp,
  knowTasks,
  on,
  RetryAfter,
  startWorker,
  task,
  type AnyTask,
} from "./jobs.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

const nothing = z.object({});
let number = 0;
const fresh = (): string => `test.n${(number += 1)}`;

/** A task that keeps what it was given. */
function recorder(options: object = {}, failures: readonly Error[] = []) {
  const seen: number[] = [];
  const left = [...failures];
  const made = task(fresh(), { input: z.object({ n: z.number() }), ...options }, async ({ n }) => {
    seen.push(n);
    const failure = left.shift();
    if (failure !== undefined) throw failure;
  });
  return { made, seen };
}

async function until(holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); await sleep(10))
    assert.ok(Date.now() < end, "It never happened.");
}

async function working<T>(tasks: readonly AnyTask[], act: () => Promise<T>): Promise<T> {
  const worker = await startWorker({ tasks });
  try {
    return await act();
  } finally {
    await worker.stop();
  }
}

test("a committed change loses nothing and a rolled-back one enqueues nothing", async () => {
  const { made, seen } = recorder();
  await atomic(() => made.later({ n: 1 }));
  await assert.rejects(
    atomic(async () => {
      await made.later({ n: 2 });
      throw new Error("no");
    }),
  );
  await drainTasks([made]);
  assert.deepEqual(seen, [1]);
});

test("a worker runs what is asked for within a moment", async () => {
  const { made, seen } = recorder();
  await working([made], async () => {
    await made.later({ n: 1 });
    await until(() => seen.length === 1);
  });
});

test("a task that is due later waits, and is seen by a clock that is set to then", async () => {
  const { made, seen } = recorder();
  await made.later({ n: 1 }, { inSeconds: 3600 });
  await drainTasks([made]);
  assert.deepEqual(seen, []);
  await drainTasks([made], { now: new Date(Date.now() + 3_601_000) });
  assert.deepEqual(seen, [1]);
});

test("a job is saved as pg-boss saves it, due at once and due later", async () => {
  const { made } = recorder({ retry: { limit: 3, delaySeconds: 7, maxDelaySeconds: 70 }, priority: 4, keepDays: 2 });
  const at = new Date("2030-01-01T00:00:00Z");
  await atomic(async () => {
    await made.later({ n: 1 });
    await made.later({ n: 1 }, { at });
    await made.later({ n: 1 }, { inSeconds: 90 });
    const boss = await openQueues();
    const data = { input: { n: 1 } };
    for (const startAfter of [undefined, at, 90]) {
      const due = startAfter !== undefined && { startAfter };
      await boss.send(made.name, data, {
        singletonKey: String(startAfter),
        priority: 4,
        ...due,
        db: currentTransaction,
      });
    }
  });
  const { rows } = await db.$client.query<{ job: object }>(
    "select to_jsonb(job) - 'id' - 'singleton_key' as job from pgboss.job where name = $1 order by start_after",
    [made.name],
  );
  assert.equal(rows.length, 6);
  for (const place of [0, 2, 4]) assert.deepEqual(rows[place], rows[place + 1]);
});

test("a queue is made as pg-boss makes it, and brought up to date when its task has changed", async () => {
  const options = { retry: { limit: 3, delaySeconds: 7, maxDelaySeconds: 70 }, keepDays: 2, timeoutSeconds: 30 };
  const [asked, worked, changed] = [recorder(options).made, recorder(options).made, recorder(options).made];
  await db.$client.query("select pgboss.create_queue($1, $2)", [changed.name, { policy: "exclusive", retryLimit: 9 }]);
  for (const each of [asked, changed]) await each.later({ n: 1 });
  await ensureQueues(await openQueues(), [worked]);
  assert.deepEqual(await findQueue(asked.name), await findQueue(worked.name));
  assert.deepEqual(await findQueue(changed.name), await findQueue(worked.name));
});

async function findQueue(name: string): Promise<unknown> {
  const text =
    "select to_jsonb(queue) - '{name,created_on,updated_on}'::text[] as queue from pgboss.queue where name = $1";
  return (await db.$client.query<{ queue: unknown }>(text, [name])).rows[0]?.queue;
}

test("many are asked for at once, each by its own request, and one whose key is taken is left out", async () => {
  const { made, seen } = recorder({ key: ({ n }: { n: number }) => String(n) });
  await made.later({ n: 2 });
  await made.laterAll([1, 2, 3, 3].map((n) => ({ input: { n }, requestId: `request-${n}` })));
  await made.laterAll([]);
  const { rows } = await db.$client.query<{ request: string }>(
    "select data->>'requestId' as request from pgboss.job where name = $1 order by 1",
    [made.name],
  );
  assert.deepEqual(
    rows.map(({ request }) => request),
    ["request-1", "request-3", null],
  );
  await drainTasks([made]);
  assert.deepEqual(new Set(seen), new Set([1, 2, 3]));
});

test("of inputs with one key, one waits or runs at a time", async () => {
  const { made, seen } = recorder({ key: ({ n }: { n: number }) => String(n % 2) });
  assert.notEqual(await made.later({ n: 1 }), undefined);
  assert.equal(await made.later({ n: 3 }), undefined);
  assert.notEqual(await made.later({ n: 2 }), undefined);
  await drainTasks([made]);
  assert.notEqual(await made.later({ n: 3 }), undefined);
  assert.deepEqual(new Set(seen), new Set([1, 2]));
});

test("what fails is tried again, and is dead with its error and input after the last attempt", async () => {
  const { made, seen } = recorder(
    { retry: { limit: 2, delaySeconds: 1 } },
    [1, 2, 3].map((n) => new Error(`no ${n}`)),
  );
  await made.later({ n: 7 });
  const first = await drainTasks([made]);
  assert.deepEqual(
    first.map(({ outcome }) => outcome),
    ["retry"],
  );
  const rest = await drainTasks([made], { now: new Date(Date.now() + 86_400_000) });
  assert.deepEqual(
    rest.map(({ outcome }) => outcome),
    ["retry", "dead"],
  );
  assert.deepEqual(seen, [7, 7, 7]);
  const { rows } = await db.$client.query("select data, output from pgboss.job where name = $1", [made.name]);
  assert.equal(rows[0].data.input.n, 7);
  assert.equal(rows[0].output.message, "no 3");
});

test("a task that gives up, or whose input is wrong, is dead at once", async () => {
  const { made } = recorder({}, [new GiveUp("never")]);
  await made.later({ n: 1 });
  assert.deepEqual(
    (await drainTasks([made])).map(({ outcome }) => outcome),
    ["dead"],
  );
  const changed = task(made.name, { input: z.object({ word: z.string() }) }, async () => undefined);
  await made.later({ n: 1 });
  const [drained] = await drainTasks([changed]);
  assert.equal(drained?.outcome, "dead");
  assert.match(String(drained?.error), /not what the task expects/);
});

test("a task that says when is tried again then, an hour later at most, and by its own delay after the next failure", async () => {
  const { made } = recorder({ retry: { limit: 3, delaySeconds: 60, maxDelaySeconds: 60 } }, [
    new RetryAfter("Too many requests.", 7),
    new RetryAfter("Too many requests.", 86_400),
    new Error("no"),
    new RetryAfter("Too many requests.", 7),
  ]);
  await made.later({ n: 1 });
  const waits: number[] = [];
  const outcomes: unknown[] = [];
  for (let attempt = 0; attempt < 4; attempt++) {
    await db.$client.query("update pgboss.job set start_after = now() where name = $1", [made.name]);
    const startedAt = Date.now();
    outcomes.push(...(await drainTasks([made])).map(({ outcome }) => outcome));
    const { rows } = await db.$client.query("select start_after from pgboss.job where name = $1", [made.name]);
    const seconds = (rows[0].start_after - startedAt) / 1000;
    waits.push([3600, 60, 7].find((known) => known <= seconds) ?? 0);
  }
  assert.deepEqual(outcomes, ["retry", "retry", "retry", "dead"]);
  assert.deepEqual(waits.slice(0, 3), [7, 3600, 60]);
});

test("a time that is none is refused", () => {
  for (const seconds of [-1, Number.NaN, Infinity]) assert.throws(() => new RetryAfter("no", seconds), RangeError);
});

test("a task that takes too long is told so, and nobody waits for it", async () => {
  let told = false;
  const deaf = task(
    fresh(),
    { input: nothing, timeoutSeconds: 0.1, retry: { limit: 0 } },
    async (_input, { signal }) => {
      signal.addEventListener("abort", () => (told = true));
      await new Promise(() => undefined);
    },
  );
  await deaf.later({});
  const [drained] = await drainTasks([deaf]);
  assert.equal(drained?.outcome, "dead");
  assert.match(String(drained?.error), /longer than 0.1 s/);
  assert.ok(told);
});

test("a task that was renamed runs what waits under its former name, and an unknown name waits", async () => {
  const old = recorder();
  await old.made.later({ n: 5 });
  const renamed = recorder({ formerly: [old.made.name] });
  const unknown = recorder();
  await unknown.made.later({ n: 6 });
  await working([renamed.made], () => until(() => renamed.seen.length === 1));
  assert.deepEqual(renamed.seen, [5]);
  const { rows } = await db.$client.query("select state from pgboss.job where name = $1", [unknown.made.name]);
  assert.equal(rows[0].state, "created");
});

test("an event reaches every listener in the transaction that announces it", async () => {
  const happened = event("happened", z.object({ n: z.number() }));
  const heard: string[] = [];
  const one = on(happened, fresh(), async ({ n }) => void heard.push(`one ${n}`));
  const two = on(happened, fresh(), async ({ n }) => void heard.push(`two ${n}`));
  knowTasks([one, two]);
  await atomic(() => happened.emit({ n: 1 }));
  await atomic(async () => {
    await happened.emit({ n: 2 });
    throw new Error("no");
  }).catch(() => undefined);
  await drainTasks([one, two]);
  assert.deepEqual(heard.toSorted(), ["one 1", "two 1"]);
});

test("a schedule fires each slot once and makes up for the latest missed one only", async () => {
  const slots: string[] = [];
  const hourly = every(fresh(), "0 * * * *", {}, async ({ slot }) => void slots.push(slot.toISOString()));
  await drainTasks([hourly], { now: new Date("2026-01-01T10:30:00Z") });
  await drainTasks([hourly], { now: new Date("2026-01-01T11:00:00Z") });
  await drainTasks([hourly], { now: new Date("2026-01-01T11:00:01Z") });
  await drainTasks([hourly], { now: new Date("2026-01-01T17:10:00Z") });
  assert.deepEqual(slots, ["2026-01-01T11:00:00.000Z", "2026-01-01T17:00:00.000Z"]);
});
