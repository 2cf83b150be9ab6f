import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { changeClocks } from "../../faults/jobs/clock.ts";

const newYork = { timeZone: "America/New_York", minutes: 30 };

test("two schedulers fire each slot once when clocks go forward, and one that does not exist an hour later", async () => {
  const { often, wanted, days } = await changeClocks({
    ...newYork,
    around: "2026-03-08T07:00:00Z",
    daily: "30 2 * * *",
  });
  assert.deepEqual(often, wanted);
  assert.deepEqual(days, ["2026-03-07T07:30:00.000Z", "2026-03-08T07:30:00.000Z", "2026-03-09T06:30:00.000Z"]);
});

test("two schedulers fire each slot once when clocks go back, and one that comes twice the first time", async () => {
  const { often, wanted, days } = await changeClocks({
    ...newYork,
    around: "2026-11-01T05:00:00Z",
    daily: "30 1 * * *",
  });
  assert.deepEqual(often, wanted);
  assert.deepEqual(days, ["2026-10-31T05:30:00.000Z", "2026-11-01T05:30:00.000Z"]);
});
