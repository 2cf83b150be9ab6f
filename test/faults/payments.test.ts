import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { deliver } from "../../faults/payments/delivery.ts";

test("events that come three times, in any order, to processes that fail, end in what happened, told of once", async () => {
  const options = { people: 4, seed: 11, failShare: 0.1, killShare: 0.02, kills: 1, lostShare: 0 };
  const { lost, twice, untold, wrong, wrongAfterwards, drift } = await deliver(options);
  assert.deepEqual(
    { lost, twice, untold, wrong, wrongAfterwards, drift },
    {
      lost: 0,
      twice: 0,
      untold: 0,
      wrong: 0,
      wrongAfterwards: 0,
      drift: 0,
    },
  );
});

test("what is never told is found by comparing with the provider, and a second time nothing differs", async () => {
  const options = { people: 4, seed: 12, failShare: 0, killShare: 0, kills: 0, lostShare: 0.2 };
  const { lost, wrongAfterwards, drift, driftAgain } = await deliver(options);
  assert.deepEqual({ lost, wrongAfterwards, driftAgain }, { lost: 0, wrongAfterwards: 0, driftAgain: 0 });
  assert.ok(drift > 0);
});
