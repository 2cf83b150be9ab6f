import { db } from "#lib/db.ts";
import { supervise } from "#lib/jobs/supervise.ts";
import { hold, poison } from "./tasks.ts";
import { countJobs, openWorld, processEnvironment, until, workerScript } from "./world.ts";

/** A supervised worker dies while it holds jobs. Answers why they were handed back, and how soon after the death was asked for. */
export async function dieHolding(options: { jobs: number }) {
  const world = await openWorld();
  Object.assign(process.env, processEnvironment(), { LOG_LEVEL: "silent" });
  const supervisor = supervise(workerScript, [world.url]);
  try {
    for (let n = 1; n <= options.jobs; n++) await hold.later({ n, ms: 600_000 });
    await until(async () => (await countJobs(hold.name, "active")) === options.jobs, 60_000);
    await poison.later({ how: "exit" });
    const ms = await until(async () => (await listReasons()).length === options.jobs, 60_000);
    return { reasons: [...new Set(await listReasons())], ms };
  } finally {
    await db.$client.query("delete from pgboss.job");
    await supervisor.stop();
    await world.close();
  }
}

async function listReasons(): Promise<string[]> {
  const { rows } = await db.$client.query<{ message: string }>(
    "select output ->> 'message' as message from pgboss.job where name = $1 and output is not null",
    [hold.name],
  );
  return rows.map(({ message }) => message);
}
