import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import {
  mailbox,
  mailEvents,
  mailingRecipients,
  mailings,
  messages,
  optOuts,
  suppressions,
  webhooks,
} from "./schema.ts";

/**
 * What was mailed to an address and what is known of it, for whoever it belongs to. Mails come without their texts, and
 * without codes in their subjects: what is in one of them may still let somebody in.
 */
export async function mailOf(address: string): Promise<Record<string, unknown[]>> {
  const { template, subject, state, createdAt, list } = messages;
  return {
    mail_messages: await db
      .select({ createdAt, list, template, subject: sql`regexp_replace(${subject}, '\\d{6,}', '…', 'g')`, state })
      .from(messages)
      .where(eq(messages.address, address))
      .orderBy(desc(messages.id)),
    mail_mailings: await db
      .select({
        preparedAt: mailings.preparedAt,
        list: mailings.list,
        subject: mailings.subject,
        state: mailingRecipients.state,
      })
      .from(mailingRecipients)
      .innerJoin(mailings, eq(mailings.id, mailingRecipients.mailingId))
      .where(eq(mailingRecipients.address, address))
      .orderBy(desc(mailings.id)),
    mail_events: await db.select().from(mailEvents).where(eq(mailEvents.address, address)),
    mail_lists_left: await db.select().from(optOuts).where(eq(optOuts.address, address)),
    mail_suppressions: await db.select().from(suppressions).where(eq(suppressions.address, address)),
  };
}

/** Lets somebody who has left lists stay away from them under a new address. */
export async function carryPreferences(from: string, to: string): Promise<void> {
  await db.execute(sql`
    insert into ${optOuts} (address, list, since)
    select ${to}, list, since from ${optOuts} where address = ${from}
    on conflict do nothing
  `);
}

/** Removes the mails of one template that went to an address, in the caller's transaction. */
export async function forgetLetters(address: string, template: string): Promise<void> {
  const gone = await db
    .delete(messages)
    .where(and(eq(messages.address, address), eq(messages.template, template)))
    .returning({ id: messages.id, subject: messages.subject });
  if (gone.length === 0) return;
  await db.delete(mailEvents).where(
    inArray(
      mailEvents.reference,
      gone.map(({ id }) => `message-${id}`),
    ),
  );
  const subjects = gone.map(({ subject }) => subject);
  await db.delete(mailbox).where(and(isTo(address), inArray(mailbox.subject, subjects)));
}

/**
 * Removes everything that says whose an address was, in the caller's transaction. A mailing still counts as many
 * recipients as it had.
 */
export async function forgetAddress(address: string): Promise<void> {
  await db.delete(messages).where(eq(messages.address, address));
  await db.delete(mailEvents).where(eq(mailEvents.address, address));
  await db.delete(optOuts).where(eq(optOuts.address, address));
  await db.delete(suppressions).where(eq(suppressions.address, address));
  await db.delete(mailbox).where(isTo(address));
  await db
    .update(mailingRecipients)
    .set({
      address: sql`'deleted-' || gen_random_uuid() || '@invalid'`,
      name: "",
      reason: "",
      state: sql`case when ${mailingRecipients.state} = 'queued' then 'excluded' else ${mailingRecipients.state} end`,
    })
    .where(eq(mailingRecipients.address, address));
  // One body tells of many people, and its hash must stay to be known again.
  await db
    .update(webhooks)
    .set({ body: sql`replace(${webhooks.body}, ${address}, 'deleted@invalid')` })
    .where(sql`position(${address} in ${webhooks.body}) > 0`);
}

function isTo(address: string) {
  return sql`position(${address} in lower(${mailbox.recipient})) > 0`;
}
