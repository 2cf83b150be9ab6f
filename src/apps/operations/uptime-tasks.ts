import { lt, sql } from "drizzle-orm";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { every } from "#lib/jobs.ts";
import { urls } from "#urls.ts";
import { askSite, saveSample } from "./sampling.ts";
import { uptimeSamples } from "./schema.ts";

/** Asks for the front page, and keeps what this minute has met. A slot that was missed is not made up: nobody asked. */
export const sampleUptime = every(
  "operations.sample-uptime",
  "* * * * *",
  { timeoutSeconds: 30, keepDays: 1 },
  async () => {
    const at = new Date();
    await saveSample(at, await askSite(config.BASE_URL + urls.home()));
  },
);

export const sweepUptime = every("operations.sweep-uptime", "27 3 * * *", {}, async () => {
  await db.delete(uptimeSamples).where(lt(uptimeSamples.at, sql`now() - interval '90 days'`));
});
