import { setTimeout as sleep } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import { z } from "zod";
import { atomic } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import { startWorker, task } from "#lib/jobs.ts";
import { judged, median, percentile, type Row } from "../report.ts";
import { openWorld } from "../world.ts";

const jobs = 5000;
const rounds = 3;
const inFlight = 10;
const input = z.object({ n: z.number() });

/** Asking for tasks, how soon they begin, and how many are run a second beside pg-boss alone on the same database. */
export async function background(): Promise<Row[]> {
  const { databaseUrl } = await openWorld();
  // A line a task is written in production too, but not into this table.
  log.level = "warn";
  const asking = await timeAsking();
  const waits = await timeStarts();
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(await runOurs(round));
    bare.push(await runBare(databaseUrl, round));
  }
  const common = { part: "jobs" };
  return [
    { ...common, what: "a transaction that asks for a task, p95", unit: "ms", ours: percentile(asking, 0.95) },
    judged({
      ...common,
      what: "from commit to start, p95",
      unit: "ms",
      ours: percentile(waits, 0.95),
      target: { atMost: 100 },
    }),
    judged({
      ...common,
      what: `tasks run, ${inFlight} at once`,
      unit: "a second",
      ours: median(ours),
      beside: { what: "pg-boss alone", value: median(bare) },
      ratio: median(ours.map((value, round) => value / (bare[round] ?? Number.NaN))),
      target: { atLeast: 0.7 },
    }),
  ];
}

async function timeAsking(): Promise<number[]> {
  const asked = task("bench.asked", { input }, async () => undefined);
  const times: number[] = [];
  for (let n = 0; n < 500; n++) {
    const startedAt = performance.now();
    await atomic(() => asked.later({ n }, { inSeconds: 86_400 }));
    times.push(performance.now() - startedAt);
  }
  return times;
}

async function timeStarts(): Promise<number[]> {
  const committed: number[] = [];
  const waits: number[] = [];
  const started = task("bench.started", { input }, async ({ n }) => {
    waits.push(performance.now() - (committed[n] ?? performance.now()));
  });
  const worker = await startWorker({ tasks: [started] });
  for (let n = 0; n < 500; n++) {
    await atomic(() => started.later({ n }));
    committed[n] = performance.now();
    await sleep(5);
  }
  while (waits.length < 500) await sleep(10);
  await worker.stop();
  return waits;
}

async function runOurs(round: number): Promise<number> {
  let left = jobs;
  const done = Promise.withResolvers<void>();
  const run = task(`bench.ours-${round}`, { input, queue: { concurrency: inFlight } }, async () => {
    if (--left === 0) done.resolve();
  });
  await atomic(async () => {
    for (let n = 0; n < jobs; n++) await run.later({ n });
  });
  const startedAt = performance.now();
  const worker = await startWorker({ tasks: [run] });
  await done.promise;
  const seconds = (performance.now() - startedAt) / 1000;
  await worker.stop();
  return jobs / seconds;
}

/** What pg-boss does by itself with as many in flight: batches, fetched again as long as they are full. */
async function runBare(url: string, round: number): Promise<number> {
  const boss = new PgBoss({ connectionString: url, max: 3, supervise: false, schedule: false, useListenNotify: true });
  boss.on("error", () => undefined);
  await boss.start();
  const name = `bench.bare-${round}`;
  await boss.createQueue(name, { notify: true, heartbeatSeconds: 10, retryLimit: 8 });
  await boss.insert(
    name,
    Array.from({ length: jobs }, (_, n) => ({ data: { n } })),
  );
  let left = jobs;
  const done = Promise.withResolvers<void>();
  const startedAt = performance.now();
  await boss.work(name, { batchSize: inFlight, burstWhenBatchFull: true, perJobResults: true }, async (batch) => {
    left -= batch.length;
    if (left === 0) done.resolve();
    return batch.map(({ id }) => ({ id, status: "completed" as const }));
  });
  await done.promise;
  const seconds = (performance.now() - startedAt) / 1000;
  await boss.stop({ graceful: false });
  return jobs / seconds;
}
