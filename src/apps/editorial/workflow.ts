import { and, asc, eq, exists, inArray, isNull, sql } from "drizzle-orm";
import { rolePermissions, userRoles, users } from "#apps/accounts/schema.ts";
import { touchContent } from "#apps/catalog/content-version.ts";
import { entries } from "#apps/catalog/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { may, type Viewer } from "#lib/viewer.ts";
import { entryMoved } from "./events.ts";
import { listStages, lockDeskEntry, recordDeskEvent, type DeskEntry } from "./manuscripts.ts";
import { tellAssignee } from "./notices.tsx";
import { isPublic } from "./publishing.ts";
import { checkmarks, deskEvents, manuscripts, revisions, stageMoves, stages, type Stage } from "./schema.ts";
import { findNewest, getVersion, isTheirs } from "./versions.ts";

/** To which stages somebody's roles let them move an entry, by the stage where it is. */
export type Moves = ReadonlyMap<number, readonly number[]>;

/** Where the viewer may move entries: an owner from anywhere to anywhere, others as the table of moves says. */
export async function listMoves(viewer: Viewer): Promise<Moves> {
  const all = await listStages();
  if (viewer.permissions.includes("*"))
    return new Map(all.map(({ id }) => [id, all.filter((to) => to.id !== id).map((to) => to.id)]));
  if (viewer.id === null || !may(viewer, "desk.open")) return new Map();
  const rows = await db
    .selectDistinct({ fromId: stageMoves.fromId, toId: stageMoves.toId, position: stages.position })
    .from(stageMoves)
    .innerJoin(stages, eq(stages.id, stageMoves.toId))
    .innerJoin(userRoles, and(eq(userRoles.roleId, stageMoves.roleId), eq(userRoles.userId, viewer.id)))
    .orderBy(asc(stages.position));
  return new Map([...Map.groupBy(rows, ({ fromId }) => fromId)].map(([from, to]) => [from, to.map((row) => row.toId)]));
}

/** What a move must know of an entry. */
export interface Standing {
  publishedAt: Date | null;
  scheduledAt: Date | null;
}

/** Why an entry cannot be in a stage: some say what the public sees, which publication alone changes. */
export function sayWhyNotIn({ slug }: Pick<Stage, "slug">, entry: Standing, now = new Date()): string | undefined {
  const publicNow = isPublic(entry, now);
  const waits = entry.scheduledAt !== null || (entry.publishedAt !== null && !publicNow);
  if (waits) return slug === "scheduled" ? undefined : "It is scheduled: take that back first.";
  if (slug === "scheduled") return "It is there once a version of it is scheduled.";
  if (slug === "published" && !publicNow) return "It is there once a version of it is published.";
  if (slug === "retired" && publicNow) return "Readers still see it: retire it where it is published.";
  return undefined;
}

/**
 * Moves an entry to another stage. Answers why not, in a sentence: a role, publication, or points of the checklist that
 * are open and that no note explains. Throws NotFound for who has nothing to do with it.
 */
export async function moveEntry(
  viewer: Viewer,
  entryId: number,
  toId: number,
  { note = "" }: { note?: string } = {},
): Promise<string | undefined> {
  return await atomic(async () => {
    const desk = await lockDeskEntry(entryId);
    const { entry, manuscript, stage } = desk;
    await requireHand(viewer, entryId);
    const to = (await listStages()).find(({ id }) => id === toId);
    if (to === undefined) return "There is no such stage.";
    if (to.id === stage.id) return undefined;
    if (!(await listMoves(viewer)).get(stage.id)?.includes(to.id))
      return `Your role does not move entries from ${stage.name} to ${to.name}.`;
    const { publishedAt } = entry;
    const problem = sayWhyNotIn(to, { publishedAt, scheduledAt: manuscript.scheduledAt });
    if (problem !== undefined) return problem;
    const open = await countOpen(desk);
    if (open > 0 && to.position > stage.position && note === "")
      return `${open === 1 ? "A point" : `${open} points`} of the checklist ${open === 1 ? "is" : "are"} open: say in a note why it moves on all the same.`;
    await db
      .update(manuscripts)
      .set({ stageId: to.id, changedAt: sql`now()` })
      .where(eq(manuscripts.entryId, entryId));
    // Its address says from then on that it is gone, or no longer.
    if (to.slug === "retired" || stage.slug === "retired") await touchContent();
    await recordDeskEvent(entryId, "moved", viewer.id, { from: stage.name, to: to.name, note, open });
    const by = viewer.name ?? "Somebody";
    await entryMoved.emit({ entryId, title: entry.title, by, from: stage.name, to: to.name, note });
    await tellAssignee(desk, manuscript.assigneeId, { kind: "moved", stage: to.name, note, by: viewer });
    return undefined;
  });
}

/** Puts an entry into somebody's hands, or nobody's, until a day. Answers why not, in a sentence. */
export async function assignEntry(
  viewer: Viewer,
  entryId: number,
  { assigneeId, dueOn }: { assigneeId: number | null; dueOn: string | null },
): Promise<string | undefined> {
  return await atomic(async () => {
    const desk = await lockDeskEntry(entryId);
    await requireHand(viewer, entryId);
    const people = await listStaff();
    const assignee = people.find(({ id }) => id === assigneeId);
    if (assigneeId !== null && assignee === undefined) return "Choose somebody who may open the desk.";
    const { assigneeId: before, dueOn: dueBefore } = desk.manuscript;
    if (before === assigneeId && dueBefore === dueOn) return undefined;
    await db.update(manuscripts).set({ assigneeId, dueOn }).where(eq(manuscripts.entryId, entryId));
    await recordDeskEvent(entryId, "assigned", viewer.id, { toId: assigneeId, due: dueOn });
    const given = { kind: "assigned", stage: desk.stage.name, note: "", by: viewer } as const;
    if (before !== assigneeId)
      await tellAssignee({ ...desk, manuscript: { ...desk.manuscript, dueOn } }, assigneeId, given);
    return undefined;
  });
}

/** Who may open the desk, by name. */
export async function listStaff(): Promise<{ id: number; name: string }[]> {
  const opens = db
    .select({ one: sql`1` })
    .from(userRoles)
    .innerJoin(rolePermissions, eq(rolePermissions.roleId, userRoles.roleId))
    .where(and(eq(userRoles.userId, users.id), inArray(rolePermissions.permission, ["*", "desk.open"])));
  return await db
    .select({ id: users.id, name: sql<string>`coalesce(nullif(${users.name}, ''), ${users.address})` })
    .from(users)
    .where(and(exists(opens), isNull(users.bannedAt)))
    .orderBy(sql`lower(${users.name})`, asc(users.id));
}

export interface ChecklistItem {
  item: string;
  /** Who did it and when; undefined while it is open. */
  done: { by: string; at: Date } | undefined;
}

/** What must be done in the stage where an entry is, and what of it is. */
export async function listChecklist({ entry, stage }: DeskEntry): Promise<ChecklistItem[]> {
  const marks = await db
    .select({ item: checkmarks.item, by: users.name, at: checkmarks.at })
    .from(checkmarks)
    .leftJoin(users, eq(users.id, checkmarks.userId))
    .where(and(eq(checkmarks.entryId, entry.id), eq(checkmarks.stageId, stage.id)));
  return stage.checklist.map((item) => {
    const mark = marks.find((each) => each.item === item);
    return { item, done: mark && { by: mark.by ?? "somebody who has left", at: mark.at } };
  });
}

/** Ticks points of the checklist of the stage where an entry is: these are done, the others are not. */
export async function setCheckmarks(viewer: Viewer, entryId: number, done: readonly string[]): Promise<void> {
  await atomic(async () => {
    const desk = await lockDeskEntry(entryId);
    await requireHand(viewer, entryId);
    for (const { item, done: before } of await listChecklist(desk)) {
      const after = done.includes(item);
      if (after === (before !== undefined)) continue;
      const mark = { entryId, stageId: desk.stage.id, item };
      if (after) await db.insert(checkmarks).values({ ...mark, userId: viewer.id });
      else await db.delete(checkmarks).where(isMark(mark));
      await recordDeskEvent(entryId, after ? "checked" : "unchecked", viewer.id, { item, stage: desk.stage.name });
    }
  });
}

/** Says that a version is good as it is. Answers why not, in a sentence: nobody approves what they wrote. */
export async function approveVersion(viewer: Viewer, entryId: number, number: number): Promise<string | undefined> {
  if (!may(viewer, "desk.review")) throw new NotFound("There is no such page.");
  return await atomic(async () => {
    await lockDeskEntry(entryId);
    const version = await getVersion(entryId, number);
    const newest = await findNewest(entryId);
    if (newest?.number !== number) return "There is a newer version: read that one.";
    if (version.authorId === viewer.id) return "Somebody else approves what you wrote.";
    if ((await listApprovals(entryId)).some((each) => each.number === number && each.actorId === viewer.id))
      return undefined;
    await recordDeskEvent(entryId, "approved", viewer.id, { number });
    return undefined;
  });
}

export interface Approval {
  number: number;
  actorId: number | null;
  by: string | null;
  at: Date;
  /** Whether nothing was written since. */
  isCurrent: boolean;
}

/** Who approved which version, the latest first. */
export async function listApprovals(entryId: number): Promise<Approval[]> {
  const number = sql<number>`(${deskEvents.details} ->> 'number')::int`;
  return await db
    .select({
      number,
      actorId: deskEvents.actorId,
      by: users.name,
      at: deskEvents.at,
      isCurrent: sql<boolean>`${number} = (select max(${revisions.number}) from ${revisions} where ${revisions.entryId} = ${deskEvents.entryId})`,
    })
    .from(deskEvents)
    .leftJoin(users, eq(users.id, deskEvents.actorId))
    .where(and(eq(deskEvents.entryId, entryId), eq(deskEvents.kind, "approved")))
    .orderBy(sql`${deskEvents.id} desc`);
}

/** Whether an entry is the viewer's to move and to hand on: an editor's all, others' what they have to do with. */
export async function hasHand(viewer: Viewer, entryId: number): Promise<boolean> {
  if (may(viewer, "desk.publish")) return true;
  if (viewer.id === null || !may(viewer, "desk.open")) return false;
  const [row] = await db
    .select({ id: entries.id })
    .from(entries)
    .where(and(eq(entries.id, entryId), isTheirs(viewer.id)));
  return row !== undefined;
}

async function requireHand(viewer: Viewer, entryId: number): Promise<void> {
  if (!(await hasHand(viewer, entryId))) throw new NotFound("There is no such entry on your desk.");
}

async function countOpen(desk: DeskEntry): Promise<number> {
  return (await listChecklist(desk)).filter(({ done }) => done === undefined).length;
}

function isMark({ entryId, stageId, item }: { entryId: number; stageId: number; item: string }) {
  return and(eq(checkmarks.entryId, entryId), eq(checkmarks.stageId, stageId), eq(checkmarks.item, item));
}
