import { setTimeout as sleep } from "node:timers/promises";
import { db } from "#lib/db.ts";
import { stopAll } from "./kill.ts";
import { count, hold, linger } from "./tasks.ts";
import { countEffects, countJobs, listWaits, openWorld, startProcess, until } from "./world.ts";

/**
 * A worker is paused inside a transaction that has locked its job, while it holds others as well. Answers when another
 * worker took these, and the locked one, and how long jobs waited at most that were asked for meanwhile.
 */
export async function pauseInTransaction(options: { jobs: number }) {
  const world = await openWorld();
  const paused = await startProcess(world.url);
  const workers = [paused];
  try {
    await linger.later({ n: 1 });
    for (let n = 2; n <= options.jobs; n++) await hold.later({ n, ms: 4000 });
    await until(async () => (await countJobs(hold.name, "active")) === options.jobs - 1 && (await isLocked()), 60_000);
    paused.child.kill("SIGSTOP");
    const startedAt = Date.now();
    workers.push(await startProcess(world.url));
    let asked = options.jobs;
    let othersSeconds = 0;
    while ((await countRetried(linger.name)) < 1) {
      await count.later({ n: (asked += 1) });
      await sleep(100);
      if ((await countRetried(hold.name)) < options.jobs - 1) othersSeconds = seconds(startedAt);
    }
    const lockedSeconds = seconds(startedAt);
    paused.child.kill("SIGCONT");
    await until(async () => (await countJobs("trial.%", "created retry active")) === 0, 60_000);
    const longestMs = Math.round(Math.max(...(await listWaits(count.name))));
    return { ...(await countEffects(asked)), othersSeconds, lockedSeconds, longestMs };
  } finally {
    await stopAll(workers);
    await world.close();
  }
}

async function isLocked(): Promise<boolean> {
  const { rowCount } = await db.$client.query("select from pgboss.job where name = $1 for update skip locked", [
    linger.name,
  ]);
  return rowCount === 0;
}

async function countRetried(name: string): Promise<number> {
  const { rowCount } = await db.$client.query(
    "select from pgboss.job where name = $1 and retry_count > 0 and state <> 'retry'",
    [name],
  );
  return rowCount ?? 0;
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 100) / 10;
}
