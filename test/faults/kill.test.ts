import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { killWorkers } from "../../faults/jobs/kill.ts";

test("killed workers lose nothing, and what they did happens once", async () => {
  const { lost, twice } = await killWorkers({ jobs: 400, workers: 3, kills: 10, everyMs: 300 });
  assert.deepEqual({ lost, twice }, { lost: 0, twice: 0 });
});
