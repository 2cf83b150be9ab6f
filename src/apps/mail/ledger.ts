import { randomUUID } from "node:crypto";
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import type { Outcome, Recipient, Transport } from "#lib/mail/transport.ts";
import { refuseWhileHeld } from "./holding.ts";
import { preferencesUrl, subscriberToken, unsubscribeUrl } from "./links.ts";
import { placeholders } from "./mailings.ts";
import { doubtful, notNow, stateAfter } from "./outcomes.ts";
import { returnPath } from "./return-path.ts";
import { mailingBatches, mailingRecipients, mailings, type Mailing } from "./schema.ts";
import { whyNotSql } from "./suppressions.ts";
import { mailTransport, sender } from "./transport.ts";

// How many calls are under way at once: a provider takes half a second for each.
const lanes = 4;

// When so many were rejected one by one and none was accepted, the text or the account is at fault and not they.
const hopeless = 10;

/**
 * Hands a mailing over until nobody waits any more, or `signal` says to stop. Whoever is being sent to is written down
 * before the call, so that each gets it at most once, whenever a process dies. Throws when it has to wait: certainly
 * nothing was sent to those that are queued.
 */
export async function deliverMailing(
  id: number,
  { signal, transport = mailTransport() }: { signal?: AbortSignal; transport?: Transport } = {},
): Promise<void> {
  await refuseWhileHeld();
  const [mailing] = await db.select().from(mailings).where(eq(mailings.id, id));
  if (mailing === undefined || mailing.finishedAt !== null || mailing.stoppedBecause !== null) return;
  await doubtWhatWasUnderWay(id);
  let obstacle: Outcome | undefined;
  let isTrusted = false;
  const mayGoOn = (): boolean => obstacle === undefined && signal?.aborted !== true;
  /** Hands one batch over; answers whether there may be more. */
  const step = async (): Promise<boolean> => {
    const batch = await claim(mailing, transport.limit);
    if (batch === undefined) return false;
    if (batch.recipients.length === 0) return true;
    const outcome = await deliver(mailing, batch, transport);
    await settle(mailing, batch, outcome);
    // One doubt may be chance. Two without a success between them, or one at the start, would be followed by more.
    if (outcome.state === "held" || (outcome.state === "unknown" && !isTrusted)) obstacle = outcome;
    isTrusted = outcome.state === "accepted" || (isTrusted && outcome.state === "rejected");
    return outcome.state !== "rejected" || !(await stopWhenHopeless(id, outcome.reason));
  };
  const runLane = async (): Promise<void> => {
    while (mayGoOn() && (await step()));
  };
  // The first call goes alone, to see how it is received.
  if (mayGoOn() && (await step())) {
    // A lane that fails does not leave the others with calls that nobody waits for.
    const ended = await Promise.allSettled(Array.from({ length: lanes }, runLane));
    for (const lane of ended) if (lane.status === "rejected") throw lane.reason;
  }
  if (await finish(id)) return;
  if (obstacle !== undefined) throw notNow(obstacle);
  if (signal?.aborted === true) throw new Error("The worker stops before the mailing is done.");
}

// One attempt at a time works on a mailing, so a call that is under way as one begins has lost its process.
async function doubtWhatWasUnderWay(id: number): Promise<void> {
  await atomic(async () => {
    await db
      .update(mailingBatches)
      .set({ ...doubtful, settledAt: sql`now()` })
      .where(and(eq(mailingBatches.mailingId, id), eq(mailingBatches.state, "sending")));
    await db
      .update(mailingRecipients)
      .set({ ...doubtful, changedAt: sql`now()` })
      .where(and(eq(mailingRecipients.mailingId, id), eq(mailingRecipients.state, "sending")));
  });
}

interface Batch {
  id: string;
  recipients: { address: string; name: string }[];
}

// Small batches first, so that one at fault is found before more is sent. Who has left the list since the mailing was
// prepared is excluded here; a batch may be empty for that.
async function claim(mailing: Mailing, limit: number): Promise<Batch | undefined> {
  const id = randomUUID();
  return await atomic(async () => {
    // One lane at a time chooses; two would take what the other leaves of a batch.
    await db.select({ id: mailings.id }).from(mailings).where(eq(mailings.id, mailing.id)).for("update");
    const { rows } = await db.execute<{ address: string; name: string; cap: number; why: string | null }>(sql`
      select address, name, cap, ${whyNotSql(sql`${mailingRecipients}.address`, mailing.list)} as why
      from ${mailingRecipients} where mailing_id = ${mailing.id} and state = 'queued'
      order by cap, address limit ${limit}`);
    const [first] = rows;
    if (first === undefined) return undefined;
    const chosen = rows.filter(({ cap }) => cap === first.cap).slice(0, first.cap);
    for (const [why, left] of Map.groupBy(chosen, (row) => row.why)) {
      const state = why === null ? ({ state: "sending", batchId: id } as const) : ({ state: "excluded" } as const);
      await mark(mailing, left, { ...state, reason: why ?? "" });
    }
    const recipients = chosen.filter(({ why }) => why === null);
    if (recipients.length > 0) {
      const size = recipients.length;
      await db.insert(mailingBatches).values({ id, mailingId: mailing.id, size, state: "sending" });
    }
    return { id, recipients };
  });
}

async function mark(
  { id }: Mailing,
  recipients: readonly { address: string }[],
  values: { state: "sending" | "excluded"; batchId?: string; reason: string },
): Promise<void> {
  const addresses = recipients.map(({ address }) => address);
  await db
    .update(mailingRecipients)
    .set({ ...values, changedAt: sql`now()` })
    .where(and(eq(mailingRecipients.mailingId, id), sql`address = any(${sql.param(addresses)}::text[])`));
}

async function deliver(mailing: Mailing, batch: Batch, transport: Transport): Promise<Outcome> {
  const { id, list, subject, html, text, headers } = mailing;
  const recipients = batch.recipients.map(({ address, name }): Recipient => {
    const token = subscriberToken({ address, list });
    const values = {
      [placeholders.unsubscribe]: unsubscribeUrl(token),
      [placeholders.preferences]: preferencesUrl(token),
    };
    const reference = `mailing-${id}`;
    return { address, name, reference, returnPath: returnPath(reference, address), values };
  });
  return await transport.deliver({ from: sender(), subject, html, text, headers }, recipients);
}

// What was doubted meanwhile, while this process was thought dead, is known now.
async function settle({ id }: Mailing, batch: Batch, { state, reason }: Outcome): Promise<void> {
  const size = batch.recipients.length;
  const isSplit = state === "rejected" && size > 1;
  const settled = isSplit ? "queued" : stateAfter[state];
  const open = ["sending", "unknown"] as const;
  await atomic(async () => {
    await db
      .update(mailingBatches)
      .set({ state: settled === "queued" ? "returned" : settled, reason, settledAt: sql`now()` })
      .where(and(eq(mailingBatches.id, batch.id), inArray(mailingBatches.state, open)));
    await db
      .update(mailingRecipients)
      .set({ state: settled, reason, ...(isSplit ? { cap: Math.ceil(size / 2) } : {}), changedAt: sql`now()` })
      .where(
        and(
          eq(mailingRecipients.mailingId, id),
          sql`address = any(${sql.param(batch.recipients.map(({ address }) => address))}::text[])`,
          eq(mailingRecipients.batchId, batch.id),
          inArray(mailingRecipients.state, open),
        ),
      );
  });
}

async function stopWhenHopeless(id: number, reason: string): Promise<boolean> {
  const [counted] = (
    await db.execute<{ refused: number; accepted: boolean }>(sql`
      select count(*) filter (where state = 'refused')::integer as refused, coalesce(bool_or(state = 'accepted'), false) as accepted
      from ${mailingBatches} where mailing_id = ${id}`)
  ).rows;
  if (counted === undefined || counted.accepted || counted.refused < hopeless) return false;
  const stoppedBecause = `Rejected for each of ${counted.refused} recipients and accepted for none. ${reason}`;
  await db.update(mailings).set({ stoppedBecause }).where(eq(mailings.id, id));
  return true;
}

async function finish(id: number): Promise<boolean> {
  const nobodyWaits = sql`not exists (
    select from ${mailingRecipients} where mailing_id = ${id} and state in ('queued', 'sending'))`;
  const finished = await db
    .update(mailings)
    .set({ finishedAt: sql`now()` })
    .where(and(eq(mailings.id, id), isNull(mailings.stoppedBecause), nobodyWaits))
    .returning({ id: mailings.id });
  return finished.length > 0;
}
