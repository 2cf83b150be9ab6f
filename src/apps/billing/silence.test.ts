import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { swallowCalls } from "../../../faults/payments/black-hole.ts";

test("with a provider silent, people read, members stay members, events are kept, and checkouts end in a sentence", async () => {
  const { longestMs: _, ...figures } = await swallowCalls({ checkouts: 2, pages: 24 });
  assert.deepEqual(figures, { pages: 48, failed: 0, checkouts: 4, wrong: 0, lost: 0, refused: 0 });
});
