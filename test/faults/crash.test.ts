import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { crashDatabase } from "../../faults/jobs/crash.ts";

test("a database that crashes takes no job with it, and work goes on", async () => {
  // It waits until work goes on after each crash; how soon that is, `npm run faults` tells.
  const { lost, twice } = await crashDatabase({ times: 2, everyMs: 700 });
  assert.deepEqual({ lost, twice }, { lost: 0, twice: 0 });
});
