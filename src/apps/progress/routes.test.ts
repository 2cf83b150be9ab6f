import { contentChanged, site, visit } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { people } from "#apps/accounts/fixtures.ts";
import { entries } from "#apps/catalog/schema.ts";
import { db, queryCount } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import { findReading, notePosition, type ReadingState } from "./readings.ts";

const lists = "/python-lists/";

async function idOf(path: string): Promise<string> {
  const [entry] = await db.select({ id: entries.id }).from(entries).where(eq(entries.path, path));
  return String(entry?.id);
}

async function readingOf(name: (typeof people)[number], path: string): Promise<ReadingState | undefined> {
  return findReading({ id: people.indexOf(name) + 1, isMember: false, permissions: [] }, Number(await idOf(path)));
}

/** Sends a position as the script of the page does. */
async function putPosition(visitor: Visitor, url: string, body: unknown): Promise<number> {
  const { html } = await visitor.get(lists);
  const [, token = ""] = /data-csrf="([\w-]+)"/.exec(html) ?? [];
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = { host: "localhost", origin: "http://localhost", accept: "application/json", "x-csrf-token": token };
  const response = await site.fastify.inject({
    method: "PUT",
    url,
    headers: { ...headers, cookie, "content-type": "application/json" },
    payload: JSON.stringify(body),
  });
  return response.statusCode;
}

test("a reader completes a tutorial, and undoes it", async () => {
  const reader = await newVisitor("sam");
  const completion = urls.completion({ id: await idOf(lists) });
  const done = await reader.post(completion, {}, lists);
  assert.equal(done.status, 303);
  assert.equal(done.headers.location, `${lists}#site-completion`);
  assert.match((await reader.get(lists)).html, /<div hidden><form[^>]*><input[^>]*><button class="button primary"/);
  assert.match((await reader.get(lists)).text, /You completed this tutorial on \d+ \w+ \d+ \./);
  const undone = await reader.post(completion, { _method: "DELETE" });
  assert.equal(undone.headers.location, `${lists}#site-completion`);
  assert.equal((await readingOf("sam", lists))?.completedAt, null);
});

test("a reader saves what they may not open yet, and goes back to where the form stood", async () => {
  const reader = await newVisitor("sam");
  const path = "/decorators/";
  const bookmark = urls.bookmark({ id: await idOf(path) });
  assert.equal((await reader.post(bookmark, {}, path)).headers.location, path);
  assert.ok((await readingOf("sam", path))?.savedAt);
  const next = urls.dashboard();
  assert.equal((await reader.post(bookmark, { _method: "DELETE", next })).headers.location, next);
  assert.equal((await reader.post(bookmark, { next: "https://elsewhere.example/" })).headers.location, path);
});

test("a script is answered without a page", async () => {
  const reader = await newVisitor("sam");
  const answer = await reader.postJson(urls.bookmark({ id: await idOf(lists) }), {}, lists);
  assert.equal(answer.status, 204);
  assert.ok((await readingOf("sam", lists))?.savedAt);
});

test("where a reader stopped is shown when they come again, until they have completed it", async () => {
  const reader = await newVisitor("maya");
  const position = urls.position({ id: await idOf(lists) });
  assert.equal(await putPosition(reader, position, { anchor: "slices", percent: 40 }), 204);
  const page = await reader.get(lists);
  assert.match(page.html, /You stopped at “Slices”\. <a href="#slices">Continue there<\/a>/);
  await reader.post(urls.completion({ id: await idOf(lists) }));
  assert.doesNotMatch((await reader.get(lists)).text, /You stopped/);
});

test("a section that the text does not have is not led to", async () => {
  const reader = await newVisitor("tess");
  await notePosition({ id: 5, isMember: false, permissions: [] }, Number(await idOf(lists)), {
    anchor: '"><script>',
    percent: 1,
  });
  assert.doesNotMatch((await reader.get(lists)).html, /You stopped|"><script>/);
});

test("what is no position is refused", async () => {
  const reader = await newVisitor("sam");
  const position = urls.position({ id: await idOf(lists) });
  for (const body of [
    {},
    { anchor: "a", percent: 101 },
    { anchor: "a".repeat(300), percent: 1 },
    [],
    "x",
    { anchor: "\0", percent: 1 },
  ]) {
    assert.equal(await putPosition(reader, position, body), 400);
  }
});

test("what is not published, not there or not open to the reader is not found", async () => {
  const reader = await newVisitor("sam");
  await reader.get(lists);
  const hidden = ["0", "999999", "1e3", "99999999999", await idOf("/metaclasses/"), await idOf("/pattern-matching/")];
  for (const id of hidden) {
    for (const url of [urls.completion({ id }), urls.bookmark({ id })]) {
      for (const _method of ["POST", "DELETE"]) assert.equal((await reader.post(url, { _method })).status, 404, url);
    }
    assert.equal(await putPosition(reader, urls.position({ id }), { anchor: "", percent: 1 }), 404);
  }
  const closed = await idOf("/decorators/");
  assert.equal((await reader.post(urls.completion({ id: closed }))).status, 404);
  assert.equal(await putPosition(reader, urls.position({ id: closed }), { anchor: "", percent: 1 }), 404);
});

test("who is not signed in is sent to the sign-in, and a page elsewhere can do nothing", async () => {
  const id = await idOf(lists);
  const stranger = await visit(urls.completion({ id }), { method: "POST" });
  assert.equal(stranger.status, 403);
  const reader = await newVisitor("sam");
  assert.equal(await putPosition(reader, urls.position({ id }), { anchor: "", percent: 1, csrf: "" }), 204);
  const forged = await site.fastify.inject({
    method: "PUT",
    url: urls.position({ id }),
    headers: {
      host: "localhost",
      origin: "http://localhost",
      cookie: `lectern_session=${reader.cookies.get("lectern_session")}`,
    },
    payload: { anchor: "", percent: 1 },
  });
  assert.equal(forged.statusCode, 403);
});

test("whoever acts in a reader's place leaves no trace in what that reader has read", async () => {
  const support = await newVisitor("tess", { impersonatorId: 4, method: "impersonation" });
  const before = await readingOf("tess", "/type-hints/");
  await support.get("/type-hints/");
  await support.post(urls.bookmark({ id: await idOf("/type-hints/") }));
  assert.deepEqual(await readingOf("tess", "/type-hints/"), before);
});

test("a signed-in reader's tutorial that is kept costs two queries, the session's with it", async () => {
  const reader = await newVisitor("ada");
  await reader.get(lists);
  const before = queryCount();
  await reader.get(lists);
  assert.equal(queryCount() - before, 2);
});

test("the page that is kept for everybody has nothing of anybody, and leads to the sign-in and back", async () => {
  const reader = await newVisitor("sam");
  await reader.post(urls.completion({ id: await idOf(lists) }), {}, lists);
  await contentChanged();
  for (const _ of [1, 2]) {
    const { html } = await visit(lists);
    assert.doesNotMatch(html, /csrf|You completed|reading-position|state-switch/);
    assert.match(html, /href="\/sign-in\/\?next=%2Fpython-lists%2F" rel="nofollow"/);
    assert.match(html, /href="\/sign-in\/\?next=%2Fpython-lists%2F%23site-completion" rel="nofollow"/);
  }
});
