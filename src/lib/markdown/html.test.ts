import assert from "node:assert/strict";
import { test } from "node:test";
import { renderMarkdown } from "./markdown.ts";

async function html(source: string): Promise<string> {
  return (await renderMarkdown(source)).html.trim();
}

async function messages(source: string): Promise<string[]> {
  return (await renderMarkdown(source)).problems.map(({ message }) => message);
}

test("elements for text pass, with the attributes that do no harm", async () => {
  assert.equal(
    await html('<kbd class="border evil" title="K" onclick=x style="a">K</kbd> H<sub>2</sub>O<br>x'),
    '<p><kbd class="border" title="K">K</kbd> H<sub>2</sub>O<br>x</p>',
  );
});

test("Markdown works inside a block of HTML", async () => {
  assert.equal(
    await html("<details>\n<summary>More</summary>\n\n*x*\n\n</details>"),
    '<details class="fold">\n<summary>More</summary>\n\n<p><em>x</em></p>\n</details>',
  );
});

test("what the author left open is closed where it has to end", async () => {
  assert.equal(await html("> <div>a\n\nb"), "<blockquote>\n<div>a\n</div>\n</blockquote>\n<p>b</p>");
  assert.equal(await html("a <b>b\n\nc"), "<p>a <b>b</b></p>\n<p>c</p>");
  assert.deepEqual(await messages("a <b>b"), ["The element <b> is never closed."]);
  assert.deepEqual(await messages("a</b> c"), ["The tag </b> closes nothing."]);
});

test("an author's end tag cannot close our frames", async () => {
  assert.equal(
    await html("::: note\n</aside></div>\n\nx\n:::\n\ny"),
    '<aside class="callout note" aria-label="Note">\n<p class="callout-title">Note</p>\n<p>x</p>\n</aside>\n<p>y</p>',
  );
});

test("tables need no end tags, and rows get their body", async () => {
  assert.equal(
    await html("<table><tr><th>a<td>b<tr><td align=right>c</table>"),
    '<div class="table" tabindex="0" role="group" aria-label="Table"><table><tbody><tr><th>a</th>\n<td>b</td>\n</tr>\n<tr><td class="right">c</td>\n</tr>\n</tbody>\n</table></div>',
  );
  assert.equal(await html("<div>\n<td>x</td>\n</div>"), "<div>\nx\n</div>");
});

test("elements that embed or run are left out with a problem, their text too where it is none", async () => {
  assert.equal(await html("a <script>alert(1)</script> b"), "<p>a  b</p>");
  assert.equal(await html("<video src=x>no video</video>\n\ny"), "<p>y</p>");
  assert.deepEqual(await messages('<iframe src="https://a.example"></iframe>'), [
    "The element <iframe> is not allowed here and is left out.",
  ]);
});

test("names that are no elements are text, as in List<String>", async () => {
  assert.equal(await html("a List<String> and <name>"), "<p>a List&lt;String&gt; and &lt;name&gt;</p>");
});

test("raw links and images go the way of Markdown's", async () => {
  const rendered = await renderMarkdown('<a href="a.md">x</a> <img src="b.png" alt="B">', { link: () => "/a/" });
  assert.equal(
    rendered.html,
    '<p><a href="/a/">x</a> <img src="b.png" alt="B" loading="eager" decoding="async"></p>\n',
  );
  assert.match(await html('<img src="b.png" alt="B">'), /^<figure class="figure">/);
  assert.equal(await html("<a href=x>[y](z)</a>"), '<p><a href="x"></a><a href="z">y</a></p>');
});

test("raw headings keep the outline", async () => {
  assert.equal(await html("<h4>a</h4>"), "<h2>a</h2>");
});

test("an anchor of old is an id now", async () => {
  assert.deepEqual((await renderMarkdown("<a name='old-place'></a>\n\nx")).anchors, ["old-place"]);
});
