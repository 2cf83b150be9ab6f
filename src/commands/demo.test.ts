import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { count, eq, inArray, isNull } from "drizzle-orm";
import { addPeople } from "#apps/accounts/fixtures.ts";
import { entries } from "#apps/catalog/schema.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { testDatabase } from "../../test/helpers/database.ts";
import { startDemo } from "./demo.ts";

const database = await testDatabase();
// For the processes that are started.
process.env.DATABASE_URL = database.url;
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

test("a process of its own fills an empty site with the demo, and ends", async () => {
  const loaded = await startDemo().load();
  assert.ok(loaded >= 8, `${loaded} tutorials were loaded`);
  const [all] = await db.select({ n: count() }).from(entries);
  const [drafts] = await db.select({ n: count() }).from(entries).where(isNull(entries.publishedAt));
  assert.ok((all?.n ?? 0) > loaded);
  assert.equal(drafts?.n, 0);
});

test("whoever is told of a site that is not empty changes nothing", async () => {
  const before = await db.$count(entries);
  assert.equal(await startDemo().load(), 0);
  assert.equal(await db.$count(entries), before);
});

test("what a start that was stopped has not loaded is loaded by the next one, unless somebody may have deleted it", async () => {
  const all = await db.$count(entries);
  const some = await db.select({ id: entries.id }).from(entries).where(eq(entries.kind, "tutorial")).limit(5);
  const ids = some.map(({ id }) => id);
  await db.delete(entries).where(inArray(entries.id, ids));
  assert.ok((await startDemo().load()) >= 8);
  assert.equal(await db.$count(entries), all);
  await db.delete(entries).where(eq(entries.kind, "page"));
  await addPeople();
  assert.equal(await startDemo().load(), 0);
  assert.ok((await db.$count(entries)) < all);
});

test("what cannot be loaded is said in a sentence", async () => {
  process.env.DATABASE_URL = database.url.replace(/\/lectern_test_[^?]*/, "/nothing_is_called_so");
  await assert.rejects(startDemo().load(), /nothing_is_called_so/);
});
