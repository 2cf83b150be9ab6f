import assert from "node:assert/strict";
import { test } from "node:test";
import { document, element } from "./xml.ts";

test("text and attributes are escaped, and characters that XML forbids are dropped", () => {
  const xml = element("title", { lang: 'e"n', gone: null }, "a < b & \u0000c\uD800", ["!", false, null]);
  assert.equal(xml.value, '<title lang="e&quot;n">a &lt; b &amp; c\uFFFD!</title>');
});

test("elements nest, and an empty one closes itself", () => {
  const root = element("a", {}, element("b"), element("c", {}, 1));
  assert.equal(document(root), '<?xml version="1.0" encoding="UTF-8"?>\n<a><b/><c>1</c></a>\n');
});
