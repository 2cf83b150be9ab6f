import assert from "node:assert/strict";
import { test } from "node:test";
import { createRecent } from "./recent.ts";

test("what is asked for stays, however many others come", () => {
  const recent = createRecent<number>(100);
  recent.set("busy", 1);
  for (let each = 0; each < 10_000; each += 1) {
    recent.set(`other ${each}`, each);
    assert.equal(recent.get("busy"), 1);
  }
  const kept = Array.from({ length: 10_000 }, (_, each) => recent.get(`other ${each}`)).filter(Boolean);
  assert.ok(kept.length >= 49 && kept.length <= 100, String(kept.length));
});

test("what was deleted is gone", () => {
  const recent = createRecent<number>(4);
  for (const key of ["a", "b", "c"]) recent.set(key, 1);
  for (const key of ["a", "b", "c"]) recent.delete(key);
  for (const key of ["a", "b", "c"]) assert.equal(recent.get(key), undefined);
});
