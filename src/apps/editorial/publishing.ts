import { and, desc, eq, isNotNull, lte, sql } from "drizzle-orm";
import { refreshRelated } from "#apps/catalog/related.ts";
import { saveEntry } from "#apps/catalog/saving.ts";
import { bodies, entries, redirects, type Entry } from "#apps/catalog/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { may, type Viewer } from "#lib/viewer.ts";
import { countErrors } from "./linting.ts";
import { lockDeskEntry, recordDeskEvent, setStage, type DeskEntry } from "./manuscripts.ts";
import { deskEvents, manuscripts, stages } from "./schema.ts";
import { publishScheduled } from "./tasks.ts";
import { renderText, storeText, type RenderedText } from "./texts.ts";
import { getVersion, type Version } from "./versions.ts";

export interface Publication {
  /** Why it is published although the linter found errors. */
  reason?: string;
  /** A correction of which no reader needs to know: the page keeps the day of its last change. */
  isMinor?: boolean;
}

/**
 * Makes a version what the page of its entry says, all at once. Answers why not, in a sentence: errors that the linter
 * found need a reason, and an embargo holds. A linter that is slow or broken holds nobody. Throws NotFound for who may not publish.
 */
export async function publishVersion(
  viewer: Viewer,
  entryId: number,
  number: number,
  { reason = "", isMinor = false }: Publication = {},
): Promise<string | undefined> {
  requirePublisher(viewer);
  const { version, prepared, errors } = await prepare(entryId, number);
  if (errors !== null && errors > 0 && reason === "") return needsReason(errors);
  return await atomic(async () => {
    const desk = await lockDeskEntry(entryId);
    const now = new Date();
    const problem = sayWhyHeld(desk, now);
    if (problem !== undefined) return problem;
    await show(desk.entry, { version, prepared, isMinor, now });
    await settle(entryId, { publishedNumber: number, ...unscheduled, embargoUntil: null });
    await recordDeskEvent(entryId, "published", viewer.id, { number, reason, errors });
    await setStage(entryId, "published");
    return undefined;
  });
}

/**
 * Has a version published at a time, once, whatever is running then. What nobody can read yet is stored at once and
 * becomes public by the clock; a page that is public is changed by a task. Answers why not, in a sentence.
 */
export async function scheduleVersion(
  viewer: Viewer,
  entryId: number,
  number: number,
  { reason = "", at }: Publication & { at: Date },
): Promise<string | undefined> {
  requirePublisher(viewer);
  if (at <= new Date()) return "That time has passed: publish it now, or choose a later one.";
  const { version, prepared, errors } = await prepare(entryId, number);
  if (errors !== null && errors > 0 && reason === "") return needsReason(errors);
  return await atomic(async () => {
    const desk = await lockDeskEntry(entryId);
    const problem = sayWhyHeld(desk, at);
    if (problem !== undefined) return problem;
    if (!isPublic(desk.entry, new Date())) {
      await show(desk.entry, { version, prepared, publishedAt: at, now: at });
      await settle(entryId, { publishedNumber: number });
    }
    await settle(entryId, { scheduledNumber: number, scheduledAt: at });
    const from = desk.stage.slug === "scheduled" ? "" : desk.stage.slug;
    await recordDeskEvent(entryId, "scheduled", viewer.id, { number, at: at.toISOString(), from, reason, errors });
    await setStage(entryId, "scheduled");
    await publishScheduled.later({ entryId, at: at.toISOString() }, { at });
    return undefined;
  });
}

/** Takes a schedule back: what is public stays as it is, what is not becomes a draft again. */
export async function unschedule(viewer: Viewer, entryId: number): Promise<void> {
  requirePublisher(viewer);
  await atomic(async () => {
    const { entry, manuscript } = await lockDeskEntry(entryId);
    const wasPublic = isPublic(entry, new Date());
    if (manuscript.scheduledAt === null && (wasPublic || entry.publishedAt === null)) return;
    if (!wasPublic) await saveEntry({ ...fieldsOf(entry), publishedAt: null }, entryId);
    await settle(entryId, unscheduled);
    await recordDeskEvent(entryId, "unscheduled", viewer.id, { number: manuscript.scheduledNumber });
    await setStage(entryId, await stageBefore(entryId, wasPublic ? "published" : "draft"));
  });
}

/** Says before when nothing of an entry becomes public, or, with null, no longer. Answers why not, in a sentence. */
export async function embargoEntry(viewer: Viewer, entryId: number, until: Date | null): Promise<string | undefined> {
  requirePublisher(viewer);
  return await atomic(async () => {
    const { entry, manuscript } = await lockDeskEntry(entryId);
    const next = manuscript.scheduledAt ?? (isPublic(entry, new Date()) ? null : entry.publishedAt);
    if (until !== null && next !== null && next < until)
      return "It is scheduled for an earlier time: unschedule it first.";
    await settle(entryId, { embargoUntil: until });
    await recordDeskEvent(entryId, "embargoed", viewer.id, { until: until?.toISOString() ?? null });
    return undefined;
  });
}

/** Takes an entry back from the public: it becomes a draft. */
export async function unpublishEntry(viewer: Viewer, entryId: number, reason = ""): Promise<void> {
  await withdraw(viewer, entryId, { kind: "unpublished", stage: "draft", details: { reason } });
}

/**
 * Takes an entry away for good: its page is gone, or leads to another, as do its former addresses. Answers why not, in a
 * sentence. To publish it again brings it back.
 */
export async function retireEntry(
  viewer: Viewer,
  entryId: number,
  { redirectTo = "", reason = "" }: { redirectTo?: string; reason?: string } = {},
): Promise<string | undefined> {
  requirePublisher(viewer);
  return await atomic(async () => {
    const details = { reason, to: redirectTo };
    if (redirectTo === "") {
      await withdraw(viewer, entryId, { kind: "retired", stage: "retired", details });
      return undefined;
    }
    const [target] = await db.select().from(entries).where(eq(entries.path, redirectTo));
    if (target === undefined || target.id === entryId || !isPublic(target, new Date()))
      return `There is no other public page at ${redirectTo}.`;
    await withdraw(viewer, entryId, { kind: "retired", stage: "retired", details });
    const [entry] = await db.select().from(entries).where(eq(entries.id, entryId));
    await db.update(redirects).set({ entryId: target.id }).where(eq(redirects.entryId, entryId));
    const own = { path: entry?.path ?? "", entryId: target.id };
    await db.insert(redirects).values(own).onConflictDoUpdate({ target: redirects.path, set: own });
    return undefined;
  });
}

/** Publishes what is scheduled for an entry, if its time has come; whoever comes second finds nothing to do. */
export async function publishWhenDue(entryId: number, now = new Date()): Promise<void> {
  const [due] = await db
    .select()
    .from(manuscripts)
    .where(and(eq(manuscripts.entryId, entryId), lte(manuscripts.scheduledAt, now)));
  if (due?.scheduledNumber == null) return;
  const number = due.scheduledNumber;
  const version = await getVersion(entryId, number);
  const prepared = await renderText(version.source);
  await atomic(async () => {
    const { entry, manuscript } = await lockDeskEntry(entryId);
    const at = manuscript.scheduledAt;
    // It was published, taken back or put off while this one rendered.
    if (at === null || manuscript.scheduledNumber !== number || at > now) return;
    const isFirst = entry.publishedAt?.getTime() === at.getTime();
    if (!isFirst) await show(entry, { version, prepared, now: at });
    await settle(entryId, { publishedNumber: number, ...unscheduled, embargoUntil: null });
    await recordDeskEvent(entryId, "published", await schedulerOf(entryId), { number, scheduled: at.toISOString() });
    await setStage(entryId, "published");
  });
}

/** Which entries have a scheduled version whose time has come. */
export async function listDue(now = new Date()): Promise<number[]> {
  const rows = await db
    .select({ id: manuscripts.entryId })
    .from(manuscripts)
    .where(and(isNotNull(manuscripts.scheduledAt), lte(manuscripts.scheduledAt, now)))
    .orderBy(manuscripts.scheduledAt);
  return rows.map(({ id }) => id);
}

/** Lets the stages follow what became public or ceased to be without the desk: by the clock, or by an import. */
export async function followPublication(now = new Date()): Promise<void> {
  await db.execute(sql`
    update ${manuscripts} m set changed_at = ${now}, stage_id = (select id from ${stages} where slug =
      case when e.published_at is null then 'draft' else 'published' end)
    from ${entries} e, ${stages} s
    where e.id = m.entry_id and s.id = m.stage_id and m.scheduled_at is null
      and (s.slug = 'published' and e.published_at is null
        or s.slug in ('scheduled', 'retired') and e.published_at <= ${now}
        or s.slug = 'scheduled' and e.published_at is null)
      and exists (select from ${stages} where slug in ('draft', 'published') having count(*) = 2)`);
}

/** Throws NotFound for who may not change what is public. */
export function requirePublisher(viewer: Viewer): void {
  if (!may(viewer, "desk.publish")) throw new NotFound("There is no such page.");
}

export function isPublic({ publishedAt }: Pick<Entry, "publishedAt">, now = new Date()): boolean {
  return publishedAt !== null && publishedAt <= now;
}

const unscheduled = { scheduledNumber: null, scheduledAt: null };

// Rendering and linting take their time, and so are done before others have to wait.
async function prepare(
  entryId: number,
  number: number,
): Promise<{ version: Version; prepared: RenderedText; errors: number | null }> {
  const version = await getVersion(entryId, number);
  const prepared = await renderText(version.source);
  return { version, prepared, errors: await countErrors(entryId, number) };
}

function needsReason(errors: number): string {
  const what = errors === 1 ? "an error" : `${errors} errors`;
  return `The linter found ${what}: mend them, or say why it is published all the same.`;
}

function sayWhyHeld({ manuscript: { embargoUntil } }: DeskEntry, at: Date): string | undefined {
  if (embargoUntil === null || embargoUntil <= at) return undefined;
  return `Nothing of it becomes public before ${embargoUntil.toISOString().slice(0, 16).replace("T", " ")} UTC.`;
}

interface Shown {
  version: Version;
  prepared: RenderedText;
  now: Date;
  publishedAt?: Date;
  isMinor?: boolean;
}

// A reader would say that a page has changed when its words have; a first publication is the day of both.
async function show(entry: Entry, { version, prepared, now, publishedAt, isMinor = false }: Shown): Promise<void> {
  const isNew = !isPublic(entry, now);
  const [body] = await db.select({ source: bodies.source }).from(bodies).where(eq(bodies.id, entry.id));
  const isOther = body?.source !== version.source || entry.title !== version.title;
  const { title, summary } = version;
  const fields = {
    ...fieldsOf(entry),
    title,
    summary,
    publishedAt: publishedAt ?? (isNew ? now : entry.publishedAt),
    updatedAt: isNew || (isOther && !isMinor) ? now : entry.updatedAt,
    // What had expired would be taken back in a minute.
    expiresAt: entry.expiresAt !== null && entry.expiresAt <= now ? null : entry.expiresAt,
  };
  await saveEntry(fields, entry.id, { bodyFollows: true });
  await storeText(entry.id, version.source, prepared);
  await refreshRelated(entry.id);
}

function fieldsOf({ kind, path, title }: Entry): Pick<Entry, "kind" | "path" | "title"> {
  return { kind, path, title };
}

async function withdraw(
  viewer: Viewer,
  entryId: number,
  { kind, stage, details }: { kind: "unpublished" | "retired"; stage: string; details: Record<string, string> },
): Promise<void> {
  requirePublisher(viewer);
  await atomic(async () => {
    const { entry } = await lockDeskEntry(entryId);
    const now = new Date();
    // What is gone so soon that nobody was told of it is no news when it comes back, and its address says that it is gone.
    const isSettled = kind === "retired" && entry.announcedAt === null && isPublic(entry, now);
    const fields = { ...fieldsOf(entry), publishedAt: null, ...(isSettled ? { announcedAt: now } : {}) };
    if (entry.publishedAt !== null) await saveEntry(fields, entryId);
    await settle(entryId, unscheduled);
    await recordDeskEvent(entryId, kind, viewer.id, details);
    await setStage(entryId, stage);
  });
}

async function settle(entryId: number, fields: Partial<typeof manuscripts.$inferInsert>): Promise<void> {
  await db.update(manuscripts).set(fields).where(eq(manuscripts.entryId, entryId));
}

async function lastScheduling(entryId: number) {
  const [last] = await db
    .select()
    .from(deskEvents)
    .where(and(eq(deskEvents.entryId, entryId), eq(deskEvents.kind, "scheduled")))
    .orderBy(desc(deskEvents.id))
    .limit(1);
  return last;
}

async function schedulerOf(entryId: number): Promise<number | null> {
  return (await lastScheduling(entryId))?.actorId ?? null;
}

// Where it was when it was scheduled first, if it was not only put off.
async function stageBefore(entryId: number, otherwise: string): Promise<string> {
  const from = (await lastScheduling(entryId))?.details["from"];
  return typeof from === "string" && from !== "" && (from !== "published" || otherwise === "published")
    ? from
    : otherwise;
}
