import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { db } from "../db.ts";
import { jobRates } from "./schema.ts";
import type { AnyTask } from "./task.ts";

/** Waits for the turn of one more task of a queue with a limit of rate. All workers take their turns from one row. */
export async function waitForRate({ name, settings }: AnyTask, signal: AbortSignal): Promise<void> {
  if (settings.ratePerSecond === undefined) return;
  const step = sql`make_interval(secs => ${1 / settings.ratePerSecond})`;
  const [turn] = await db
    .insert(jobRates)
    .values({ name, nextAt: sql`clock_timestamp() + ${step}` })
    .onConflictDoUpdate({
      target: jobRates.name,
      set: { nextAt: sql`greatest(${jobRates.nextAt}, clock_timestamp()) + ${step}` },
    })
    .returning({
      waitMs: sql<number>`(extract(epoch from ${jobRates.nextAt} - ${step} - clock_timestamp()) * 1000)::float8`,
    });
  if (turn !== undefined && turn.waitMs > 1) await sleep(turn.waitMs, undefined, { signal });
}
