import { and, asc, eq, exists, ilike, lte, or, sql, type SQL } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { entries, entryTopics, topics } from "#apps/catalog/schema.ts";
import { listStages, stageIdSql } from "#apps/editorial/manuscripts.ts";
import { findings, manuscripts, remarks, stages, type Stage } from "#apps/editorial/schema.ts";
import { isTheirs } from "#apps/editorial/versions.ts";
import { db } from "#lib/db.ts";
import { may, type Viewer } from "#lib/viewer.ts";

export interface BoardFilter {
  q: string;
  /** Whether only what the viewer has to do with. */
  mine: boolean;
  kind?: string | undefined;
  assigneeId?: number | undefined;
  topic?: string | undefined;
}

export interface BoardCard {
  id: number;
  kind: string;
  title: string;
  assignee: string | null;
  dueOn: string | null;
  publishedAt: Date | null;
  scheduledAt: Date | null;
  /** Since when it has been in its stage. */
  changedAt: Date;
  errors: number;
  warnings: number;
  remarks: number;
  /** Whether the viewer may move it at all. */
  isTheirs: boolean;
}

export interface BoardColumn {
  stage: Stage;
  /** How many entries are in it; its cards may be the first of them. */
  total: number;
  cards: BoardCard[];
}

/** Every stage with its entries, what is due first on top: so many of each, whatever there is in all. */
export async function listBoard(viewer: Viewer, filter: BoardFilter, { perStage = 30 } = {}): Promise<BoardColumn[]> {
  const changed = sql<Date>`coalesce(${manuscripts.changedAt}, ${entries.updatedAt})`.mapWith(manuscripts.changedAt);
  const inner = db
    .select({
      entryId: sql<number>`${entries.id}`.as("entry_id"),
      kind: entries.kind,
      title: entries.title,
      assignee: sql<string | null>`${users.name}`.as("assignee"),
      dueOn: manuscripts.dueOn,
      publishedAt: entries.publishedAt,
      scheduledAt: manuscripts.scheduledAt,
      changed: changed.as("changed"),
      isTheirs: handOf(viewer).as("is_theirs"),
      stageId: sql<number>`${stageIdSql}`.as("stage_id"),
      total: sql<number>`(count(*) over (partition by ${stageIdSql}))::int`.as("total"),
      rank: sql<number>`row_number() over (partition by ${stageIdSql}
        order by ${manuscripts.dueOn} nulls last, ${changed} desc, ${entries.id} desc)`.as("rank"),
    })
    .from(entries)
    .leftJoin(manuscripts, eq(manuscripts.entryId, entries.id))
    .leftJoin(users, eq(users.id, manuscripts.assigneeId))
    .where(matches(viewer, filter))
    .as("board");
  const rows = await db
    .select({
      id: inner.entryId,
      kind: inner.kind,
      title: inner.title,
      assignee: inner.assignee,
      dueOn: inner.dueOn,
      publishedAt: inner.publishedAt,
      scheduledAt: inner.scheduledAt,
      changedAt: inner.changed,
      isTheirs: inner.isTheirs,
      stageId: inner.stageId,
      total: inner.total,
      errors: sql<number>`(select count(*)::int from ${findings} where ${findings.entryId} = ${inner.entryId} and ${findings.severity} = 'error')`,
      warnings: sql<number>`(select count(*)::int from ${findings} where ${findings.entryId} = ${inner.entryId} and ${findings.severity} = 'warning')`,
      remarks: sql<number>`(select count(*)::int from ${remarks} where ${remarks.entryId} = ${inner.entryId} and ${remarks.state} = 'open' and ${remarks.parentId} is null)`,
    })
    .from(inner)
    // Not for its columns: with two tables, the columns of the subqueries keep the names of theirs.
    .innerJoin(stages, eq(stages.id, inner.stageId))
    .where(lte(inner.rank, perStage))
    .orderBy(asc(inner.stageId), asc(inner.rank));
  return (await listStages()).map((stage) => {
    const cards = rows.filter(({ stageId }) => stageId === stage.id);
    return { stage, total: cards[0]?.total ?? 0, cards };
  });
}

/** What the filter offers: kinds that there are, and topics. */
export async function listChoices(): Promise<{ kinds: string[]; topics: { slug: string; name: string }[] }> {
  const kinds = await db.selectDistinct({ kind: entries.kind }).from(entries).orderBy(entries.kind);
  const all = await db
    .select({ slug: topics.slug, name: topics.name })
    .from(topics)
    .orderBy(topics.position, topics.name);
  return { kinds: kinds.map(({ kind }) => kind), topics: all };
}

export interface CalendarItem {
  /** The day, as `2026-11-27`, by the clock of UTC. */
  day: string;
  /** The time of the day, where it matters. */
  time: string | undefined;
  kind: "published" | "scheduled" | "update" | "due";
  entryId: number;
  title: string;
  who: string | null;
}

/** What was and will be published, changed, or due, from one day until before another. */
export async function listCalendar(from: string, until: string): Promise<CalendarItem[]> {
  const { rows } = await db.execute<CalendarItem>(sql`
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day, to_char(at at time zone 'UTC', 'HH24:MI') as time,
      what as kind, entry_id as "entryId", title, who
    from (
      select published_at as at, case when published_at <= now() then 'published' else 'scheduled' end as what,
        id as entry_id, title, null as who from ${entries}
      union all
      select m.scheduled_at, 'update', e.id, e.title, null from ${manuscripts} m join ${entries} e on e.id = m.entry_id
        where e.published_at is distinct from m.scheduled_at
      union all
      select m.due_on::timestamp at time zone 'UTC', 'due', e.id, e.title, u.name
        from ${manuscripts} m join ${entries} e on e.id = m.entry_id left join ${users} u on u.id = m.assignee_id
    ) item
    where at >= ${from}::timestamp at time zone 'UTC' and at < ${until}::timestamp at time zone 'UTC'
    order by at, title`);
  return rows.map((row) => (row.kind === "due" ? { ...row, time: undefined } : row));
}

function handOf(viewer: Viewer): SQL<boolean> {
  if (may(viewer, "desk.publish")) return sql<boolean>`true`;
  return sql<boolean>`${viewer.id === null ? sql`false` : isTheirs(viewer.id)}`;
}

function matches(viewer: Viewer, { q, mine, kind, assigneeId, topic }: BoardFilter): SQL | undefined {
  const written = `%${q.replace(/[\\%_]/g, String.raw`\$&`)}%`;
  return and(
    q === "" ? undefined : or(ilike(entries.title, written), ilike(entries.path, written)),
    mine && viewer.id !== null ? isTheirs(viewer.id) : undefined,
    kind === undefined ? undefined : eq(entries.kind, kind),
    assigneeId === undefined ? undefined : eq(manuscripts.assigneeId, assigneeId),
    topic === undefined
      ? undefined
      : exists(
          db
            .select({ one: sql`1` })
            .from(entryTopics)
            .innerJoin(topics, eq(topics.id, entryTopics.topicId))
            .where(and(eq(entryTopics.entryId, entries.id), eq(topics.slug, topic))),
        ),
  );
}
