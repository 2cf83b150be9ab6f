import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { pauseWorkers } from "../../faults/jobs/zombie.ts";

test("a worker that was paused beyond its lease can save nothing of what another has done", async () => {
  assert.deepEqual(await pauseWorkers({ rounds: 1, jobs: 10 }), { refused: 10, twice: 0, lost: 0 });
});
