import assert from "node:assert/strict";
import { test } from "node:test";
import { markedText, mergeTexts, settledText } from "./merge.ts";

const base = { title: "Lists", summary: "All of it.", source: "one\ntwo\nthree\nfour" };

test("changes of different lines are put together", () => {
  const merged = mergeTexts({ ...base, source: "ONE\ntwo\nthree\nfour" }, base, {
    ...base,
    title: "Lists, again",
    source: "one\ntwo\nthree\nfour\nfive",
  });
  assert.deepEqual(settledText(merged), {
    title: "Lists, again",
    summary: "All of it.",
    source: "ONE\ntwo\nthree\nfour\nfive",
  });
});

test("the same change on both sides is one change", () => {
  const both = { ...base, source: "one\nTWO\nthree\nfour" };
  assert.deepEqual(settledText(mergeTexts(both, base, both)), both);
});

test("different changes of one line are left to choose, and the rest is not", () => {
  const merged = mergeTexts({ ...base, source: "one\nmine\nthree\nfour" }, base, {
    ...base,
    source: "one\ntheirs\nthree\nFOUR",
  });
  assert.equal(settledText(merged), undefined);
  assert.deepEqual(merged.source, [
    { lines: ["one"] },
    { mine: ["mine"], theirs: ["theirs"] },
    { lines: ["three", "FOUR"] },
  ]);
  assert.equal(markedText(merged).source, "one\n<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> theirs\nthree\nFOUR");
});

test("two titles are left to choose; for a form without a script the writer's own stays", () => {
  const merged = mergeTexts({ ...base, title: "Mine" }, base, { ...base, title: "Theirs" });
  assert.deepEqual(merged.title, { mine: "Mine", theirs: "Theirs" });
  assert.equal(settledText(merged), undefined);
  assert.equal(markedText(merged).title, "Mine");
});
