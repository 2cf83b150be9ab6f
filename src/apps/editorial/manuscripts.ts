import { desc, eq, sql, type SQL } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { entries, type Entry } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { deskEvents, manuscripts, stages, type DeskEventKind, type Manuscript, type Stage } from "./schema.ts";

/** The stages that publication itself puts an entry into; they can be renamed and never removed. */
export const publicationStages = ["draft", "scheduled", "published", "retired"] as const;
export type PublicationStage = (typeof publicationStages)[number];

/** Where an entry is that the desk has no row for: where its publication puts it. */
export const stageIdSql: SQL<number> = sql<number>`coalesce(${manuscripts.stageId}, (
  select ${stages.id} from ${stages} where ${stages}.slug = case
    when ${entries.publishedAt} is null then 'draft'
    when ${entries.publishedAt} <= now() then 'published' else 'scheduled' end))`;

export interface DeskEntry {
  entry: Entry;
  manuscript: Manuscript;
  stage: Stage;
}

/** An entry as the desk has it. Throws NotFound. */
export async function getDeskEntry(entryId: number): Promise<DeskEntry> {
  await ensureManuscript(entryId);
  const [row] = await db
    .select({ entry: entries, manuscript: manuscripts, stage: stages })
    .from(entries)
    .innerJoin(manuscripts, eq(manuscripts.entryId, entries.id))
    .innerJoin(stages, eq(stages.id, manuscripts.stageId))
    .where(eq(entries.id, entryId));
  if (row === undefined) throw new NotFound("There is no such entry on the desk.");
  return row;
}

/** The same, for who will change it: until the end of the transaction nobody else does. */
export async function lockDeskEntry(entryId: number): Promise<DeskEntry> {
  await db.select({ id: entries.id }).from(entries).where(eq(entries.id, entryId)).for("update");
  return await getDeskEntry(entryId);
}

// The row is made as soon as the desk has to do with an entry.
async function ensureManuscript(entryId: number): Promise<void> {
  await db.execute(sql`
    insert into ${manuscripts} (entry_id, stage_id)
    select ${entries}.id, ${stages}.id from ${entries} join ${stages} on ${stages}.slug = case
      when ${entries}.published_at is null then 'draft' when ${entries}.published_at <= now() then 'published'
      else 'scheduled' end
    where ${entries}.id = ${entryId} on conflict do nothing`);
}

/** Puts an entry into a stage by its slug; it stays where it is when there is no such stage. */
export async function setStage(entryId: number, slug: string): Promise<void> {
  await db
    .update(manuscripts)
    .set({ stageId: sql`coalesce((select id from ${stages} where slug = ${slug}), stage_id)`, changedAt: sql`now()` })
    .where(eq(manuscripts.entryId, entryId));
}

/** All stages, in their order. */
export async function listStages(): Promise<Stage[]> {
  return await db.select().from(stages).orderBy(stages.position, stages.id);
}

export type EventDetails = Record<string, string | number | null>;

/** Adds to what happened to an entry. */
export async function recordDeskEvent(
  entryId: number,
  kind: DeskEventKind,
  actorId: number | null,
  details: EventDetails = {},
): Promise<void> {
  await db.insert(deskEvents).values({ entryId, kind, actorId, details });
}

export type HistoryRow = Pick<typeof deskEvents.$inferSelect, "id" | "kind" | "details" | "at"> & {
  actor: string | null;
  /** Whom it was given to, by the name they have now: names are kept in accounts alone. */
  to: string | null;
};

/** What happened to an entry, the latest first. */
export async function listHistory(entryId: number, limit = 100): Promise<HistoryRow[]> {
  return await db
    .select({
      id: deskEvents.id,
      kind: deskEvents.kind,
      details: deskEvents.details,
      at: deskEvents.at,
      actor: users.name,
      to: sql<string | null>`(select coalesce(nullif(given.name, ''), given.address) from ${users} given
        where given.id = (${deskEvents.details} ->> 'toId')::integer)`,
    })
    .from(deskEvents)
    .leftJoin(users, eq(users.id, deskEvents.actorId))
    .where(eq(deskEvents.entryId, entryId))
    .orderBy(desc(deskEvents.id))
    .limit(limit);
}
