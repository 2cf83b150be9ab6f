import { desc, eq, inArray, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { headerText } from "#lib/mail/headers.ts";
import { deliver } from "./alerts/delivery.ts";
import { alerts } from "./schema.ts";
import { sendAlert } from "./tasks.ts";

/** What alerts begin with. Each has its row in docs/operating.md. */
export const occasions = [
  "Wrong",
  "Mended",
  "New error",
  "New errors",
  "Error is back",
  "Published",
  "First publication",
  "First publication of the site",
] as const;

export type Occasion = (typeof occasions)[number];

export type Alert = typeof alerts.$inferSelect;

/** What is raised again within this time after a message waits for its end. */
const quietMs = 3_600_000;

/**
 * Tells the operator, in the caller's transaction: at once, or an hour after the last message with this fingerprint,
 * which then says how often it was raised. News are gathered for two minutes, see `sendNews`.
 */
export async function raiseAlert(
  { text, title, ...alert }: Pick<Alert, "fingerprint" | "kind" | "text"> & { title: `${Occasion}: ${string}` },
  now = new Date(),
): Promise<void> {
  const said = {
    kind: alert.kind,
    title: headerText(title),
    text: text.replaceAll("\0", "").toWellFormed().slice(0, 3000),
  };
  await atomic(async () => {
    const [row] = await db
      .insert(alerts)
      .values({ ...alert, ...said, raised: 1, raisedAt: now })
      .onConflictDoUpdate({
        target: alerts.fingerprint,
        set: { ...said, raised: sql`${alerts.raised} + 1`, raisedAt: now },
      })
      .returning();
    if (alert.kind === "news") return;
    const at = new Date((row?.sentAt?.getTime() ?? -quietMs) + quietMs);
    await sendAlert.later({ fingerprint: alert.fingerprint }, at > now ? { at } : {});
  });
}

/** Takes back what was raised and not told yet. Answers the alert, if it was ever raised. */
export async function withdrawAlert(fingerprint: string): Promise<Alert | undefined> {
  const [alert] = await db.update(alerts).set({ raised: 0 }).where(eq(alerts.fingerprint, fingerprint)).returning();
  return alert;
}

/** Hands over what was raised, in one transaction with the note that it was. */
export async function handOver(fingerprint: string, now = new Date()): Promise<void> {
  await atomic(async () => {
    const [alert] = await db.select().from(alerts).where(eq(alerts.fingerprint, fingerprint)).for("update");
    if (alert === undefined || alert.raised === 0) return;
    await db.update(alerts).set({ raised: 0, sentAt: now }).where(eq(alerts.fingerprint, fingerprint));
    const { kind, title, text, raised } = alert;
    const count = raised > 1 ? `\nRaised ${raised} times since the last message.` : "";
    await deliver({ kind, title, text: text + count }, `${fingerprint} ${now.toISOString()}`);
  });
}

/** News that wait, the oldest first, locked until the transaction ends. */
export async function takeNews(now: Date): Promise<Alert[]> {
  const waiting = await db
    .select()
    .from(alerts)
    .where(sql`kind = 'news' and raised > 0 and (sent_at is null or sent_at <= ${new Date(now.getTime() - quietMs)})`)
    .orderBy(alerts.raisedAt, alerts.fingerprint)
    .for("update");
  return waiting;
}

export async function markSent(fingerprints: string[], now: Date): Promise<void> {
  await db.update(alerts).set({ raised: 0, sentAt: now }).where(inArray(alerts.fingerprint, fingerprints));
}

export async function findAlert(fingerprint: string): Promise<Alert | undefined> {
  const [alert] = await db.select().from(alerts).where(eq(alerts.fingerprint, fingerprint));
  return alert;
}

/** What was raised last comes first. */
export async function listAlerts(limit = 50): Promise<Alert[]> {
  return await db.select().from(alerts).orderBy(desc(alerts.raisedAt)).limit(limit);
}

/** Forgets what was not raised for 90 days. */
export async function sweepAlerts(now = new Date()): Promise<void> {
  await db.delete(alerts).where(sql`raised = 0 and raised_at < ${new Date(now.getTime() - 90 * 86_400_000)}`);
}
