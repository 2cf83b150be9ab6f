import { and, inArray, lte, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { isHeld } from "#lib/jobs/hold.ts";
import { mailingRecipients, mailings, messages } from "./schema.ts";

/** Throws while the site is held. No task is run then; this is for who comes another way. */
export async function refuseWhileHeld(): Promise<void> {
  if (await isHeld()) throw new UserError("Mail is held since the site was restored: ./manage release lets it go.");
}

const doubtful = {
  state: "unknown",
  reason: "It waited when the backup was made, and may have been sent since by the site that is gone.",
  changedAt: sql`now()`,
} as const;
const waiting = ["queued", "sending"] as const;

/**
 * Puts into doubt what waits since before a restore, so that nobody gets it twice unless somebody decides so. Answers how many
 * messages and recipients of mailings that were.
 */
export async function doubtWhatWaited(restoredAt: Date): Promise<number> {
  return await atomic(async () => {
    const alone = await db
      .update(messages)
      .set(doubtful)
      .where(and(inArray(messages.state, waiting), lte(messages.createdAt, restoredAt)));
    const older = db.select({ id: mailings.id }).from(mailings).where(lte(mailings.preparedAt, restoredAt));
    const together = await db
      .update(mailingRecipients)
      .set(doubtful)
      .where(and(inArray(mailingRecipients.state, waiting), inArray(mailingRecipients.mailingId, older)));
    return (alone.rowCount ?? 0) + (together.rowCount ?? 0);
  });
}
