import { sql } from "drizzle-orm";
import { z } from "zod";
import { db } from "#lib/db.ts";
import { every, task } from "#lib/jobs.ts";
import { deliverMailing } from "./ledger.ts";
import { mailEvents, messages, webhooks } from "./schema.ts";
import { deliverMessage } from "./sending.ts";
import { processWebhook } from "./webhooks.ts";

// A provider may be down for a day, or a key be wrong over a weekend.
const patient = { limit: 80, delaySeconds: 5, maxDelaySeconds: 3600 };

export const sendMessage = task(
  "mail.send",
  { input: z.object({ messageId: z.int() }), retry: patient, priority: 10, queue: { concurrency: 8 } },
  async ({ messageId }) => deliverMessage(messageId),
);

export const sendMailing = task(
  "mail.send-mailing",
  {
    input: z.object({ mailingId: z.int() }),
    retry: patient,
    key: ({ mailingId }) => String(mailingId),
    timeoutSeconds: 6 * 3600,
  },
  async ({ mailingId }, { signal }) => deliverMailing(mailingId, { signal }),
);

export const readWebhook = task(
  "mail.read-webhook",
  { input: z.object({ webhookId: z.int() }) },
  async ({ webhookId }) => processWebhook(webhookId),
);

/** Keeps what was sent, and what was told of it, for as long as somebody may ask. */
export const sweepMail = every("mail.sweep", "17 3 * * *", {}, async () => {
  await db.execute(sql`delete from ${webhooks} where processed_at < now() - interval '30 days'`);
  await db.execute(sql`delete from ${mailEvents} where occurred_at < now() - interval '400 days'`);
  // The text may hold what is nobody's business any more; that it was sent, and its key, stay.
  await db.execute(sql`
    update ${messages} set html = '', text = '', headers = '{}'
    where html <> '' and state in ('accepted', 'refused') and changed_at < now() - interval '30 days'`);
});
