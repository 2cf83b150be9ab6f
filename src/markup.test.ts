import assert from "node:assert/strict";
import { test } from "node:test";
import { transform } from "esbuild";

// It has no types, since it comes before what would compile them.
const { flattenMarkup }: { flattenMarkup: (code: string) => string } = await import(
  new URL("markup.js", import.meta.url).href
);

const imports = `{ raw as $raw, render as $render, attribute as $attribute,`;

async function flatten(tsx: string): Promise<string> {
  const { code } = await transform(tsx, {
    loader: "tsx",
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "#lib/jsx",
  });
  const flat = flattenMarkup(code);
  assert.equal(flat.split("\n").length, code.split("\n").length, "a line has moved");
  return flat;
}

function lineOf(text: string, name: string): number {
  return text.split("\n").findIndex((line) => line.includes(name));
}

const cases: [what: string, tsx: string, contains: string][] = [
  [
    "what is known is text",
    `<a class="x" href="/&quot;" hidden>A &amp; {"<"}{1}</a>`,
    String.raw`$raw("<a class=\"x\" href=\"/&quot;\" hidden>A &amp; &lt;1</a>")`,
  ],
  [
    "what differs stands in between",
    `<li title={t}>{name}</li>`,
    String.raw`$raw("<li" + $attribute("title", t) + ">" + $render(name) + "</li>")`,
  ],
  ["elements are in one text", `<ul><li>{a}</li><li/></ul>`, `$raw("<ul><li>" + $render(a) + "</li><li></li></ul>")`],
  ["a void element has no end", `<p>a<br/>{null}{true}b</p>`, `$raw("<p>a<br>b</p>")`],
  ["a fragment is what is in it", `<><b>a</b>{c}</>`, `$raw("<b>a</b>" + $render(c))`],
  ["nothing is the empty text", `<></>`, `$raw("")`],
  ["a choice is one of two texts", `<p>{is ? <b>a</b> : null}</p>`, `$raw("<p>" + (is ? "<b>a</b>" : "") + "</p>")`],
  [
    "components are called",
    `<p><Day at={<i>{t}</i>} /></p>`,
    `jsx(Day, { at: /* @__PURE__ */ $raw("<i>" + $render(t) + "</i>") }).value + "</p>")`,
  ],
  [
    "so is what has attributes of others",
    `<p {...own}>{<b>a</b>}</p>`,
    `jsx("p", { ...own, children: /* @__PURE__ */ $raw("<b>a</b>") })`,
  ],
  [
    "elements of lists are elements",
    `<ul>{all.map((one) => <li>{one}</li>)}</ul>`,
    `$render(all.map((one) => /* @__PURE__ */ $raw("<li>" + $render(one) + "</li>")))`,
  ],
];
for (const [what, tsx, expected] of cases) {
  test(`markup: ${what}`, async () => {
    const flat = await flatten(`export const it = ${tsx};`);
    assert.ok(flat.replaceAll("\n", "").includes(expected), flat);
    assert.ok(flat.startsWith(`import ${imports}`), flat);
  });
}

test("markup keeps brackets around a value", async () => {
  const flat = await flatten(`export const it = <p title={(a, b)}>{(c, d) ? e : f}</p>;`);
  assert.ok(flat.includes(`$attribute("title", (a, b))`), flat);
  assert.ok(flat.includes(`((c, d) ? $render(e) : $render(f))`), flat);
});

test("markup keeps every value on its line", async () => {
  const tsx = `function Page() {\n  return (\n    <div>\n      <p>one</p>\n      <p>{two}</p>\n      <p title={three}>x</p>\n    </div>\n  );\n}\nfour();\n`;
  const { code } = await transform(tsx, { loader: "tsx", jsx: "automatic", jsxImportSource: "#lib/jsx" });
  const flat = flattenMarkup(code);
  for (const name of ["two", "three", "four()"]) assert.equal(lineOf(flat, name), lineOf(code, name), name);
});

test("what has no markup stays as it is", () => {
  const code = `import { jsx } from "elsewhere";\njsx("a", {});\n`;
  assert.equal(flattenMarkup(code), code);
});

test("an address that would run is not compiled", async () => {
  await assert.rejects(
    flatten(`export const it = <a href="javascript:alert(1)">x</a>;`),
    /must not be a javascript: address/,
  );
});
