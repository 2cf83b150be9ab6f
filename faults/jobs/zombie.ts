import { setTimeout as sleep } from "node:timers/promises";
import { atomic, db } from "#lib/db.ts";
import { stopAll } from "./kill.ts";
import { hold } from "./tasks.ts";
import { countEffects, countJobs, openWorld, startProcess, until } from "./world.ts";

/**
 * J2: a worker is paused for longer than its lease while it holds jobs, another runs them to the end, the first goes on.
 * Answers how many of its late endings were refused.
 */
export async function pauseWorkers(options: { rounds: number; jobs: number }) {
  const total = { refused: 0, twice: 0, lost: 0 };
  for (let round = 0; round < options.rounds; round++) {
    const { refused, twice, lost } = await pauseOnce(options.jobs);
    total.refused += refused;
    total.twice += twice;
    total.lost += lost;
  }
  return total;
}

async function pauseOnce(jobs: number) {
  const world = await openWorld();
  const paused = await startProcess(world.url);
  const workers = [paused];
  try {
    await holdAll(jobs);
    await until(async () => (await countJobs(hold.name, "active")) === jobs, 60_000);
    paused.child.kill("SIGSTOP");
    workers.push(await startProcess(world.url));
    await until(async () => (await countJobs(hold.name, "completed")) === jobs, 60_000);
    paused.child.kill("SIGCONT");
    const refused = (): number => paused.lines.filter((line) => line.includes('"outcome":"superseded"')).length;
    await until(async () => refused() >= jobs, 10_000).catch(() => undefined);
    await sleep(500);
    const late = await db.$client.query("select from effects where pid = $1", [paused.child.pid]);
    return { ...(await countEffects(jobs)), refused: late.rowCount === 0 ? refused() : 0 };
  } finally {
    await stopAll(workers);
    await world.close();
  }
}

/** The only worker sleeps for longer than its lease, as its machine does: it goes on, and counts no attempt. */
export async function sleepAlone(options: { jobs: number }) {
  const world = await openWorld();
  const worker = await startProcess(world.url);
  try {
    await holdAll(options.jobs);
    await until(async () => (await countJobs(hold.name, "active")) === options.jobs, 60_000);
    worker.child.kill("SIGSTOP");
    await until(async () => (await count("heartbeat_on < now() - interval '11 s'")) === options.jobs, 60_000);
    worker.child.kill("SIGCONT");
    await until(async () => (await countJobs(hold.name, "completed")) === options.jobs, 60_000);
    return { ...(await countEffects(options.jobs)), retried: await count("retry_count > 0") };
  } finally {
    await stopAll([worker]);
    await world.close();
  }
}

/** Asks for all at once, so that they run at the same time however slow the machine is. */
async function holdAll(jobs: number): Promise<void> {
  await atomic(async () => {
    for (let n = 1; n <= jobs; n++) await hold.later({ n, ms: 5000 });
  });
}

async function count(condition: string): Promise<number> {
  const { rowCount } = await db.$client.query(`select from pgboss.job where name = $1 and ${condition}`, [hold.name]);
  return rowCount ?? 0;
}
