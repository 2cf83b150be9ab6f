import assert from "node:assert/strict";
import { test } from "node:test";
import { HtmlValidate } from "html-validate";
import { renderMarkdown, scanMarkdown, type MarkdownOptions } from "./markdown.ts";

async function html(source: string, options?: MarkdownOptions): Promise<string> {
  return (await renderMarkdown(source, options)).html.trim();
}

async function problems(source: string): Promise<string[]> {
  return (await renderMarkdown(source)).problems.map(({ line, message }) => `${line}: ${message}`);
}

test("a leading first-level heading is the title and leaves the body", async () => {
  const rendered = await renderMarkdown("# Lists & *tuples*\n\ntext");
  assert.equal(rendered.title, "Lists & tuples");
  assert.equal(rendered.html, "<p>text</p>\n");
  assert.equal((await renderMarkdown("text\n\n# Late")).title, undefined);
});

test("headings have GitHub's ids, a permalink, and levels that begin at 2 without a jump", async () => {
  const rendered = await renderMarkdown("### The `list` type!\n\n##### Größe\n\n### The `list` type!");
  assert.deepEqual(rendered.headings, [
    { level: 2, id: "the-list-type", text: "The list type!" },
    { level: 3, id: "größe", text: "Größe" },
    { level: 2, id: "the-list-type-1", text: "The list type!" },
  ]);
  assert.match(
    rendered.html,
    /^<h2 id="the-list-type">The <code>list<\/code> type! <a class="permalink" href="#the-list-type" aria-label="Link to this section: The list type!"><\/a><\/h2>/,
  );
  assert.match(rendered.problems[0]?.message ?? "", /jumps from level 3 to level 5/);
});

test("an explicit id wins over a slug, also over an earlier one", async () => {
  const { headings } = await renderMarkdown("## Setup\n\n## Other {#setup}");
  assert.deepEqual(
    headings.map(({ id }) => id),
    ["setup-1", "setup"],
  );
});

test("ids begin with a letter, cannot clobber, and links inside the page still find them", async () => {
  const rendered = await renderMarkdown(
    "## 1. Setup\n\n## Constructor\n\n## Site main\n\n## fn1\n\n## `__proto__`\n\n[go](#1-setup)",
  );
  assert.deepEqual(rendered.anchors, [
    "section-1-setup",
    "section-constructor",
    "section-site-main",
    "section-fn1",
    "section-__proto__",
  ]);
  assert.match(rendered.html, /<a href="#section-1-setup">go<\/a>/);
});

test("fenced divs nest, whatever number of colons closes them", async () => {
  const source =
    ":::::: challenge\n\n## Thin slices\n\nDo it.\n\n::: solution\n\nDone.\n\n::::::::::\n\n:::::::\n\nafter";
  assert.equal(
    await html(source),
    '<section class="exercise" aria-label="Exercise: Thin slices">\n<p class="exercise-title" id="thin-slices">Thin slices</p>\n' +
      '<p>Do it.</p>\n<details class="fold solution">\n<summary>Solution</summary>\n<p>Done.</p>\n</details>\n</section>\n<p>after</p>',
  );
});

test("every block of the dialect has its frame", async () => {
  const frames: Record<string, string> = {
    note: '<aside class="callout note" aria-label="Note">',
    tip: '<aside class="callout tip" aria-label="Tip">',
    caution: '<aside class="callout warning" aria-label="Caution">',
    danger: '<aside class="callout danger" aria-label="Danger">',
    hint: '<details class="fold">',
    exercise: '<section class="exercise" aria-label="Exercise">',
    objectives: '<section class="box objectives" aria-label="Objectives">',
    keypoints: '<section class="box keypoints" aria-label="Key points">',
    questions: '<section class="box questions" aria-label="Questions">',
    prereq: '<section class="box prereq" aria-label="Prerequisites">',
  };
  for (const [name, frame] of Object.entries(frames))
    assert.ok((await html(`::: ${name}\nx\n:::`)).startsWith(frame), name);
});

test("a block takes its title from its attribute, the words behind its name or its first heading", async () => {
  const title = /<p class="callout-title"[^>]*>(.*?)<\/p>/;
  for (const opening of [
    '::: {.note title="Mind *this*"}',
    "::: note Mind *this*",
    ":::note[Mind *this*]",
    "::: {note} Mind *this*",
    "::: note\n## Mind *this*",
  ]) {
    assert.equal(title.exec(await html(`${opening}\nx\n:::`))?.[1], "Mind <em>this</em>", opening);
  }
});

test("what is meant for the instructor reaches nobody", async () => {
  const rendered = await renderMarkdown("a\n\n::: instructor\n![secret](x.png) [^1]\n:::\n\n[^1]: secret");
  assert.doesNotMatch(JSON.stringify({ ...rendered, problems: [] }), /secret/);
});

test("unclosed, unopened and unknown blocks are mended and told", async () => {
  assert.deepEqual(await problems("::: note\nx"), ["1: The block “note” is never closed with :::."]);
  assert.deepEqual(await problems("> ```\n> x\n> ```\n\n- ~~~\n  x"), [
    "5: The code that begins with ~~~ is never closed.",
  ]);
  assert.deepEqual(await problems("x\n\n:::"), ["3: This closing ::: closes nothing."]);
  assert.deepEqual(await problems("::: nonsense\nx\n:::"), [
    "1: There is no block “nonsense”; its text is shown without a frame.",
  ]);
  assert.equal(
    await html("- ::: note\n  x\n\ny"),
    '<ul>\n<li>\n<aside class="callout note" aria-label="Note">\n<p class="callout-title">Note</p>\n<p>x</p>\n</aside>\n</li>\n</ul>\n<p>y</p>',
  );
});

test("the second landmark of one name gets a number", async () => {
  assert.match(await html("::: tip\nx\n:::\n\n::: tip\ny\n:::"), /aria-label="Tip">[^]*aria-label="Tip 2">/);
});

test("tabs are gathered: neighbours, a set of tabs, and headings in a set", async () => {
  const expected =
    '<tab-set><section class="tab" aria-label="macOS">\n<p class="tab-title">macOS</p>\n<p>brew</p>\n</section>\n' +
    '<section class="tab" aria-label="Linux">\n<p class="tab-title">Linux</p>\n<p>apt</p>\n</section>\n</tab-set>';
  const tabs = "::: tab macOS\nbrew\n:::\n::: tab Linux\napt\n:::";
  assert.equal(await html(tabs), expected);
  assert.equal(await html(`:::: tabs\n${tabs}\n::::`), expected);
  const cut = await html("::: group-tab\n### macOS\nbrew\n### Linux\napt\n:::");
  assert.equal(cut.replace(/ id="\w+"/g, ""), expected);
  assert.equal((await renderMarkdown(tabs)).features.tabs, true);
});

test("alerts, exercism's fences and Kramdown's quotes are boxes too", async () => {
  assert.match(
    await html("> [!CAUTION]\n> Hot."),
    /^<aside class="callout danger" aria-label="Caution">\n<p class="callout-title">Caution<\/p>\n<p>Hot\.<\/p>\n<\/aside>$/,
  );
  assert.match(await html("> [!NOPE]\n> x"), /^<blockquote>/);
  assert.match(
    await html("~~~~exercism/note\n**x** [y]\n\n[y]: z\n~~~~"),
    /^<aside class="callout note"[^]*<strong>x<\/strong> <a href="z">y<\/a>/,
  );
  assert.match(await html("> ## Try\n> x\n{: .challenge}"), /^<section class="exercise" aria-label="Exercise: Try">/);
});

test("attribute lists reach links, images, blocks before and blocks after, and keep only known classes", async () => {
  assert.equal(await html("x\n{: .center .evil #here onclick=y}"), '<p id="here" class="center">x</p>');
  assert.equal(await html("{: .wide}\n- x"), '<ul class="wide">\n<li>x</li>\n</ul>');
  assert.equal(await html('[a](b){#c title="d"}'), '<p><a href="b" id="c" title="d">a</a></p>');
  assert.equal(await html("a set {1} {x}"), "<p>a set {1} {x}</p>");
});

test("an image alone is a figure, with the caption apart from the alternative text", async () => {
  assert.equal(
    await html(
      '![The *cap*](x.png){alt=\'Say \\[hi\\]\' width="50%" attribution="[Ada](https://ada.example)" .border}',
    ),
    '<figure class="figure narrow border"><zoom-image><img src="x.png" alt="Say [hi]" loading="eager" decoding="async"></zoom-image>' +
      '<figcaption>The <em>cap</em> <span class="attribution">Image: <a href="https://ada.example" rel="noopener">Ada</a></span></figcaption></figure>',
  );
  assert.match(await html("text ![a](x.png) text"), /^<p>text <img src="x.png" alt="a"/);
  assert.match(await html("[![a](x.png)](y)"), /^<figure class="figure"><a href="y"><img /);
  assert.match(
    await html('{% img x.png alt="a" caption="C" class="wide" border zoom %}'),
    /^<figure class="figure wide border"><zoom-image>.*<figcaption>C<\/figcaption>/,
  );
  assert.deepEqual(await problems("a\n\n![](x.png)"), ["3: The image x.png has no alternative text."]);
});

test("a stored picture brings its formats and its size", async () => {
  const picture = {
    src: "/m/x.webp",
    width: 800,
    height: 600,
    sources: [{ type: "image/avif", srcset: "/m/x.avif 480w" }],
    srcset: "/m/x.webp 480w",
  };
  const figure = await html("![a](x.png)", { image: (src) => (src === "x.png" ? picture : undefined) });
  assert.match(
    figure,
    /<picture><source type="image\/avif" srcset="\/m\/x.avif 480w" sizes="[^"]+"><img src="\/m\/x.webp" srcset="\/m\/x.webp 480w" sizes="[^"]+" alt="a" width="800" height="600" loading="eager"/,
  );
});

test("links lead where they lead now, and only those that leave the site say so", async () => {
  const options = { site: "https://own.example", link: (href: string) => (href === "b.md#c" ? "/b/#c" : undefined) };
  assert.equal(
    await html("[a](b.md#c) [d](https://own.example/e) [f](https://own.example.evil/)", options),
    '<p><a href="/b/#c">a</a> <a href="https://own.example/e">d</a> <a href="https://own.example.evil/" rel="noopener">f</a></p>',
  );
  const { links } = scanMarkdown('x\n[a *b*](b.md)\n\n<a href="c.md">d</a>');
  assert.deepEqual(links, [
    { href: "b.md", text: "a b", line: 2 },
    { href: "c.md", text: "d", line: 4 },
  ]);
});

test("bare addresses are links as GFM says, file names are not", async () => {
  assert.equal(
    await html("www.a.example/b_(c)). Run math.py or README.md, mail x@a.example."),
    '<p><a href="http://www.a.example/b_(c)" rel="noopener">www.a.example/b_(c)</a>). Run math.py or README.md, mail <a href="mailto:x@a.example">x@a.example</a>.</p>',
  );
  assert.equal(
    await html("https://a.example/?q=a&copy; xhttps://b.example http://localhost/"),
    '<p><a href="https://a.example/?q=a" rel="noopener">https://a.example/?q=a</a>© xhttps://b.example http://localhost/</p>',
  );
});

test("tables align by class, task lists tick, struck text and definitions work", async () => {
  assert.match(
    await html("|a|b|\n|:-|-:|\n|1|~~2~~|"),
    /^<div class="table" tabindex="0" role="group" aria-label="Table"><table>[^]*<th scope="col" class="left">a<\/th>[^]*<td class="right"><s>2<\/s><\/td>[^]*<\/table><\/div>$/,
  );
  assert.match(
    await html("- [x] a\n- [ ] b"),
    /<li class="task"><input type="checkbox" disabled checked aria-label="done"> a<\/li>\n<li class="task"><input type="checkbox" disabled aria-label="to do"> b/,
  );
  assert.equal(await html("Term\n: Meaning"), "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>");
});

test("footnotes are numbered as the page refers to them, and point back to each reference", async () => {
  const page = await html("a[^b] c[^a] d[^b] e^[In *line*]\n\n[^a]: A\n[^b]: B\n\n    more");
  assert.match(
    page,
    /a<sup class="footnote-ref"><a href="#fn1" id="fnref1">1<\/a><\/sup> c<sup class="footnote-ref"><a href="#fn2" id="fnref2">2<\/a>/,
  );
  assert.match(
    page,
    /<section class="footnotes" aria-label="Footnotes"><ol>\n<li id="fn1"><p>B<\/p>\n<p>more <a class="footnote-back" href="#fnref1" aria-label="Back to reference 1">↩<\/a> <a class="footnote-back" href="#fnref1-2"/,
  );
  assert.match(page, /<li id="fn3"><p>In <em>line<\/em> <a class="footnote-back"/);
  assert.deepEqual(await problems("a\nb[^none]"), ["1: The footnote [^none] is not written anywhere."]);
});

test("formulas are MathML, prices and shell variables are text", async () => {
  assert.equal(await html("$x_1$"), "<p><math><msub><mi>x</mi><mn>1</mn></msub></math></p>");
  assert.match(
    await html("$$\n\\frac{1}{2}\n$$"),
    /^<div class="math" tabindex="0" role="group" aria-label="Formula"><math display="block"/,
  );
  for (const text of ["from $5 to $6", "US$5 and US$6", "set $HOME and $PATH", "`$x$`", "a $ b $ c"])
    assert.doesNotMatch(await html(text), /<math/, text);
  assert.doesNotMatch(await html("$\\color{red}{x}$ $$\\boxed{y}$$"), / style=/);
  assert.match((await problems("a\n\n$\\frac{1$"))[0] ?? "", /^3: A formula cannot be read/);
});

test("quotes and dashes are typographic in prose and as typed in code and switches", async () => {
  assert.equal(
    await html(`"It's" -- 3--4 --- wait... \`"--"\` --help (c)`),
    `<p>“It’s” – 3–4 — wait… <code>"--"</code> --help (c)</p>`.replace('<code>"--"', "<code>&quot;--&quot;"),
  );
  assert.equal(await html(`"a" -- b`, { typography: false }), "<p>&quot;a&quot; -- b</p>");
});

test("Liquid's raw tags vanish, unknown tags stay as text with a problem", async () => {
  assert.equal(await html("{% raw %}\n`{{ x }}` {{ y }}\n{% endraw %}"), "<p><code>{{ x }}</code> {{ y }}</p>");
  assert.match(
    await html("```jinja\n{% raw %}\n{{ x }}\n{% endraw %}\n```"),
    /<span class="line">(?:<span[^>]*>)*\{\{/,
  );
  assert.match(await html("```markdown\n{% raw %}\n```"), /raw/);
  assert.match(await html("- a\n{% raw %}\nb"), /<\/ul>\n<p>b<\/p>$/);
  assert.match(await html("{% highlight python linenos %}\nx\n{% endhighlight %}"), /<pre class="code-body numbered"/);
  assert.deepEqual(await problems("{% raw %}{{ fine }}{% endraw %}\n\n{% include x.html %} {{ site.url }}"), [
    "3: Nothing fills in the tag {% include %}; it is shown as it stands.",
    "3: Nothing fills in {{ site.url }}; it is shown as it stands.",
  ]);
});

test("a page that uses everything is valid HTML", async () => {
  const source = [
    '# T\n\nIntro "q" $x$ <kbd>K</kbd>[^1]\n\n[^1]: Note\n\n## A\n\n#### B {#b}\n\n::: note\n## C\nx\n:::\n\n::: note\ny\n:::\n',
    "::: challenge\nx\n::: solution\ny\n:::\n:::\n\n::: objectives\n- x\n:::\n\n::: tab a\nx\n:::\n::: tab b\ny\n:::\n",
    '```python title="a.py" linenums\nx = 1\n```\n\n```pycon\n>>> x\n1\n```\n\n```output\n1\n```\n\n![a](b.png)\n\n| a |\n|--:|\n| 1 |\n',
    "- [ ] a\n- [x] b\n\n$$\nx^2\n$$\n\nT\n: D\n\n<table><tr><td>a<tr><td>b</table>\n\n<details><summary>s</summary>\n\n*x*\n\n</details>\n\n> [!TIP]\n> x",
  ].join("\n");
  const { html } = await renderMarkdown(source);
  const page = `<!DOCTYPE html><html lang="en"><head><title>T</title></head><body><main><h1>T</h1>${html}</main></body></html>`;
  const report = await new HtmlValidate({ extends: ["html-validate:recommended"] }).validateString(page);
  assert.deepEqual(
    report.results.flatMap((result) => result.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)),
    [],
  );
});
