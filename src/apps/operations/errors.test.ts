import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { connect, db, disconnect } from "#lib/db.ts";
import { drainTasks, task } from "#lib/jobs.ts";
import { log } from "#lib/log.ts";
import { testDatabase } from "../../../test/helpers/database.ts";
import { listAlerts } from "./alerts.ts";
import { manageErrors } from "./commands.ts";
import { getError, listErrors, resolveError, saveErrors, sweepErrors, type Counted } from "./errors/groups.ts";
import { collectErrors } from "./errors.ts";
import { alerts, errorGroups } from "./schema.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});
beforeEach(async () => {
  await db.delete(errorGroups);
  await db.delete(alerts);
});

function counted(fingerprint: string, fields: Partial<Counted> = {}): Counted {
  const lastSeenAt = new Date();
  return { fingerprint, type: "TypeError", message: "no", stack: "", context: {}, count: 1, lastSeenAt, ...fields };
}

const raised = async () => (await listAlerts()).map(({ title, raised }) => [title, raised]);

test("what is logged as an error is counted by kind, with where it happened last", async () => {
  const collector = collectErrors();
  for (const n of [1, 2, 3]) {
    const fields = { method: "GET", route: "/search/", requestId: `r${n}` };
    log.error({ error: new RangeError(`no ${n}`), ...fields }, "a request failed");
  }
  log.warn({ error: new Error("mended itself") }, "never mind");
  await collector.stop();
  const [error, ...others] = await listErrors();
  assert.deepEqual(others, []);
  assert.deepEqual([error?.count, error?.type, error?.message], [3, "RangeError", "no 3"]);
  assert.deepEqual(error?.context, { line: "a request failed", requestId: "r3", method: "GET", route: "/search/" });
  assert.match(error?.stack ?? "", /errors\.test\.ts/);
});

test("counts of several processes add up", async () => {
  await Promise.all([1, 2, 3, 4].map((count) => saveErrors([counted("b", { count }), counted("a", { count })])));
  assert.deepEqual(
    (await listErrors()).map(({ count }) => count),
    [10, 10],
  );
  assert.deepEqual(await raised(), [
    ["New error: TypeError: no", 1],
    ["New error: TypeError: no", 1],
  ]);
});

test("errors are kept while the database is away, and written when it is back", async () => {
  const collector = collectErrors();
  await disconnect();
  log.error({ error: new Error("first") }, "failed");
  await collector.write();
  log.error({ error: new Error("first") }, "failed");
  await collector.write();
  connect(database.url);
  assert.deepEqual(await listErrors(), []);
  await collector.stop();
  const errors = await listErrors();
  assert.equal(
    errors.reduce((sum, { count }) => sum + count, 0),
    2,
  );
});

test("a count ends at the largest number there is", async () => {
  await saveErrors([counted("abc0", { count: 2 ** 31 - 2 })]);
  await saveErrors([counted("abc0", { count: 5 })]);
  assert.equal((await getError("abc0")).count, 2 ** 31 - 1);
});

test("no more kinds of errors are kept than there is room for", async () => {
  const collector = collectErrors();
  for (let n = 0; n < 600; n += 1) log.error(`failure ${"abcdefghij"[n % 10]} ${"x".repeat(n)}`);
  await collector.stop();
  assert.equal((await db.select().from(errorGroups)).length, 500);
  // What comes all at once is told together.
  assert.equal((await raised()).length, 4);
  assert.ok((await raised()).some(([title]) => title === "New errors: 497 more"));
});

test("an error is news the first time, and again once it was resolved", async () => {
  await saveErrors([counted("abc0")]);
  await saveErrors([counted("abc0")]);
  assert.deepEqual(await raised(), [["New error: TypeError: no", 1]]);
  await resolveError("abc");
  await saveErrors([counted("abc0", { lastSeenAt: new Date(Date.now() + 1000) })]);
  await saveErrors([counted("abc0", { lastSeenAt: new Date(Date.now() + 2000) })]);
  assert.deepEqual(await raised(), [["Error is back: TypeError: no", 2]]);
});

test("an error that happened before it was resolved and is written after is not back", async () => {
  await saveErrors([counted("abc0")]);
  await resolveError("abc0", new Date(Date.now() + 1000));
  await saveErrors([counted("abc0")]);
  assert.deepEqual(await raised(), [["New error: TypeError: no", 1]]);
});

test("a task that is dead is an error, one that will be tried again is not", async () => {
  const collector = collectErrors();
  const frail = task("test.frail", { input: z.object({}), retry: { limit: 1, delaySeconds: 1 } }, async () => {
    throw new Error("no luck");
  });
  await frail.later({});
  await drainTasks([frail]);
  await collector.write();
  assert.deepEqual(await listErrors(), []);
  await drainTasks([frail], { now: new Date(Date.now() + 60_000) });
  await collector.stop();
  const [error] = await listErrors();
  assert.deepEqual([error?.message, error?.context.task], ["no luck", "test.frail"]);
});

test("parameters of a query reach neither the table nor an alert", async () => {
  const collector = collectErrors();
  await assert.rejects(
    db.insert(errorGroups).values({ ...counted("x"), message: "hunter2\nhunter2", count: 2 ** 40 }),
    (error) => {
      log.error({ error }, "failed");
      return true;
    },
  );
  await collector.stop();
  const [error] = await listErrors();
  assert.match(error?.message ?? "", /^value .* is out of range .*\nFailed query: insert into "error_groups"/);
  assert.doesNotMatch(JSON.stringify([error, await listAlerts()]), /hunter2/);
});

test("errors are shown and resolved by the beginning of a fingerprint", async () => {
  await saveErrors([counted("abc0", { context: { task: "mail.send" } }), counted("abd0")]);
  assert.match(await manageErrors([]), /abc0 +1 .+mail\.send +TypeError: no/);
  assert.match(await manageErrors(["show", "abc"]), /task: mail\.send/);
  assert.match(await manageErrors(["resolve", "abc"]), /news when it comes back/);
  assert.match(await manageErrors(["list"]), /abc0 .+resolved/);
  await assert.rejects(manageErrors(["show", "ab"]), /Several errors/);
  await assert.rejects(manageErrors(["show", "f"]), /No error has the fingerprint f/);
  await assert.rejects(manageErrors(["show", "a%"]), /by its fingerprint/);
  await assert.rejects(manageErrors(["dance"]), /Say .\/manage errors/);
});

test("what has not happened for 90 days is forgotten", async () => {
  await saveErrors([counted("old0", { lastSeenAt: new Date(Date.now() - 91 * 86_400_000) }), counted("abc0")]);
  await sweepErrors();
  assert.deepEqual(
    (await listErrors()).map(({ fingerprint }) => fingerprint),
    ["abc0"],
  );
  assert.equal((await getError("abc0")).count, 1);
  assert.equal(await db.$count(errorGroups, eq(errorGroups.fingerprint, "old0")), 0);
});
