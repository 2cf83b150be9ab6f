import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, db, disconnect } from "#lib/db.ts";
import { testDatabase } from "../../test/helpers/database.ts";

export interface World {
  url: string;
  close: () => Promise<void>;
}

/** An empty database with a table for effects, to which this process is connected. */
export async function openWorld(): Promise<World> {
  const database = await testDatabase();
  connect(database.url);
  await db.$client.query("create table effects (n int not null, pid int not null)");
  return {
    url: database.url,
    close: async () => {
      await disconnect();
      await database.drop();
    },
  };
}

export const workerScript = resolve(import.meta.dirname, "process.ts");

export interface WorkerProcess {
  child: ChildProcess;
  /** The lines of its log so far. */
  lines: string[];
  exited: Promise<unknown[]>;
}

/** Starts a process that works, and waits until it does. */
export async function startProcess(url: string): Promise<WorkerProcess> {
  const child = fork(workerScript, [url], { stdio: ["ignore", "pipe", "inherit", "ipc"], env: processEnvironment() });
  const lines: string[] = [];
  child.stdout?.on("data", (chunk: Buffer) => lines.push(...chunk.toString().split("\n").filter(Boolean)));
  const exited = once(child, "exit");
  await Promise.race([once(child, "message"), exited]);
  return { child, lines, exited };
}

export function processEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LOG_LEVEL: "info" };
}

/** Rows of effects, how many of them are there more than once, and how many of `wanted` are missing. */
export async function countEffects(wanted: number): Promise<{ twice: number; lost: number }> {
  const { rows } = await db.$client.query<{ n: number; times: number }>(
    "select n, count(*)::int as times from effects where n > 0 group by n",
  );
  return { twice: rows.filter(({ times }) => times > 1).length, lost: wanted - rows.length };
}

export async function countJobs(name: string, state: string): Promise<number> {
  const { rows } = await db.$client.query<{ count: number }>(
    "select count(*)::int as count from pgboss.job where name like $1 and state = any($2::pgboss.job_state[])",
    [name, state.split(" ")],
  );
  return rows[0]?.count ?? 0;
}

/** Milliseconds from when each job was asked for to the start of its last attempt. */
export async function listWaits(name: string, from = 0): Promise<number[]> {
  const { rows } = await db.$client.query<{ ms: number }>(
    `select (extract(epoch from started_on - created_on) * 1000)::float8 as ms from pgboss.job
     where name = $1 and (data -> 'input' ->> 'n')::int >= $2`,
    [name, from],
  );
  return rows.map(({ ms }) => ms);
}

/** Waits until something holds; answers the milliseconds that took, and throws after `withinMs`. */
export async function until(holds: () => Promise<boolean>, withinMs: number): Promise<number> {
  const startedAt = Date.now();
  while (!(await holds())) {
    if (Date.now() - startedAt > withinMs) throw new Error(`It did not happen within ${withinMs} ms.`);
    await sleep(50);
  }
  return Date.now() - startedAt;
}
