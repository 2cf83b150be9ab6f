import { sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { takesRealMoney } from "../deriving.ts";
import { history, type NumberName, type Range } from "./history.ts";

export const shownMonths = 12;

export interface Figure {
  count: number;
  /** In minor units of the currency; 0 for what is only counted. */
  amount: number;
}

export interface MonthFigures {
  /** `2026-11`, by UTC. */
  month: string;
  figures: Readonly<Record<NumberName, Figure>>;
}

/** What a plan or a country has of what recurs. */
export interface Share extends Figure {
  /** A plan's name, or a country's code; empty when it is not known. */
  name: string;
  slug: string;
}

export interface Cohort {
  month: string;
  /** How many paid for the first time in that month. */
  size: number;
  /** How many of them still paid at the end of that month, a month later and so on, as far as it is known. */
  kept: readonly number[];
}

export interface Numbers {
  months: readonly MonthFigures[];
  byPlan: readonly Share[];
  byCountry: readonly Share[];
  cohorts: readonly Cohort[];
}

/** The currencies in which payments were made or tried, the one most used first. */
export async function listCurrencies(): Promise<string[]> {
  const withTests = !(await takesRealMoney());
  const { rows } = await db.execute<{ currency: string }>(sql`
    select currency from (
      select currency from transactions where ${withTests} or not is_test
      union all select currency from subscriptions where ${withTests} or not is_test) each
    group by currency order by count(*) desc, currency`);
  return rows.map(({ currency }) => currency);
}

/** All numbers of the last months in one currency, in as many queries however much there is. */
export async function readNumbers(currency: string, now: Date): Promise<Numbers> {
  const range = await rangeOf(currency, { month: monthOf(now), months: shownMonths });
  return {
    months: await readMonths(range),
    ...(await readShares(range)),
    cohorts: await readCohorts(range),
  };
}

/** One of the things that a number counts. */
export interface NumberRow {
  at: Date;
  amount: number | null;
  userId: number | null;
  person: string;
  what: string;
  country: string;
  /** What the provider calls it. */
  reference: string;
}

export interface RowsRequest {
  number: NumberName;
  currency: string;
  month: string;
  plan?: string | undefined;
  country?: string | undefined;
  limit: number;
}

/** The rows behind a number in a month, the newest first. */
export async function listRows({ number, currency, month, plan, country, limit }: RowsRequest): Promise<NumberRow[]> {
  const range = await rangeOf(currency, { month, months: 1 });
  const { rows } = await db.execute<Omit<NumberRow, "at" | "amount"> & { at: string; amount: string | null }>(sql`
    ${history(range)}
    select f.at, round(f.amount) as amount, u.id as "userId", coalesce(nullif(u.name, ''), u.address, '') as person,
      coalesce(pl.name, pr.name, '') as what, f.country, f.reference
    from facts f
    left join customers c on c.id = f.customer_id
    left join users u on u.id = c.user_id
    left join plans pl on pl.id = f.plan_id
    left join products pr on pr.id = f.product_id
    where f.number = ${number} and f.month = ${range.from}::timestamp at time zone 'UTC'
      and (${plan ?? null}::text is null or coalesce(pl.slug, '') = ${plan ?? null})
      and (${country ?? null}::text is null or f.country = ${country ?? null})
    order by f.at desc, f.reference
    limit ${limit}`);
  return rows.map((row) => ({ ...row, at: new Date(row.at), amount: row.amount === null ? null : Number(row.amount) }));
}

/** `2026-11` */
export function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7);
}

async function rangeOf(currency: string, { month, months }: { month: string; months: number }): Promise<Range> {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const from = new Date(Date.UTC(year, number - months, 1)).toISOString().slice(0, 10);
  return { currency, from, months, withTests: !(await takesRealMoney()) };
}

async function readMonths(range: Range): Promise<MonthFigures[]> {
  const { rows } = await db.execute<{ month: string; number: NumberName | null; count: number; amount: string }>(sql`
    ${history(range)}
    select to_char(m.month at time zone 'UTC', 'YYYY-MM') as month, f.number, count(f.number)::int as count,
      coalesce(round(sum(f.amount)), 0) as amount
    from months m left join facts f on f.month = m.month
    group by 1, 2 order by 1`);
  const byMonth = Map.groupBy(rows, ({ month }) => month);
  return [...byMonth].map(([month, each]) => {
    const found = new Map(each.map(({ number, count, amount }) => [number, { count, amount: Number(amount) }]));
    const of = (name: NumberName): Figure => found.get(name) ?? { count: 0, amount: 0 };
    return { month, figures: figuresOf(of) };
  });
}

function figuresOf(of: (name: NumberName) => Figure): Record<NumberName, Figure> {
  return {
    recurring: of("recurring"),
    new: of("new"),
    churned: of("churned"),
    recovered: of("recovered"),
    refunds: of("refunds"),
    trials: of("trials"),
    converted: of("converted"),
    revenue: of("revenue"),
  };
}

async function readShares(range: Range): Promise<Pick<Numbers, "byPlan" | "byCountry">> {
  const { rows } = await db.execute<{ kind: number; name: string; slug: string; count: number; amount: string }>(sql`
    ${history(range)}
    select grouping(f.country)::int as kind, coalesce(case grouping(f.country) when 1 then pl.name else f.country end, '') as name,
      coalesce(case grouping(f.country) when 1 then pl.slug else f.country end, '') as slug,
      count(*)::int as count, round(sum(f.amount)) as amount
    from facts f left join plans pl on pl.id = f.plan_id
    where f.number = 'recurring' and f.month = (select max(month) from months)
    group by grouping sets ((pl.id, pl.name, pl.slug), (f.country))
    order by amount desc, name`);
  const shares = (kind: number): Share[] =>
    rows
      .filter((row) => row.kind === kind)
      .map(({ name, slug, count, amount }) => ({ name, slug, count, amount: Number(amount) }));
  return { byPlan: shares(1), byCountry: shares(0) };
}

async function readCohorts(range: Range): Promise<Cohort[]> {
  const { rows } = await db.execute<{ cohort: string; month: string; size: number; kept: number }>(sql`
    ${history(range)},
    cohorts as (
      select f.subscription_id, m.month from firsts f join months m on f.paid_at >= m.month and f.paid_at < m.ends
    )
    select to_char(c.month at time zone 'UTC', 'YYYY-MM') as cohort, to_char(m.month at time zone 'UTC', 'YYYY-MM') as month,
      count(*)::int as size, count(p.subscription_id)::int as kept
    from cohorts c join months m on m.month >= c.month
    left join paying p on p.subscription_id = c.subscription_id and p.month = m.month
    group by 1, 2 order by 1, 2`);
  return [...Map.groupBy(rows, ({ cohort }) => cohort)].map(([month, each]) => ({
    month,
    size: each[0]?.size ?? 0,
    kept: each.map(({ kept }) => kept),
  }));
}
