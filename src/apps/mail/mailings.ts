import { eq, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { displayName, mailAddress } from "#lib/mail/headers.ts";
import { renderMail, type Template } from "#lib/mail/template.ts";
import { ListFooter } from "./footers.tsx";
import { mailingRecipients, mailings, type Mailing } from "./schema.ts";
import { rememberList, whyNotSql } from "./suppressions.ts";
import { sendMailing } from "./tasks.ts";

/** What stands in a mailing's text until a recipient's own address is put there. */
export const placeholders = {
  unsubscribe: "https://unsubscribe.placeholder.invalid/",
  preferences: "https://preferences.placeholder.invalid/",
};

const chunk = 10_000;

/**
 * Prepares one text for many, in the caller's transaction: who gets it is settled here, each address once, and a task
 * hands it over. A key that is known answers the mailing that has it, and changes nothing.
 */
export async function prepareMailing<Data>(
  template: Template<Data> & { transactional: false },
  data: Data,
  { key, recipients }: { key: string; recipients: readonly { address: string; name?: string }[] },
): Promise<Mailing> {
  const { list } = template;
  const rendered = renderMail(template, data, ListFooter({ title: list.title, preferences: placeholders.preferences }));
  const headers = {
    "List-Unsubscribe": `<${placeholders.unsubscribe}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
  return await atomic(async () => {
    await rememberList(list);
    const row = { ...rendered, key, template: template.name, list: list.name, headers, candidates: 0 };
    const [mailing] = await db.insert(mailings).values(row).onConflictDoNothing().returning();
    if (mailing === undefined) return await getMailing(key);
    const people = unique(recipients);
    for (let start = 0; start < people.length; start += chunk) {
      await addRecipients(mailing, people.slice(start, start + chunk));
    }
    const [prepared = mailing] = await db
      .update(mailings)
      .set({ candidates: people.length, ...(people.length === 0 ? { finishedAt: sql`now()` } : {}) })
      .where(eq(mailings.id, mailing.id))
      .returning();
    if (people.length > 0) await sendMailing.later({ mailingId: mailing.id });
    return prepared;
  });
}

async function getMailing(key: string): Promise<Mailing> {
  const [mailing] = await db.select().from(mailings).where(eq(mailings.key, key));
  if (mailing === undefined) throw new Error(`There is no mailing with the key ${key}.`);
  return mailing;
}

interface Person {
  address: string;
  name: string;
  isAddress: boolean;
}

// One line for each address, whatever way it was written in; what is none stands in the ledger too, as excluded.
function unique(recipients: readonly { address: string; name?: string }[]): Person[] {
  const people = new Map<string, Person>();
  for (const { address: given, name = "" } of recipients) {
    const address = mailAddress(given);
    const written = address ?? given.replaceAll("\0", "");
    if (!people.has(written)) {
      people.set(written, { address: written, name: displayName(name), isAddress: address !== undefined });
    }
  }
  return [...people.values()];
}

async function addRecipients({ id, list }: Mailing, people: readonly Person[]): Promise<void> {
  const addresses = sql.param(people.map(({ address }) => address));
  const names = sql.param(people.map(({ name }) => name));
  const good = sql.param(people.map(({ isAddress }) => isAddress));
  await db.execute(sql`
    insert into ${mailingRecipients} (mailing_id, address, name, state, reason)
    select ${id}, address, name, case when why is null then 'queued' else 'excluded' end, coalesce(why, '')
    from (
      select given.address, given.name,
        case when good then ${whyNotSql(sql`given.address`, list)} else 'not an address' end as why
      from unnest(${addresses}::text[], ${names}::text[], ${good}::boolean[]) given(address, name, good)
    ) judged`);
}

/** How many recipients of a mailing stand where. Their sum is its `candidates`. */
export async function countRecipients(mailingId: number): Promise<Record<string, number>> {
  const { rows } = await db.execute<{ state: string; count: number }>(sql`
    select state, count(*)::integer as count from ${mailingRecipients} where mailing_id = ${mailingId} group by state`);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
