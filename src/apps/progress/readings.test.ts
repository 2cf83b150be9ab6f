import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { and, asc, eq, sql } from "drizzle-orm";
import { array, assert as check, asyncProperty, constantFrom, integer, nat, record } from "fast-check";
import { users } from "#apps/accounts/schema.ts";
import { saveEntry } from "#apps/catalog/saving.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import type { Viewer } from "#lib/viewer.ts";
import { testDatabase } from "../../../test/helpers/database.ts";
import {
  bookmarkEntry,
  clearHistory,
  completeEntry,
  findReading,
  notePosition,
  rebuildReadings,
  recordReading,
  reopenEntry,
  unbookmarkEntry,
  unread,
} from "./readings.ts";
import { readingEvents, readingKinds, readings } from "./schema.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

const reader: Viewer = { id: 1, isMember: false, permissions: [] };
const other: Viewer = { ...reader, id: 2 };
const entryIds: number[] = [];

before(async () => {
  await db.insert(users).values([{ address: "one@example.org" }, { address: "two@example.org" }]);
  for (let number = 1; number <= 3; number += 1) {
    const entry = await saveEntry({ kind: "page", path: `/${number}/`, title: `${number}`, publishedAt: new Date() });
    entryIds.push(entry.id);
  }
});

let used = 0;
/** An entry that no other test reads. */
async function newEntry(): Promise<number> {
  const path = `/new-${(used += 1)}/`;
  return (await saveEntry({ kind: "page", path, title: path, publishedAt: new Date() })).id;
}

async function kindsOf(entryId: number): Promise<string[]> {
  const events = await db
    .select({ kind: readingEvents.kind })
    .from(readingEvents)
    .where(eq(readingEvents.entryId, entryId))
    .orderBy(asc(readingEvents.id));
  return events.map(({ kind }) => kind);
}

/** Makes what the reader did so far look older. */
async function letPass(interval: string): Promise<void> {
  await db.execute(sql`update ${readingEvents} set at = at - ${interval}::interval`);
  const all = ["opened_at", "completed_at", "saved_at"].map((name) => `${name} = ${name} - '${interval}'::interval`);
  await db.execute(sql.raw(`update readings set ${all.join(", ")}`));
}

test("what is derived step by step is what the whole log says", async () => {
  const step = record({
    viewer: constantFrom(reader, other),
    entry: nat(2),
    kind: constantFrom(...readingKinds, "clear" as const, "wait" as const),
    anchor: constantFrom("", "one", "two"),
    percent: integer({ min: 0, max: 100 }),
  });
  await check(
    asyncProperty(array(step, { maxLength: 25 }), async (steps) => {
      await db.delete(readingEvents);
      await db.delete(readings);
      for (const { viewer, entry, kind, ...place } of steps) {
        if (kind === "clear") await clearHistory(viewer, entryIds[entry]);
        else if (kind === "wait") await letPass("31 minutes");
        else await recordReading(viewer, entryIds[entry] ?? 0, kind, place);
      }
      const derived = await allReadings();
      await rebuildReadings(1);
      await rebuildReadings(2);
      assert.deepEqual(await allReadings(), derived);
    }),
    { numRuns: 60 },
  );
});

async function allReadings() {
  return await db.select().from(readings).orderBy(readings.userId, readings.entryId);
}

test("the log and the state agree when much is told at once", async () => {
  const entryId = await newEntry();
  const verbs = [completeEntry, reopenEntry, bookmarkEntry, unbookmarkEntry];
  const told = Array.from({ length: 40 }, (_, index) => verbs[index % 4]?.(reader, entryId));
  await Promise.all([...told, rebuildReadings(1), clearHistory(reader), rebuildReadings(1)]);
  const state = await findReading(reader, entryId);
  await rebuildReadings(1);
  assert.deepEqual(await findReading(reader, entryId), state);
});

test("what is done twice is kept once, and what was not done is not undone", async () => {
  const entryId = await newEntry();
  await reopenEntry(reader, entryId);
  await unbookmarkEntry(reader, entryId);
  assert.deepEqual(await findReading(reader, entryId), unread);
  await completeEntry(reader, entryId);
  const first = await findReading(reader, entryId);
  await completeEntry(reader, entryId);
  assert.deepEqual(await findReading(reader, entryId), first);
  await bookmarkEntry(reader, entryId);
  await reopenEntry(reader, entryId);
  assert.deepEqual(await kindsOf(entryId), ["completed", "saved", "reopened"]);
  const { completedAt, savedAt } = (await findReading(reader, entryId)) ?? unread;
  assert.equal(completedAt, null);
  assert.ok(savedAt);
});

test("a position is noted when the section changes, else once a minute", async () => {
  const entryId = await newEntry();
  await notePosition(reader, entryId, { anchor: "one", percent: 10 });
  await notePosition(reader, entryId, { anchor: "one", percent: 12 });
  await notePosition(reader, entryId, { anchor: "two", percent: 15 });
  assert.deepEqual(await kindsOf(entryId), ["moved", "moved"]);
  await letPass("61 seconds");
  await notePosition(reader, entryId, { anchor: "two", percent: 15 });
  await notePosition(reader, entryId, { anchor: "two", percent: 20 });
  assert.deepEqual(await kindsOf(entryId), ["moved", "moved", "moved"]);
  const { anchor, percent } = (await findReading(reader, entryId)) ?? unread;
  assert.deepEqual({ anchor, percent }, { anchor: "two", percent: 20 });
});

test("clearing forgets what was opened and where one stopped, and keeps what was completed and saved", async () => {
  const [kept, forgotten] = [await newEntry(), await newEntry()];
  for (const entryId of [kept, forgotten]) {
    await recordReading(reader, entryId, "opened");
    await notePosition(reader, entryId, { anchor: "one", percent: 50 });
  }
  await completeEntry(reader, kept);
  await bookmarkEntry(reader, kept);
  await clearHistory(reader, forgotten);
  assert.equal(await findReading(reader, forgotten).then((reading) => reading?.openedAt), null);
  assert.equal((await findReading(reader, kept))?.percent, 50);
  await clearHistory(reader);
  const { openedAt, anchor, completedAt, savedAt } = (await findReading(reader, kept)) ?? unread;
  assert.deepEqual([openedAt, anchor], [null, ""]);
  assert.ok(completedAt && savedAt);
  assert.deepEqual(await kindsOf(kept), ["completed", "saved"]);
});

test("the history of one reader is nothing to another's clearing", async () => {
  const entryId = await newEntry();
  await recordReading(other, entryId, "opened");
  await clearHistory(reader);
  assert.ok((await findReading(other, entryId))?.openedAt);
});

test("whoever acts in a reader's place, and who is not signed in, records and clears nothing", async () => {
  const entryId = await newEntry();
  const session = { id: 1, authenticatedAt: new Date(), withholdsPermissions: false, isImpersonated: true };
  await recordReading(reader, entryId, "opened");
  await completeEntry({ ...reader, session }, entryId);
  await clearHistory({ ...reader, session });
  await completeEntry({ ...reader, id: null }, entryId);
  assert.deepEqual(await kindsOf(entryId), ["opened"]);
});

test("what is told of an account that is gone is kept nowhere", async () => {
  const entryId = await newEntry();
  await completeEntry({ ...reader, id: 999 }, entryId);
  assert.equal(await db.$count(readings, and(eq(readings.entryId, entryId))), 0);
});
