import { and, eq, inArray, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import type { MailEvent } from "#lib/mail/events.ts";
import { mailEvents, mailingRecipients, messages } from "./schema.ts";
import { everything, suppress, unsubscribe } from "./suppressions.ts";

/** Takes note of what became of mail, and does what follows from it: each event once, however often it is told. */
export async function followEvents(events: readonly MailEvent[]): Promise<void> {
  await atomic(async () => {
    for (const event of await newEvents(events)) await followEvent(event);
  });
}

/** Keeps the events, and answers those that nobody had told of before. */
async function newEvents(events: readonly MailEvent[]): Promise<MailEvent[]> {
  const fresh: MailEvent[] = [];
  for (let start = 0; start < events.length; start += 1000) {
    const some = events.slice(start, start + 1000);
    fresh.push(...(await db.insert(mailEvents).values(some).onConflictDoNothing().returning()));
  }
  return fresh;
}

async function followEvent(event: MailEvent): Promise<void> {
  const { type, address, detail, occurredAt: since, reference } = event;
  if (type === "bounce") await suppress(address, { reason: "bounce", detail, since });
  if (type === "spamreport") await suppress(address, { reason: "complaint", detail, since });
  if (type === "unsubscribe" || type === "group_unsubscribe") await unsubscribe({ address, list: everything });
  // Whatever they tell of a message, they have it: `dropped` alone says that they never tried to deliver it.
  const state = type === "dropped" ? "refused" : "accepted";
  await resolveUnknown(reference, address, { state, reason: type === "dropped" ? detail : "" });
}

async function resolveUnknown(
  reference: string,
  address: string,
  found: { state: "accepted" | "refused"; reason: string },
): Promise<void> {
  const [, kind, digits] = /^(message|mailing)-(\d{1,9})$/.exec(reference) ?? [];
  const id = Number(digits);
  const settled = { ...found, changedAt: sql`now()` };
  if (kind === "message") {
    const isIt = and(
      eq(messages.id, id),
      eq(messages.address, address),
      inArray(messages.state, ["sending", "unknown"]),
    );
    await db.update(messages).set(settled).where(isIt);
  }
  if (kind === "mailing") {
    const { mailingId, address: known, state } = mailingRecipients;
    const isIt = and(eq(mailingId, id), eq(known, address), inArray(state, ["sending", "unknown"]));
    await db.update(mailingRecipients).set(settled).where(isIt);
  }
}
