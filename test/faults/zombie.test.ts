import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { pauseWorkers, sleepAlone } from "../../faults/jobs/zombie.ts";

test("a worker that was paused beyond its lease can save nothing of what another has done", async () => {
  assert.deepEqual(await pauseWorkers({ rounds: 1, jobs: 10 }), { refused: 10, twice: 0, lost: 0 });
});

test("the only worker, when its machine was asleep for longer than its lease, goes on with what it holds", async () => {
  assert.deepEqual(await sleepAlone({ jobs: 5 }), { lost: 0, twice: 0, retried: 0 });
});
