import { and, eq, sql, type SQL } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { atomic, db } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { readingEvents, readings, type Reading, type ReadingKind } from "./schema.ts";

/** Where in a text somebody is: the section in view ("" before the first), and how much lies above, in hundredths. */
export type Place = Pick<Reading, "anchor" | "percent">;
export type ReadingState = Omit<Reading, "userId" | "entryId">;

/** Where everybody stands with what they have never opened. */
export const unread: ReadingState = { openedAt: null, anchor: "", percent: 0, completedAt: null, savedAt: null };

const readingOf = db
  .select({
    openedAt: readings.openedAt,
    anchor: readings.anchor,
    percent: readings.percent,
    completedAt: readings.completedAt,
    savedAt: readings.savedAt,
  })
  .from(readings)
  .where(and(eq(readings.userId, sql.placeholder("userId")), eq(readings.entryId, sql.placeholder("entryId"))))
  .prepare("reading_of_entry");

/** Where the viewer stands with an entry; undefined for who is not signed in. */
export async function findReading(viewer: Viewer, entryId: number): Promise<ReadingState | undefined> {
  if (viewer.id === null) return undefined;
  const [reading] = await readingOf.execute({ userId: viewer.id, entryId });
  return reading ?? unread;
}

export async function completeEntry(viewer: Viewer, entryId: number): Promise<void> {
  await recordReading(viewer, entryId, "completed");
}

export async function reopenEntry(viewer: Viewer, entryId: number): Promise<void> {
  await recordReading(viewer, entryId, "reopened");
}

export async function bookmarkEntry(viewer: Viewer, entryId: number): Promise<void> {
  await recordReading(viewer, entryId, "saved");
}

export async function unbookmarkEntry(viewer: Viewer, entryId: number): Promise<void> {
  await recordReading(viewer, entryId, "unsaved");
}

/** Keeps where the viewer is in a text. Within a section it is noted at first, then once a minute. */
export async function notePosition(viewer: Viewer, entryId: number, place: Place): Promise<void> {
  await recordReading(viewer, entryId, "moved", place);
}

interface Change {
  /** What becomes of the columns of `readings`. */
  set: SQL;
  /** Whether that changes anything worth a row in the log. */
  when: SQL;
  /** Whether there is nothing to undo for who has done nothing yet. */
  undoes?: true;
}

// In these, `readings` is the row as it was, and `excluded` has the place that is told of.
const changes: Readonly<Record<ReadingKind, Change>> = {
  opened: {
    set: sql`opened_at = now()`,
    when: sql`readings.opened_at is null or readings.opened_at < now() - interval '30 minutes'`,
  },
  moved: {
    set: sql`opened_at = now(), anchor = excluded.anchor, percent = excluded.percent`,
    when: sql`readings.opened_at is null or readings.anchor <> excluded.anchor
      or readings.percent <> excluded.percent and (readings.percent = 0 or readings.opened_at < now() - interval '1 minute')`,
  },
  completed: { set: sql`completed_at = now()`, when: sql`readings.completed_at is null` },
  reopened: { set: sql`completed_at = null`, when: sql`readings.completed_at is not null`, undoes: true },
  saved: { set: sql`saved_at = now()`, when: sql`readings.saved_at is null` },
  unsaved: { set: sql`saved_at = null`, when: sql`readings.saved_at is not null`, undoes: true },
};

/**
 * Adds to the log what the viewer did with an entry, and derives where they stand, in one statement; nothing when it
 * changes nothing. Somebody of the staff in a reader's place leaves no trace in what that reader has read.
 */
export async function recordReading(
  viewer: Viewer,
  entryId: number,
  kind: ReadingKind,
  place: Place = unread,
): Promise<void> {
  if (viewer.id === null || viewer.session?.isImpersonated === true) return;
  const { set, when, undoes } = changes[kind];
  const { anchor, percent } = kind === "moved" ? place : unread;
  const isRead = kind === "opened" || kind === "moved";
  // The row is locked before its event gets a number, so that events of one entry are numbered as they were applied; and
  // the reader before both, so that nobody derives anew meanwhile.
  await db.execute(sql`
    with reader as (
      select id from ${users} where id = ${viewer.id} for key share
    ), state as (
      insert into ${readings} as readings (user_id, entry_id, opened_at, anchor, percent, completed_at, saved_at)
      select id, ${entryId}::int, ${isRead ? sql`now()` : null}::timestamptz, ${anchor}, ${percent}::smallint,
        ${kind === "completed" ? sql`now()` : null}::timestamptz, ${kind === "saved" ? sql`now()` : null}::timestamptz
      from reader
      where ${undoes ? sql`exists (select from ${readings} where user_id = ${viewer.id} and entry_id = ${entryId})` : true}
      on conflict (user_id, entry_id) do update set ${set} where ${when}
      returning user_id, entry_id
    )
    insert into ${readingEvents} (user_id, entry_id, kind, anchor, percent)
    select user_id, entry_id, ${kind}, ${anchor}, ${percent}::smallint from state`);
}

/** Derives anew, from the log alone, where somebody stands with everything. */
export async function rebuildReadings(userId: number): Promise<void> {
  await atomic(async () => {
    await lockReader(userId);
    await db.delete(readings).where(eq(readings.userId, userId));
    await db.execute(sql`
      insert into ${readings} (user_id, entry_id, opened_at, anchor, percent, completed_at, saved_at)
      select user_id, entry_id,
        ${last(sql`at`, sql`kind in ('opened', 'moved')`)},
        coalesce(${last(sql`anchor`, sql`kind = 'moved'`)}, ''),
        coalesce(${last(sql`percent`, sql`kind = 'moved'`)}, 0),
        ${last(sql`case when kind = 'completed' then at end`, sql`kind in ('completed', 'reopened')`)},
        ${last(sql`case when kind = 'saved' then at end`, sql`kind in ('saved', 'unsaved')`)}
      from ${readingEvents} where user_id = ${userId} group by user_id, entry_id`);
  });
}

/** Forgets that the viewer opened an entry, or any, and where they stopped. What they completed and saved is kept. */
export async function clearHistory(viewer: Viewer, entryId?: number): Promise<void> {
  const { id: userId } = viewer;
  if (userId === null || viewer.session?.isImpersonated === true) return;
  await atomic(async () => {
    await lockReader(userId);
    await db.execute(sql`
      delete from ${readingEvents} where user_id = ${userId} and kind in ('opened', 'moved')
        and ${entryId === undefined ? true : sql`entry_id = ${entryId}`}`);
    await rebuildReadings(userId);
  });
}

async function lockReader(userId: number): Promise<void> {
  await db.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("update");
}

function last(value: SQL, where: SQL): SQL {
  return sql`(array_agg(${value} order by id desc) filter (where ${where}))[1]`;
}
