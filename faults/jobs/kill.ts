import { setTimeout as sleep } from "node:timers/promises";
import { atomic, db } from "#lib/db.ts";
import { count } from "./tasks.ts";
import { countEffects, countJobs, openWorld, startProcess, until, type WorkerProcess } from "./world.ts";

/** J1: workers are killed at random while they work; what they held is run again by the others. */
export async function killWorkers(options: { jobs: number; workers: number; kills: number; everyMs: number }) {
  const world = await openWorld();
  const workers = await Promise.all(Array.from({ length: options.workers }, () => startProcess(world.url)));
  const starting = new Set<Promise<void>>();
  const replace = async (): Promise<void> => {
    workers.push(await startProcess(world.url));
  };
  const killAll = async (): Promise<void> => {
    for (let kills = 0; kills < options.kills; await sleep(options.everyMs)) {
      // On a busy machine they would be killed sooner than others have started, and nobody would be there to take over.
      if (workers.length < 2) continue;
      const [victim] = workers.splice(Math.floor(Math.random() * workers.length), 1);
      if (victim === undefined) continue;
      victim.child.kill("SIGKILL");
      kills += 1;
      starting.add(replace());
    }
  };
  try {
    let busy = true;
    let stuckSeconds = 0;
    const watching = until(async () => {
      stuckSeconds = Math.max(stuckSeconds, await longestSilence());
      return !busy && (await countJobs(count.name, "created retry active")) === 0;
    }, 1_800_000);
    await Promise.all([enqueueAll(options.jobs, options.kills * options.everyMs), killAll()]);
    busy = false;
    await watching;
    return { ...(await countEffects(options.jobs)), stuckSeconds: Math.round(stuckSeconds * 10) / 10 };
  } finally {
    await Promise.all(starting);
    await stopAll(workers);
    await world.close();
  }
}

async function enqueueAll(jobs: number, duringMs: number): Promise<void> {
  const batch = 100;
  for (let first = 1; first <= jobs; first += batch) {
    await atomic(async () => {
      for (let n = first; n < first + batch && n <= jobs; n++) await count.later({ n, ms: Math.random() * 20 });
    });
    // Some are always waiting while workers are killed.
    await sleep((duringMs * batch) / jobs / 2);
  }
}

async function longestSilence(): Promise<number> {
  const { rows } = await db.$client.query<{ seconds: number | null }>(
    "select max(extract(epoch from now() - heartbeat_on))::float8 as seconds from pgboss.job where state = 'active'",
  );
  return rows[0]?.seconds ?? 0;
}

export async function stopAll(workers: readonly WorkerProcess[]): Promise<void> {
  for (const { child } of workers) child.kill("SIGKILL");
  await Promise.all(workers.map(({ exited }) => exited));
}
