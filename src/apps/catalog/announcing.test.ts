import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { eq } from "drizzle-orm";
import { connect, db, disconnect } from "#lib/db.ts";
import { drainTasks, knowTasks, on } from "#lib/jobs.ts";
import { testDatabase } from "../../../test/helpers/database.ts";
import { announcePublished } from "./announcing.ts";
import { readContentVersion } from "./content-version.ts";
import { entryPublished } from "./events.ts";
import { saveEntry } from "./saving.ts";
import { entries, type Entry } from "./schema.ts";
import { announce } from "./tasks.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

const heard: number[] = [];
const listener = on(entryPublished, "test.listener", async ({ entryId }) => void heard.push(entryId));
knowTasks([announce, listener]);
beforeEach(() => void (heard.length = 0));

const now = new Date();
const before = (ms: number): Date => new Date(now.getTime() - ms);
const hour = 3_600_000;
let number = 0;

async function save(publishedAt: Date | null, id?: number): Promise<Entry> {
  const path = `/entry-${id ?? (number += 1)}/`;
  return await saveEntry({ kind: "page", path, title: path, publishedAt }, id);
}

async function announceAt(at: Date): Promise<number[]> {
  await announcePublished(at);
  await drainTasks([listener]);
  return heard.splice(0);
}

test("what is published is announced once, a draft is not", async () => {
  const entry = await save(before(hour));
  await save(null);
  assert.deepEqual(await announceAt(now), [entry.id]);
  assert.deepEqual(await announceAt(now), []);
});

test("what is scheduled is announced when its time has come", async () => {
  const entry = await save(before(-hour));
  assert.deepEqual(await announceAt(before(1 - hour)), []);
  assert.deepEqual(await announceAt(before(-hour)), [entry.id]);
});

test("what is published anew is not announced again", async () => {
  const entry = await save(before(hour));
  assert.deepEqual(await announceAt(now), [entry.id]);
  await save(null, entry.id);
  await save(now, entry.id);
  assert.deepEqual(await announceAt(now), []);
});

test("what was published more than a week ago is no news, and never becomes any", async () => {
  const entry = await save(before(8 * 24 * hour));
  assert.deepEqual(await announceAt(now), []);
  const [row] = await db.select().from(entries).where(eq(entries.id, entry.id));
  assert.deepEqual(row?.announcedAt, now);
});

test("cached pages stay when something is announced", async () => {
  await save(before(hour));
  const version = await readContentVersion();
  assert.equal((await announceAt(now)).length, 1);
  assert.equal(await readContentVersion(), version);
});

test("of two that announce at the same time each entry is announced by one", async () => {
  const ids = [];
  for (let n = 0; n < 5; n += 1) ids.push((await save(before(hour))).id);
  await Promise.all([announcePublished(now), announcePublished(now)]);
  await drainTasks([listener]);
  assert.deepEqual([heard.length, new Set(heard)], [5, new Set(ids)]);
});

test("the clock announces", async () => {
  await drainTasks([announce], { now });
  const entry = await save(before(hour));
  await drainTasks([announce, listener], { now: new Date(now.getTime() + 60_000) });
  assert.deepEqual(heard, [entry.id]);
});
