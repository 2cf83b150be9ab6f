import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { renderMarkdown, scanMarkdown } from "./markdown.ts";
import { readingMinutes } from "./reading.ts";

const words = (count: number, word = "word"): string => Array.from({ length: count }, () => word).join(" ");

test("the teaser ends where the author says", async () => {
  const { teaser, html } = await renderMarkdown("# T\n\nfirst\n\n## H\n\n<!-- more -->\n\nsecret");
  assert.equal(teaser, "<p>first</p>\n");
  assert.match(html, /secret/);
});

test("the place where the teaser ends has a name that no heading can take", async () => {
  const options = { teaserEnd: "site-continue" };
  const { teaser, html } = await renderMarkdown("first\n\n<!-- more -->\n\n## site-continue\n\nsecret", options);
  assert.match(html, /^<p>first<\/p>\n<span id="site-continue"><\/span>\n\s*<h2 id="section-site-continue">/);
  assert.doesNotMatch(teaser, /site-continue/);
  for (const whole of ["first\n\n<!-- more -->", "<!-- more -->\n\nsecret"])
    assert.doesNotMatch((await renderMarkdown(whole, options)).html, /site-continue/);
});

test("a mark inside a block keeps the whole block out of the teaser", async () => {
  for (const source of [
    "a\n\nb <!--more--> secret",
    "a\n\n- x\n\n  <!--more-->\n\n  secret",
    "a\n\n<div>\n<!--more-->\nsecret</div>",
    "a\n\n<!--more--> secret",
  ]) {
    assert.equal((await renderMarkdown(source)).teaser, "<p>a</p>\n", source);
  }
});

test("without a mark the teaser is whole blocks up to the limit, and never more than half", async () => {
  const blocks = [words(60), words(60, "second"), words(60, "third"), words(600, "last")];
  const { teaser } = await renderMarkdown(blocks.join("\n\n"));
  assert.match(teaser, /second/);
  assert.doesNotMatch(teaser, /third|last/);
  assert.equal((await renderMarkdown(words(40))).teaser, "");
  assert.doesNotMatch((await renderMarkdown(`${words(10)}\n\n${words(12, "secret")}`)).teaser, /secret/);
  assert.equal((await renderMarkdown(`${words(10)}\n\n${words(600)}`, { teaserWords: 5 })).teaser, "");
});

test("the teaser has the footnotes it refers to, directly or through another, and no other", async () => {
  const source = "a[^1] b[^1]\n\n<!--more-->\n\nc[^2] d[^1]\n\n[^1]: One[^3]\n[^2]: Secret\n[^3]: Three";
  const { teaser, html } = await renderMarkdown(source);
  assert.match(teaser, /One[^]*Three/);
  assert.doesNotMatch(teaser, /Secret|fnref1-3|#fnref2/);
  assert.match(html, /Secret/);
  for (const [, target = ""] of teaser.matchAll(/href="#([^"]+)"/g))
    assert.ok(teaser.includes(`id="${target}"`), target);
});

test("nothing behind the mark reaches the teaser or a section that says it is in it", async () => {
  const piece = fc.constantFrom(
    "a\n\n",
    "- a\n\n",
    "## H\n\n",
    "> q\n\n",
    "::: note\n",
    ":::\n\n",
    "x[^1]\n\n",
    "<div>\n\n",
    "</div>\n\n",
    "\n```\n",
    "**b",
    "| a |\n|--|\n",
    "{: .wide}\n",
    "<details>",
  );
  const side = fc.array(piece, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(side, side, async (before, after) => {
      const source = `${before.join("")}\n\n<!--more-->\n\n${after.map((text) => `${text}CANARY `).join("")}\n\n[^1]: note`;
      const { teaser, sections } = await renderMarkdown(source);
      // Inside an open fence the mark is code, and then there is no mark.
      fc.pre(before.filter((text) => text === "\n```\n").length % 2 === 0);
      assert.doesNotMatch(teaser, /CANARY/);
      for (const section of sections) if (section.teaser) assert.doesNotMatch(JSON.stringify(section), /CANARY/);
    }),
    { numRuns: 500 },
  );
});

test("sections carry the prose and the code under each heading apart, with the notes", async () => {
  const { sections } = await renderMarkdown(
    "lead `x`\n\n<!--more-->\n\n## One\n\ntext[^1]\n\n```python\ny = 1\n```\n\n::: note\n## Inner\nz\n:::\n\n## Two\n\n[^1]: aside",
  );
  assert.deepEqual(sections, [
    { anchor: "", heading: "", text: "lead x", code: "", teaser: true },
    { anchor: "one", heading: "One", text: "text\naside\nInner\nz", code: "y = 1", teaser: false },
    { anchor: "two", heading: "Two", text: "", code: "", teaser: false },
  ]);
});

async function opening(source: string): Promise<string> {
  return (await renderMarkdown(source)).opening;
}

test("the opening is prose, whole sentences where it can be, at most 200 characters", async () => {
  assert.equal(
    await opening("# T\n\n::: objectives\n- x\n:::\n\nFirst *one*.[^1]\nSecond.\n\n[^1]: n"),
    "First one. Second.",
  );
  const sentence = `${words(16)}. `;
  assert.equal(await opening(sentence + words(50)), sentence.trim());
  const long = await opening(words(100));
  assert.ok(long.length <= 200 && long.endsWith("word…"));
  assert.equal(await opening("```\nx\n```"), "");
});

test("an excerpt does not end with an announcement", async () => {
  assert.equal((await renderMarkdown("It can be used so:\n\n```\n1\n```")).opening, "It can be used so…");
});

test("the excerpt says nothing that the teaser does not", async () => {
  assert.equal((await renderMarkdown("<!--more-->\n\nsecret")).excerpt, "");
  assert.equal((await renderMarkdown(words(40, "secret"))).excerpt, "");
  assert.equal((await renderMarkdown("Open.\n\n<!--more-->\n\nsecret")).excerpt, "Open.");
});

test("code and images are read more slowly than prose", () => {
  assert.equal(readingMinutes(words(460), "", 0), 2);
  assert.equal(readingMinutes("", words(300), 0), 3);
  assert.equal(readingMinutes("", "", 12), 2);
  assert.equal(readingMinutes("", "", 0), 1);
});

test("a scan finds what rendering finds", async () => {
  const source = "# T\n\n## A {#b}\n\n![c](d.png) [e](f.md)\n\n<a name='g'></a> [^1]\n\n[^1]: [h](i.md)";
  const { title, headings, anchors, images, links, problems } = await renderMarkdown(source);
  assert.deepEqual(scanMarkdown(source), { title, headings, anchors, images, links, problems });
  assert.deepEqual(anchors, ["b", "g", "fn1"]);
  assert.deepEqual(
    links.map(({ href, line }) => `${href} ${line}`),
    ["f.md 5", "i.md 9"],
  );
});
