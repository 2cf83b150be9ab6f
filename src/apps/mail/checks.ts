import { sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { isHeld } from "#lib/jobs/hold.ts";
import type { Check } from "#lib/app.ts";
import { config } from "#config.ts";
import { mailingRecipients, mailings, messages, webhooks } from "./schema.ts";
import { hasMailbox } from "./transport.ts";

export const checks: readonly Check[] = [
  {
    name: "mail goes out",
    run: async () =>
      config.MAIL_URL === undefined && !hasMailbox()
        ? "Mail goes nowhere: set MAIL_URL to smtp://user:password@host or sendgrid://KEY."
        : undefined,
  },
  { name: "mail waits", run: sayWhatWaits },
  { name: "mail is certain", run: sayWhatIsUnknown },
];

async function sayWhatWaits(): Promise<string | undefined> {
  // It is to wait, and another check says so.
  if (await isHeld()) return undefined;
  const { rows } = await db.execute<{ late: number; unread: number; stopped: string | null }>(sql`select
    (select count(*)::integer from ${messages} where state = 'queued' and created_at < now() - interval '15 minutes') as late,
    (select count(*)::integer from ${webhooks} where processed_at is null and received_at < now() - interval '15 minutes') as unread,
    (select string_agg(key || ': ' || stopped_because, ' ') from ${mailings} where stopped_because is not null) as stopped`);
  const { late = 0, unread = 0, stopped = null } = rows[0] ?? {};
  const sentences = [
    late > 0 ? `${late} messages wait for more than 15 minutes: see ./manage mail.` : "",
    unread > 0 ? `${unread} bodies of mail events wait for more than 15 minutes.` : "",
    stopped === null ? "" : `A mailing stands still. ${stopped}`,
  ].filter(Boolean);
  return sentences.length === 0 ? undefined : sentences.join(" ");
}

async function sayWhatIsUnknown(): Promise<string | undefined> {
  const { rows } = await db.execute<{ count: number }>(sql`select (
    (select count(*) from ${messages} where state = 'unknown') +
    (select count(*) from ${mailingRecipients} where state = 'unknown'))::integer as count`);
  const count = rows[0]?.count ?? 0;
  if (count === 0) return undefined;
  return `Nobody knows whether mail to ${count} recipients was sent: see ./manage mail.`;
}
