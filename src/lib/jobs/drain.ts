import { db } from "../db.ts";
import { beginAttempt, type Job, type Outcome } from "./attempt.ts";
import { ensureQueues, openQueues } from "./boss.ts";
import { isHeld, mayRun } from "./hold.ts";
import { createScheduler } from "./schedules.ts";
import { createSettle } from "./settling.ts";
import type { AnyTask } from "./task.ts";

export interface Drained {
  task: string;
  id: string;
  outcome: Outcome;
  error?: unknown;
}

/**
 * For tests: fires the schedules of these tasks and runs all that is due at `now`, one after another in this process,
 * until nothing is left, retries that are due by then included. Answers what was run.
 */
export async function drainTasks(
  all: readonly AnyTask[],
  { now = new Date() }: { now?: Date } = {},
): Promise<Drained[]> {
  const boss = await openQueues();
  await ensureQueues(boss, all);
  const held = await isHeld();
  const tasks = all.filter((task) => mayRun(task, held));
  await createScheduler(tasks).tick(now, { held });
  const drained: Drained[] = [];
  for (let before = -1; drained.length > before;) {
    before = drained.length;
    await makeDue(tasks, now);
    for (const task of tasks) drained.push(...(await runWaiting(task)));
  }
  return drained;
}

async function makeDue(tasks: readonly AnyTask[], now: Date): Promise<void> {
  await db.$client.query(
    "update pgboss.job set start_after = now() where name = any($1) and state < 'active' and start_after between now() and $2",
    [tasks.map(({ name }) => name), now],
  );
}

async function runWaiting(task: AnyTask): Promise<Drained[]> {
  const boss = await openQueues();
  const jobs = await boss.fetch<Job["data"]>(task.name, { batchSize: 100, includeMetadata: true });
  const drained: Drained[] = [];
  for (const job of jobs) {
    const { outcome, error } = await beginAttempt(task, job, createSettle(boss, task.name)).ended;
    drained.push({ task: task.name, id: job.id, outcome, ...(error !== undefined && { error }) });
  }
  return drained;
}
