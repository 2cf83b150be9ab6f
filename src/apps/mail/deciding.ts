import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { mailingRecipients, mailings, messages } from "./schema.ts";
import { sendMailing, sendMessage } from "./tasks.ts";

/** What somebody decides of those of whom nobody knows whether they got it: they did, or they are sent to once more. */
export const verdicts = ["accepted", "queued"] as const;
export type Verdict = (typeof verdicts)[number];

const byHand = "Decided by hand.";

/**
 * Lets a mailing go on that stands still. Those that were refused one by one, when the fault lay elsewhere, have certainly
 * not got it, and are sent to again. Throws a UserError when it does not stand still.
 */
export async function resumeMailing(id: number): Promise<void> {
  await atomic(async () => {
    const isStopped = and(eq(mailings.id, id), isNotNull(mailings.stoppedBecause));
    const [mailing] = await db.update(mailings).set({ stoppedBecause: null }).where(isStopped).returning();
    if (mailing === undefined) throw new UserError(`Mailing ${id} does not stand still.`);
    await db
      .update(mailingRecipients)
      .set({ state: "queued", cap: 1000 })
      .where(and(eq(mailingRecipients.mailingId, id), inArray(mailingRecipients.state, ["refused", "queued"])));
    await sendMailing.later({ mailingId: id });
  });
}

/** Decides about all recipients of a mailing that are in doubt. Answers how many. */
export async function settleMailing(id: number, verdict: Verdict): Promise<number> {
  return await atomic(async () => {
    const settled = await db
      .update(mailingRecipients)
      .set({ state: verdict, reason: byHand, changedAt: sql`now()` })
      .where(and(eq(mailingRecipients.mailingId, id), eq(mailingRecipients.state, "unknown")))
      .returning({ address: mailingRecipients.address });
    if (verdict === "queued" && settled.length > 0) {
      await db.update(mailings).set({ finishedAt: null }).where(eq(mailings.id, id));
      await sendMailing.later({ mailingId: id });
    }
    return settled.length;
  });
}

/** Decides about a message that is in doubt; whether it still was. */
export async function settleMessage(id: number, verdict: Verdict): Promise<boolean> {
  return await atomic(async () => {
    const { rowCount } = await db
      .update(messages)
      .set({ state: verdict, reason: byHand, changedAt: sql`now()` })
      .where(and(eq(messages.id, id), eq(messages.state, "unknown")));
    if (verdict === "queued" && rowCount === 1) await sendMessage.later({ messageId: id });
    return rowCount === 1;
  });
}
