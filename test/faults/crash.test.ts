import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { crashDatabase } from "../../faults/jobs/crash.ts";

test("a database that crashes takes no job with it, and work goes on within ten seconds", async () => {
  const { lost, twice, slowestMs } = await crashDatabase({ times: 2, everyMs: 700 });
  assert.deepEqual({ lost, twice }, { lost: 0, twice: 0 });
  assert.ok(slowestMs < 10_000, `it took ${slowestMs} ms`);
});
