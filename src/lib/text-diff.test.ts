import assert from "node:assert/strict";
import { test } from "node:test";
import { diffBlocks, diffText, foldRows } from "./text-diff.ts";

test("lines that stand in for one another are compared by words", () => {
  const [first, second, third] = diffText("one\ntwo words\n", "one\ntwo other words\n");
  assert.equal(first?.kind, "same");
  assert.equal(second?.kind, "changed");
  assert.deepEqual(
    second?.after?.parts.filter(({ isMarked }) => isMarked).map(({ text }) => text.trim()),
    ["other"],
  );
  assert.equal(third?.kind, "same");
});

test("each side counts its own lines, and gives back its text", () => {
  const [before, after] = ["a\nb\nc\nd", "a\nx\ny\nz\nc\ne\nd"];
  const rows = diffText(before, after);
  const textOf = (side: "before" | "after"): string =>
    rows.flatMap((row) => (row[side] ? [row[side].parts.map(({ text }) => text).join("")] : [])).join("\n");
  assert.equal(textOf("before"), before);
  assert.equal(textOf("after"), after);
  const numbers = rows.flatMap(({ after: line }) => (line ? [line.number] : []));
  assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7]);
});

test("what is the same far from a change is left out", () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const hunks = foldRows(diffText(lines.join("\n"), lines.with(20, "other").join("\n")));
  assert.deepEqual(
    hunks.map((hunk) => ("left" in hunk ? hunk.left : hunk.rows.length)),
    [17, 7, 16],
  );
});

test("rendered texts are compared by blocks, and ids stand once", () => {
  const same = '<p>A <em>nested</em> one.<br>And an image <img src="/a.png" alt="a > b"></p>';
  const blocks = diffBlocks(
    `<h2 id="a">Old</h2>\n${same}`,
    `<h2 id="a">New</h2>\n${same}\n<span id="mark"></span><hr>`,
  );
  assert.deepEqual(blocks, [
    { kind: "removed", html: "<h2>Old</h2>" },
    { kind: "added", html: '<h2 id="a">New</h2>' },
    { kind: "same", html: same },
    { kind: "added", html: "<hr>" },
  ]);
});
