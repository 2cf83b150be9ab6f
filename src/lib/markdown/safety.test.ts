import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { renderMarkdown } from "./markdown.ts";

const ELEMENTS = new Set(
  (
    "a abbr aside b bdi bdo blockquote br caption cite code code-block col colgroup dd del details dfn div dl dt em figcaption " +
    "figure h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p picture pre q rp rt ruby s samp section small source span strong " +
    "sub summary sup tab-set table tbody td tfoot th thead time tr u ul var wbr zoom-image " +
    "math menclose mi mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder " +
    "munderover mfrac mmultiscripts mprescripts merror"
  ).split(" "),
);
const VOID = new Set(["br", "col", "hr", "img", "input", "source", "wbr"]);
const ATTRIBUTES = new Set(
  (
    "aria-label checked class colspan data-session datetime decoding dir disabled height href id lang loading open rel reversed role " +
    "rowspan scope sizes span src srcset start tabindex title type value width alt " +
    "accent columnalign columnspacing display displaystyle fence form height linethickness lspace mathvariant maxsize minsize " +
    "linebreak movablelimits notation rowspacing rspace scriptlevel separator stretchy symmetric voffset depth columnlines rowlines accentunder"
  ).split(" "),
);
const TAG = /^<(\/?)([a-z][a-z0-9-]*)((?: [a-z-]+(?:="[^"<>]*")?)*)>/;

/** Reads our own output strictly: a tag we never write, an attribute we never set or an unbalanced element is an error. */
function checkMarkup(html: string): void {
  const open: string[] = [];
  const ids = new Set<string>();
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at + 1)) {
    const here = html.slice(at, at + 80);
    const tag = TAG.exec(html.slice(at, at + 20_000));
    assert.ok(tag, `not a tag of ours: ${here}`);
    const [, closing, name = "", attributes = ""] = tag;
    assert.ok(ELEMENTS.has(name), `element ${here}`);
    if (closing) assert.equal(open.pop(), name, `closed out of turn: ${here}`);
    else if (!VOID.has(name)) open.push(name);
    for (const [, key = "", value = ""] of attributes.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g)) {
      assert.ok(ATTRIBUTES.has(key), `attribute ${key} in ${here}`);
      if (key === "href" || key === "src") assert.ok(isHarmless(value), `address in ${here}`);
      if (key === "id") assert.ok(!ids.has(value) && /^\p{L}/u.test(value) && ids.add(value), `id in ${here}`);
    }
  }
  assert.deepEqual(open, [], "left open");
}

function isHarmless(value: string): boolean {
  const address = value
    .replaceAll("&amp;", "&")
    .replaceAll("&quot;", '"')
    .replace(/[\p{C}\p{Z}]/gu, "")
    .toLowerCase();
  return !/^[a-z][a-z0-9+.-]*:/.test(address) || /^(?:https?|mailto|tel):/.test(address);
}

const CALL = "alert(1)";
const SCRIPT_ADDRESSES = [
  `javascript:${CALL}`,
  `JaVaScRiPt:${CALL}`,
  ` javascript:${CALL}`,
  `javascript&#58;${CALL}`,
  `javascript&colon;${CALL}`,
  `java&#x09;script:${CALL}`,
  `java&#10;script:${CALL}`,
  `java\u200bscript:${CALL}`,
  `\u0001javascript:${CALL}`,
  `&#x6A;avascript:${CALL}`,
  `vbscript:msgbox(1)`,
  `data:text/html,<script>${CALL}</script>`,
  `data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==`,
  `data:image/svg+xml,<svg onload=${CALL}>`,
  `file:///etc/passwd`,
  `blob:https://example.org/1`,
  `view-source:javascript:${CALL}`,
  `feed:javascript:${CALL}`,
  `javascript://%0a${CALL}`,
  `x-javascript:${CALL}`,
];
const RAW = [
  `<script>${CALL}</script>`,
  `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`,
  `<script\n>${CALL}</script\n>`,
  `<script/x>${CALL}</script>`,
  `<scr<script>ipt>${CALL}</scr</script>ipt>`,
  `<<script>${CALL}//<</script>`,
  `<img src=x onerror=${CALL}>`,
  `<img src="x" onerror="${CALL}" alt="a">`,
  `<img/src=x/onerror=${CALL}>`,
  `<img src='x' OnErRoR='${CALL}'>`,
  `<img src="x\` \`<script>${CALL}</script>"\` \`>`,
  `<img src=x:x onerror=${CALL}//`,
  `<img srcset="x 1w" sizes="(a)" onload=${CALL}>`,
  `<svg onload=${CALL}>`,
  `<svg><script>${CALL}</script></svg>`,
  `<svg><a xlink:href="javascript:${CALL}"><text>x</text></a></svg>`,
  `<svg><style><img src=x onerror=${CALL}></style></svg>`,
  `<svg><foreignObject><iframe srcdoc="<script>${CALL}</script>"></foreignObject></svg>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${CALL}></style></mglyph></table></mtext></math>`,
  `<math href="javascript:${CALL}">x</math>`,
  `<math><maction actiontype="statusline#http://x" xlink:href="javascript:${CALL}">x</maction></math>`,
  `<iframe src="javascript:${CALL}"></iframe>`,
  `<iframe srcdoc="<script>${CALL}</script>"></iframe>`,
  `<object data="javascript:${CALL}"></object>`,
  `<embed src="javascript:${CALL}">`,
  `<form action="javascript:${CALL}"><button>x</button></form>`,
  `<button formaction="javascript:${CALL}">x</button>`,
  `<input autofocus onfocus=${CALL}>`,
  `<select autofocus onfocus=${CALL}></select>`,
  `<textarea></textarea><img src=x onerror=${CALL}>`,
  `<textarea><img title="</textarea><img src=x onerror=${CALL}>">`,
  `<title><img title="</title><img src=x onerror=${CALL}>">`,
  `<noscript><p title="</noscript><img src=x onerror=${CALL}>">`,
  `<style>@import 'javascript:${CALL}';</style>`,
  `<style><img title="</style><img src=x onerror=${CALL}>">`,
  `<xmp><img title="</xmp><img src=x onerror=${CALL}>">`,
  `<noembed><img title="</noembed><img src=x onerror=${CALL}>">`,
  `<plaintext><img src=x onerror=${CALL}>`,
  `<template><img src=x onerror=${CALL}></template>`,
  `<link rel=stylesheet href="javascript:${CALL}">`,
  `<link rel=import href="data:text/html,<script>${CALL}</script>">`,
  `<meta http-equiv="refresh" content="0;url=javascript:${CALL}">`,
  `<base href="javascript:${CALL}//">`,
  `<body onload=${CALL}>`,
  `<html onmouseover=${CALL}>`,
  `<div onclick=${CALL}>x</div>`,
  `<div style="background:url(javascript:${CALL})">x</div>`,
  `<div style="width:expression(${CALL})">x</div>`,
  `<p style="position:fixed;inset:0">x</p>`,
  `<b onmouseover="${CALL}">x</b>`,
  `<a href="x" onclick="${CALL}">x</a>`,
  `<a href="x" target="_blank" ping="https://evil.example">x</a>`,
  `<details open ontoggle=${CALL}><summary>x</summary></details>`,
  `<marquee onstart=${CALL}>x</marquee>`,
  `<video><source onerror=${CALL}></video>`,
  `<video src=x onerror=${CALL}></video>`,
  `<audio src=x onerror=${CALL}></audio>`,
  `<isindex action="javascript:${CALL}">`,
  `<table background="javascript:${CALL}"><tr><td>x</td></tr></table>`,
  `<td background="javascript:${CALL}">x</td>`,
  `<x onclick=${CALL}>x</x>`,
  `<x-element onclick=${CALL}>x</x-element>`,
  `<a id="__proto__" name="constructor">x</a>`,
  `<img name="cookie" id="body" src="x" alt="a">`,
  `<form id="test"><input name="attributes"></form>`,
  `<a href="javascript&colon;${CALL}" id=location>x</a>`,
  `<!--><img src=x onerror=${CALL}>-->`,
  `<!-- --!><img src=x onerror=${CALL}> -->`,
  `<![CDATA[<img src=x onerror=${CALL}>]]>`,
  `<?xml-stylesheet href="javascript:${CALL}"?>`,
  `<!DOCTYPE x [<!ENTITY y "<script>${CALL}</script>">]>`,
  `</p><script>${CALL}</script><p>`,
  `</code-block></section></div><script>${CALL}</script>`,
  `<div title="&quot;><script>${CALL}</script>">x</div>`,
  `<div title='"><script>${CALL}</script>'>x</div>`,
  `<div title="\n"onclick="${CALL}">x</div>`,
  `<div title=\`\`onclick=${CALL}\`>x</div>`,
  `<div lang="en&quot; onclick=&quot;${CALL}">x</div>`,
  `<p dir="javascript:${CALL}">x</p>`,
  `<ol start="1&quot; onclick=&quot;${CALL}"><li>x</li></ol>`,
  `<img src="https://a.example/" width="1&quot; onload=&quot;${CALL}" alt="a">`,
  `<a href="//evil.example" rel="opener">x</a>`,
  `<a href="https://example.org@evil.example/">x</a>`,
  `<tab-set><code-block class="x" data-session onclick=${CALL}>x</code-block></tab-set>`,
  `<zoom-image onclick=${CALL}>x</zoom-image>`,
  `&lt;script&gt;${CALL}&lt;/script&gt;`,
  `<p>&lt;img src=x onerror=${CALL}&gt;</p>`,
  `<p>&#60;script&#62;${CALL}&#60;/script&#62;</p>`,
  `<p>&amp;lt;script&amp;gt;${CALL}</p>`,
  `\u0000<scr\u0000ipt>${CALL}</script>`,
  `<a href="\u0000javascript:${CALL}">x</a>`,
  `<b\u00a0onclick=${CALL}>x</b>`,
  `<b\u000conclick=${CALL}>x</b>`,
];
const HOLES = [`"><script>${CALL}</script>`, `' onerror='${CALL}`, `</code></pre><img src=x onerror=${CALL}>`];
const PLACES = [
  (hole: string) => `# ${hole}`,
  (hole: string) => `# T {#${hole}}`,
  (hole: string) => `## T {.${hole} title="${hole}"}`,
  (hole: string) => `\`\`\`${hole}\nx\n\`\`\``,
  (hole: string) => `\`\`\`python title='${hole}' hl_lines='${hole}'\n${hole}\n\`\`\``,
  (hole: string) => `\`\`\`py:${hole}\nx\n\`\`\``,
  (hole: string) => `\`\`\`pycon\n>>> ${hole}\n${hole}\n\`\`\``,
  (hole: string) => `\`\`\`console\n(${hole}) $ ${hole}\n\`\`\``,
  (hole: string) => `::: ${hole}\nx\n:::`,
  (hole: string) => `::: note ${hole}\nx\n:::`,
  (hole: string) => `::: {.tab title='${hole}' #${hole}}\nx\n:::`,
  (hole: string) => `> [!${hole}]\n> x`,
  (hole: string) => `[^${hole}]\n\n[^${hole}]: ${hole}`,
  (hole: string) => `![${hole}](x.png '${hole}'){alt='${hole}' .${hole} width='${hole}'}`,
  (hole: string) => `![a](x.png){caption="${hole}" attribution="${hole}" #${hole}}`,
  (hole: string) => `[a](<x${hole}> '${hole}'){.x title='${hole}'}`,
  (hole: string) => `{% img ${hole} alt="${hole}" caption='${hole}' class="${hole}" %}`,
  (hole: string) => `{% highlight ${hole} %}\n${hole}\n{% endhighlight %}`,
  (hole: string) => `{% ${hole} %} {{ ${hole} }}`,
  (hole: string) => `$${hole}$ and $$\\text{${hole}}$$`,
  (hole: string) => `$$\n\\text{${hole}} \\href{javascript:${CALL}}{x} \\class{${hole}}{x} \\htmlId{x}{y}\n$$`,
  (hole: string) => `| ${hole} |\n|---|\n| ${hole} |`,
  (hole: string) => `- [ ] ${hole}`,
  (hole: string) => `Term ${hole}\n: ${hole}`,
  (hole: string) => `http://example.org/${hole} www.example.org/${hole} a@example.org${hole}`,
  (hole: string) => `<http://example.org/${hole}>`,
  (hole: string) => `~~~~exercism/note\n${hole}\n~~~~`,
  (hole: string) => `<details><summary>${hole}</summary>\n\n${hole}\n\n</details>`,
];

const vectors = [
  ...RAW,
  ...RAW.map((raw) => `text ${raw.replaceAll("\n", " ")} text`),
  ...RAW.map((raw) => `> - ${raw}\n\n${raw}`),
  ...SCRIPT_ADDRESSES.flatMap((address) => [
    `[x](<${address}>)`,
    `![x](<${address}>)`,
    `[x]\n\n[x]: <${address}>`,
    `<${address.trim()}>`,
    `<a href="${address}">x</a>`,
    `<img src='${address}' alt="x">`,
    `{% img "${address}" alt="x" %}`,
  ]),
  ...PLACES.flatMap((place) => [...HOLES, ...SCRIPT_ADDRESSES.slice(0, 3)].map(place)),
];

test("no vector leaves an element, attribute or address that could run", async () => {
  assert.ok(vectors.length > 500);
  for (const vector of vectors) {
    const { html, teaser } = await renderMarkdown(vector);
    try {
      checkMarkup(html);
      checkMarkup(teaser);
    } catch (error) {
      throw new Error(`${JSON.stringify(vector)}\n${html}`, { cause: error });
    }
  }
});

test("callbacks cannot bring in an address that runs", async () => {
  const options = { link: () => `java\nscript:${CALL}`, site: "https://example.org" };
  checkMarkup((await renderMarkdown('[x](y) <a href="z">x</a>', options)).html);
});

const PIECES = [
  ..."<>\"'`*_[](){}!#:|~^$\\&;=-+. \n\t".split(""),
  ..."\n\n,    ,\n> ,- ,1. ,::: note\n,:::\n,```python\n,```\n,$$\n,{% raw %},{% img a %}\n,{: .wide #a}\n,[^1],[^1]: ,^[".split(
    ",",
  ),
  ..."<div>,</div>,<p>,</p>,<b>,</b>,<a href=x>,</a>,<table>,<tr>,<td>,</td>,<li>,<details>,<summary>,<script>,</script>,<!--,-->".split(
    ",",
  ),
  ..."<!--more-->,<img src=x>,javascript:,www.a.example,a@b.example,![a](b),[a](b),# ,## ,===\n,---\n,| a | b |\n|---|---|\n,> [!NOTE]\n> ".split(
    ",",
  ),
  ..."word,Übung,日本,👍,\u0000,\u2028,&amp;,&#x3c;,{#id .c k='v'},::: tab\n,::: tabs\n,~~~~exercism/note\n,~~~~\n,\\text{,- [x] ".split(
    ",",
  ),
];

test("any text renders to balanced markup of ours, without an exception", async () => {
  const text = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 5 })), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(text, async (parts) => {
      const { html, teaser, sections, anchors } = await renderMarkdown(parts.join(""));
      checkMarkup(html);
      checkMarkup(teaser);
      for (const section of sections) assert.ok(section.anchor === "" || anchors.includes(section.anchor));
    }),
    { numRuns: 1500 },
  );
});
