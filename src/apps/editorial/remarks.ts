import { and, asc, eq, gt, or, sql } from "drizzle-orm";
import { entries } from "#apps/catalog/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { NotFound, UserError } from "#lib/errors.ts";
import { may, type Viewer } from "#lib/viewer.ts";
import type { Place } from "./remarks/places.ts";
import { tellLater } from "./remarks/telling.ts";
import { readThreads, type Thread } from "./remarks/threads.ts";
import { remarks, type Remark } from "./schema.ts";
import { getVersion, mayWrite } from "./versions.ts";

export type { Thread, ThreadAnswer } from "./remarks/threads.ts";

/** What somebody is called who has no name, or no account any more. */
export const nobody = "Somebody";

/** How much a remark may be about, and say; suggestions as well. */
export const maxQuote = 5000;
export const maxBody = 5000;

export interface RemarkInput extends Place {
  /** The version that was read. */
  number: number;
  body: string;
  /** What should stand there instead; "" for nothing at all. */
  suggestion?: string | null;
}

/**
 * Says something of a place in a version. The place keeps what stands there, without the line breaks around it. Throws a
 * UserError for a place or words that are none, NotFound for who may not review.
 */
export async function addRemark(viewer: Viewer, entryId: number, input: RemarkInput): Promise<Remark> {
  if (!may(viewer, "desk.review")) throw new NotFound();
  return await atomic(async () => {
    await lockEntry(entryId);
    const { source } = await getVersion(entryId, input.number);
    const { startsAt, endsAt, quote } = checkPlace(source, input);
    const { body, suggestion } = sayable(input, quote);
    const { number } = input;
    const [remark] = await db
      .insert(remarks)
      .values({ entryId, number, startsAt, endsAt, quote, body, suggestion, authorId: viewer.id })
      .returning();
    if (remark === undefined) throw new Error("A remark was not saved.");
    await tellLater(remark);
    return remark;
  });
}

/** Answers a remark, whoever asked; an answer to an answer belongs to the same thread. */
export async function answerRemark(viewer: Viewer, remarkId: number, body: string): Promise<Remark> {
  return await withRemark(remarkId, async (asked) => {
    if (!may(viewer, "desk.review") && !(await mayWrite(viewer, asked.entryId))) throw new NotFound();
    const parent = asked.parentId === null ? asked : await getRemark(asked.parentId);
    const { entryId, number, startsAt, endsAt, quote } = parent;
    const words = sayable({ body }, quote);
    const [answer] = await db
      .insert(remarks)
      .values({ entryId, number, startsAt, endsAt, quote, ...words, parentId: parent.id, authorId: viewer.id })
      .returning();
    if (answer === undefined) throw new Error("An answer was not saved.");
    await tellLater(answer);
    return answer;
  });
}

/** Says something else instead, while nobody has answered. Throws NotFound for what is not the viewer's to change. */
export async function editRemark(
  viewer: Viewer,
  remarkId: number,
  input: { body: string; suggestion?: string | null },
): Promise<void> {
  await withRemark(remarkId, async (remark) => {
    await requireOwn(viewer, remark);
    const { suggestion = remark.suggestion, body } = input;
    const words = sayable({ body, suggestion: remark.parentId === null ? suggestion : null }, remark.quote);
    await db.update(remarks).set(words).where(eq(remarks.id, remarkId));
  });
}

/** Takes back what was said, while nobody has answered. Throws NotFound for what is not the viewer's to take back. */
export async function deleteRemark(viewer: Viewer, remarkId: number): Promise<Remark> {
  return await withRemark(remarkId, async (remark) => {
    await requireOwn(viewer, remark);
    await db.delete(remarks).where(eq(remarks.id, remarkId));
    return remark;
  });
}

/** Puts a remark aside as dealt with; that may be done by its author and by who may write the entry. */
export async function resolveRemark(viewer: Viewer, remarkId: number): Promise<void> {
  await withRemark(remarkId, async (remark) => {
    await requireSettler(viewer, remark);
    if (remark.state === "open") await settleRemark(viewer, remark, "resolved");
  });
}

/** Takes a remark up again that was resolved or rejected; what was accepted is in the text, and stays so. */
export async function reopenRemark(viewer: Viewer, remarkId: number): Promise<void> {
  await withRemark(remarkId, async (remark) => {
    await requireSettler(viewer, remark);
    if (remark.state !== "resolved" && remark.state !== "rejected") return;
    await db.update(remarks).set({ state: "open", settledBy: null, settledAt: null }).where(eq(remarks.id, remarkId));
  });
}

/** All remarks of an entry with their answers, at their places in one of its versions; those without a place come last. */
export async function listRemarks(entryId: number, number: number): Promise<Thread[]> {
  return await readThreads(entryId, await getVersion(entryId, number));
}

/** What the editor shows of a remark beside the text. */
export interface EditorRemark {
  id: number;
  /** Characters of the source of the version that was asked for; null when nothing stands there any more. */
  startsAt: number | null;
  endsAt: number | null;
  quote: string;
  body: string;
  author: string;
  suggestion: string | null;
  /** Whether the suggestion can no longer be accepted as other words stand there now. */
  isStale: boolean;
  state: Remark["state"];
  answers: { id: number; body: string; author: string; at: string }[];
}

/** The remarks of an entry that are open, at their places in one of its versions, as plain data for a script. */
export async function remarksFor(entryId: number, number: number): Promise<EditorRemark[]> {
  const open = (await listRemarks(entryId, number)).filter(({ state }) => state === "open");
  return open.map(({ id, place, quote, body, author, suggestion, isStale, state, answers }) => ({
    id,
    startsAt: place?.startsAt ?? null,
    endsAt: place?.endsAt ?? null,
    quote,
    body,
    author: author || nobody,
    suggestion,
    isStale,
    state,
    answers: answers.map((answer) => ({
      id: answer.id,
      body: answer.body,
      author: answer.author || nobody,
      at: answer.createdAt.toISOString(),
    })),
  }));
}

/** A place without the line breaks at its edges. */
export function trimPlace(source: string, { startsAt, endsAt }: Place): Place {
  const [before = ""] = /^[\r\n]*/.exec(source.slice(startsAt, endsAt)) ?? [];
  const start = startsAt + before.length;
  const [after = ""] = /[\r\n]*$/.exec(source.slice(start, endsAt)) ?? [];
  return { startsAt: start, endsAt: Math.max(start, endsAt - after.length) };
}

/** A remark or an answer; throws NotFound. */
export async function getRemark(id: number): Promise<Remark> {
  const [remark] = await db.select().from(remarks).where(eq(remarks.id, id));
  if (remark === undefined) throw new NotFound("There is no such remark.");
  return remark;
}

/** Does something to a remark while nobody else changes it, its entry's text, or another remark of that. */
export async function withRemark<T>(id: number, work: (remark: Remark) => Promise<T>): Promise<T> {
  return await atomic(async () => {
    await lockEntry((await getRemark(id)).entryId);
    return await work(await getRemark(id));
  });
}

/** Throws NotFound unless the viewer may say what became of a remark. */
export async function requireSettler(viewer: Viewer, { authorId, entryId, parentId }: Remark): Promise<void> {
  const isTheirs = viewer.id !== null && authorId === viewer.id && may(viewer, "desk.review");
  if (parentId !== null || !(isTheirs || (await mayWrite(viewer, entryId)))) throw new NotFound();
}

/** Notes what became of a remark. */
export async function settleRemark(viewer: Viewer, { id }: Remark, state: Remark["state"]): Promise<void> {
  await db
    .update(remarks)
    .set({ state, settledBy: viewer.id, settledAt: sql`now()` })
    .where(eq(remarks.id, id));
}

async function requireOwn(viewer: Viewer, remark: Remark): Promise<void> {
  const isTheirs = viewer.id !== null && remark.authorId === viewer.id;
  if (!isTheirs && !may(viewer, "desk.publish")) throw new NotFound();
  const later = or(
    eq(remarks.parentId, remark.id),
    and(eq(remarks.parentId, remark.parentId ?? 0), gt(remarks.id, remark.id)),
  );
  const [answer] = await db.select({ id: remarks.id }).from(remarks).where(later).orderBy(asc(remarks.id)).limit(1);
  if (answer !== undefined || remark.state !== "open") throw new UserError("It was answered, so it stays as it is.");
}

async function lockEntry(entryId: number): Promise<void> {
  const [entry] = await db.select({ id: entries.id }).from(entries).where(eq(entries.id, entryId)).for("update");
  if (entry === undefined) throw new NotFound("There is no such entry on the desk.");
}

function checkPlace(source: string, given: Place): Place & { quote: string } {
  const place = trimPlace(source, given);
  const quote = source.slice(place.startsAt, place.endsAt);
  if (given.startsAt < 0 || given.endsAt > source.length || quote.trim() === "")
    throw new UserError("Choose a place where something stands.");
  if (quote.length > maxQuote) throw new UserError(`Choose at most ${maxQuote} characters.`);
  return { ...place, quote };
}

// Forms send line breaks of their own, and a suggestion that says the same is none.
function sayable(
  { body, suggestion }: { body: string; suggestion?: string | null },
  quote: string,
): { body: string; suggestion: string | null } {
  const breaks = quote.includes("\r\n") ? "\r\n" : "\n";
  const wanted = suggestion?.replace(/\r\n?|\n/g, breaks) ?? null;
  const words = { body: body.replace(/\r\n?/g, "\n").trim(), suggestion: wanted === quote ? null : wanted };
  if (words.body === "" && words.suggestion === null) throw new UserError("Say something, or suggest other words.");
  if (words.body.length > maxBody || (wanted?.length ?? 0) > maxQuote)
    throw new UserError(`Say it in at most ${maxBody} characters.`);
  return words;
}
