import { setImmediate as nextTurn } from "node:timers/promises";
import type { PgBoss } from "pg-boss";
import type { Job, Settle } from "./attempt.ts";
import { completeJobs, failJobs } from "./claims.ts";

interface Waiting {
  job: Job;
  resolve: (current: boolean) => void;
  reject: (error: unknown) => void;
}

/** Settles the jobs of one queue. Those that end while a statement is under way share the next one. */
export function createSettle(boss: PgBoss, name: string): Settle {
  let waiting: Waiting[] = [];
  let busy = false;

  async function flush(): Promise<void> {
    if (busy) return;
    busy = true;
    do {
      await nextTurn();
      await settleBatch(boss, name, waiting.splice(0));
    } while (waiting.length > 0);
    busy = false;
  }

  return {
    complete: (job) =>
      new Promise((resolve, reject) => {
        waiting.push({ job, resolve, reject });
        void flush();
      }),
    fail: async (job, error, options) => {
      const settled = await failJobs(boss, name, { attempts: [job], error, ...options });
      return settled.has(job.id);
    },
  };
}

async function settleBatch(boss: PgBoss, name: string, batch: readonly Waiting[]): Promise<void> {
  const jobs = batch.map(({ job }) => job);
  try {
    const settled = await completeJobs(boss, name, jobs);
    for (const { job, resolve } of batch) resolve(settled.has(job.id));
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
