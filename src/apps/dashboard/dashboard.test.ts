import { contentChanged, visit } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { eq } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { saveEntry } from "#apps/catalog/saving.ts";
import { entries } from "#apps/catalog/schema.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { bookmarkEntry, completeEntry, findReading, notePosition, recordReading } from "#apps/progress/readings.ts";
import { readingEvents, readings } from "#apps/progress/schema.ts";
import { canary } from "#apps/tutorials/fixtures.ts";
import { db, queryCount } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import { findDashboard } from "./dashboard.ts";
import { getLearner } from "./learners.ts";
import { interests, learners } from "./schema.ts";

const sam: Viewer = { id: 1, isMember: false, permissions: [] };

beforeEach(async () => {
  for (const table of [readingEvents, readings, interests, learners]) await db.delete(table);
});

async function idOf(path: string): Promise<number> {
  const [entry] = await db.select({ id: entries.id }).from(entries).where(eq(entries.path, path));
  return entry?.id ?? 0;
}

function titles(rows: readonly { card: { title: string } }[]): string[] {
  return rows.map(({ card }) => card.title);
}

test("a reader who has read nothing is told what to do", async () => {
  const { text, status } = await (await newVisitor("sam")).get(urls.dashboard());
  assert.equal(status, 200);
  assert.match(text, /Nothing begun yet .* Find something to read/);
  assert.match(text, /Next All tutorials/);
  assert.match(text, /Press “Save for later”.*Mark a tutorial as completed/);
  assert.match(text, /Say what you want to learn/);
});

test("what was begun comes first, with the section where the reader stopped", async () => {
  const lists = await idOf("/python-lists/");
  await recordReading(sam, lists, "opened");
  await recordReading(sam, await idOf("/type-hints/"), "opened");
  await notePosition(sam, lists, { anchor: "slices", percent: 42 });
  const { html, text } = await (await newVisitor("sam")).get(urls.dashboard());
  assert.match(html, /<progress max="100" value="42" aria-label="Read of Python lists from the ground up">/);
  assert.match(html, /42 % read, up to <a href="\/python-lists\/#slices">Slices<\/a>/);
  assert.ok(text.indexOf("Python lists") < text.indexOf("Type hints"));
  await completeEntry(sam, lists);
  const { unfinished, completed } = await findDashboard(sam);
  assert.deepEqual(titles(unfinished), ["Type hints that pull their weight"]);
  assert.deepEqual(titles(completed), ["Python lists from the ground up"]);
});

test("a heading that the reader may not read any more is not told", async () => {
  const decorators = await idOf("/decorators/");
  await notePosition(sam, decorators, { anchor: `what-only-members-read-${canary}`, percent: 80 });
  const { unfinished } = await findDashboard(sam);
  assert.deepEqual(
    unfinished.map(({ section }) => section),
    [null],
  );
  const asMember = await findDashboard({ ...sam, isMember: true });
  assert.match(asMember.unfinished[0]?.section ?? "", new RegExp(canary));
  const { html } = await (await newVisitor("sam")).get(urls.dashboard());
  assert.doesNotMatch(html, /What only members read/);
});

test("who completes a part of a series is shown the next one that is not read", async () => {
  await completeEntry(sam, await idOf("/your-first-package-1/"));
  assert.match((await (await newVisitor("sam")).get(urls.dashboard())).text, /Part 2 of “Your first package”/);
  await completeEntry(sam, await idOf("/your-first-package-2/"));
  const { next } = await findDashboard(sam);
  assert.equal(next[0]?.part, 3);
  await completeEntry(sam, await idOf("/your-first-package-3/"));
  assert.ok((await findDashboard(sam)).next.every(({ part }) => part === undefined));
});

test("a series that was opened is begun by its parts alone", async () => {
  await recordReading(sam, await idOf("/your-first-package/"), "opened");
  assert.deepEqual((await findDashboard(sam)).unfinished, []);
});

test("what is suggested is new, of the reader's interests and level, open to them and not read", async () => {
  const reader = await newVisitor("sam");
  await reader.post(urls.welcome(), { level: "intermediate", topic: ["typing", "no-such-topic"] }, urls.welcome());
  assert.deepEqual(titles((await findDashboard(sam)).next), ["Type hints that pull their weight"]);
  assert.match((await reader.get(urls.dashboard())).text, /your interests: Typing, intermediate\. Change them/);
  await completeEntry(sam, await idOf("/type-hints/"));
  // Nothing else is of that kind, so it is the newest: no part of a series for itself, and nothing that is closed.
  const rest = ["Your first package", "Python lists from the ground up"];
  assert.deepEqual(titles((await findDashboard(sam)).next), rest);
  await recordReading(sam, await idOf("/your-first-package-2/"), "opened");
  assert.deepEqual(titles((await findDashboard(sam)).next), rest.slice(1));
});

test("what is saved can be removed from the dashboard", async () => {
  const reader = await newVisitor("sam");
  const id = await idOf("/decorators/");
  await bookmarkEntry(sam, id);
  const page = await reader.get(urls.dashboard());
  assert.match(page.html, /aria-label="Remove “Decorators without tears” from your list"/);
  const form = { _method: "DELETE", next: urls.dashboard() };
  assert.equal((await reader.post(urls.bookmark({ id: String(id) }), form)).headers.location, urls.dashboard());
  assert.deepEqual((await findDashboard(sam)).saved, []);
});

test("however much was read, the dashboard and the history cost the same", async () => {
  const reader = await newVisitor("sam");
  const cost = async (url: string): Promise<number> => {
    const before = queryCount();
    assert.equal((await reader.get(url)).status, 200);
    return queryCount() - before;
  };
  for (const path of ["/python-lists/", "/type-hints/"]) await recordReading(sam, await idOf(path), "opened");
  const few = { dashboard: await cost(urls.dashboard()), history: await cost(urls.dashboardHistory()) };
  assert.deepEqual(few, { dashboard: 10, history: 4 });
  for (let number = 0; number < 40; number += 1) {
    const entry = await saveEntry({
      kind: "tutorial",
      path: `/more-${number}/`,
      title: `More ${number}`,
      publishedAt: new Date("2025-01-01"),
    });
    await saveText(entry, "Text.", "test", { refresh: false });
    await recordReading(sam, entry.id, "opened");
    if (number % 3 === 0) await completeEntry(sam, entry.id);
    if (number % 2 === 0) await bookmarkEntry(sam, entry.id);
  }
  await contentChanged();
  assert.deepEqual({ dashboard: await cost(urls.dashboard()), history: await cost(urls.dashboardHistory()) }, few);
  assert.match((await reader.get(urls.dashboard())).text, /Saved for later All 20 .* Completed All 14/);
  const second = await reader.get(urls.dashboardHistory({}, { page: 2 }));
  assert.equal((second.html.match(/aria-label="Forget/g) ?? []).length, 12);
  assert.equal((await reader.get(urls.dashboardHistory({}, { page: 3 }))).status, 404);
  assert.equal((await reader.get("/dashboard/history/?show=secrets")).status, 400);
});

test("one entry can be forgotten, and all; what was completed and saved stays", async () => {
  const reader = await newVisitor("sam");
  const [lists, hints] = [await idOf("/python-lists/"), await idOf("/type-hints/")];
  for (const id of [lists, hints]) await recordReading(sam, id, "opened");
  await completeEntry(sam, hints);
  await bookmarkEntry(sam, hints);
  const forgotten = await reader.post(
    urls.dashboardHistory(),
    { _method: "DELETE", entry: String(lists) },
    urls.dashboardHistory(),
  );
  assert.equal(forgotten.status, 303);
  assert.equal((await findReading(sam, lists))?.openedAt, null);
  assert.ok((await findReading(sam, hints))?.openedAt);
  await reader.post(urls.dashboardHistory(), { _method: "DELETE" }, urls.dashboardHistory());
  const left = await findReading(sam, hints);
  assert.equal(left?.openedAt, null);
  assert.ok(left?.completedAt && left.savedAt);
  assert.equal((await reader.post(urls.dashboardHistory(), { _method: "DELETE", entry: "all" })).status, 400);
  assert.match((await reader.get(urls.dashboardHistory())).text, /Nothing here yet/);
});

test("who acts in a reader's place cannot clear what they have read", async () => {
  const support = await newVisitor("sam", { impersonatorId: 4, method: "impersonation" });
  await recordReading(sam, await idOf("/python-lists/"), "opened");
  const { status } = await support.post(urls.dashboardHistory(), { _method: "DELETE" }, urls.dashboardHistory());
  assert.equal(status, 403);
  assert.ok((await findReading(sam, await idOf("/python-lists/")))?.openedAt);
});

test("the first questions lead on to where the reader wanted to go, answered or not", async () => {
  const reader = await newVisitor("sam");
  const start = urls.welcome({}, { next: "/type-hints/#site-continue" });
  const page = await reader.get(start);
  assert.match(page.text, /What do you want to learn\?.*Basics.*Python.*Skip/);
  assert.match(page.html, /name="next" value="\/type-hints\/#site-continue"/);
  const skipped = await reader.post(urls.welcome(), { skip: "yes", next: "/type-hints/#site-continue" }, start);
  assert.equal(skipped.headers.location, "/type-hints/#site-continue");
  assert.deepEqual(await getLearner(1), { level: null, interests: [], wasAsked: true });
  const elsewhere = await reader.post(urls.welcome(), { level: "basics", next: "//elsewhere.example/" });
  assert.equal(elsewhere.headers.location, urls.dashboard());
  assert.equal((await getLearner(1)).level, "basics");
  await reader.post(urls.welcome(), { skip: "yes" });
  assert.equal((await getLearner(1)).level, "basics");
});

async function timeZoneOfMaya(): Promise<string | undefined> {
  return (await db.select().from(users).where(eq(users.id, 2)))[0]?.timeZone;
}

test("the browser's time zone is believed on the first day, and not once something else may have been chosen", async () => {
  const reader = await newVisitor("maya");
  await reader.post(urls.welcome(), { timeZone: "Europe/Oslo" }, urls.welcome());
  assert.equal(await timeZoneOfMaya(), "Europe/Oslo");
  await reader.post(urls.welcome(), { timeZone: "Asia/Tokyo" });
  assert.equal(await timeZoneOfMaya(), "Europe/Oslo");
  await db.delete(learners);
  assert.equal((await reader.post(urls.welcome(), { timeZone: "'; drop table" })).status, 303);
  assert.equal(await timeZoneOfMaya(), "Europe/Oslo");
});

test("who is not signed in is led to the sign-in", async () => {
  for (const url of [urls.dashboard(), urls.dashboardHistory(), urls.welcome()]) {
    const { status, headers } = await visit(url);
    assert.equal(status, 303);
    assert.equal(headers.location, urls.signIn({}, { next: url }));
  }
});
