import { dead, entryAt, folderOf, redirectsTo, refusals, statuses } from "./testing/world.ts";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eq } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { topics } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { importFolder } from "./import.ts";

describe("a mapping", () => {
  test("gives fields by templates, joins files, skips others, and describes people, topics and series", async () => {
    const folder = await folderOf({
      "lectern.yaml": [
        "profiles:",
        "  - { slug: grace, name: Grace, headline: Writes, portrait: p.jpg, links: [{ label: Site, url: 'https://example.org' }] }",
        "topics:",
        "  - { slug: mapped, name: Mapped topic, summary: About mapping. }",
        "series:",
        "  - { title: Mapped series, parts: [ex/two/.docs/task.md, ex/one/.docs/task.md] }",
        "files:",
        "  - match: ex/*/.docs/task.md",
        "    slug: 'mapped/{1}'",
        "    title: '{1|title}'",
        "    topics: [mapped]",
        "    authors: '{../.meta/config.json:authors}'",
        "    join: [{ file: hints.md, fold: Hints }, { file: intro.md, before: true }]",
        "    further: ../links.json",
        "  - match: ex/*/.docs/extra.md",
        "    skip: not for readers",
        "elsewhere:",
        "  - { match: 'ex/{one,two}/data/**', to: 'https://files.example.org/{1}/{2}' }",
      ].join("\n"),
      "p.jpg": await photo(20, 20),
      "ex/one/.docs/task.md":
        "# Instructions\n\nDo [it][r], see [data](../data/x.csv).[^1]\n\n[r]: https://example.org/1\n\n[^1]: Task note.\n",
      "ex/one/.docs/hints.md":
        "# Hints\n\nLook [there][r] or [r] or `[r]`.[^1]\n\n[r]: https://example.org/2\n\n[^1]: Hint note.\n",
      "ex/one/.docs/intro.md": "# Introduction\n\nFirst of all, see [two](../../two/.docs/task.md).\n",
      "ex/one/.docs/extra.md": "Extra.\n",
      "ex/one/.meta/config.json": '{ "authors": ["grace", "New Person"] }',
      "ex/one/links.json":
        '[{ "url": "https://example.org/more", "description": "More [on] it" }, { "url": "javascript:x" }]',
      "ex/two/.docs/task.md": "Two.\n",
    });
    const report = await importFolder(folder, { publish: true });
    assert.deepEqual(refusals(report), []);
    assert.deepEqual(dead(report), []);
    const entry = await entryAt("/mapped/one/");
    assert.equal(entry?.title, "One");
    assert.equal(
      entry?.source,
      [
        "First of all, see [two](/mapped/two/).",
        "",
        "Do [it][r], see [data](https://files.example.org/one/x.csv).[^1]",
        "",
        "[r]: https://example.org/1",
        "",
        "[^1]: Task note.",
        "",
        ":::::: details [Hints]",
        "",
        "Look [there][r 3] or [r][r 3] or `[r]`.[^1-3]",
        "",
        "[r 3]: https://example.org/2",
        "",
        "[^1-3]: Hint note.",
        "",
        "::::::",
        "",
        "## Further reading",
        "",
        "- [More \\[on\\] it](<https://example.org/more>)",
        "",
      ].join("\n"),
    );
    const series = await entryAt("/mapped-series/");
    assert.deepEqual([entry?.parentId, entry?.position], [series?.id, 2]);
    const [grace] = await db.select().from(profiles).where(eq(profiles.slug, "grace"));
    assert.equal(grace?.headline, "Writes");
    assert.match(grace?.portrait ?? "", /^[0-9a-f]{64}$/);
    const [topic] = await db.select().from(topics).where(eq(topics.slug, "mapped"));
    assert.equal(topic?.summary, "About mapping.");
    const skipped = new Map(report.skipped.map(({ file, reason }) => [file, reason]));
    assert.equal(skipped.get("ex/one/.docs/extra.md"), "not for readers");
    assert.equal(skipped.get("ex/one/.docs/hints.md"), "a part of ex/one/.docs/task.md");
  });

  test("cannot read data outside of the folder", async () => {
    const folder = await folderOf({
      "lectern.yaml": "files:\n  - match: '*.md'\n    title: '{../../../../../etc/passwd:root}'\n    slug: '{name}'\n",
      "prying.md": "Text.\n",
    });
    await importFolder(folder);
    assert.equal((await entryAt("/prying/"))?.title, "Prying");
  });

  test("a placeholder gives way to another file, or is skipped", async () => {
    const folder = await folderOf({
      "lectern.yaml":
        "files:\n  - { match: '*/long.md', slug: 'ph-{1}', placeholder: '#\\s*TODO.*', instead: short.md }\n  - { match: '*/short.md', skip: short }\n",
      "x/long.md": "# TODO: write\n",
      "x/short.md": "# Short\n\nText.\n",
      "y/long.md": "# TODO: write\n",
      "y/short.md": "# TODO too\n",
    });
    const report = await importFolder(folder);
    assert.deepEqual(statuses(report), { "x/long.md": "created" });
    assert.equal((await entryAt("/ph-x/"))?.title, "Short");
    assert.ok(
      report.skipped.some(({ file, reason }) => file === "y/long.md" && reason.startsWith("only a placeholder")),
    );
  });
});

test("a preset is chosen by the shape of the folder", async () => {
  const folder = await folderOf({
    "config.yaml":
      "carpentry: swc\ntitle: Shaped lesson\ncreated: '2015-01-02'\nurl: https://lesson.example.org/shaped\nepisodes: [b.md, a.md]\n",
    "index.md": "---\npermalink: index.html\n---\nWelcome, see [a](episodes/a.md) and ![x](episodes/fig/x.jpg).\n",
    "episodes/a.md": "---\ntitle: A\n---\nSee [b](b.html), [setup](../learners/setup.md), [zip](data/x.zip).\n",
    "episodes/b.md": "---\ntitle: B\n---\nText.\n",
    "episodes/fig/x.jpg": await photo(24, 24),
    "learners/setup.md": "---\ntitle: Setup\n---\n![x](fig/x.jpg)\n",
  });
  const report = await importFolder(folder);
  assert.deepEqual(refusals(report), []);
  assert.deepEqual(dead(report), []);
  assert.equal(report.mapping, "the preset carpentries");
  const [series, a, b] = [
    await entryAt("/shaped-lesson/"),
    await entryAt("/shaped-lesson/a/"),
    await entryAt("/shaped-lesson/b/"),
  ];
  assert.equal(series?.kind, "series");
  assert.deepEqual([a?.position, b?.position, a?.parentId], [2, 1, series?.id]);
  assert.equal(
    a?.source,
    "See [b](/shaped-lesson/b/), [setup](/shaped-lesson/setup/), [zip](https://lesson.example.org/shaped/data/x.zip).\n",
  );
  assert.equal((await entryAt("/shaped-lesson/setup/"))?.kind, "page");
  assert.ok((await redirectsTo(a?.id ?? 0)).includes("/shaped/a.html/"));
});

test("a Jekyll site keeps the addresses of its posts", async () => {
  const folder = await folderOf({
    "_config.yml": "baseurl: /blog\npermalink: date\n",
    "_posts/2014-03-03-old-post.markdown": "See [the other](/blog/2014/03/04/other-post.html).\n",
    "_posts/2014-03-04-other-post.md": "---\nlayout: post\n---\n[back]({{ site.baseurl }}/2014/03/03/old-post.html)\n",
    "_drafts/not-yet.md": "Not yet.\n",
    "_layouts/post.md": "{{ content }}\n",
  });
  const report = await importFolder(folder, { publish: true });
  assert.deepEqual(refusals(report), []);
  assert.deepEqual(dead(report), []);
  const [old, other] = [await entryAt("/old-post/"), await entryAt("/other-post/")];
  assert.deepEqual(await redirectsTo(old?.id ?? 0), ["/blog/2014/03/03/old-post.html/"]);
  assert.equal(old?.source, "See [the other](/other-post/).\n");
  assert.equal(other?.source, "[back](/old-post/)\n");
  assert.equal((await entryAt("/not-yet/"))?.publishedAt, null);
});
