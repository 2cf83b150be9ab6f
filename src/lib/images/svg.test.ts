import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ImageRefused } from "./refused.ts";
import { svg } from "./samples.ts";
import { cleanSvg } from "./svg.ts";

const clean = (content: string, attributes?: string) =>
  Buffer.from(cleanSvg(svg(content, attributes)).bytes).toString();

describe("nothing that could act survives", () => {
  const evil = [
    "<script>evil()</script>",
    '<script href="https://evil.test/x.js"/>',
    '<rect onload="evil()" ONCLICK="evil()" onbegin="evil()"/>',
    '<a href="javascript:evil()"><rect/></a>',
    '<a xlink:href="&#106;avascript:evil()"><text>x</text></a>',
    "<foreignObject><iframe src='https://evil.test'/></foreignObject>",
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="evil()"/></foreignObject>',
    '<image href="https://evil.test/x.png"/>',
    '<image xlink:href="//evil.test/x.png"/>',
    '<image href="data:image/svg+xml;base64,ZXZpbA=="/>',
    '<image href="data:text/html,evil"/>',
    '<use href="https://evil.test/x.svg#a"/>',
    '<use href="data:image/svg+xml,evil#a"/>',
    '<feImage href="https://evil.test/x"/>',
    '<rect fill="url(https://evil.test/x#a)"/>',
    "<rect fill=\"url( '//evil.test/x' )\"/>",
    '<rect style="fill:u\\72l(https://evil.test/x)"/>',
    "<rect style=\"background:image-set('https://evil.test/x' 1x)\"/>",
    '<rect style="-moz-binding:url(#x);behavior:evil"/>',
    "<style>@import 'https://evil.test/x.css';</style>",
    "<style>@font-face{src:url(https://evil.test/x.woff2)}</style>",
    "<style><![CDATA[*{fill:url(//evil.test/x)}]]></style>",
    "<style>*{content:'</style>'}</style><script>evil()</script>".replace(
      "</style>'}",
      "&lt;/style>&lt;script>evil()'}",
    ),
    '<animate attributeName="href" values="javascript:evil()"/>',
    '<set attributeName="onclick" to="evil()"/>',
    '<handler type="text/javascript">evil()</handler>',
    '<rect xml:base="https://evil.test/"/>',
    '<iframe src="https://evil.test"/><embed src="evil"/><object data="evil"/><video src="evil"/>',
    '<x:script xmlns:x="http://www.w3.org/2000/svg">evil()</x:script>',
    "<metadata>evil</metadata><desc><script>evil()</script></desc>",
    "<?evil?><!-- evil -->",
    '<?xml-stylesheet href="https://evil.test/x.css"?>',
  ];
  for (const content of evil) {
    test(content, () => {
      const cleaned = clean(`${content}<path d="M0 0"/>`);
      assert.doesNotMatch(
        cleaned.replaceAll(/&#60;[^<]*/g, ""),
        /evil|script|javascript|foreign|import|https?:\/\/(?!www\.w3)/i,
      );
      assert.match(cleaned, /<path d="M0 0"\/>/);
    });
  }
});

test("drawings keep what makes them", () => {
  const drawing = [
    '<defs><linearGradient id="g"><stop offset="0" stop-color="#fff"/></linearGradient></defs>',
    '<style>.a{fill:url(#g);font-family:"Noto Sans"}</style>',
    `<g id="expression" fill="url('#g')" stroke='url( "#g" )' aria-label="C:\\ image()"/>`,
    '<style>.b{fill:url("#g")}</style>',
    '<g class="a" transform="scale(2)" aria-label="A &#34;box&#34;"><rect width="4" height="4" style="stroke:red"/></g>',
    '<text x="1" y="2" xml:space="preserve">a &#60; b</text>',
    '<use href="#g"/>',
  ].join("");
  const cleaned = clean(drawing);
  for (const part of [
    'id="g"',
    "url(#g)",
    "font-family:",
    'style="stroke:red"',
    "a &#60; b",
    'href="#g"',
    'id="expression"',
    `fill="url('#g')"`,
    'stroke="url( &#34;#g&#34; )"',
    'aria-label="C:\\ image()"',
    ".b{fill:url(&#34;#g&#34;)}",
    'xml:space="preserve"',
  ]) {
    assert.ok(cleaned.includes(part), `${part} in ${cleaned}`);
  }
});

test("an old link attribute becomes the new one, and prefixes of editors vanish", () => {
  const cleaned = clean(
    '<sodipodi:namedview/><use xlink:href="#a" inkscape:label="x"/>',
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:sodipodi="x" xmlns:inkscape="y" viewBox="0 0 2 1"',
  );
  assert.equal(
    cleaned,
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1" width="2" height="1"><use href="#a"/></svg>\n',
  );
});

test("cleaning twice changes nothing", () => {
  const once = cleanSvg(svg('<text font-family="a &amp; b">1 &lt; 2\n\t&#233;</text><style>a{b:c}</style>'));
  assert.deepEqual(cleanSvg(once.bytes).bytes, once.bytes);
});

test("its size is the one that browsers would give it", () => {
  const sizes: [attributes: string, width: number, height: number][] = [
    ['width="40" height="30"', 40, 30],
    ['width="40px" height="30.4px"', 40, 30],
    ['width="1in" height="72pt"', 96, 96],
    ['viewBox="0 0 200 100"', 200, 100],
    ['viewBox="0,0,200,100" width="50"', 50, 25],
    ['viewBox="0 0 200 100" height="50"', 100, 50],
    ['viewBox="0 0 200 100" width="100%" height="100%"', 200, 100],
    ["", 300, 150],
    ['width="0" height="-3"', 300, 150],
    ['viewBox="none"', 300, 150],
    ['viewBox="0 0 9 9" width="80in" height="40in"', 4000, 2000],
    ['width="1000000" height="1"', 4000, 1],
  ];
  for (const [attributes, width, height] of sizes) {
    const found = cleanSvg(svg("", attributes));
    assert.deepEqual([found.width, found.height], [width, height], attributes);
  }
});

test("what is not well-formed is refused", () => {
  for (const text of [
    "<svg>",
    "<svg></g></svg>",
    "<svg/><svg/>",
    "<svg/>text",
    "text<svg/>",
    "<svg a=1/>",
    '<svg a="1" a="2"/>',
    '<svg a="<"/>',
    "<svg>&</svg>",
    "<svg>&#0;</svg>",
    "<svg>&#xD800;</svg>",
    "<svg>\u0000</svg>",
    "<svg><![CDATA[</svg>",
    "<svg <g/></svg>",
    "<svg/></svg>",
    "",
  ]) {
    assert.throws(() => cleanSvg(Buffer.from(text)), ImageRefused, text);
  }
  assert.throws(() => cleanSvg(Buffer.from([0x3c, 0xff, 0xfe])), /not UTF-8/);
});

test("a byte order mark, a prolog and a doctype are taken", () => {
  const prolog =
    '\u{feff}<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">';
  assert.match(Buffer.from(cleanSvg(Buffer.from(`${prolog}<svg/>`)).bytes).toString(), /^<svg xmlns=/);
});
