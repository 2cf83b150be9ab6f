import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { abortRequests } from "../../faults/web/aborts.ts";

test("readers who go away in the middle leave nothing of theirs in anybody's page", async () => {
  const origin = await site.listen({ host: "127.0.0.1", port: 0 });
  const { crossed, aborted, answered } = await abortRequests(origin, { readers: 20, requests: 20, abortedShare: 0.3 });
  assert.equal(crossed, 0);
  assert.ok(aborted > 20 && answered > 200, `${answered} answered, ${aborted} aborted`);
});
