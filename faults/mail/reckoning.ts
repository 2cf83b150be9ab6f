import { eq } from "drizzle-orm";
import { mailingRecipients, mailings, type Mailing } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { people } from "./people.ts";
import type { Scene } from "./scene.ts";

export async function checkIdentity({ figures, recipients }: Scene, name: string): Promise<void> {
  const { id, candidates } = await getMailing(name);
  const rows = await db.select().from(mailingRecipients).where(eq(mailingRecipients.mailingId, id));
  const wanted = new Set(people(name, recipients).map(({ address }) => address.toLowerCase()));
  const isRight =
    rows.length === candidates && rows.length === wanted.size && rows.every((row) => wanted.has(row.address));
  if (!isRight) figures.broken += 1;
}

export async function checkAgainstProvider({ figures, provider }: Scene, { id }: Mailing): Promise<void> {
  const rows = await db.select().from(mailingRecipients).where(eq(mailingRecipients.mailingId, id));
  for (const { address, state } of rows) {
    const isExplained = provider.sink.has(address) ? state === "accepted" : state === "unknown" || state === "excluded";
    if (!isExplained) figures.unexplained += 1;
  }
}

export async function checkDelivery({ figures, provider, recipients }: Scene, name: string): Promise<void> {
  for (const [n, { address }] of people(name, recipients).slice(0, recipients).entries()) {
    const times = provider.sink.get(address) ?? 0;
    const wanted = n % 10 === 0 ? 0 : 1;
    if (times > wanted) figures.twice += 1;
    if (times < wanted) figures.lost += 1;
  }
}

export async function noteStart({ figures }: Scene, { id }: Mailing): Promise<void> {
  const { rows } = await db.$client.query<{ seconds: number }>(
    `select extract(epoch from min(started_at) - prepared_at)::float8 as seconds
     from mail_batches join mail_mailings on mailing_id = mail_mailings.id where mailing_id = $1 group by prepared_at`,
    [id],
  );
  figures.startSeconds = Math.max(figures.startSeconds, Math.round((rows[0]?.seconds ?? Infinity) * 10) / 10);
}

export async function findMailing(key: string): Promise<Mailing | undefined> {
  const [mailing] = await db.select().from(mailings).where(eq(mailings.key, key));
  return mailing;
}

export async function getMailing(key: string): Promise<Mailing> {
  const mailing = await findMailing(key);
  if (mailing === undefined) throw new Error(`There is no mailing ${key}.`);
  return mailing;
}
