import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { findArticle } from "#apps/catalog/articles.ts";
import { refreshRelatedFor } from "#apps/catalog/related.ts";
import { connect, disconnect } from "#lib/db.ts";
import { anonymous } from "#lib/viewer.ts";
import { testDatabase, type TestDatabase } from "../../../test/helpers/database.ts";
import { addressOf } from "./search.ts";
import { suggestForAddress } from "./suggestions.ts";
import { addLibrary, ask, idOf, paths } from "./testing/library.ts";

let database: TestDatabase;

before(async () => {
  database = await testDatabase();
  connect(database.url);
  await addLibrary();
});

after(async () => {
  await disconnect();
  await database.drop();
});

test("the right page comes first", async (t) => {
  const expected: [question: string, path: string][] = [
    ["decorators", "/decorators/"],
    ["decorator", "/decorators/"],
    ["decoratr", "/decorators/"],
    ["deocrators", "/decorators/"],
    ["list comp", "/comprehensions/"],
    ["list comprehension", "/comprehensions/"],
    ["list.sort()", "/sorting/"],
    [".sort()", "/sorting/"],
    ["sorting lists", "/sorting/"],
    ["__init__", "/classes/"],
    ["@dataclass", "/dataclasses/"],
    ["data class", "/dataclasses/"],
    ["node.js", "/node/"],
    ["nodejs", "/node/"],
    ["C++", "/cpp/"],
    ["c#", "/csharp/"],
    ["f-string", "/strings/"],
    ["fstring", "/strings/"],
    ["f strings", "/strings/"],
    ["TypeError: 'str' object is not callable", "/type-errors/"],
    ["type error", "/type-errors/"],
    ['  File "app.py", line 3, in <module>', "/type-errors/"],
    ["dict.items", "/dictionaries/"],
    [".items", "/dictionaries/"],
    ["numpy as np", "/numpy/"],
    ["numpy", "/numpy/"],
    ["getElementById", "/node/"],
    ["element by id", "/node/"],
    ["read_csv", "/numpy/"],
    ["os.path.join", "/files/"],
    ["path.join", "/files/"],
    ["for loop", "/loops/"],
    ["for", "/loops/"],
    ["--upgrade", "/packages/"],
    [":=", "/loops/"],
    ["café", "/strings/"],
    ["cafe", "/strings/"],
    ['"context manager"', "/files/"],
    ["how do I read a file in python", "/files/"],
  ];
  for (const [question, path] of expected) {
    await t.test(question, async () => {
      assert.equal((await ask(question)).results[0]?.entry.path, path);
    });
  }
});

test("a question that nothing has is answered with what was probably meant", async () => {
  const slip = await ask("pyhton decoratr");
  assert.equal(slip.corrected, "python decorator");
  assert.equal((await ask("decorators")).corrected, undefined);
  assert.equal((await ask("xyzzyplugh")).corrected, undefined);
});

test("a slip that a page has too is found, and the better word suggested", async () => {
  const answer = await ask("functoin");
  assert.equal(answer.results[0]?.entry.path, "/loops/");
  assert.equal(answer.suggestion, "function");
});

test("when no page has all of the words, pages with the rarest of them are shown", async () => {
  const answer = await ask("numpy decorators dictionary");
  assert.equal(answer.isPartial, true);
  assert.ok(answer.total > 0);
  assert.equal((await ask("xyzzyplugh")).total, 0);
});

test("a result leads to its best section and shows the words there", async () => {
  const [result] = (await ask("list.sort()")).results;
  assert.ok(result);
  assert.equal(addressOf(result), "/sorting/#sorting-in-place");
  assert.equal(result.heading, "Sorting in place");
  assert.deepEqual(await marksOf("list.sort()"), ["list.sort", "sort", "list", "list"]);
});

test("what was asked is marked, accents or not", async () => {
  assert.deepEqual(await marksOf("cafe"), ["café"]);
  assert.deepEqual(await marksOf("filter comprehens"), ["comprehension", "filter"]);
});

test("facets count the matches by kind, topic and level, each under the other choices", async () => {
  const all = await ask("python");
  assert.deepEqual(
    all.facets?.kinds.map(({ value, count }) => [value, count]),
    [
      ["tutorial", all.total - 1],
      ["page", 1],
    ],
  );
  assert.equal(
    all.facets?.kinds.reduce((sum, { count }) => sum + count, 0),
    all.total,
  );
  assert.equal(
    all.facets?.levels.reduce((sum, { count }) => sum + count, 0),
    all.total,
  );
  const basics = await ask("python", { level: "basics" });
  assert.equal(basics.total, all.facets?.levels.find(({ value }) => value === "basics")?.count);
  assert.ok(basics.results.every(({ entry }) => entry.level === "basics"));
  assert.deepEqual(basics.facets?.levels, all.facets?.levels);
  const none = await ask("numpy", { kinds: ["page"] });
  assert.deepEqual([none.total, none.isPartial, none.facets?.kinds[0]?.count], [0, false, 1]);
  const pages = await ask("python", { kinds: ["page"] });
  assert.deepEqual(
    pages.results.map(({ entry }) => entry.kind),
    ["page"],
  );
  const data = await ask("python", { topic: "data" });
  assert.equal(data.total, all.facets?.topics.find(({ value }) => value === "data")?.count);
});

test("results come best first or newest first, page by page, each once", async () => {
  const newest = await ask("python", { order: "newest", limit: 50 });
  const times = newest.results.map(({ entry }) => Number(entry.publishedAt));
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  );
  for (const order of ["relevance", "newest"] as const) {
    const whole = paths(await ask("python", { order, limit: 50 }));
    const pages = [1, 2, 3, 4, 5].map((page) => ask("python", { order, page, limit: 4 }));
    assert.deepEqual((await Promise.all(pages)).flatMap(paths), whole);
  }
});

test("a missing page is answered with titles that have the words of its address", async () => {
  const [first] = await suggestForAddress("2019 python list comprehensions");
  assert.deepEqual(first, { path: "/comprehensions/", title: "List comprehensions", kindLabel: "Tutorial" });
  assert.deepEqual(await suggestForAddress("the"), []);
  assert.deepEqual(await suggestForAddress("' \\ \0 | & !"), []);
});

test("related entries say much about the same things, and know each other", async () => {
  await refreshRelatedFor(["/sorting/", "/comprehensions/", "/dictionaries/"].map(idOf));
  const related = await relatedTo("/sorting/");
  assert.ok(related.includes("/comprehensions/"));
  assert.ok(!related.includes("/sorting/"));
  assert.ok((await relatedTo("/comprehensions/")).includes("/sorting/"));
});

async function relatedTo(path: string): Promise<string[]> {
  return ((await findArticle(anonymous, path))?.related ?? []).map((entry) => entry.path);
}

async function marksOf(question: string): Promise<string[]> {
  const [result] = (await ask(question)).results;
  return (result?.snippet ?? []).filter((piece) => piece.isMatch).map((piece) => piece.text);
}
