import { contentChanged, visit, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq, inArray, sql } from "drizzle-orm";
import { entries, topics } from "#apps/catalog/schema.ts";
import { interests } from "#apps/dashboard/schema.ts";
import { listStages } from "#apps/editorial/manuscripts.ts";
import { previewLinks } from "#apps/editorial/schema.ts";
import { canary } from "#apps/tutorials/fixtures.ts";
import { db, queryCount } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";

const otto = await newVisitor("otto");
const ada = await newVisitor("ada");
const stages = await listStages();

async function idOf(path: string): Promise<string> {
  const [entry] = await db.select().from(entries).where(eq(entries.path, path));
  assert.ok(entry, path);
  return String(entry.id);
}

function stage(slug: string): string {
  return String(stages.find((each) => each.slug === slug)?.id);
}

async function queriesOf(url: string): Promise<number> {
  const before = queryCount();
  assert.equal((await otto.get(url)).status, 200);
  return queryCount() - before;
}

async function titles(query: Parameters<typeof urls.desk>[1]): Promise<string[]> {
  const page = await otto.get(urls.desk({}, query));
  return [...page.html.matchAll(/<h3><a[^>]*>([^<]*)/g)].map(([, title = ""]) => title);
}

const decorators = await idOf("/decorators/");
const pages = [
  urls.desk(),
  urls.deskCalendar(),
  urls.deskEntry({ id: decorators }),
  urls.deskRevisions({ id: decorators }),
  urls.deskComparison({ id: decorators }),
  urls.deskComparison({ id: decorators }, { way: "unified" }),
  urls.deskComparison({ id: decorators }, { way: "page" }),
  urls.deskStages(),
  urls.deskOrder(),
  urls.deskMetadata(),
];

test("the pages of the desk are whole, and readers get none of them", async () => {
  const sam = await newVisitor("sam");
  for (const url of pages) {
    const page = await otto.get(url);
    assert.equal(page.status, 200, `${url}: ${page.text.slice(0, 200)}`);
    assert.deepEqual(await findMarkupFaults(page.html), [], url);
    assert.equal((await sam.get(url)).status, 404, url);
    const { status, headers } = await visit(url);
    assert.deepEqual([status, headers.location], [303, urls.signIn({}, { next: url })], url);
  }
});

test("the board and the calendar ask the same number of queries, however many entries there are", async () => {
  const [board, calendar] = [await queriesOf(urls.desk()), await queriesOf(urls.deskCalendar())];
  await db.execute(sql`insert into ${entries} (kind, path, title, published_at)
    select 'tutorial', '/of-many-' || n || '/', 'Of many, ' || n, now() from generate_series(1, 60) n`);
  assert.equal(await queriesOf(urls.desk()), board);
  assert.equal(await queriesOf(urls.deskCalendar()), calendar);
  const page = await otto.get(urls.desk());
  assert.match(page.text, /The first 30: narrow it down/);
  await db.delete(entries).where(sql`path like '/of-many-%'`);
});

test("the board is filtered by words, kind, topic and whose it is", async () => {
  assert.deepEqual(await titles({ q: "decorators" }), ["Decorators without tears"]);
  assert.deepEqual(await titles({ kind: "series" }), ["Your first package"]);
  assert.deepEqual(await titles({ topic: "typing" }), ["Type hints that pull their weight"]);
  assert.deepEqual(await titles({ q: "100%_\\" }), []);
  assert.deepEqual(await titles({ q: "%" }), []);
  assert.deepEqual(await titles({ assignee: "3" }), []);
});

test("a card is moved by a form, which says why not and leads nowhere else", async () => {
  const id = await idOf("/metaclasses/");
  const move = urls.deskStage({ id });
  const draft = await otto.post(move, { _method: "PUT", to: stage("published"), back: "/desk/?q=meta" }, urls.desk());
  assert.equal(draft.status, 422);
  assert.match(draft.text, /once a version of it is published/);
  const moved = await otto.post(move, { _method: "PUT", to: stage("copy-edit"), note: "x", back: "/desk/?q=meta" });
  assert.deepEqual([moved.status, moved.headers["location"]], [303, "/desk/?q=meta"]);
  const away = await otto.post(move, { _method: "PUT", to: stage("copy-edit"), back: "https://example.org/" });
  assert.equal(away.headers["location"], "/desk/");
  const denied = await ada.post(move, { _method: "PUT", to: stage("retired"), note: "x" }, urls.desk());
  assert.match(denied.text, /Your role does not move/);
});

test("a preview link shows one version to whoever has it, until it is over or taken back", async () => {
  const made = await ada.post(
    urls.deskPreviewLinks({ id: decorators }),
    { number: "1" },
    urls.deskEntry({ id: decorators }),
  );
  const [, token = ""] = /\/draft\/([\w-]+)\//.exec(made.html) ?? [];
  const page = await visitOk(urls.draft({ token }));
  assert.match(page.text, new RegExp(canary));
  assert.equal(page.headers["cache-control"], "private, no-store");
  assert.equal(page.headers["x-robots-tag"], "noindex");
  assert.equal(page.headers["referrer-policy"], "same-origin");
  assert.doesNotMatch((await ada.get(urls.deskEntry({ id: decorators }))).html, new RegExp(token));
  assert.equal((await visit(urls.draft({ token: `${token}x` }))).status, 404);
  // Its text is nowhere else for that.
  await contentChanged();
  assert.doesNotMatch((await visitOk("/decorators/")).html, new RegExp(canary));
  await db.update(previewLinks).set({ expiresAt: new Date(Date.now() - 1000) });
  assert.equal((await visit(urls.draft({ token }))).status, 404);
  await db.update(previewLinks).set({ expiresAt: new Date(Date.now() + 60_000) });
  assert.equal((await visit(urls.draft({ token }))).status, 200);
  const [link] = await db.select().from(previewLinks);
  const taken = { _method: "DELETE", link: String(link?.id) };
  // A link of another entry is not theirs to take back by that address.
  await ada.post(urls.deskPreviewLinks({ id: await idOf("/type-hints/") }), taken, urls.deskEntry({ id: decorators }));
  assert.equal((await visit(urls.draft({ token }))).status, 200);
  await ada.post(urls.deskPreviewLinks({ id: decorators }), taken);
  assert.equal((await visit(urls.draft({ token }))).status, 404);
});

test("who may not publish gets neither the form nor the deed", async () => {
  const url = urls.deskEntry({ id: decorators });
  assert.doesNotMatch((await ada.get(url)).text, /What readers see/);
  assert.match((await otto.get(url)).text, /What readers see/);
  const tried = await ada.post(urls.deskPublication({ id: decorators }), { _method: "PUT", number: "1" }, url);
  assert.equal(tried.status, 404);
});

test("an entry is scheduled, put under embargo and taken away on its page", async () => {
  const id = await idOf("/pattern-matching/");
  const [page, deed] = [urls.deskEntry({ id }), urls.deskPublication({ id })];
  const past = await otto.post(deed, { _method: "PUT", number: "1", at: "2020-01-01T09:00", reason: "x" }, page);
  assert.equal(past.status, 422);
  assert.match(past.text, /has passed/);
  assert.equal(
    (await otto.post(deed, { _method: "PUT", number: "1", at: "2999-05-01T09:00", reason: "x" })).status,
    303,
  );
  assert.match((await otto.get(page)).text, /Version 1, 1 May 2999, 09:00/);
  assert.match((await otto.get(urls.deskCalendar({}, { month: "2999-05" }))).text, /Goes out 09:00 Pattern matching/);
  assert.equal((await otto.post(deed, { _method: "DELETE", how: "unschedule" })).status, 303);
  assert.equal((await otto.post(deed, { _method: "PATCH", until: "2999-06-01T00:00" })).status, 303);
  assert.match(
    (await otto.post(deed, { _method: "PUT", number: "1", at: "", reason: "x" })).text,
    /before 2999-06-01 00:00 UTC/,
  );
});

test("a version is named, restored and compared", async () => {
  const url = urls.deskRevisions({ id: decorators });
  await ada.post(
    urls.deskRevision({ id: decorators, number: "1" }),
    { _method: "PATCH", name: "As reviewed <b>" },
    url,
  );
  const page = await ada.get(url);
  assert.match(page.text, /Version 1: As reviewed/);
  assert.match(page.html, /&lt;b&gt;/);
  const own = await visit(urls.deskRevision({ id: decorators, number: "1" }));
  assert.equal(own.status, 303);
  assert.match((await ada.get(urls.deskRevision({ id: decorators, number: "1" }))).text, new RegExp(canary));
  assert.equal((await ada.get(urls.deskComparison({ id: decorators }, { from: 1, to: 99 }))).status, 404);
});

test("the parts of a series and the topics stand in the order they are given, and only those", async () => {
  const series = await idOf("/your-first-package/");
  const parts = [
    await idOf("/your-first-package-1/"),
    await idOf("/your-first-package-2/"),
    await idOf("/your-first-package-3/"),
  ];
  const other = await idOf("/python-lists/");
  const form = { _method: "PUT", series, "id[]": [...parts, other], "place[]": ["3", "1", "2.5", "0"] };
  assert.equal((await otto.post(urls.deskOrder(), form, urls.deskOrder())).status, 303);
  const rows = await db
    .select()
    .from(entries)
    .where(eq(entries.parentId, Number(series)))
    .orderBy(entries.position);
  assert.deepEqual(
    rows.map(({ id }) => String(id)),
    [parts[1], parts[2], parts[0]],
  );
  const [untouched] = await db.select().from(entries).where(eq(entries.path, "/python-lists/"));
  assert.equal(untouched?.position, 0);
  const order = await db.select().from(topics).orderBy(topics.name);
  const backwards = order.map(({ id }) => String(id)).toReversed();
  const places = backwards.map((_, index) => String(index + 1));
  await otto.post(urls.deskOrder(), { _method: "PUT", "id[]": backwards, "place[]": places });
  const after = await db.select().from(topics).orderBy(topics.position);
  assert.deepEqual(
    after.map(({ id }) => String(id)),
    backwards,
  );
});

test("several entries are changed at once, after it was shown what would change", async () => {
  const ids = [await idOf("/python-lists/"), await idOf("/your-first-package/")];
  const wanted = { "id[]": ids, level: "advanced", access: "members", add: "typing", drop: "python", author: "" };
  const shown = await otto.post(urls.deskMetadata(), wanted, urls.deskMetadata());
  assert.match(shown.text, /Change these 2 entries\?/);
  assert.match(shown.text, /level: advanced, readers: members, with the topic Typing, without the topic Python/);
  assert.deepEqual(await findMarkupFaults(shown.html), []);
  const accessOf = async (): Promise<string[]> =>
    (
      await db
        .select()
        .from(entries)
        .where(inArray(entries.id, ids.map(Number)))
    ).map(({ access }) => access);
  assert.deepEqual(await accessOf(), ["public", "public"]);
  assert.equal((await otto.post(urls.deskMetadata(), { ...wanted, confirmed: "yes" })).status, 303);
  assert.deepEqual(await accessOf(), ["members", "members"]);
  await contentChanged();
  assert.match((await visitOk("/python-lists/")).text, /Typing/);
  assert.match((await otto.get(urls.deskEntry({ id: ids[0] ?? "" }))).text, /changed what is said of it, with others/);
  assert.equal((await otto.post(urls.deskMetadata(), { ...wanted, level: "nonsense" })).status, 422);
  assert.equal((await ada.post(urls.deskMetadata(), wanted, urls.deskEntry({ id: decorators }))).status, 404);
});

test("two topics become one: entries and readers follow, and so does the address", async () => {
  const [typing, python] = [await topicOf("typing"), await topicOf("python")];
  await db.insert(interests).values({ userId: 1, topicId: typing });
  const merge = { from: String(typing), into: String(python) };
  assert.equal((await ada.post(urls.deskOrder(), merge, urls.deskEntry({ id: decorators }))).status, 404);
  assert.equal((await otto.post(urls.deskOrder(), { from: "1", into: "1" }, urls.deskOrder())).status, 422);
  assert.equal((await otto.post(urls.deskOrder(), { from: merge.from, into: "99999" })).status, 422);
  assert.equal((await otto.post(urls.deskOrder(), merge)).status, 303);
  await contentChanged();
  const former = await visit(urls.topic({ topic: "typing" }));
  assert.deepEqual([former.status, former.headers["location"]], [301, urls.topic({ topic: "python" })]);
  const feed = await visit(urls.topicFeed({ topic: "typing", format: "atom.xml" }));
  assert.deepEqual(
    [feed.status, feed.headers["location"]],
    [301, urls.topicFeed({ topic: "python", format: "atom.xml" })],
  );
  assert.match((await visitOk(urls.topic({ topic: "python" }))).text, /Type hints that pull/);
  assert.deepEqual(await db.select().from(interests), [{ userId: 1, topicId: python }]);
  assert.equal((await visit(urls.topic({ topic: "never-was" }))).status, 404);
});

async function topicOf(slug: string): Promise<number> {
  const [topic] = await db.select().from(topics).where(eq(topics.slug, slug));
  assert.ok(topic, slug);
  return topic.id;
}

test("a page that was taken away says so and finds others, and of a draft nothing is said", async () => {
  const nobody = await newVisitor();
  const [shown, draft] = [await idOf("/type-hints/"), await idOf("/metaclasses/")];
  for (const id of [shown, draft])
    await otto.post(urls.deskPublication({ id }), { _method: "DELETE", how: "retire" }, urls.deskEntry({ id }));
  const page = await nobody.get("/type-hints/");
  assert.equal(page.status, 410);
  assert.match(page.text, /This page is gone This page was taken away\./);
  assert.match(page.html, /value="type hints"/);
  assert.equal((await nobody.get("/type-hints.md")).status, 410);
  assert.equal((await nobody.get("/metaclasses/")).status, 404);
  await otto.post(urls.deskPublication({ id: shown }), { _method: "PUT", number: "1", at: "", reason: "It is back." });
  assert.equal((await nobody.get("/type-hints/")).status, 200);
});
