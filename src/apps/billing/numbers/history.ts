import { sql, type SQL } from "drizzle-orm";

/** What is counted, in the order of its columns. */
export const numberNames = [
  "recurring",
  "new",
  "churned",
  "recovered",
  "refunds",
  "trials",
  "converted",
  "revenue",
] as const;
export type NumberName = (typeof numberNames)[number];

export interface Range {
  currency: string;
  /** The first day of the first month, and how many there are: months are those of UTC. */
  from: string;
  months: number;
  /** Whether payments of a provider's own sandbox count. */
  withTests: boolean;
}

/**
 * The history of payments as `facts(number, month, at, amount, ...)`, a row for each thing that a number counts: what a
 * figure says and the rows that are shown behind it are the same. Put it before a `select`.
 *
 * Recurring is what paid periods come to a month, by the prices that were paid, without tax and without what coupons take
 * off. A subscription counts at the end of a month (at this moment in the last one) by its newest payment whose period lasts,
 * unless that was given back or the subscription has ended.
 */
export function history({ currency, from, months, withTests }: Range): SQL {
  return sql`with months as (
      select month, ends, least(ends, now()) as until
      from generate_series(${from}::timestamp, ${from}::timestamp + make_interval(months => ${months - 1}), interval '1 month') at,
        lateral (select at at time zone 'UTC' as month, (at + interval '1 month') at time zone 'UTC' as ends) each
    ),
    sold as (
      select t.*, s.id as subscription_id, s.trial_ends_at, s.canceled_at, s.status as standing,
        p.amount * t.quantity * coalesce((t.total - t.tax)::numeric / nullif(t.total - t.tax + t.discount, 0), 1)
          / case pl.interval when 'year' then 12 else 1 end as monthly,
        back.at as returned_at
      from transactions t
      join subscriptions s on s.provider = t.provider and s.provider_id = t.subscription_provider_id
      join prices p on p.id = t.price_id
      join plans pl on pl.id = p.plan_id and pl.interval is not null
      left join lateral (
        select max(a.decided_at) as at from adjustments a
        where a.provider = t.provider and a.transaction_provider_id = t.provider_id and a.status = 'approved' and a.action <> 'credit'
        having t.total > 0 and t.total <= coalesce(sum(a.amount) filter (where a.action = 'refund'), 0)
          + greatest(0, coalesce(sum(a.amount) filter (where a.action = 'chargeback'), 0)
            - coalesce(sum(a.amount) filter (where a.action = 'chargeback_reverse'), 0))
      ) back on true
      where t.status in ('paid', 'completed') and t.period_starts_at is not null and ${counts("t", currency, withTests)}
    ),
    firsts as (select distinct on (subscription_id) * from sold order by subscription_id, paid_at, id),
    lasts as (select distinct on (subscription_id) * from sold order by subscription_id, period_starts_at desc, id desc),
    paying as (
      select distinct on (m.month, sold.subscription_id) m.month, m.until, sold.*
      from months m join sold on sold.period_starts_at <= m.until and sold.period_ends_at > m.until
        and (sold.returned_at is null or sold.returned_at > m.until)
        and (sold.canceled_at is null or sold.canceled_at > m.until)
      order by m.month, sold.subscription_id, sold.period_starts_at desc, sold.id desc
    ),
    facts as (
      select 'recurring' as number, month, period_starts_at as at, monthly as amount, customer_id, plan_id, null::integer as product_id,
        country, subscription_provider_id as reference
      from paying
      union all
      select 'new', ${monthOf("paid_at")}, paid_at, monthly, customer_id, plan_id, null, country, subscription_provider_id from firsts
      union all
      select 'churned', ${monthOf("canceled_at")}, canceled_at, monthly, customer_id, plan_id, null, country, subscription_provider_id
      from lasts where standing = 'canceled'
      union all
      -- A payment that came through at once is billed and paid in one moment, or nearly.
      select 'recovered', ${monthOf("paid_at")}, paid_at, total, customer_id, plan_id, null, country, provider_id
      from sold where paid_at > billed_at + interval '1 hour'
      union all
      select 'refunds', ${monthOf("a.decided_at")}, a.decided_at,
        case a.action when 'chargeback_reverse' then -a.amount else a.amount end,
        t.customer_id, t.plan_id, t.product_id, t.country, a.provider_id
      from adjustments a join transactions t on t.provider = a.provider and t.provider_id = a.transaction_provider_id
      where ${counts("t", currency, withTests)} and (a.action in ('refund', 'chargeback') and a.status in ('approved', 'reversed')
        or a.action = 'chargeback_reverse' and a.status = 'approved')
      union all
      select 'trials', ${monthOf("s.started_at")}, s.started_at, null, s.customer_id, p.plan_id, null, '', s.provider_id
      from subscriptions s left join prices p on p.id = s.price_id
      where s.trial_ends_at is not null and ${counts("s", currency, withTests)}
      union all
      select 'converted', ${monthOf("paid_at")}, paid_at, monthly, customer_id, plan_id, null, country, subscription_provider_id
      from firsts where trial_ends_at is not null
      union all
      select 'revenue', ${monthOf("t.paid_at")}, t.paid_at, t.total, t.customer_id, t.plan_id, t.product_id, t.country, t.provider_id
      from transactions t where t.status in ('paid', 'completed') and ${counts("t", currency, withTests)}
    )`;
}

function counts(row: "s" | "t", currency: string, withTests: boolean): SQL {
  const name = sql.raw(row);
  return sql`${name}.currency = ${currency} and (${withTests} or not ${name}.is_test)`;
}

function monthOf(moment: string): SQL {
  return sql.raw(`date_trunc('month', ${moment} at time zone 'UTC') at time zone 'UTC'`);
}
