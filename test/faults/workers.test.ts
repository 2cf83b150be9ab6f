import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { askInTransactions, askWithOneKey } from "../../faults/jobs/asking.ts";
import { dieHolding } from "../../faults/jobs/handback.ts";
import { poisonWorkers } from "../../faults/jobs/poison.ts";
import { restartSite } from "../../faults/jobs/restart.ts";
import { stopWorkers } from "../../faults/jobs/stopping.ts";

test("there are as many jobs as commits", async () => {
  assert.deepEqual(await askInTransactions({ transactions: 1000 }), { commits: 500, jobs: 500 });
});

test("of a thousand that ask at once for one key, one is taken", async () => {
  assert.deepEqual(await askWithOneKey({ asked: 1000 }), { taken: 1, jobs: 1 });
});

test("a task that ends its process is dead after its attempts, and the others go on", async () => {
  const { lost, twice } = await poisonWorkers({ kinds: ["exit"], others: 50 });
  assert.deepEqual({ lost, twice }, { lost: 0, twice: 0 });
});

test("a worker that is told to stop, twice, ends what it does and loses nothing", async () => {
  const { longestMs: _longestMs, ...result } = await stopWorkers({ times: 3, jobs: 150 });
  assert.deepEqual(result, { lost: 0, twice: 0, badExits: 0, leftBehind: 0 });
});

test("what a supervised worker held when it died is handed back by the next one, not left to its lease", async () => {
  const { reasons } = await dieHolding({ jobs: 5 });
  assert.deepEqual(reasons, ["Its worker died."]);
});

test("a site that is told to stop, twice, cuts off no reader and loses no mail", async () => {
  const { answered, longestMs: _longestMs, ...result } = await restartSite({ times: 1, readers: 4, mails: 50 });
  assert.ok(answered > 0);
  const nothing = { cutOff: 0, wrong: 0, badExits: 0, leftBehind: 0, lost: 0, twice: 0 };
  assert.deepEqual(result, { ...nothing, sent: 50 });
});
