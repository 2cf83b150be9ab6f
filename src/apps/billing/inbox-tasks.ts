import { sql } from "drizzle-orm";
import { z } from "zod";
import { db } from "#lib/db.ts";
import { every, task } from "#lib/jobs.ts";
import { processEvent } from "./inbox.ts";
import { providerNames } from "./names.ts";
import { listProviders } from "./providers.ts";
import { reconcile } from "./reconciling.ts";
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

/** Compares what is known with what each provider has, in the night. */
export const reconcileNightly = every("billing.reconcile-nightly", "23 2 * * *", {}, async () => {
  for (const { name } of await listProviders()) await reconcileProvider.later({ provider: name });
});

export const reconcileProvider = task(
  "billing.reconcile",
  {
    input: z.object({ provider: z.enum(providerNames) }),
    key: ({ provider }) => provider,
    retry: { limit: 3, delaySeconds: 300, maxDelaySeconds: 3600 },
    timeoutSeconds: 4 * 3600,
    queue: { concurrency: 1 },
  },
  async ({ provider }) => {
    const { error } = await reconcile(provider);
    if (error !== "") throw new Error(error);
  },
);

export const inboxTasks = [processEvents, sweepEvents, reconcileNightly, reconcileProvider];
