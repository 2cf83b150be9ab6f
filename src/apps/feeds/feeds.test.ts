import { contentChanged, maya, site, visit, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { touchContent } from "#apps/catalog/content-version.ts";
import { entries } from "#apps/catalog/schema.ts";
import { canary } from "#apps/tutorials/fixtures.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";

const feeds = [urls.atom(), urls.rss(), urls.jsonFeed()];

test("the feeds hold the whole text of public tutorials, newest first, with whole addresses", async () => {
  for (const feed of feeds) {
    const { html } = await visitOk(feed);
    assert.ok(html.includes("Python lists from the ground up"), feed);
    assert.ok(
      html.indexOf("Release it") < html.indexOf("Python lists from the ground up"),
      `${feed} is not newest first`,
    );
    assert.match(html, /http:\/\/localhost\/tutorials\/data-structures\//);
    assert.doesNotMatch(html, /permalink|(href|src)=(&quot;|\\?")\/[^/]/);
  }
});

test("nothing that machines read holds a byte of guarded text, whoever asks", async () => {
  const addresses = [
    ...feeds,
    urls.topicFeed({ topic: "python", format: "rss.xml" }),
    urls.personFeed({ slug: "ada", format: "feed.json" }),
    urls.sitemap(),
    urls.llms(),
  ];
  for (const address of addresses) {
    assert.ok(!(await visitOk(address)).html.includes(canary), `${address} leaks`);
    assert.ok(
      !(await visitOk(address, { as: maya })).html.includes(canary),
      `${address} leaks to a member's feed reader`,
    );
  }
  const { html } = await visitOk(urls.atom());
  assert.match(html, /A decorator is a function that takes a function/);
});

test("what is scheduled or a draft is in no feed, no sitemap and no list", async () => {
  for (const address of [...feeds, urls.sitemap(), urls.llms()]) {
    assert.doesNotMatch((await visitOk(address)).html, /pattern-matching|metaclasses|Pattern matching/);
  }
});

test("a topic and a person have feeds of their own, in three formats and no other", async () => {
  const topic = await visitOk(urls.topicFeed({ topic: "data-structures", format: "atom.xml" }));
  assert.match(String(topic.headers["content-type"]), /^application\/atom\+xml/);
  assert.match(topic.html, /<title>Data structures · Lectern<\/title>/);
  assert.doesNotMatch(topic.html, /Release it/);
  assert.match((await visitOk(urls.personFeed({ slug: "ada", format: "rss.xml" }))).html, /<channel><title>Ada/);
  assert.equal((await visit(urls.topicFeed({ topic: "python", format: "feed.csv" }))).status, 404);
  assert.equal((await visit(urls.topicFeed({ topic: "cobol", format: "atom.xml" }))).status, 404);
});

test("signs in a summary are text to every program that reads RSS", async () => {
  const summary = "Lists & List<T>.";
  await db.update(entries).set({ summary }).where(eq(entries.path, "/type-hints/"));
  await touchContent();
  await contentChanged();
  const { html } = await visitOk(urls.rss());
  assert.ok(html.includes("<description>Lists &amp;amp; List&amp;lt;T&amp;gt;.</description>"));
});

test("the JSON feed is one", async () => {
  const feed = z
    .object({ version: z.literal("https://jsonfeed.org/version/1.1"), items: z.array(z.object({ id: z.url() })) })
    .parse(JSON.parse((await visitOk(urls.jsonFeed())).html));
  assert.ok(feed.items.length > 3);
});

test("the sitemap lists entries, topics and people, and robots.txt leads to it", async () => {
  const { html, headers } = await visitOk(urls.sitemap());
  assert.match(String(headers["content-type"]), /^application\/xml/);
  for (const path of ["/", "/decorators/", "/about/", "/tutorials/python/", "/team/ada/", "/your-first-package/"]) {
    assert.ok(html.includes(`<loc>http://localhost${path}</loc>`), `${path} is missing`);
  }
  assert.equal((await visit(urls.sitemap({}, { page: 2 }))).status, 404);
  assert.match((await visitOk(urls.robots())).html, /^Sitemap: http:\/\/localhost\/sitemap\.xml$/m);
});

test("llms.txt links public texts as Markdown, guarded ones as pages", async () => {
  const { html } = await visitOk(urls.llms());
  assert.match(html, /^- \[Python lists from the ground up\]\(http:\/\/localhost\/python-lists\.md\): Make, slice/m);
  assert.match(html, /\(http:\/\/localhost\/decorators\/\)/);
});

test("the manifest names icons that are there", async () => {
  const { html } = await visitOk(urls.manifest());
  const { icons } = z.object({ icons: z.array(z.object({ src: z.string() })) }).parse(JSON.parse(html));
  assert.equal(icons.length, 2);
});

test("a published entry has a preview picture, and what is not published has none", async () => {
  const [, file = ""] =
    /og:image" content="http:\/\/localhost(\/preview\/\d+\.png)"/.exec((await visitOk("/decorators/")).html) ?? [];
  const { rawPayload, headers } = await site.fastify.inject({ url: file, headers: { host: "localhost" } });
  assert.equal(headers["content-type"], "image/png");
  assert.deepEqual([rawPayload.readUInt32BE(16), rawPayload.readUInt32BE(20)], [1200, 630]);
  for (const other of ["/preview/999999.png", "/preview/0.png", "/preview/1.svg", "/preview/..%2f1.png"]) {
    assert.equal((await visit(other)).status, 404, other);
  }
});
