import assert from "node:assert/strict";
import { test } from "node:test";
import { renderMarkdown } from "./markdown.ts";

const source = "# Title\n\nFirst.\n\n## Part\n\n```python\nx = 1\n```\n\n::: note\nA box.\n:::\n\n- one\n- two\n";

test("a preview is told on which line of the source each block begins", async () => {
  const { html } = await renderMarkdown(source, { lines: true });
  const lines = [...html.matchAll(/<([\w-]+) data-line="(\d+)"/g)].map(([, tag, line]) => `${tag} ${line}`);
  assert.deepEqual(lines, ["p 3", "h2 5", "code-block 7", "aside 11", "ul 15"]);
});

test("what the public sees has no lines in it", async () => {
  assert.doesNotMatch((await renderMarkdown(source)).html, /data-line/);
});
