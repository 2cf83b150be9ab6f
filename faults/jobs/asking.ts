import { z } from "zod";
import { atomic } from "#lib/db.ts";
import { task } from "#lib/jobs.ts";
import { count } from "./tasks.ts";
import { countJobs, openWorld } from "./world.ts";

/** J3: transactions that ask for a job, half of them rolled back. */
export async function askInTransactions(options: { transactions: number }) {
  const world = await openWorld();
  try {
    let commits = 0;
    let next = 0;
    const ask = async (): Promise<void> => {
      for (let n = next++; n < options.transactions; n = next++) {
        const transaction = atomic(async () => {
          await count.later({ n });
          if (n % 2 === 1) throw new Error("rolled back");
        });
        await transaction.then(
          () => (commits += 1),
          () => undefined,
        );
      }
    };
    await Promise.all(Array.from({ length: 8 }, ask));
    return { commits, jobs: await countJobs(count.name, "created") };
  } finally {
    await world.close();
  }
}

/** J6: many ask at once for what has one key. */
export async function askWithOneKey(options: { asked: number }) {
  const world = await openWorld();
  try {
    const keyed = task("trial.keyed", { input: z.object({}), key: () => "one" }, async () => undefined);
    let next = 0;
    let taken = 0;
    const ask = async (): Promise<void> => {
      for (; next < options.asked;) {
        next += 1;
        if ((await keyed.later({})) !== undefined) taken += 1;
      }
    };
    await Promise.all(Array.from({ length: 100 }, ask));
    return { taken, jobs: await countJobs(keyed.name, "created") };
  } finally {
    await world.close();
  }
}
