import assert from "node:assert/strict";
import { test } from "node:test";
import { ImagesBusy, openPool } from "./pool.ts";
import { photo } from "./samples.ts";

const options = { workers: 1, threads: 1, memoryBytes: 2 ** 30, maxWaiting: 1, idleMs: 1000 };

test("workers that take too much memory or time are replaced", async () => {
  const big = await photo(4000, 4000);
  const small = await photo(8, 8);
  const modest = openPool({ ...options, memoryBytes: 150e6 });
  const rotate = { steps: [{ op: "rotate", degrees: 5 }], format: "png" } as const;
  await assert.rejects(modest.run({ kind: "render", bytes: big, recipe: rotate, limitMs: 10_000 }), /too much memory/);
  await modest.run({ kind: "inspect", bytes: small, limitMs: 5000 });
  await assert.rejects(
    modest.run({ kind: "render", bytes: big, recipe: { width: 900, format: "avif" }, limitMs: 1 }),
    /too long/,
  );
  const outcome = await modest.run({ kind: "inspect", bytes: small, limitMs: 5000 });
  assert.equal(outcome.kind, "inspected");
  modest.close();
});

test("workers have a queue that ends", async () => {
  const pool = openPool(options);
  const bytes = await photo(8, 8);
  const inspect = () => pool.run({ kind: "inspect", bytes, limitMs: 5000 });
  const results = await Promise.allSettled([inspect(), inspect(), inspect()]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "fulfilled", "rejected"],
  );
  assert.ok(results[2]?.status === "rejected" && results[2].reason instanceof ImagesBusy);
  pool.close();
});

test("workers that were closed turn away what they were doing, and start no more", async () => {
  const pool = openPool(options);
  const bytes = await photo(8, 8);
  const running = [1, 2].map(() => pool.run({ kind: "inspect", bytes, limitMs: 5000 }));
  pool.close();
  for (const result of await Promise.allSettled(running)) {
    assert.ok(result.status === "rejected" && result.reason instanceof ImagesBusy);
  }
});
