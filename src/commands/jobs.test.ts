import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { z } from "zod";
import { connect, disconnect } from "../lib/db.ts";
import { UserError } from "../lib/errors.ts";
import { drainTasks, task } from "../lib/jobs.ts";
import { cancelJob, getJob, listJobs, listQueues, retryJob } from "../lib/jobs/listing.ts";
import { testDatabase } from "../../test/helpers/database.ts";
import { jobs } from "./jobs.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

let fails = true;
const frail = task(
  "test.frail",
  { input: z.object({ n: z.number() }), retry: { limit: 0 }, key: ({ n }) => `key-${n}` },
  async ({ n }) => {
    if (fails) throw new Error(`no ${n}`);
  },
);

async function dieOnce(n: number): Promise<string> {
  const id = await frail.later({ n });
  await drainTasks([frail]);
  return id ?? "";
}

test("a dead job is shown with its error and input, and retried with all its attempts", async () => {
  const id = await dieOnce(1);
  const dead = await getJob(id);
  assert.deepEqual(
    [dead.standing, dead.output?.message, dead.input, dead.key, dead.attempts],
    ["dead", "no 1", { n: 1 }, "key-1", 1],
  );
  fails = false;
  await retryJob(id);
  await drainTasks([frail]);
  fails = true;
  assert.equal((await getJob(id)).standing, "done");
  await assert.rejects(retryJob(id), new UserError(`The job ${id} is done, not dead.`));
});

test("a dead job is not retried while another with its key waits", async () => {
  const id = await dieOnce(2);
  await frail.later({ n: 2 });
  await assert.rejects(retryJob(id), /Another job of test.frail with the same key waits/);
  await drainTasks([frail]);
});

test("a cancelled job does not run, and one that is not there is said so", async () => {
  const id = (await frail.later({ n: 3 })) ?? "";
  await cancelJob(id);
  assert.deepEqual(await drainTasks([frail]), []);
  await assert.rejects(cancelJob(id), /is cancelled: there is nothing to cancel/);
  await assert.rejects(getJob("nonsense"), new UserError("There is no job nonsense."));
});

test("the queues say what they hold, and the newest job comes first", async () => {
  await frail.later({ n: 4 });
  await frail.later({ n: 5 }, { inSeconds: 60 });
  const queue = (await listQueues()).find(({ name }) => name === "test.frail");
  assert.deepEqual([queue?.waiting, queue?.later, queue?.running], [1, 1, 0]);
  assert.equal((await listJobs({ task: "test.frail", limit: 1 })).length, 1);
  assert.ok((await listJobs({ standing: "dead" })).every(({ standing }) => standing === "dead"));
});

test("the command refuses what it does not know in a sentence", async () => {
  await assert.rejects(jobs.run(["dance"]), UserError);
  await assert.rejects(jobs.run(["list", "asleep"]), /it never is/);
  await assert.rejects(jobs.run(["retry"]), /Name the jobs by their ids/);
});
