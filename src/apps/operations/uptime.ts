import { sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { uptimeSamples } from "./schema.ts";

/** How far back the page looks, in days, today included. */
export const shownDays = 30;

/** A day by the clock of UTC, in minutes. The three add up to the minutes that were watched and have passed. */
export interface UptimeDay {
  /** `2026-11-27` */
  day: string;
  answered: number;
  failed: number;
  /** Nothing asked: no worker ran, or the database was away. */
  missing: number;
  /** How long answers took, in milliseconds; null when there was none. */
  medianMs: number | null;
  p95Ms: number | null;
}

export interface Uptime {
  /** Oldest first, those before anything was watched left out. */
  days: readonly UptimeDay[];
  answered: number;
  failed: number;
  missing: number;
}

/** A time without answers, or one in which nobody asked. */
export interface Incident {
  from: Date;
  to: Date;
  /** That did not answer, or are missing. */
  minutes: number;
  /** What the first of them met; null when nobody asked. */
  problem: string | null;
  /** It lasts. */
  isOpen: boolean;
}

/** The share of answers among the minutes in which somebody asked, from 0 to 1; undefined when nobody ever did. */
export function shareOf({ answered, failed }: Pick<UptimeDay, "answered" | "failed">): number | undefined {
  return answered + failed === 0 ? undefined : answered / (answered + failed);
}

/** The last days, and all of them together. */
export async function readUptime(now: Date, days: number): Promise<Uptime> {
  const { rows } = await db.execute<{ [key in keyof UptimeDay]: UptimeDay[key] }>(sql`
    with bounds as (
      select case when count(*) > 0 then greatest(${firstDay(now, days)}::timestamptz, min(at)) end as since, date_trunc('minute', ${now.toISOString()}::timestamptz) as until
      from ${uptimeSamples}),
    days as (
      select start, greatest(start, since) as since, least(start + interval '1 day', until) as until
      from bounds, generate_series(date_trunc('day', since, 'UTC'), until, interval '1 day') as start),
    counted as (
      select start, days.since, days.until, count(at) filter (where problem is null)::int as answered,
        count(at) filter (where problem is not null)::int as failed,
        percentile_disc(array[0.5, 0.95]) within group (order by ms) filter (where problem is null) as ms
      from days left join ${uptimeSamples} on at >= days.since and at < days.until
      group by start, days.since, days.until)
    select to_char(start at time zone 'UTC', 'YYYY-MM-DD') as "day", answered, failed,
      greatest(0, (extract(epoch from until - since) / 60)::int - answered - failed) as missing,
      ms[1] as "medianMs", ms[2] as "p95Ms"
    from counted where until > since order by start`);
  const sum = (of: "answered" | "failed" | "missing"): number => rows.reduce((total, day) => total + day[of], 0);
  return { days: rows, answered: sum("answered"), failed: sum("failed"), missing: sum("missing") };
}

/**
 * When it did not answer, or nobody asked, the newest first. Failures with no answer between them are one incident,
 * unless ten minutes lie between two of them; a minute or two without a sample is no news.
 */
export async function listIncidents(now: Date, days: number, limit = 50): Promise<Incident[]> {
  const { rows } = await db.execute<{
    from: string;
    to: string;
    minutes: number;
    problem: string | null;
    open: boolean;
  }>(sql`
    with seen as (
      select at, problem from ${uptimeSamples} where at >= ${firstDay(now, days)}::timestamptz
      union all select date_trunc('minute', ${now.toISOString()}::timestamptz), null),
    samples as (
      select at, problem, lag(at) over w as before, lag(problem) over w as problem_before, lead(at) over w is null as is_now
      from seen window w as (order by at, problem is null)),
    failures as (
      select at, problem, count(*) filter (where problem_before is null or at - before > interval '10 minutes')
        over (order by at) as incident
      from samples where problem is not null)
    select min(at) as "from", max(at) + interval '1 minute' as "to", count(*)::int as minutes,
      (array_agg(problem order by at))[1] as problem, max(at) = (select max(at) from ${uptimeSamples})
        and max(at) > ${now.toISOString()}::timestamptz - interval '3 minutes' as open
    from failures group by incident
    union all
    select before + interval '1 minute', at, (extract(epoch from at - before) / 60)::int - 1, null, is_now
    from samples where at - before > interval '3 minutes'
    order by 1 desc limit ${limit}`);
  return rows.map(({ from, to, minutes, problem, open }) => ({
    from: new Date(from),
    to: new Date(to),
    minutes,
    problem,
    isOpen: open,
  }));
}

function firstDay(now: Date, days: number): string {
  return new Date(Math.floor(now.getTime() / dayMs) * dayMs - (days - 1) * dayMs).toISOString();
}

const dayMs = 86_400_000;
