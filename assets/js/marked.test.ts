import assert from "node:assert/strict";
import { test } from "node:test";
import { piecesOf } from "./marked.ts";

test("a snippet is cut into matches and what lies between", () => {
  assert.deepEqual(piecesOf("Use <mark>list</mark>.sort()"), [
    { text: "Use ", isMatch: false },
    { text: "list", isMatch: true },
    { text: ".sort()", isMatch: false },
  ]);
});

test("escaped text is decoded once", () => {
  assert.deepEqual(piecesOf("a &lt;b&gt; &amp;amp; &#39;c&#39; &unknown;"), [
    { text: "a <b> &amp; 'c' &unknown;", isMatch: false },
  ]);
});

test("any other markup stays text", () => {
  assert.deepEqual(piecesOf("<img src=x onerror=alert(1)><mark>x"), [
    { text: "<img src=x onerror=alert(1)>", isMatch: false },
    { text: "x", isMatch: true },
  ]);
});
