import { setTimeout as sleep } from "node:timers/promises";
import { stopAll } from "./kill.ts";
import { count } from "./tasks.ts";
import { countEffects, countJobs, openWorld, startProcess, until } from "./world.ts";

/** J7: workers are told to stop under load, twice. */
export async function stopWorkers(options: { times: number; jobs: number }) {
  const world = await openWorld();
  let longestMs = 0;
  let badExits = 0;
  try {
    for (let n = 1; n <= options.jobs; n++) await count.later({ n, ms: Math.random() * 200 });
    for (let time = 0; time < options.times; time++) {
      const worker = await startProcess(world.url);
      await sleep(300);
      const startedAt = Date.now();
      worker.child.kill("SIGTERM");
      await sleep(50);
      worker.child.kill("SIGTERM");
      const [status] = await worker.exited;
      longestMs = Math.max(longestMs, Date.now() - startedAt);
      if (status !== 0) badExits += 1;
    }
    const active = await countJobs(count.name, "active retry");
    const last = await startProcess(world.url);
    await until(async () => (await countJobs(count.name, "created retry active")) === 0, 120_000);
    await stopAll([last]);
    return { ...(await countEffects(options.jobs)), badExits, longestMs, leftBehind: active };
  } finally {
    await world.close();
  }
}
