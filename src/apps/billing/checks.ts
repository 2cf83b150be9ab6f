import { sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import type { Check } from "#lib/app.ts";
import { isStillPaid } from "./doubles.ts";
import { listProviders } from "./providers.ts";
import { customers, paymentEvents, reconciliations, subscriptions, transactions } from "./schema.ts";

export const checks: readonly Check[] = [
  { name: "payment events", run: sayWhatWaits, isWorseSince: hasRefusedSince },
  { name: "unclaimed payments", run: sayWhatIsUnclaimed },
  { name: "payments compared", run: sayWhatDrifted },
  { name: "paid twice", run: sayWhoPaysTwice },
  { name: "second memberships", run: sayWhatWasUndone },
];

async function sayWhatWaits(): Promise<string | undefined> {
  const { rows } = await db.execute<{ late: number; refused: number }>(sql`select
    count(*) filter (where processed_at is null and received_at < now() - interval '15 minutes')::integer as late,
    count(*) filter (where outcome = 'refused' and received_at > now() - interval '3 days')::integer as refused
    from ${paymentEvents} where processed_at is null or received_at > now() - interval '3 days'`);
  const { late = 0, refused = 0 } = rows[0] ?? {};
  const sentences = [
    late > 0 ? `${late} events of payment providers wait for more than 15 minutes.` : "",
    refused > 0 ? `${refused} events of the last three days were refused: see the payments of the staff.` : "",
  ].filter(Boolean);
  return sentences.length === 0 ? undefined : sentences.join(" ");
}

async function hasRefusedSince(then: Date): Promise<boolean> {
  const since = sql`outcome = 'refused' and processed_at > ${then.toISOString()}::timestamptz`;
  return (await db.$count(paymentEvents, since)) > 0;
}

async function sayWhatIsUnclaimed(): Promise<string | undefined> {
  const isOld = sql`unclaimed_by is not null and updated_at < now() - interval '15 minutes'`;
  const count =
    (await db.$count(subscriptions, sql`${isOld} and status <> 'canceled'`)) +
    (await db.$count(transactions, sql`${isOld} and status in ('paid', 'completed')`));
  if (count === 0) return undefined;
  return `Nobody here is known to have paid ${count} subscriptions or payments: they open nothing.`;
}

async function sayWhatDrifted(): Promise<string | undefined> {
  const sentences: string[] = [];
  for (const { name, label } of await listProviders()) {
    const { rows } = await db.execute<{ hours: number | null; error: string; left: number }>(sql`select
      extract(epoch from now() - finished_at) / 3600 as hours, error,
      (select count(*)::integer from jsonb_array_elements(drift) d where not (d ->> 'isMended')::boolean) as left
      from ${reconciliations} where provider = ${name} and finished_at is not null order by id desc limit 1`);
    const [last] = rows;
    const isOld = sql`provider = ${name} and started_at < now() - interval '2 days'`;
    if (last === undefined && (await db.$count(subscriptions, isOld)) === 0) continue;
    if (last === undefined || Number(last.hours) > 50) sentences.push(`${label} was not compared for two days.`);
    else if (last.error !== "") sentences.push(`Comparing with ${label} was broken off: ${last.error}`);
    else if (last.left > 0)
      sentences.push(`${last.left} things of ${label} differ and cannot be mended by themselves.`);
  }
  return sentences.length === 0 ? undefined : sentences.join(" ");
}

async function sayWhoPaysTwice(): Promise<string | undefined> {
  const { rows } = await db.execute<{ count: number }>(sql`select count(*)::integer as count from (
    select c.user_id from ${subscriptions} s join ${customers} c on c.id = s.customer_id
      join prices p on p.id = s.price_id join plans l on l.id = p.plan_id
    where s.status <> 'canceled' and s.scheduled_action is distinct from 'cancel' and l.kind = 'subscription'
    group by c.user_id having count(*) > 1) twice`);
  const count = rows[0]?.count ?? 0;
  if (count === 0) return undefined;
  return `${count} ${count === 1 ? "person pays" : "people pay"} for two memberships: cancel one of them, and give its money back.`;
}

// Once undone it is nobody's fault, but where it happens often something on the way to the payment misleads.
async function sayWhatWasUndone(): Promise<string | undefined> {
  const { rows } = await db.execute<{ ended: number; kept: number }>(sql`select
    count(*) filter (where status = 'canceled' and not ${isStillPaid})::integer as ended,
    count(*) filter (
      where (status <> 'canceled' or ${isStillPaid}) and updated_at < now() - interval '1 hour')::integer as kept
    from ${subscriptions} where is_double and started_at > now() - interval '6 days'`);
  const { ended = 0, kept = 0 } = rows[0] ?? {};
  const sentences = [
    kept > 0
      ? `${kept} second memberships could not be undone: see that they are cancelled at the provider, and give the money back.`
      : "",
    ended > 0 ? `${ended} second memberships of the last days were ended, and what was paid for them goes back.` : "",
  ].filter(Boolean);
  return sentences.length === 0 ? undefined : sentences.join(" ");
}
