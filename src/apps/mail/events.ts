import { and, eq, inArray, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import type { MailEvent } from "#lib/mail/events.ts";
import { mailEvents, mailingRecipients, messages } from "./schema.ts";
import { everything, suppress, unsubscribe } from "./suppressions.ts";

/** Takes note of what became of mail, and does what follows from it: each event once, however often it is told. */
export async function followEvents(events: readonly MailEvent[]): Promise<void> {
  await atomic(async () => {
    const fresh = await newEvents(events);
    for (const event of fresh) await sendNoMore(event);
    for (const [reference, told] of Map.groupBy(fresh, (event) => event.reference)) await resolve(reference, told);
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

async function sendNoMore({ type, address, detail, occurredAt: since }: MailEvent): Promise<void> {
  if (type === "bounce") await suppress(address, { reason: "bounce", detail, since });
  if (type === "spamreport") await suppress(address, { reason: "complaint", detail, since });
  if (type === "unsubscribe" || type === "group_unsubscribe") await unsubscribe({ address, list: everything });
}

// Whatever they tell of a message, they have it: `dropped` alone says that they never tried to deliver it.
async function resolve(reference: string, told: readonly MailEvent[]): Promise<void> {
  const had = told.filter(({ type }) => type !== "dropped").map(({ address }) => address);
  await resolveUnknown(reference, had, { state: "accepted", reason: "" });
  for (const { type, address, detail } of told) {
    if (type === "dropped") await resolveUnknown(reference, [address], { state: "refused", reason: detail });
  }
}

async function resolveUnknown(
  reference: string,
  addresses: readonly string[],
  found: { state: "accepted" | "refused"; reason: string },
): Promise<void> {
  const [, kind, digits] = /^(message|mailing)-(\d{1,9})$/.exec(reference) ?? [];
  if (kind === undefined || addresses.length === 0) return;
  const id = Number(digits);
  const settled = { ...found, changedAt: sql`now()` };
  const isOne = sql`address = any(${sql.param(addresses)}::text[])`;
  const open = ["sending", "unknown"] as const;
  if (kind === "message") {
    const isIt = and(eq(messages.id, id), isOne, inArray(messages.state, open));
    await db.update(messages).set(settled).where(isIt);
  } else {
    const isIt = and(eq(mailingRecipients.mailingId, id), isOne, inArray(mailingRecipients.state, open));
    await db.update(mailingRecipients).set(settled).where(isIt);
  }
}
