import { contentChanged, sam, visit, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { saveEntry } from "#apps/catalog/saving.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { media } from "#apps/media/schema.ts";
import { db, queryCount } from "#lib/db.ts";

const lists = "/python-lists/";

test("a tutorial shows its text, its people, its dates and what to read next", async () => {
  const page = await visitOk(lists);
  assert.match(page.html, /<h1>Python lists from the ground up<\/h1>/);
  assert.match(page.text, /By Ada Lindqvist/);
  assert.match(page.text, /1 Jan 2026 Updated 11 Feb 2026/);
  assert.match(page.text, /Otto Brandt Technical reviewer, editor/);
  assert.match(page.html, /href="\/tutorials\/data-structures\/"/);
  assert.match(page.html, /<a href="#negative-steps">/);
  assert.match(page.html, /aria-label="Python code: slices.py"/);
  assert.match(page.text, /Keep learning/);
});

test("a tutorial costs one query, and one of where the reader stands; on a new visit that is noted", async () => {
  assert.equal(await cost({ as: sam, headers: { "sec-purpose": "prefetch" } }), 2);
  // What is kept by now is not asked for again.
  assert.equal(await cost({ as: sam }), 2);
  assert.equal(await cost({ as: sam }), 1);
  // A cookie without a session: nobody in particular, but no cached page either.
  assert.equal(await cost({ headers: { cookie: "lectern_session=" } }), 1);
});

async function cost(options: Parameters<typeof visitOk>[1]): Promise<number> {
  const before = queryCount();
  await visitOk(lists, options);
  return queryCount() - before;
}

test("its head tells search engines and other sites what it is", async () => {
  const { html } = await visitOk(lists);
  assert.match(html, /<link rel="canonical" href="http:\/\/localhost\/python-lists\/">/);
  assert.match(html, /<link rel="alternate" type="text\/markdown" href="\/python-lists.md">/);
  assert.match(html, /<meta property="og:image" content="http:\/\/localhost\/preview\/[^"]+">/);
  assert.match(html, /<meta property="article:published_time" content="2026-01-01T09:00:00.000Z">/);
  const [article, breadcrumbs] = jsonLd(html);
  assert.equal(article?.["@type"], "TechArticle");
  assert.equal(article?.datePublished, "2026-01-01T09:00:00.000Z");
  assert.equal(article?.dateModified, "2026-02-11T09:00:00.000Z");
  assert.equal(article?.isAccessibleForFree, true);
  assert.deepEqual(article?.author, [{ "@type": "Person", name: "Ada Lindqvist", url: "http://localhost/team/ada/" }]);
  assert.equal(breadcrumbs?.["@type"], "BreadcrumbList");
});

test("a part of a series leads to the parts before and after it, and up to the series", async () => {
  const { html, text } = await visitOk("/your-first-package-2/");
  assert.match(html, /<a class="previous" rel="prev" href="\/your-first-package-1\/">/);
  assert.match(html, /<a class="next" rel="next" href="\/your-first-package-3\/">/);
  assert.match(text, /Your first package \(part 2 of 3\)/);
});

test("a series shows its parts in their order, at the cost of three queries", async () => {
  const before = queryCount();
  const { html, text } = await visitOk("/your-first-package/");
  assert.equal(queryCount() - before, 3);
  const parts = [...html.matchAll(/<h3 class="card-title"><a href="([^"]+)"/g)].map((match) => match[1]);
  assert.match(text, /4 min read/);
  assert.deepEqual(parts, ["/your-first-package-1/", "/your-first-package-2/", "/your-first-package-3/"]);
});

test("what is scheduled or a draft is nowhere", async () => {
  for (const path of ["/pattern-matching/", "/pattern-matching.md", "/metaclasses/", "/metaclasses.md"]) {
    assert.equal((await visit(path)).status, 404, path);
  }
  for (const list of ["/", "/tutorials/", "/tutorials/python/", "/levels/basics/", "/team/ada/", lists]) {
    assert.doesNotMatch((await visitOk(list)).html, /pattern-matching|metaclasses/i, list);
  }
});

test("a former address leads to the new one, and to the section it meant", async () => {
  const page = await visit("/lists/");
  assert.equal(page.status, 301);
  assert.equal(page.headers.location, "/python-lists/#slices");
});

test("an address without its last slash leads to the one with it", async () => {
  const page = await visit("/python-lists");
  assert.equal(page.status, 308);
  assert.equal(page.headers.location, lists);
});

test("a public tutorial is also Markdown", async () => {
  const page = await visitOk("/python-lists.md");
  assert.match(String(page.headers["content-type"]), /^text\/markdown/);
  assert.match(page.html, /^# Python lists from the ground up\n/);
});

test("a tutorial with a picture shows it in the first view, and so does its card", async () => {
  const [picture] = await db
    .insert(media)
    .values({ hash: "ab".repeat(32), name: "loom.png", format: "png", sizeBytes: 1, width: 1600, height: 900 })
    .returning();
  assert.ok(picture);
  const entry = await saveEntry({
    kind: "tutorial",
    path: "/looms/",
    title: "Looms",
    imageId: picture.id,
    publishedAt: new Date("2026-03-01T09:00:00Z"),
  });
  await saveText(entry, "A loom holds the threads.", "test");
  await contentChanged();
  const hero =
    /<div class="hero">.*?<img src="[^"]*abababababababab[^"]*"[^>]*width="1600" height="900" alt="" fetchpriority="high">/s;
  assert.match((await visitOk("/looms/")).html, hero);
  assert.match((await visitOk("/tutorials/")).html, /<div class="card-cover"><picture>.*?abababababababab/s);
});

function jsonLd(html: string): { [name: string]: unknown }[] {
  const scripts = [...html.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/gs)];
  return scripts.map((match) => z.record(z.string(), z.unknown()).parse(JSON.parse(match[1] ?? "")));
}

test("a summary that was taken from the text is not read twice", async () => {
  const source = "It’s *the* first `<sentence>`, which says it all. And a second.";
  const fields = { kind: "tutorial", title: "Opening", publishedAt: new Date("2026-01-01T09:00:00Z") };
  const summary = "It’s the first <sentence>, which says it all.";
  const taken = await saveEntry({ ...fields, path: "/opening/", summary });
  await saveText(taken, source, "test");
  const own = await saveEntry({ ...fields, path: "/opening-too/", summary: "In words of its own." });
  await saveText(own, source, "test");
  assert.doesNotMatch((await visitOk("/opening/", { as: sam })).html, /class="lede"/);
  assert.match((await visitOk("/opening-too/", { as: sam })).html, /class="lede"/);
});
