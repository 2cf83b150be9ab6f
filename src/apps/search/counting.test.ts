import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { connect, db, disconnect } from "#lib/db.ts";
import { testDatabase, type TestDatabase } from "../../../test/helpers/database.ts";
import { searchesCommand } from "./commands.ts";
import { countSearch, flushSearches, listSearches, type Asker } from "./counting.ts";
import { searches } from "./schema.ts";

let database: TestDatabase;
let now = Date.now();

before(async () => {
  database = await testDatabase();
  connect(database.url);
});

beforeEach(async () => {
  now += 1_000_000;
  await flushSearches(now);
  await db.delete(searches);
});

after(async () => {
  await disconnect();
  await database.drop();
});

test("searches are counted by day and question, those that found nothing too", async () => {
  for (const address of ["a", "b", "c"])
    countSearch(reader(address), "List  Comprehension", address === "c" ? 0 : 4, now);
  await flushSearches(now + 10_000);
  countSearch(reader("d"), "list comprehension", 4, now + 20_000);
  await flushSearches(now + 30_000);
  assert.deepEqual(await counted(), [["list comprehension", 4, 1]]);
});

test("what is typed letter by letter is one search, and so is a burst", async () => {
  for (const [index, question] of ["d", "de", "deco", "decorator"].entries()) {
    countSearch(reader("a"), question, 1, now + index * 300);
  }
  for (let times = 0; times < 20; times++) countSearch(reader("b"), "sets", 1, now + times * 100);
  countSearch(reader("c"), "dicts", 1, now);
  countSearch(reader("c"), "tuples", 1, now + 500);
  await flushSearches(now + 20_000);
  assert.deepEqual(await counted(), [
    ["decorator", 1, 0],
    ["dicts", 1, 0],
    ["sets", 1, 0],
    ["tuples", 1, 0],
  ]);
});

test("a question that is still being typed waits", async () => {
  countSearch(reader("a"), "deco", 1, now);
  await flushSearches(now + 1000);
  assert.deepEqual(await counted(), []);
});

test("robots, and what may be somebody's address, number or key, are not counted", async () => {
  const personal = [
    "ada@example.org",
    "where is ada@example.org now",
    "+49 170 1234567",
    "4111 1111 1111 1111",
    "sk_live_51H8abcDEF0123456789",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
  ];
  for (const [index, question] of personal.entries()) countSearch(reader(String(index)), question, 0, now);
  countSearch({ address: "bot", userAgent: "Examplebot/1.0" }, "bots", 0, now);
  countSearch({ address: "none", userAgent: undefined }, "nobody", 0, now);
  countSearch(reader("a"), "@dataclass", 1, now);
  countSearch(reader("b"), "TypeError: 'str' object is not callable", 1, now);
  await flushSearches(now + 10_000);
  assert.deepEqual(
    (await counted()).map(([query]) => query),
    ["@dataclass", "typeerror: 'str' object is not callable"],
  );
});

test("the command shows what was asked, and what found nothing", async (t) => {
  countSearch(reader("a"), "decorators", 3, now);
  countSearch(reader("b"), "monads", 0, now);
  await flushSearches(now + 10_000);
  const written: string[] = [];
  t.mock.method(process.stdout, "write", (text: string) => written.push(text) > 0);
  assert.equal(await searchesCommand.run([]), 0);
  assert.equal(await searchesCommand.run(["--empty"]), 0);
  t.mock.restoreAll();
  assert.match(written[0] ?? "", /decorators +1 +0[^]*monads +1 +1/);
  assert.doesNotMatch(written[1] ?? "", /decorators/);
  await assert.rejects(searchesCommand.run(["--days", "x"]), /--days must be a whole number/);
  await assert.rejects(searchesCommand.run(["--all"]), /--all/);
});

function reader(address: string): Asker {
  return { address, userAgent: "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/150.0" };
}

async function counted(): Promise<[string, number, number][]> {
  const rows = await listSearches({ days: 1, onlyEmpty: false, limit: 50 });
  return rows
    .map(({ query, times, empty }): [string, number, number] => [query, times, empty])
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}
