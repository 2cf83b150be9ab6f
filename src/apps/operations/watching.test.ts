import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { z } from "zod";
import { knownChecks, knowChecks } from "#lib/checks.ts";
import type { Check } from "#lib/app.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { drainTasks, every, GiveUp, knowTasks, task } from "#lib/jobs.ts";
import { testDatabase } from "../../../test/helpers/database.ts";
import { startStandIn } from "./testing/stand-in.ts";
import { handOver, listAlerts } from "./alerts.ts";
import { checks as own, fullness } from "./checks.ts";
import { beat } from "./heartbeat.ts";
import { alerts, checkStates } from "./schema.ts";
import { watchChecks } from "./tasks.ts";
import { watch } from "./watching.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});
beforeEach(async () => {
  await db.delete(alerts);
  await db.delete(checkStates);
  await db.$client.query("delete from pgboss.job");
});

const start = new Date();
const minutes = (n: number): Date => new Date(start.getTime() + n * 60_000);

let problem: string | undefined;
const backup: Check = { name: "backup", run: async () => problem };

/** Watches at that minute and hands over what is to be told; answers the titles. */
async function told(n: number, says: string | undefined, check = backup): Promise<string[]> {
  problem = says;
  await watch([check], minutes(n));
  const waiting = (await listAlerts()).filter(({ raised, sentAt }) => {
    return raised > 0 && (sentAt === null || sentAt <= minutes(n - 60));
  });
  for (const { fingerprint } of waiting) await handOver(fingerprint, minutes(n));
  return waiting.map(({ title }) => title);
}

test("what is wrong twice running is told, once a day while it stays, and when it is mended", async () => {
  assert.deepEqual(await told(0, undefined), []);
  assert.deepEqual(await told(1, "No backup."), []);
  assert.deepEqual(await told(2, "No backup."), ["Wrong: backup"]);
  assert.deepEqual(await told(3, "Still no backup."), []);
  assert.deepEqual(await told(1441, "Still no backup."), []);
  assert.deepEqual(await told(1442, "Still no backup."), ["Wrong: backup"]);
  assert.deepEqual(await told(1443, undefined), ["Mended: backup"]);
  assert.deepEqual(await told(1444, undefined), []);
});

test("what is wrong for a moment, as during a restart, is not told", async () => {
  for (const [n, says] of ["No.", undefined, "No.", undefined].entries()) assert.deepEqual(await told(n, says), []);
});

test("what comes and goes is told once an hour, and who was told of the last trouble hears that it is over", async () => {
  const messages: string[] = [];
  for (let n = 0; n < 70; n += 1) messages.push(...(await told(n, n % 10 < 5 ? "No." : undefined)));
  assert.deepEqual(messages, ["Wrong: backup", "Mended: backup", "Wrong: backup", "Mended: backup"]);
});

test("nobody hears that it is over when it has begun anew", async () => {
  await told(0, "No.");
  assert.deepEqual(await told(1, "No."), ["Wrong: backup"]);
  assert.deepEqual(await told(59, undefined), ["Mended: backup"]);
  await told(60, "No.");
  assert.deepEqual(await told(61, "No."), ["Wrong: backup"]);
  // Within an hour of the last one, so it waits.
  assert.deepEqual(await told(65, undefined), []);
  await told(70, "No.");
  assert.deepEqual(await told(71, "No."), []);
  assert.deepEqual(await told(119, "No."), []);
  assert.deepEqual(await told(121, "No."), ["Wrong: backup"]);
});

test("a check that is worse than when it was told of is told of again", async () => {
  let worseAt = minutes(0);
  const check = { ...backup, isWorseSince: async (then: Date) => worseAt > then };
  await told(0, "1 is dead.", check);
  assert.deepEqual(await told(1, "1 is dead.", check), ["Wrong: backup"]);
  assert.deepEqual(await told(62, "1 is dead.", check), []);
  worseAt = minutes(62);
  assert.deepEqual(await told(63, "2 are dead.", check), ["Wrong: backup"]);
});

test("a check that fails or never ends is wrong, and holds up no other", async () => {
  const broken: Check[] = [
    { name: "throws", run: async () => Promise.reject(new Error("Cannot ask https://x.example/?password=hunter2")) },
    { name: "hangs", run: () => new Promise(() => undefined) },
    { name: "well", run: async () => undefined },
  ];
  await watch(broken, minutes(0), 50);
  const states = await db.select().from(checkStates).orderBy(checkStates.name);
  assert.deepEqual(
    states.map(({ name, problem: says }) => [name, says]),
    [
      ["hangs", "The check has not ended within 0.05 s."],
      ["throws", "The check itself fails: Cannot ask https://x.example/?…"],
      ["well", null],
    ],
  );
});

test("what is known of a check ends with the check", async () => {
  await watch([backup], minutes(0));
  await watch([], minutes(1));
  assert.equal(await db.$count(checkStates), 0);
});

test("the watch asks whatever check an app declares", async () => {
  knowChecks([{ name: "of an app to come", run: async () => "No backup was verified for 26 hours." }]);
  assert.equal(knownChecks().length, 1);
  for (const _ of [1, 2]) await watchChecks.now({ slot: new Date() });
  const [alert] = await listAlerts();
  assert.deepEqual([alert?.title, alert?.text], ["Wrong: of an app to come", "No backup was verified for 26 hours."]);
});

function disk(totalGb: number, leftGb: number): string | undefined {
  const [blocks, bfree] = [totalGb * 1e6, leftGb * 1e6];
  return fullness("/data", { blocks, bfree, bavail: bfree, bsize: 1000 });
}

const find = (name: string): Check => own.find((check) => check.name === name) ?? backup;

test("dead jobs are counted by task, and new ones are worse", async () => {
  const frail = task("test.frail", { input: z.object({}) }, () => Promise.reject(new GiveUp("no")));
  knowTasks([frail]);
  assert.equal(await find("dead jobs").run(), undefined);
  for (const _ of [1, 2]) await frail.later({});
  await drainTasks([frail]);
  assert.match((await find("dead jobs").run()) ?? "", /2 of test\.frail\./);
  const isWorse = find("dead jobs").isWorseSince;
  assert.equal(await isWorse?.(new Date(Date.now() - 60_000)), true);
  assert.equal(await isWorse?.(new Date(Date.now() + 1000)), false);
});

test("a queue that waits is named, and one whose task nobody knows", async () => {
  const slow = task("test.slow", { input: z.object({}) }, async () => undefined);
  knowTasks([slow]);
  await slow.later({});
  await slow.later({}, { inSeconds: 3600 });
  assert.equal(await find("queues").run(), undefined);
  await db.$client.query(
    "update pgboss.job set start_after = now() - interval '11 minutes' where start_after <= now()",
  );
  assert.match((await find("queues").run()) ?? "", /^1 of test\.slow wait, the first since .* UTC\.$/);
  knowTasks([]);
  assert.equal(await find("queues").run(), "No task is called test.slow: 1 wait there.");
});

test("a schedule that did not fire, or whose last run is dead, is named", async () => {
  let fails = false;
  const hourly = every("test.hourly", "* * * * *", { retry: { limit: 0 } }, async () => {
    if (fails) throw new Error("no");
  });
  knowTasks([hourly]);
  await drainTasks([hourly]);
  assert.equal(await find("schedules").run(), undefined);
  await db.$client.query("update job_schedules set last_slot = now() - interval '10 minutes'");
  assert.match((await find("schedules").run()) ?? "", /^test\.hourly should have begun at .* UTC\.$/);
  fails = true;
  await drainTasks([hourly]);
  assert.equal(await find("schedules").run(), "The last run of test.hourly has failed.");
  fails = false;
  await drainTasks([hourly], { now: new Date(Date.now() + 60_000) });
  assert.equal(await find("schedules").run(), undefined);
});

test("a disk is full above 90%, or below 1 GB when it is no small one", async () => {
  assert.equal(disk(100, 11), undefined);
  assert.equal(disk(100, 9), "The disk of /data is 91% full: 9.0 GB are left.");
  assert.equal(disk(5, 0.9), "The disk of /data is 82% full: 0.9 GB are left.");
  assert.equal(disk(0.5, 0.4), undefined);
  assert.equal(disk(0, 0), undefined);
});

test("the monitor is told while the checks are asked, and hears nothing when they are not, or the database is away", async (t) => {
  const monitor = await startStandIn();
  t.after(() => monitor.close());
  const url = `${monitor.url}/hunter2`;
  assert.equal(await beat(url, minutes(0)), false);
  await watch([backup], minutes(0));
  assert.equal(await beat(url, minutes(3)), true);
  assert.equal(await beat(url, minutes(4)), false);
  assert.equal(await beat(undefined, minutes(0)), false);
  await disconnect();
  await assert.rejects(beat(url, minutes(0)));
  connect(database.url);
  assert.deepEqual(
    monitor.asked.map(({ method, path }) => [method, path]),
    [["GET", "/hunter2"]],
  );
  monitor.answers.push({ status: 500 }, "nothing");
  assert.equal(await beat(url, minutes(0)), false);
  assert.equal(await beat(url, minutes(0)), false);
  await monitor.close();
  assert.equal(await beat(url, minutes(0)), false);
});
