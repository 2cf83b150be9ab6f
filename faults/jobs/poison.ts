import { setTimeout as sleep } from "node:timers/promises";
import { db } from "#lib/db.ts";
import { supervise } from "#lib/jobs/supervise.ts";
import { count, poison } from "./tasks.ts";
import { countEffects, countJobs, listWaits, openWorld, processEnvironment, until, workerScript } from "./world.ts";

/**
 * J5: jobs that end their process, fill its memory or never return, one after the other, among others that only want to
 * be done. Answers how long 95 of 100 of these waited at most, before there was any poison and until it was dead.
 */
export async function poisonWorkers(options: { kinds: readonly ("exit" | "memory" | "loop")[]; others: number }) {
  const world = await openWorld();
  Object.assign(process.env, processEnvironment(), { LOG_LEVEL: "silent", NODE_OPTIONS: "--max-old-space-size=200" });
  const supervisors = [supervise(workerScript, [world.url]), supervise(workerScript, [world.url])];
  let asked = 0;
  const askWhile = async (goesOn: () => boolean | Promise<boolean>): Promise<number> => {
    const first = asked + 1;
    while (await goesOn()) {
      await count.later({ n: (asked += 1) });
      await sleep(20);
    }
    await until(async () => (await countJobs(count.name, "created retry active")) === 0, 60_000);
    return p95(await listWaits(count.name, first));
  };
  const askUntilAllWork = (): Promise<number> => {
    const first = asked + 1;
    return askWhile(async () => (await countProcesses(first)) < supervisors.length);
  };
  try {
    await askUntilAllWork();
    const clean = asked + options.others;
    const cleanMs = await askWhile(() => asked < clean);
    const besideMs: Record<string, number> = {};
    for (const [index, how] of options.kinds.entries()) {
      await askUntilAllWork();
      await poison.later({ how });
      const enough = asked + options.others / options.kinds.length;
      besideMs[how] = await askWhile(async () => asked < enough || (await countDead()) <= index);
    }
    return { dead: await countDead(), ...(await countEffects(asked)), asked, cleanMs, besideMs };
  } finally {
    await Promise.all(supervisors.map((supervisor) => supervisor.stop()));
    await world.close();
  }
}

function countDead(): Promise<number> {
  return countJobs(poison.name, "failed");
}

async function countProcesses(from: number): Promise<number> {
  const { rows } = await db.$client.query("select distinct pid from effects where n >= $1", [from]);
  return rows.length;
}

function p95(values: readonly number[]): number {
  return Math.round(10 * (values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.95)] ?? 0)) / 10;
}
