import { createHash } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { readSendgridEvents } from "#lib/mail/events.ts";
import { log } from "#lib/log.ts";
import { followEvents } from "./events.ts";
import { webhooks } from "./schema.ts";
import { readWebhook } from "./tasks.ts";

/** Keeps what a provider told us, and has it read by a task. The same body is kept once. */
export async function storeWebhook(body: string): Promise<void> {
  const hash = createHash("sha256").update(body).digest("hex");
  await atomic(async () => {
    const [saved] = await db
      .insert(webhooks)
      .values({ hash, body })
      .onConflictDoNothing()
      .returning({ id: webhooks.id });
    if (saved !== undefined) await readWebhook.later({ webhookId: saved.id });
  });
}

/** Takes note of the events in a stored body, each once. */
export async function processWebhook(id: number): Promise<void> {
  await atomic(async () => {
    const [webhook] = await db.select().from(webhooks).where(eq(webhooks.id, id)).for("update");
    if (webhook === undefined || webhook.processedAt !== null) return;
    const { events, skipped } = readSendgridEvents(webhook.body);
    if (skipped > 0) log.warn({ webhook: id, skipped }, "mail events that cannot be understood");
    await followEvents(events);
    await db
      .update(webhooks)
      .set({ processedAt: sql`now()` })
      .where(eq(webhooks.id, id));
  });
}
