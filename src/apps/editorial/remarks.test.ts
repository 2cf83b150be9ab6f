import { maya, sam } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq, like } from "drizzle-orm";
import { saveEntry } from "#apps/catalog/saving.ts";
import { getProfile } from "#apps/accounts/profiles.ts";
import { users } from "#apps/accounts/schema.ts";
import { messages } from "#apps/mail/schema.ts";
import { db, queryCount } from "#lib/db.ts";
import { NotFound, UserError } from "#lib/errors.ts";
import { drainTasks } from "#lib/jobs.ts";
import type { Viewer } from "#lib/viewer.ts";
import {
  addRemark,
  answerRemark,
  deleteRemark,
  editRemark,
  getRemark,
  listRemarks,
  remarksFor,
  reopenRemark,
  resolveRemark,
} from "./remarks.ts";
import { gatherSeconds, tellOfRemarks } from "./remarks/telling.ts";
import { revisions, type Remark } from "./schema.ts";
import { acceptSuggestion, rejectSuggestion } from "./suggestions.ts";
import { findNewest, saveVersion } from "./versions.ts";

const writes = ["desk.open", "desk.write", "desk.review"];
const ada: Viewer = { id: 3, isMember: false, permissions: writes, name: "Ada Lindqvist" };
const otto: Viewer = { id: 4, isMember: false, permissions: [...writes, "desk.publish"], name: "Otto Brandt" };
/** Writes as well, but nothing of what is here. */
const tess: Viewer = { id: 5, isMember: false, permissions: writes, name: "Tess Molina" };

const source = "# Lists\n\nA list holds things in order.\nIt may hold a thing twice.\n";
let made = 0;

test("a remark keeps to its place while the text changes, and is told to be without one when that is gone", async () => {
  const entry = await begin();
  await remark(tess, entry.id, "in order", { body: "Which order?" });
  await remark(otto, entry.id, "It may hold a thing twice.", { body: "Show it." });
  const second = await save(entry.id, 1, `A new lead.\n\n${source}`);
  assert.deepEqual(await placesOf(entry.id, second), ["in order", "It may hold a thing twice."]);
  const third = await save(entry.id, second, source.replace("A list holds things in order.\n", ""));
  const [first, gone] = await listRemarks(entry.id, third);
  assert.equal(first?.body, "Show it.");
  assert.deepEqual([gone?.place, gone?.quote, gone?.author], [undefined, "in order", "Tess Molina"]);
  const fourth = await save(entry.id, third, source);
  assert.deepEqual(await placesOf(entry.id, fourth), ["in order", "It may hold a thing twice."]);
});

test("a remark is about something, says something, and is made by who reviews", async () => {
  const entry = await begin();
  for (const bad of [
    { startsAt: 7, endsAt: 9, body: "Only line breaks." },
    { startsAt: 0, endsAt: source.length + 1, body: "Too far." },
    { startsAt: 9, endsAt: 3, body: "Backwards." },
    { startsAt: 0, endsAt: 7, body: "  " },
    { startsAt: 0, endsAt: 7, body: "", suggestion: "# Lists" },
    { startsAt: 0, endsAt: 7, body: "x".repeat(5001) },
  ])
    await assert.rejects(addRemark(tess, entry.id, { number: 1, ...bad }), UserError);
  const place = { number: 1, startsAt: 0, endsAt: 7 };
  await assert.rejects(addRemark(sam, entry.id, { ...place, body: "Me too" }), NotFound);
  await assert.rejects(addRemark(tess, entry.id, { ...place, number: 9, body: "Where?" }), NotFound);
  await assert.rejects(addRemark(tess, 999_999, { ...place, body: "Where?" }), NotFound);
  const kept = await addRemark(tess, entry.id, { number: 1, startsAt: 6, endsAt: 16, body: "Trim me." });
  assert.deepEqual([kept.startsAt, kept.endsAt, kept.quote], [6, 16, "s\n\nA list "]);
});

test("answers stand under their remark, also those to an answer", async () => {
  const entry = await begin();
  const asked = await remark(tess, entry.id, "in order", { body: "Which order?" });
  const answer = await answerRemark(ada, asked.id, "That of insertion.");
  await answerRemark(tess, answer.id, "Say so.");
  const [thread] = await listRemarks(entry.id, 1);
  assert.deepEqual(
    thread?.answers.map(({ author, body }) => `${author}: ${body}`),
    ["Ada Lindqvist: That of insertion.", "Tess Molina: Say so."],
  );
  await assert.rejects(answerRemark(maya, asked.id, "And I?"), NotFound);
});

test("what was said is changed and taken back by its author, until somebody answers", async () => {
  const entry = await begin();
  const asked = await remark(tess, entry.id, "in order", { body: "Wich order?" });
  await editRemark(tess, asked.id, { body: "Which order?" });
  assert.equal((await getRemark(asked.id)).body, "Which order?");
  await assert.rejects(editRemark(ada, asked.id, { body: "No." }), NotFound);
  await assert.rejects(deleteRemark(ada, asked.id), NotFound);
  const answer = await answerRemark(ada, asked.id, "Insertion.");
  await assert.rejects(editRemark(tess, asked.id, { body: "Never mind." }), UserError);
  await assert.rejects(deleteRemark(otto, asked.id), UserError);
  await deleteRemark(ada, answer.id);
  await deleteRemark(otto, asked.id);
  await assert.rejects(getRemark(asked.id), NotFound);
});

test("a remark is resolved and taken up again by its author and by who writes the entry", async () => {
  const entry = await begin();
  const asked = await remark(otto, entry.id, "in order", { body: "Which order?" });
  await assert.rejects(resolveRemark(tess, asked.id), NotFound);
  await resolveRemark(ada, asked.id);
  const [thread] = await listRemarks(entry.id, 1);
  assert.deepEqual([thread?.state, thread?.settler], ["resolved", "Ada Lindqvist"]);
  assert.deepEqual(await remarksFor(entry.id, 1), []);
  await reopenRemark(otto, asked.id);
  assert.equal((await remarksFor(entry.id, 1))[0]?.body, "Which order?");
});

test("an accepted suggestion is in the next version, and others for the same place become stale", async () => {
  const entry = await begin();
  const one = await remark(tess, entry.id, "in order", { suggestion: "in the order of insertion" });
  const other = await remark(otto, entry.id, "things in order", { suggestion: "ordered things" });
  const apart = await remark(otto, entry.id, "twice", { suggestion: "many times" });
  await assert.rejects(acceptSuggestion(tess, one.id), NotFound);
  assert.deepEqual(await acceptSuggestion(ada, one.id), { number: 2 });
  const second = await findNewest(entry.id);
  assert.equal(second?.source, source.replace("in order", "in the order of insertion"));
  assert.equal(second?.note, "suggestion of Tess Molina accepted");
  const states = (await listRemarks(entry.id, 2)).map(({ id, state, isStale }) => ({ id, state, isStale }));
  assert.deepEqual(states.find(({ id }) => id === one.id)?.state, "accepted");
  assert.deepEqual(
    states.find(({ id }) => id === other.id),
    { id: other.id, state: "open", isStale: true },
  );
  assert.deepEqual(
    states.find(({ id }) => id === apart.id),
    { id: apart.id, state: "open", isStale: false },
  );
  assert.match(problemOf(await acceptSuggestion(ada, other.id)), /Other words stand there/);
  assert.deepEqual(await acceptSuggestion(ada, apart.id), { number: 3 });
  await reopenRemark(ada, one.id);
  assert.equal((await getRemark(one.id)).state, "accepted");
});

test("of two who accept at once one wins", async () => {
  const entry = await begin();
  const one = await remark(tess, entry.id, "in order", { suggestion: "sorted" });
  const twice = await Promise.all([acceptSuggestion(ada, one.id), acceptSuggestion(otto, one.id)]);
  assert.equal(twice.filter((answer) => "number" in answer).length, 1);
  const [a, b] = [
    await remark(tess, entry.id, "twice", { suggestion: "two times" }),
    await remark(otto, entry.id, "a thing twice", { suggestion: "copies" }),
  ];
  const rivals = await Promise.all([acceptSuggestion(ada, a.id), acceptSuggestion(otto, b.id)]);
  assert.equal(rivals.filter((answer) => "number" in answer).length, 1);
  assert.equal(await db.$count(revisions, eq(revisions.entryId, entry.id)), 3);
});

test("a suggestion may leave words out, and be rejected", async () => {
  const entry = await begin();
  const one = await remark(tess, entry.id, " in order", { suggestion: "" });
  const other = await remark(tess, entry.id, "twice", { suggestion: "2×" });
  await assert.rejects(rejectSuggestion(tess, other.id), NotFound);
  await rejectSuggestion(ada, other.id);
  assert.match(problemOf(await acceptSuggestion(ada, other.id)), /rejected already/);
  await acceptSuggestion(ada, one.id);
  assert.equal((await findNewest(entry.id))?.source, source.replace(" in order", ""));
});

test("the remarks of a text take as many queries as one does", async () => {
  const entry = await begin();
  const count = async (): Promise<number> => {
    const before = queryCount();
    await listRemarks(entry.id, 1);
    return queryCount() - before;
  };
  await remark(tess, entry.id, "in order", { body: "One." });
  const one = await count();
  for (const body of ["Two.", "Three."])
    await answerRemark(ada, (await remark(tess, entry.id, "twice", { body })).id, "Yes.");
  assert.equal(await count(), one);
});

test("the authors hear of all remarks in one mail, and who is answered of the answer", async () => {
  const entry = await begin();
  await forgetMails();
  const asked = await remark(otto, entry.id, "in order", { body: "Which order?" });
  await remark(otto, entry.id, "twice", { suggestion: "many times" });
  await remark(tess, entry.id, "A list", { body: "Not for ada's eyes only." });
  await answerRemark(ada, asked.id, "Insertion.");
  await remark(tess, entry.id, "holds", { body: "For the authors." });
  await runTelling();
  const sent = (await db.select().from(messages).where(like(messages.template, "editorial.remarks"))).map(
    ({ address, subject, text }) => ({ address, subject, text }),
  );
  const toAda = sent.filter(({ address }) => address === "ada@example.org");
  assert.deepEqual(
    toAda.map(({ subject }) => subject),
    [`4 remarks on ${entry.title}`],
  );
  assert.match(toAda[0]?.text ?? "", /Which order\?[\s\S]*many times[\s\S]*Not for ada/);
  assert.match(toAda[0]?.text ?? "", new RegExp(`/desk/remarks/${asked.id}/`));
  const toOtto = sent.filter(({ address }) => address === "otto@example.org");
  assert.deepEqual(
    toOtto.map(({ subject }) => subject),
    [`A remark on ${entry.title}`],
  );
  assert.match(toOtto[0]?.text ?? "", /Insertion\./);
  assert.equal(sent.length, 2);
});

test("who may not see the desk any more is told nothing, and what was taken back is not told", async () => {
  const entry = await begin();
  await forgetMails();
  const asked = await remark(tess, entry.id, "in order", { body: "Which order?" });
  await answerRemark(otto, asked.id, "Tess has no role in the small world.");
  await deleteRemark(tess, (await remark(tess, entry.id, "twice", { body: "Oh, I see." })).id);
  await db.update(users).set({ bannedAt: new Date() }).where(eq(users.id, 3));
  await runTelling();
  await db.update(users).set({ bannedAt: null }).where(eq(users.id, 3));
  assert.equal(await db.$count(messages), 0);
});

async function begin(): Promise<{ id: number; title: string }> {
  const { id: profileId } = await getProfile("ada");
  const title = `Reviewed ${(made += 1)}`;
  const entry = await saveEntry({
    kind: "tutorial",
    title,
    path: `/reviewed-${made}/`,
    publishedAt: null,
    credits: [{ profileId, role: "author" }],
  });
  await save(entry.id, 0, source);
  return entry;
}

async function save(entryId: number, baseNumber: number, text: string): Promise<number> {
  const saved = await saveVersion(otto, entryId, { source: text, title: "Reviewed", summary: "", baseNumber });
  assert.ok("number" in saved);
  return saved.number;
}

async function remark(
  viewer: Viewer,
  entryId: number,
  quote: string,
  { body = "", suggestion = null }: { body?: string; suggestion?: string | null },
): Promise<Remark> {
  const newest = await findNewest(entryId);
  const startsAt = newest?.source.indexOf(quote) ?? -1;
  const place = { number: newest?.number ?? 0, startsAt, endsAt: startsAt + quote.length };
  return await addRemark(viewer, entryId, { ...place, body, suggestion });
}

async function placesOf(entryId: number, number: number): Promise<(string | undefined)[]> {
  const text = (await findNewest(entryId))?.source ?? "";
  return (await listRemarks(entryId, number)).map(({ place }) => place && text.slice(place.startsAt, place.endsAt));
}

function problemOf(answer: { number: number } | { problem: string }): string {
  return "problem" in answer ? answer.problem : "";
}

// Of what other tests have said as well.
async function forgetMails(): Promise<void> {
  await runTelling();
  await db.delete(messages);
}

async function runTelling(): Promise<void> {
  await drainTasks([tellOfRemarks], { now: new Date(Date.now() + gatherSeconds * 1000) });
}
