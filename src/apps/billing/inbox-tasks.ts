import { sql } from "drizzle-orm";
import { z } from "zod";
import { db } from "#lib/db.ts";
import { every, task } from "#lib/jobs.ts";
import { processEvent } from "./inbox.ts";
import { paymentEvents } from "./schema.ts";

// What a provider tells may have to be asked about, and it may be down for a day.
const patient = { limit: 80, delaySeconds: 2, maxDelaySeconds: 1800 };

export const processEvents = task(
  "billing.process-event",
  { input: z.object({ eventId: z.int() }), retry: patient, priority: 5, queue: { concurrency: 2 } },
  async ({ eventId }) => processEvent(eventId),
);

/** Blanks what was told and is understood, once nobody will ask: as long as providers keep it themselves. */
export const sweepEvents = every("billing.sweep-events", "47 3 * * *", {}, async () => {
  await db.execute(sql`
    update ${paymentEvents} set body = ''
    where body <> '' and processed_at is not null and received_at < now() - interval '90 days'`);
});

export const inboxTasks = [processEvents, sweepEvents];
