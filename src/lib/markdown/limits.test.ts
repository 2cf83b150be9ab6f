import assert from "node:assert/strict";
import { test } from "node:test";
import { renderMarkdown } from "./markdown.ts";

const repeat = (text: string, length = 100_000): string => text.repeat(Math.ceil(length / text.length));

// Each took minutes, overflowed the stack or grew quadratically in some parser; here none may throw or lose the text.
const HOSTILE: Record<string, string> = {
  quotes: repeat("> "),
  lists: Array.from({ length: 800 }, (_, depth) => `${" ".repeat(depth)}- a`).join("\n"),
  brackets: repeat("["),
  "image brackets": repeat("!["),
  "link labels": repeat("[", 50_000) + repeat("](x)", 50_000),
  emphasis: repeat("*a **a _a "),
  backticks: Array.from({ length: 900 }, (_, length) => "`".repeat(length)).join(" "),
  "div openings": repeat("::: note\n"),
  "tabs in tabs": repeat("::: tabs\n# a\n"),
  "exercism fences": repeat("~~~~exercism/note\n"),
  "raw elements": repeat("<b>"),
  "raw end tags": repeat("<i>", 50_000) + repeat("</b>", 50_000),
  "unclosed scripts": `<div>${repeat("<script>")}`,
  comments: repeat("<!-- "),
  "attribute lists": repeat("`a`{a='"),
  formulas: repeat("$$\n\n"),
  "liquid tags": repeat("{% "),
  "inline notes": repeat("^["),
  footnotes: Array.from({ length: 20_000 }, (_, index) => `[^${index}]\n\n[^${index}]: a\n`).join(""),
  addresses: repeat("http://"),
  "email addresses": repeat("a."),
  quotation: repeat("\"' "),
  definitions: repeat("a\n\n: "),
  cells: `${repeat("a|", 5000)}\n${repeat("-|", 5000)}\n${repeat("|\n")}`,
};

test("hostile nesting is refused or flattened with a problem, never thrown", async () => {
  for (const [name, source] of Object.entries(HOSTILE)) {
    const { html, problems } = await renderMarkdown(source);
    assert.ok(html.length > 0 || problems.length > 0 || name === "comments", name);
    assert.ok(html.length < 20 * source.length, `${name} grows`);
  }
});

test("a text that is too long is shown as it is", async () => {
  const { html, problems } = await renderMarkdown(`<script>${repeat("x ", 600_000)}`);
  assert.match(html, /^<code-block class="code">.*&lt;script&gt;x x/);
  assert.match(problems[0]?.message ?? "", /too long or too deeply nested/);
});

test("sixty levels of quotes keep their text", async () => {
  const { html, problems } = await renderMarkdown(`${"> ".repeat(100)}the words`);
  assert.match(html, /the words/);
  assert.match(problems[0]?.message ?? "", /nested more than/);
});

test("long code is shown in plain", async () => {
  const { html } = await renderMarkdown(`\`\`\`python\n${repeat("x = 1\n", 40_000)}\`\`\``);
  assert.doesNotMatch(html, /<span class="t-/);
});
