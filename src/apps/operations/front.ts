import { sql, type SQL } from "drizzle-orm";
import { mayAllOf, type Permission } from "#apps/accounts/permissions.ts";
import { securityEvents, users } from "#apps/accounts/schema.ts";
import { linkChecks, manuscripts, remarks, stages } from "#apps/editorial/schema.ts";
import { mailings, mailingRecipients, messages } from "#apps/mail/schema.ts";
import { readingEvents } from "#apps/progress/schema.ts";
import { searches } from "#apps/search/schema.ts";
import { db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { checkStates, errorGroups } from "./schema.ts";

export interface Need {
  count: number;
  /** What there are so many of: `dead tasks`. */
  what: string;
  href: string;
}

const needs: readonly { permission: Permission; one: string; many: string; href: string; count: SQL }[] = [
  {
    permission: "operations.view",
    one: "check finds something wrong",
    many: "checks find something wrong",
    href: urls.staffErrors(),
    count: sql`select count(*) from ${checkStates} where problem is not null`,
  },
  {
    permission: "operations.view",
    one: "kind of error is open",
    many: "kinds of errors are open",
    href: urls.staffErrors(),
    count: sql`select count(*) from ${errorGroups} where resolved_at is null or resolved_at < last_seen_at`,
  },
  {
    permission: "operations.view",
    one: "task is dead",
    many: "tasks are dead",
    href: urls.staffTasks({}, { standing: "dead" }),
    count: sql`select count(*) from pgboss.job where state = 'failed' and name not like '\\_\\_pgboss%'`,
  },
  {
    permission: "operations.view",
    one: "mail is in doubt",
    many: "mails are in doubt",
    href: urls.staffMail(),
    count: sql`select (select count(*) from ${messages} where state = 'unknown')
      + (select count(*) from ${mailingRecipients} where state = 'unknown')`,
  },
  {
    permission: "operations.view",
    one: "mailing stands still",
    many: "mailings stand still",
    href: urls.staffMail(),
    count: sql`select count(*) from ${mailings} where stopped_because is not null`,
  },
  {
    permission: "desk.review",
    one: "text waits for a review",
    many: "texts wait for a review",
    href: urls.desk(),
    count: sql`select count(*) from ${manuscripts} m join ${stages} s on s.id = m.stage_id
      where s.slug in ('outline-review', 'technical-review', 'copy-edit')`,
  },
  {
    permission: "desk.open",
    one: "remark is open",
    many: "remarks are open",
    href: urls.desk(),
    count: sql`select count(*) from ${remarks} where state = 'open' and parent_id is null`,
  },
  {
    permission: "admin.link_checks.view",
    one: "link is broken",
    many: "links are broken",
    href: urls.adminList({ model: "link_checks" }),
    count: sql`select count(*) from ${linkChecks} where broken_since is not null`,
  },
];

/** What waits for somebody, as far as the viewer may see it, in one query. */
export async function listNeeds(viewer: Viewer): Promise<Need[]> {
  const open = needs.filter(({ permission }) => mayAllOf(viewer, permission));
  if (open.length === 0) return [];
  const counts = open.map(({ count }, index) => sql`select ${index}::int as place, (${count})::int as count`);
  const { rows } = await db.execute<{ place: number; count: number }>(sql.join(counts, sql` union all `));
  return rows
    .toSorted((one, other) => one.place - other.place)
    .flatMap(({ place, count }): Need[] => {
      const need = open[place];
      return need === undefined || count === 0
        ? []
        : [{ count, what: count === 1 ? need.one : need.many, href: need.href }];
    });
}

export const chartDays = 30;

export interface Series {
  name: string;
  /** Where its rows are. */
  href: string | undefined;
  /** Day by day of UTC, today last. */
  days: { day: string; count: number }[];
}

const since = sql`((now() at time zone 'UTC')::date - ${chartDays - 1}::int)::timestamp at time zone 'UTC'`;

const series: readonly { permission: Permission; name: string; href?: string; rows: SQL }[] = [
  { permission: "people.view", name: "New accounts", href: urls.staffPeople(), rows: byDay(users, sql`created_at`) },
  {
    permission: "audit.view",
    name: "Sign-ins",
    href: urls.staffEvents({}, { kind: "sign-in" }),
    rows: byDay(securityEvents, sql`at`, sql`kind = 'sign-in'`),
  },
  { permission: "admin.open", name: "Entries opened", rows: byDay(readingEvents, sql`at`, sql`kind = 'opened'`) },
  {
    permission: "searches.view",
    name: "Searches",
    href: urls.staffSearches(),
    rows: sql`select day, sum(times) as count from ${searches} where day > current_date - ${chartDays}::int group by day`,
  },
  { permission: "operations.view", name: "Mails", href: urls.staffMail(), rows: byDay(messages, sql`created_at`) },
];

function byDay(
  table: SQL | typeof users | typeof securityEvents | typeof readingEvents | typeof messages,
  at: SQL,
  where: SQL = sql`true`,
): SQL {
  return sql`select (${at} at time zone 'UTC')::date as day, count(*) as count from ${table}
    where ${at} >= ${since} and ${where} group by 1`;
}

/** How the last 30 days went, as far as the viewer may see it, in one query. */
export async function listSeries(viewer: Viewer, now = new Date()): Promise<Series[]> {
  const open = series.filter(({ permission }) => mayAllOf(viewer, permission));
  if (open.length === 0) return [];
  const counts = open.map(
    ({ rows }, index) =>
      sql`select ${index}::int as place, day::text as day, count::int as count from (${rows}) counted`,
  );
  const { rows } = await db.execute<{ place: number; day: string; count: number }>(sql.join(counts, sql` union all `));
  const known = new Map(rows.map(({ place, day, count }) => [`${place} ${day}`, count]));
  const days = Array.from({ length: chartDays }, (_, index) =>
    new Date(now.getTime() - (chartDays - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
  return open.map(({ name, href }, place) => ({
    name,
    href,
    days: days.map((day) => ({ day, count: known.get(`${place} ${day}`) ?? 0 })),
  }));
}
