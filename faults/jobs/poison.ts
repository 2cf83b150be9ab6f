import { setTimeout as sleep } from "node:timers/promises";
import { db } from "#lib/db.ts";
import { supervise } from "#lib/jobs/supervise.ts";
import { count, poison } from "./tasks.ts";
import { countEffects, countJobs, openWorld, processEnvironment, until, workerScript } from "./world.ts";

/** J5: jobs that end their process, fill its memory or never return, among others that only want to be done. */
export async function poisonWorkers(options: { kinds: readonly ("exit" | "memory" | "loop")[]; others: number }) {
  const world = await openWorld();
  Object.assign(process.env, processEnvironment(), { LOG_LEVEL: "silent", NODE_OPTIONS: "--max-old-space-size=200" });
  const supervisors = [supervise(workerScript, [world.url]), supervise(workerScript, [world.url])];
  try {
    await count.later({ n: 1 });
    await until(async () => (await countJobs(count.name, "completed")) === 1, 60_000);
    const clean = await latencies(options.others, 1);
    for (const how of options.kinds) await poison.later({ how });
    const beside = await latencies(options.others, options.others + 1);
    await until(async () => (await countJobs(poison.name, "failed")) === options.kinds.length, 180_000);
    await until(async () => (await countJobs(count.name, "created retry active")) === 0, 60_000);
    const { lost, twice } = await countEffects(options.others * 2 + 1);
    return { dead: options.kinds.length, lost, twice, cleanMs: p95(clean), besideMs: p95(beside) };
  } finally {
    await Promise.all(supervisors.map((supervisor) => supervisor.stop()));
    await world.close();
  }
}

/** Milliseconds from commit to start of jobs that are asked for one after another. */
async function latencies(jobs: number, after: number): Promise<number[]> {
  for (let n = after + 1; n <= after + jobs; n++) {
    await count.later({ n });
    await sleep(20);
  }
  await until(async () => (await countJobs(count.name, "created retry active")) === 0, 60_000);
  const { rows } = await db.$client.query<{ ms: number }>(
    `select (extract(epoch from started_on - created_on) * 1000)::float8 as ms from pgboss.job
     where name = $1 and (data -> 'input' ->> 'n')::int > $2`,
    [count.name, after],
  );
  return rows.map(({ ms }) => ms);
}

export function p95(values: readonly number[]): number {
  return Math.round(values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.95)] ?? 0);
}
