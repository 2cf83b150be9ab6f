import { and, desc, eq, inArray, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import {
  mailingRecipients,
  mailings,
  messages,
  suppressions,
  type Mailing,
  type Message,
  type State,
} from "./schema.ts";

export type Trouble = Pick<Message, "id" | "template" | "address" | "subject" | "state" | "reason" | "changedAt">;

export interface MailingState extends Pick<
  Mailing,
  "id" | "subject" | "list" | "candidates" | "preparedAt" | "finishedAt" | "stoppedBecause"
> {
  counts: Partial<Record<(typeof mailingRecipients.$inferSelect)["state"], number>>;
}

export type Suppression = typeof suppressions.$inferSelect;

/** How many messages of the last days stand where. */
export async function countMessages(days: number): Promise<Partial<Record<State, number>>> {
  const rows = await db
    .select({ state: messages.state, count: sql<number>`count(*)::int` })
    .from(messages)
    .where(sql`${messages.createdAt} > now() - make_interval(days => ${days})`)
    .groupBy(messages.state);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** How many messages were asked for, day by day of UTC, today last. */
export async function countMessagesByDay(days: number): Promise<{ day: string; count: number }[]> {
  const { rows } = await db.execute<{ day: string; count: number }>(sql`
    select day::date::text as day, count(m.id)::int as count
    from generate_series((now() at time zone 'UTC')::date - ${days - 1}::int, (now() at time zone 'UTC')::date, '1 day') day
      left join ${messages} m on m.created_at >= day at time zone 'UTC' and m.created_at < (day + interval '1 day') at time zone 'UTC'
    group by day order by day`);
  return rows;
}

const ofTrouble = {
  id: messages.id,
  template: messages.template,
  address: messages.address,
  subject: messages.subject,
  state: messages.state,
  reason: messages.reason,
  changedAt: messages.changedAt,
};

/** Messages that stand so, those that changed last first. */
export async function listTroubles(states: readonly State[], limit: number): Promise<Trouble[]> {
  return await db
    .select(ofTrouble)
    .from(messages)
    .where(and(inArray(messages.state, states)))
    .orderBy(desc(messages.changedAt), desc(messages.id))
    .limit(limit);
}

/** The newest mailings, with how many of their recipients stand where: two queries, however many there are. */
export async function listMailings(limit: number): Promise<MailingState[]> {
  const { id, subject, list, candidates, preparedAt, finishedAt, stoppedBecause } = mailings;
  const found = await db
    .select({ id, subject, list, candidates, preparedAt, finishedAt, stoppedBecause })
    .from(mailings)
    .orderBy(desc(mailings.id))
    .limit(limit);
  if (found.length === 0) return [];
  const { mailingId, state } = mailingRecipients;
  const ids = found.map((mailing) => mailing.id);
  const counted = await db
    .select({ mailingId, state, count: sql<number>`count(*)::int` })
    .from(mailingRecipients)
    .where(inArray(mailingId, ids))
    .groupBy(mailingId, state);
  return found.map((mailing) => ({
    ...mailing,
    counts: Object.fromEntries(
      counted.filter((row) => row.mailingId === mailing.id).map((row) => [row.state, row.count]),
    ),
  }));
}

/** Suppressed addresses that hold these letters, the newest first, and how many there are in all. */
export async function findSuppressions(q: string, limit: number): Promise<{ found: Suppression[]; count: number }> {
  const found = await db
    .select()
    .from(suppressions)
    .where(q === "" ? undefined : sql`strpos(${suppressions.address}, ${q.toLowerCase()}) > 0`)
    .orderBy(desc(suppressions.since), suppressions.address)
    .limit(limit);
  return { found, count: await db.$count(suppressions) };
}

/** How many messages and recipients of mailings are in doubt. */
export async function countDoubts(): Promise<number> {
  const ofMailings = await db.$count(mailingRecipients, eq(mailingRecipients.state, "unknown"));
  return ofMailings + (await db.$count(messages, eq(messages.state, "unknown")));
}
