import { maya, visit, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { saveEntry } from "#apps/catalog/saving.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { urls } from "#urls.ts";

const canary = "quuxcanary";

test("the page works without a script: a form, results with their section, facets and order as links", async () => {
  const entry = await saveEntry({
    kind: "tutorial",
    path: "/marmots/",
    title: "Marmots & <friends>",
    level: "basics",
    publishedAt: new Date("2026-01-01"),
  });
  await saveText(
    entry,
    "About marmots.\n\n## Where they live\n\nA marmot digs `marmot.dig()` a <b>burrow</b> if 1 < 2 & 3.",
    "test",
  );
  const page = await visitOk(urls.search({}, { q: "marmot.dig()" }));
  assert.match(page.html, /<form[^>]+action="\/search\/"/);
  assert.match(page.html, /value="marmot.dig\(\)"/);
  assert.match(page.html, /<a href="\/marmots\/">Marmots &amp; &lt;friends&gt;<\/a>/);
  assert.match(page.html, /<a href="\/marmots\/#where-they-live">Where they live<\/a>/);
  assert.match(page.html, /<mark>marmot.dig<\/mark>/);
  assert.match(page.html, /href="\/search\/\?q=marmot.dig%28%29&amp;order=newest"/);
  assert.match(page.html, /<meta name="robots" content="noindex">/);
  assert.match(page.text, /One result for “marmot.dig\(\)”/);
});

test("what nothing has is said, and what was meant is shown", async () => {
  assert.match((await visitOk(urls.search({}, { q: "marmoot" }))).text, /for “marmot”. Nothing has “marmoot”/);
  assert.match((await visitOk(urls.search({}, { q: "xyzzyplugh" }))).text, /Nothing found/);
  assert.match((await visitOk(urls.search())).text, /Titles, text and code/);
});

test("the page takes whatever stands in its address", async () => {
  for (const query of [
    "q=%ff%fe%27&page=-1&level=heroic&order=up",
    "q=a&q=b&kind=x'y&topic=../..&page=99999999999",
    `q=${encodeURIComponent("'\"\\:*&|!<>()".repeat(30))}`,
    "page=3&q=marmots",
  ]) {
    assert.equal((await visit(`${urls.search()}?${query}`)).status, 200, query);
  }
});

test("what is asked is shown as text", async () => {
  const { html } = await visitOk(urls.search({}, { q: '"><script>alert(1)</script>' }));
  assert.doesNotMatch(html, /<script>alert/);
});

test("the API answers with results whose snippets hold no element but mark", async () => {
  const answer = await visitOk(urls.searchApi({}, { q: "marmot burrow", kind: ["tutorial", "page"], limit: 3 }));
  const body: unknown = JSON.parse(answer.html);
  assert.match(String(answer.headers["content-type"]), /^application\/json/);
  assert.match(String(answer.headers["cache-control"]), /^public, max-age=\d\d$/);
  assert.match(String(answer.headers.vary), /Cookie/);
  assert.deepEqual(body, {
    query: "marmot burrow",
    total: 1,
    suggestion: null,
    results: [
      {
        title: "Marmots & <friends>",
        url: "/marmots/#where-they-live",
        kind: "tutorial",
        kindLabel: "Tutorial",
        section: "Where they live",
        snippet: "A <mark>marmot</mark> digs <mark>marmot</mark>.dig() a <mark>burrow</mark> if 1 &lt; 2 &amp; 3.",
      },
    ],
  });
});

test("the API says what is wrong", async () => {
  for (const query of ["q=a&limit=0", "q=a&limit=51", "q=a&limit=x", "q=a&order=up"]) {
    const answer = await visit(`${urls.searchApi()}?${query}`);
    assert.equal(answer.status, 400, query);
    assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
  }
  assert.match((await visitOk(urls.searchApi())).html, /"results":\[\]/);
});

test("members' text is found by members alone, and their answers are kept by nobody", async () => {
  const entry = await saveEntry({
    kind: "tutorial",
    path: "/guarded-burrows/",
    title: "Guarded burrows",
    access: "members",
    publishedAt: new Date("2026-01-02"),
  });
  await saveText(entry, `Free words.\n\n<!-- more -->\n\n## Secret ${canary}\n\nThe ${canary} text.`, "test");
  for (const q of [canary, "burrows", "quuxcanari", canary.slice(0, 6)]) {
    for (const url of [urls.search({}, { q }), urls.searchApi({}, { q })]) {
      const { html } = await visitOk(url);
      assert.doesNotMatch(html.replaceAll(`value="${q}"`, "").replaceAll(q, ""), new RegExp(canary), url);
    }
  }
  assert.match((await visitOk(urls.searchApi({}, { q: canary }))).html, /"total":0/);
  const mine = await visitOk(urls.searchApi({}, { q: canary }), { as: maya });
  assert.match(mine.html, /"total":1/);
  assert.match(String(mine.headers["cache-control"]), /no-store/);
});
