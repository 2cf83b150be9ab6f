import assert from "node:assert/strict";
import { test } from "node:test";
import { duration } from "./time.tsx";

test("an hour and more is told in hours", () => {
  assert.deepEqual([8, 59, 60, 168].map(duration), ["8 min", "59 min", "1 h", "2 h 48 min"]);
});
