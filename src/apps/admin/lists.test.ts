import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { profiles, users } from "#apps/accounts/schema.ts";
import { learners } from "#apps/dashboard/schema.ts";
import { credits, entries, topics } from "#apps/catalog/schema.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { knowModels, model } from "#lib/admin.ts";
import { testDatabase } from "../../../test/helpers/database.ts";
import { listRows, type ListRequest } from "#lib/admin/listing.ts";
import { findConsequences, findPlaces } from "#lib/admin/dependents.ts";
import { findRow, versionOf, type Document } from "#lib/admin/rows.ts";
import { addRow, changeRow, deleteRow, type Change } from "#lib/admin/writing.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

const ofTopics = model(topics, {
  title: "name",
  list: ["name", "slug", "position"],
  search: ["name"],
  order: "position",
});
const ofEntries = model(entries, {
  title: "title",
  list: ["title", "kind", "parentId", "publishedAt"],
  search: ["title", "path"],
  filters: ["access", "level", "listed", "parentId"],
  dates: "publishedAt",
  order: "-publishedAt",
});
knowModels([{ name: "catalog", admin: [ofTopics, ofEntries] }]);

before(async () => {
  const made = Array.from({ length: 120 }, (_, n) => ({
    kind: "tutorial",
    path: `/entry-${n}/`,
    title: `Entry ${n}`,
    access: n % 3 === 0 ? ("members" as const) : ("public" as const),
    level: n % 2 === 0 ? ("basics" as const) : null,
    publishedAt: new Date(Date.UTC(2026, n % 12, 1 + (n % 28))),
  }));
  await db.insert(entries).values(made);
  await db.update(entries).set({ parentId: 1 });
});

const all: ListRequest = { q: "", filter: [], order: [], page: 1 };
const total = async (request: Partial<ListRequest>) => (await listRows(ofEntries, { ...all, ...request })).total;

test("a list has pages, an order, and the titles of what its relations lead to", async () => {
  const first = await listRows(ofEntries, all);
  assert.deepEqual([first.rows.length, first.total, first.order], [50, 120, ["-publishedAt"]]);
  assert.equal(first.rows[0]?.["parentId:title"], "Entry 0");
  const seen = new Set<unknown>();
  for (const page of [1, 2, 3]) for (const row of (await listRows(ofEntries, { ...all, page })).rows) seen.add(row.id);
  assert.equal(seen.size, 120);
});

test("a list is narrowed by words, choices, emptiness, relations and dates", async () => {
  assert.equal(await total({ q: "entry 11" }), 11);
  assert.equal(await total({ q: "100%" }), 0);
  assert.equal(await total({ filter: ["access:members"] }), 40);
  assert.equal(await total({ filter: ["level:"] }), 60);
  assert.equal(await total({ filter: ["level:*"] }), 60);
  assert.equal(await total({ filter: ["listed:false"] }), 0);
  assert.equal(await total({ filter: ["parentId:1"] }), 120);
  assert.equal(await total({ filter: ["publishedAt:2026"] }), 120);
  assert.equal(await total({ filter: ["publishedAt:2026-03"] }), 10);
  assert.equal(await total({ filter: ["access:members", "publishedAt:2026-03-03"] }), 0);
});

test("what is not declared neither narrows nor orders", async () => {
  const {
    total: found,
    filters,
    order,
  } = await listRows(ofEntries, {
    ...all,
    filter: [
      "path:/entry-1/",
      "access:nobody",
      "nothing:1",
      "access",
      "parentId:1e3",
      "parentId:99999999999",
      "publishedAt:soon",
    ],
    order: ["summary", "-nothing", "title;drop table entries"],
  });
  assert.deepEqual([found, filters.size, order], [120, 0, ["-publishedAt"]]);
});

test("a row is added, changed and deleted, and each change is told with what was before", async () => {
  const changes: Change[] = [];
  const writing = { record: async (change: Change) => void changes.push(change) };
  const added = await addRow(ofTopics, { values: { slug: "python", name: "Python" } }, writing);
  assert.ok(added.state === "saved");
  const row = await findRow(ofTopics, added.key);
  assert.ok(row);
  const expected = { key: added.key, asExpected: ({ values }: Document) => versionOf(values) === versionOf(row) };
  await changeRow(ofTopics, expected, { values: { name: "Python 3" } }, writing);
  const late = await changeRow(ofTopics, expected, { values: { name: "Snakes" } }, writing);
  assert.equal(late.state, "changed");
  assert.equal(await deleteRow(ofTopics, added.key, writing), true);
  assert.equal(await deleteRow(ofTopics, added.key, writing), false);
  assert.deepEqual(
    changes.map(({ action, title }) => [action, title]),
    [
      ["added", "Python"],
      ["changed", "Python 3"],
      ["deleted", "Python 3"],
    ],
  );
  assert.deepEqual([changes[1]?.before, changes[1]?.after], [{ name: "Python" }, { name: "Python 3" }]);
});

test("what the database refuses is said beside its field, and changes nothing", async () => {
  const writing = { record: async () => undefined };
  await addRow(ofTopics, { values: { slug: "twice", name: "Once" } }, writing);
  const again = await addRow(ofTopics, { values: { slug: "twice", name: "Twice" } }, writing);
  assert.deepEqual(again, { state: "wrong", errors: { slug: "There is one of these already." } });
  const wrong = await changeRow(ofEntries, { key: "2" }, { values: { path: "no path" } }, writing);
  assert.ok(wrong.state === "wrong" && "path" in wrong.errors, JSON.stringify(wrong));
});

test("what hangs on a row is counted before it goes, in whatever depth", async () => {
  await db.insert(profiles).values({ slug: "ada", name: "Ada" });
  await db.insert(credits).values({ entryId: 1, profileId: 1, role: "author", position: 0 });
  const { going, unlinked, blocking } = await findConsequences(ofEntries, await findPlaces(ofEntries, ["1"]));
  const pairs = (list: typeof going) => list.map(({ many, count }) => [many, count]);
  assert.deepEqual(pairs(going), [["Credits", 1]]);
  // The first entry is its own series: it goes, and so loses nothing.
  assert.deepEqual(pairs(unlinked), [["Entries", 119]]);
  assert.deepEqual(blocking, []);
});

test("two tables with one key are edited as one row", async () => {
  const ofUsers = model(users, {
    title: "address",
    list: ["address"],
    beside: { table: learners, fields: ["level", "answeredAt"], readOnly: ["answeredAt"] },
  });
  const values = { address: "both@example.org", "learners.level": "basics" };
  const added = await addRow(ofUsers, { values }, { record: async () => undefined });
  assert.ok(added.state === "saved");
  assert.equal(added.document.values["learners.level"], "basics");
  const told: Change[] = [];
  const writing = { record: async (change: Change) => void told.push(change) };
  const wanted = { values: { name: "Both", "learners.level": "advanced", "learners.answeredAt": new Date(0) } };
  const changed = await changeRow(ofUsers, { key: added.key }, wanted, writing);
  assert.ok(changed.state === "saved");
  assert.deepEqual(told[0]?.after, { name: "Both", "learners.level": "advanced" });
  assert.notDeepEqual(changed.document.values["learners.answeredAt"], new Date(0));
});
