import assert from "node:assert/strict";
import { test } from "node:test";
import { renderMarkdown } from "./markdown.ts";

test("words in brackets with an id are a place that links can lead to", async () => {
  const { html, anchors } = await renderMarkdown("[a *term*]{#term}\n:   Its meaning, see [other](#term).\n");
  assert.match(html, /<dt><span id="term">a <em>term<\/em><\/span><\/dt>/);
  assert.deepEqual(anchors, ["term"]);
});

test("brackets without an id or a class stay as they are, and a reference stays a link", async () => {
  assert.match((await renderMarkdown("[a]{b} and [c] {#d}\n")).html, /<p>\[a\]\{b\} and \[c\] \{#d\}<\/p>/);
  const { html } = await renderMarkdown("[c]{#d}\n\n[c]: https://example.org\n");
  assert.match(html, /<a href="https:\/\/example\.org" rel="noopener" id="d">c<\/a>|<a[^>]* id="d"[^>]*>c<\/a>/);
});

test("a Kramdown list for the whole document is no text", async () => {
  const { html } = await renderMarkdown("{:auto\\_ids}\n[one]{#one}\n:   First.\n");
  assert.match(html, /^<dl>\s*<dt><span id="one">one<\/span><\/dt>/);
});
