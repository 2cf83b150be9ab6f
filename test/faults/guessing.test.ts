import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { guessPasswords } from "../../faults/door/guessing.ts";

test("guesses are slowed down for an account and for an address, tell nothing, and do not keep the owner out", async () => {
  const { gapMs, ...figures } = await guessPasswords({ tries: 40, compared: 3 });
  assert.deepEqual(figures, {
    ofAccount: 10,
    fromAddress: 30,
    ownerBy: ["known browser", "link", "work"],
    ownerWaits: 0,
    isSame: true,
  });
  assert.ok(Number.isFinite(gapMs));
});
