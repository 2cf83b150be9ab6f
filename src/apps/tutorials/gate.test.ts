import { maya, sam, visit, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { canary } from "./fixtures.ts";

const anonymous = undefined;
const closed = [
  { path: "/decorators/", as: anonymous },
  { path: "/decorators/", as: sam },
  { path: "/type-hints/", as: anonymous },
];

test("a reader who may not open a tutorial gets the teaser and not a byte more", async () => {
  for (const { path, as } of closed) {
    const page = await visitOk(path, as && { as });
    assert.ok(!page.html.includes(canary), `${path} leaks`);
    assert.match(page.text, /The rest of this tutorial is for/);
    assert.doesNotMatch(page.html, /<page-contents>|rel="alternate" type="text\/markdown"/);
  }
  const { text } = await visitOk("/decorators/");
  assert.match(text, /A decorator is a function that takes a function\./);
});

test("the way in leads back to the paragraph where the teaser ended", async () => {
  const { html } = await visitOk("/type-hints/");
  const next = "?next=%2Ftype-hints%2F%23site-continue";
  assert.match(html, new RegExp(`href="/register/\\${next}" rel="nofollow">\\s*Create a free account`));
  assert.match(html, new RegExp(`href="/sign-in/\\${next}" rel="nofollow">\\s*Sign in`));
  assert.doesNotMatch(html, /id="site-continue"/);
  const open = await visitOk("/type-hints/", { as: sam });
  assert.match(open.html, /before the program runs\.<\/p>\n<span id="site-continue"><\/span>/);
});

test("what is for members asks who is not signed in whether they are one, and nobody else", async () => {
  assert.match((await visitOk("/decorators/")).text, /Already a member\? Sign in/);
  assert.doesNotMatch((await visitOk("/decorators/", { as: sam })).text, /Already a member/);
});

test("the Markdown of a tutorial is refused to whoever may not open it", async () => {
  for (const { path, as } of closed) {
    const page = await visit(path.replace(/\/$/, ".md"), as && { as });
    assert.equal(page.status, 404);
    assert.ok(!page.html.includes(canary));
  }
  assert.ok((await visitOk("/decorators.md", { as: maya })).html.includes(canary));
});

test("a member reads what is for members, a reader who is signed in what is for the registered", async () => {
  const readers = [
    { path: "/decorators/", as: maya },
    { path: "/type-hints/", as: maya },
    { path: "/type-hints/", as: sam },
  ];
  for (const { path, as } of readers) {
    const page = await visitOk(path, { as });
    assert.ok(page.html.includes(canary), path);
    assert.doesNotMatch(page.html, /class="gate"/);
  }
});

test("an anonymous reader gets the teaser after a member has read the page, and the other way round", async () => {
  for (const as of [maya, anonymous, maya, anonymous]) {
    const page = await visitOk("/decorators/", as && { as });
    assert.equal(page.html.includes(canary), as === maya);
  }
});

test("no list, person or front page shows guarded text", async () => {
  for (const path of [
    "/",
    "/tutorials/",
    "/tutorials/python/",
    "/levels/advanced/",
    "/team/ada/",
    "/nowhere-decorators/",
  ]) {
    assert.ok(!(await visit(path)).html.includes(canary), path);
  }
});

test("search engines are told that the text is not free", async () => {
  const { html } = await visitOk("/decorators/");
  assert.match(html, /"isAccessibleForFree":false,"hasPart":\{[^}]*"cssSelector":".gate"\}/);
});
