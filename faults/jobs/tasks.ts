// What the processes of these trials do: each effect is a row, so that those which are missing or twice can be counted.
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { atomic, db } from "#lib/db.ts";
import { task } from "#lib/jobs.ts";

const retry = { limit: 50, delaySeconds: 1, maxDelaySeconds: 2 };
const input = z.object({ n: z.number(), ms: z.number().default(0) });

/** Takes a while, then saves its effect together with the end of the job. */
export const count = task(
  "trial.count",
  { input, retry, queue: { concurrency: 10 } },
  async ({ n, ms }, { finish }) => {
    await sleep(ms);
    await finish(async () => {
      await db.execute(sql`insert into effects values (${n}, ${process.pid})`);
    });
  },
);

/** The same with an effect in a transaction of its own before. */
export const hold = task("trial.hold", { input, retry, queue: { concurrency: 50 } }, async ({ n, ms }, { finish }) => {
  await sleep(ms);
  await atomic(async () => {
    await db.execute(sql`insert into effects values (${-n}, ${process.pid})`);
  });
  await finish(async () => {
    await db.execute(sql`insert into effects values (${n}, ${process.pid})`);
  });
});

/** Ends its job, then stands still before that is saved, the first time. */
export const linger = task("trial.linger", { input, retry }, ({ n }, { attempt, finish }) =>
  atomic(async () => {
    await finish(async () => {
      await db.execute(sql`insert into effects values (${n}, ${process.pid})`);
    });
    if (attempt === 1) await sleep(600_000);
  }),
);

/** Ends its process, fills its memory, or never returns. */
export const poison = task(
  "trial.poison",
  { input: z.object({ how: z.enum(["exit", "memory", "loop"]) }), retry: { limit: 1 } },
  async ({ how }) => {
    if (how === "exit") process.exit(1);
    const heap: unknown[] = [];
    for (;;) if (how === "memory") heap.push(Array.from({ length: 100_000 }, (_, index) => `${index}`));
  },
);

export const trialTasks = [count, hold, linger, poison];
