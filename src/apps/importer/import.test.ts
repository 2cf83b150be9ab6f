import { databaseUrl, dead, entryAt, folderOf, put, redirectsTo, refusals, statuses } from "./testing/world.ts";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { count, eq } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { credits, entries, entryImages, entryTopics, topics } from "#apps/catalog/schema.ts";
import { saveEntry } from "#apps/catalog/saving.ts";
import { revisions } from "#apps/editorial/schema.ts";
import { media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { blackPng, photo } from "#lib/images/samples.ts";
import { importFolder } from "./import.ts";
import { importedFiles } from "./schema.ts";

assert.ok(databaseUrl);

describe("what a file becomes", () => {
  test("YAML front matter gives an entry its fields", async () => {
    const folder = await folderOf({
      "one.md": [
        "---",
        "title: All fields",
        "slug: all-fields",
        "description: What it says.",
        "date: 2024-05-31",
        "lastmod: 2024-06-01 12:30:00 +0200",
        "tags: [Python, C++]",
        "difficulty: beginner",
        "access: members",
        "author: Ada Lindqvist",
        "team: { technical-reviewer: [Bo], editor: Cy }",
        "listed: false",
        "---",
        "Text.",
      ].join("\n"),
    });
    const report = await importFolder(folder, { publish: true });
    assert.deepEqual(refusals(report), []);
    const entry = await entryAt("/all-fields/");
    assert.ok(entry);
    assert.equal(entry.title, "All fields");
    assert.equal(entry.summary, "What it says.");
    assert.equal(entry.level, "basics");
    assert.equal(entry.access, "members");
    assert.equal(entry.listed, false);
    assert.equal(entry.publishedAt?.toISOString(), "2024-05-31T00:00:00.000Z");
    assert.equal(entry.updatedAt.toISOString(), "2024-06-01T10:30:00.000Z");
    const team = await db
      .select({ slug: profiles.slug, role: credits.role })
      .from(credits)
      .innerJoin(profiles, eq(profiles.id, credits.profileId))
      .where(eq(credits.entryId, entry.id))
      .orderBy(credits.position);
    assert.deepEqual(team, [
      { slug: "ada-lindqvist", role: "author" },
      { slug: "bo", role: "technical reviewer" },
      { slug: "cy", role: "editor" },
    ]);
    const about = await db
      .select({ slug: topics.slug })
      .from(entryTopics)
      .innerJoin(topics, eq(topics.id, entryTopics.topicId))
      .where(eq(entryTopics.entryId, entry.id))
      .orderBy(entryTopics.position);
    assert.deepEqual(about, [{ slug: "python" }, { slug: "c-plus-plus" }]);
  });

  test("TOML front matter does as well, and keys that mean nothing are noted", async () => {
    const folder = await folderOf({
      "toml.md": '+++\ntitle = "From TOML"\ndate = 2023-01-02\nweird = 1\n[extra]\na = 1\n+++\nText.\n',
    });
    const report = await importFolder(folder, { publish: true });
    const entry = await entryAt("/toml/");
    assert.equal(entry?.title, "From TOML");
    assert.equal(entry?.publishedAt?.toISOString(), "2023-01-02T00:00:00.000Z");
    assert.deepEqual(
      report.notes.map(({ line, sentence }) => `${line} ${sentence}`),
      ["4 unknown key weird", "5 unknown key extra"],
    );
  });

  test("without front matter the heading, the name and the folder speak", async () => {
    const folder = await folderOf({
      "2014-03-03-primer-on-jinja.markdown": "# Primer on *Jinja*\n\nText.\n",
      "my-first-steps.md": "Text without a heading.\n",
      "guide/index.md": "# About\n\nThe folder's own text.\n",
      "concept/about.md": "# Sets\n\nText.\n",
    });
    await importFolder(folder, { publish: true });
    const jekyll = await entryAt("/primer-on-jinja/");
    assert.equal(jekyll?.title, "Primer on Jinja");
    assert.equal(jekyll?.publishedAt?.toISOString(), "2014-03-03T00:00:00.000Z");
    assert.equal(jekyll?.source, "Text.\n");
    assert.equal((await entryAt("/my-first-steps/"))?.title, "My First Steps");
    assert.equal((await entryAt("/guide/"))?.title, "Guide");
    assert.equal((await entryAt("/concept/"))?.title, "Sets");
  });

  test("git tells when a file was first and last committed", async () => {
    const folder = await folderOf({ "dated-by-git.md": "One.\n" });
    const git = (date: string, ...args: string[]): void => {
      const name = { GIT_AUTHOR_NAME: "x", GIT_AUTHOR_EMAIL: "x@example.org" };
      const committer = { GIT_COMMITTER_NAME: "x", GIT_COMMITTER_EMAIL: "x@example.org", GIT_COMMITTER_DATE: date };
      execFileSync("git", args, { cwd: folder, env: { ...process.env, ...name, ...committer } });
    };
    git("2020-01-01T00:00:00Z", "init", "-q");
    git("2020-01-01T00:00:00Z", "add", ".");
    git("2020-01-01T00:00:00Z", "commit", "-qm", "one");
    await put(folder, { "dated-by-git.md": "Two.\n" });
    git("2021-02-03T00:00:00Z", "commit", "-qam", "two");
    await importFolder(folder, { publish: true });
    const entry = await entryAt("/dated-by-git/");
    assert.equal(entry?.publishedAt?.toISOString(), "2020-01-01T00:00:00.000Z");
    assert.equal(entry?.updatedAt.toISOString(), "2021-02-03T00:00:00.000Z");
  });

  test("what the command line says counts for files that do not say it", async () => {
    const folder = await folderOf({
      "told.md": "---\nlevel: advanced\nauthor: Own Author\n---\nText.\n",
      "untold.md": "Text.\n",
    });
    const options = { authors: ["Given"], topics: ["Given topic"], level: "basics", series: "Given series" } as const;
    await importFolder(folder, options);
    const [told, untold, series] = [
      await entryAt("/told/"),
      await entryAt("/untold/"),
      await entryAt("/given-series/"),
    ];
    assert.equal(told?.level, "advanced");
    assert.equal(untold?.level, "basics");
    assert.equal(series?.kind, "series");
    assert.deepEqual([told?.parentId, told?.position], [series?.id, 1]);
    assert.deepEqual([untold?.parentId, untold?.position], [series?.id, 2]);
    const names = await db
      .select({ path: entries.path, name: profiles.name })
      .from(credits)
      .innerJoin(profiles, eq(profiles.id, credits.profileId))
      .innerJoin(entries, eq(entries.id, credits.entryId))
      .where(eq(entries.parentId, series?.id ?? 0))
      .orderBy(entries.position);
    assert.deepEqual(names, [
      { path: "/told/", name: "Own Author" },
      { path: "/untold/", name: "Given" },
    ]);
  });
});

describe("publishing", () => {
  test("without --publish everything is a draft; with it everything but drafts is public, and stays so", async () => {
    const folder = await folderOf({ "pub-a.md": "A.\n", "pub-b.md": "---\ndraft: true\n---\nB.\n" });
    await importFolder(folder);
    assert.equal((await entryAt("/pub-a/"))?.publishedAt, null);
    assert.deepEqual(statuses(await importFolder(folder, { publish: true })), {
      "pub-a.md": "updated",
      "pub-b.md": "unchanged",
    });
    const published = (await entryAt("/pub-a/"))?.publishedAt;
    assert.ok(published);
    assert.equal((await entryAt("/pub-b/"))?.publishedAt, null);
    await put(folder, { "pub-a.md": "A changed.\n" });
    await importFolder(folder);
    assert.deepEqual((await entryAt("/pub-a/"))?.publishedAt, published);
  });
});

describe("running again", () => {
  test("changes nothing that has not changed, and updates in place what has", async () => {
    const folder = await folderOf({ "again-a.md": "A, see [B](again-b.md).\n", "again-b.md": "B.\n" });
    await importFolder(folder, { publish: true });
    const before = await entryAt("/again-a/");
    const second = await importFolder(folder, { publish: true });
    assert.deepEqual(statuses(second), { "again-a.md": "unchanged", "again-b.md": "unchanged" });
    assert.deepEqual(await entryAt("/again-a/"), before);

    await put(folder, { "again-b.md": "---\nslug: again-c\n---\nB has moved.\n" });
    const third = await importFolder(folder, { publish: true });
    assert.deepEqual(statuses(third), { "again-a.md": "updated", "again-b.md": "updated" });
    const moved = await entryAt("/again-c/");
    assert.ok(moved);
    assert.deepEqual(await redirectsTo(moved.id), ["/again-b/"]);
    assert.equal((await entryAt("/again-a/"))?.source, "A, see [B](/again-c/).\n");
    const [kept] = await db.select({ n: count() }).from(revisions).where(eq(revisions.entryId, moved.id));
    assert.equal(kept?.n, 2);
  });

  test("a file that was renamed keeps its entry, and one that is gone is told and stays", async () => {
    const folder = await folderOf({ "old/kept.md": "Kept.\n", "gone.md": "Gone.\n" });
    await importFolder(folder);
    const before = await entryAt("/kept/");
    rmSync(join(folder, "gone.md"));
    rmSync(join(folder, "old"), { recursive: true });
    await put(folder, { "new/kept.md": "Kept.\n" });
    const report = await importFolder(folder);
    assert.deepEqual(refusals(report), []);
    assert.equal((await entryAt("/kept/"))?.id, before?.id);
    assert.deepEqual(report.vanished, [{ file: "gone.md", path: "/gone/" }]);
    assert.ok(await entryAt("/gone/"));
  });

  test("a folder that its mapping names is known again at another place", async () => {
    const files = { "lectern.yaml": "name: wanderer\n", "wanders.md": "Text.\n" };
    await importFolder(await folderOf(files));
    assert.deepEqual(statuses(await importFolder(await folderOf(files))), { "wanders.md": "unchanged" });
  });

  test("a dry run writes nothing and reports the same", async () => {
    const folder = await folderOf({
      "dry.md": "![Grey](dry.jpg) and [none](none.md).\n",
      "dry.jpg": await photo(31, 17),
      "bad.md": "---\ntitle: [\n---\n",
    });
    const before = await rows();
    const dry = await importFolder(folder, { dryRun: true, authors: ["Nobody Yet"], publish: true });
    assert.deepEqual(await rows(), before);
    const wet = await importFolder(folder, { authors: ["Nobody Yet"], publish: true });
    assert.deepEqual(statuses(wet), statuses(dry));
    assert.deepEqual(refusals(wet), refusals(dry));
    assert.deepEqual(dead(wet), dead(dry));
  });
});

describe("pictures", () => {
  test("are taken in once by content, and the text names them by their address in media", async () => {
    const picture = await photo(40, 30);
    const folder = await folderOf({
      "pics/one.md": '![First](../img/a%20b.jpg)\n\n`![code](../img/a b.jpg)`\n\n<img src="/copy.jpg" alt="Second">\n',
      "img/a b.jpg": picture,
      "static/copy.jpg": picture,
    });
    const report = await importFolder(folder, { publish: true });
    assert.deepEqual(refusals(report), []);
    assert.deepEqual(dead(report), []);
    const entry = await entryAt("/one/");
    const [path] = /\/media\/[0-9a-f]{16}\/a-b\.jpg/.exec(entry?.source ?? "") ?? [];
    assert.ok(path);
    assert.equal(
      entry?.source,
      `![First](${path})\n\n\`![code](../img/a b.jpg)\`\n\n<img src="${path}" alt="Second">\n`,
    );
    assert.match(entry?.html ?? "", /<picture>/);
    const shown = await db
      .select()
      .from(entryImages)
      .where(eq(entryImages.entryId, entry?.id ?? 0));
    assert.equal(shown.length, 1);
  });

  test("the hero comes from front matter", async () => {
    const folder = await folderOf({ "hero.md": "---\nhero: hero.jpg\n---\nText.\n", "hero.jpg": await photo(50, 20) });
    await importFolder(folder);
    const entry = await entryAt("/hero/");
    const [picture] = await db
      .select()
      .from(media)
      .where(eq(media.id, entry?.imageId ?? 0));
    assert.equal(picture?.width, 50);
  });

  test("that are missing are told with their line, and the article is there", async () => {
    const report = await importFolder(
      await folderOf({ "lacks.md": "---\ntitle: Lacks\n---\nText.\n\n![x](no.png)\n" }),
    );
    assert.deepEqual(dead(report), ["lacks.md:6 the picture no.png is not in the folder"]);
    assert.ok(await entryAt("/lacks/"));
  });
});

describe("links", () => {
  test("lead to the new addresses, wherever a text can hold them and nowhere else", async () => {
    const folder = await folderOf({
      "links/from.md": [
        "[md](target.md#the-part) [dir](../links/) [up](../other.md) [abs](/links/target.md) [html](target.html)",
        "",
        '`[code](target.md)` and [outside](https://example.org/target.md) and <a href="target.md">raw</a>',
        "",
        '[liquid]({% link links/target.md %}) [hugo]({{< ref "target.md#the-part" >}}) [reference][r] [self](#own-part)',
        "",
        "```md",
        "[fenced](target.md)",
        "[r]: target.md",
        "```",
        "",
        "## Own part",
        "",
        '[r]: ./target.md "Title"',
      ].join("\n"),
      "links/target.md": "# Target\n\n## The part\n\nText.\n",
      "links/index.md": "---\nslug: links-index\n---\nIndex.\n",
      "other.md": "---\nslug: links-other\n---\nOther.\n",
    });
    const report = await importFolder(folder);
    assert.deepEqual(refusals(report), []);
    assert.deepEqual(dead(report), []);
    assert.equal(
      (await entryAt("/from/"))?.source,
      [
        "[md](/target/#the-part) [dir](/links-index/) [up](/links-other/) [abs](/target/) [html](/target/)",
        "",
        '`[code](target.md)` and [outside](https://example.org/target.md) and <a href="/target/">raw</a>',
        "",
        "[liquid](/target/) [hugo](/target/#the-part) [reference][r] [self](#own-part)",
        "",
        "```md",
        "[fenced](target.md)",
        "[r]: target.md",
        "```",
        "",
        "## Own part",
        "",
        '[r]: /target/ "Title"',
        "",
      ].join("\n"),
    );
  });

  test("find a section although another generator named it otherwise, and the title's", async () => {
    const folder = await folderOf({
      "anchors.md": "[a](anchored.md#What_Is_It) [b](anchored.md#anchored-title) [c](anchored.md#own-id)\n",
      "anchored.md": "# Anchored title\n\n## What is it?\n\n## Other {#own-id}\n\nText.\n",
    });
    const report = await importFolder(folder);
    assert.deepEqual(dead(report), []);
    assert.equal(
      (await entryAt("/anchors/"))?.source,
      "[a](/anchored/#what-is-it) [b](/anchored/) [c](/anchored/#own-id)\n",
    );
  });

  test("to the site's own addresses stay as they are", async () => {
    const source = "[m](/own.md) [s](/search/?q=x) [t](/tutorials/) [h](/)\n";
    const report = await importFolder(
      await folderOf({ "own.md": source, "x/other.md": "---\nslug: own-other\n---\nx\n" }),
    );
    assert.deepEqual(dead(report), []);
    // A file of the folder comes first, an address of the site next.
    assert.equal((await entryAt("/own/"))?.source, source.replace("/own.md", "/own/"));
    const second = await importFolder(
      await folderOf({ "owned.md": "[m](/own.md) [n](/owned-here.md)\n", "a/b.md": "---\nslug: owned-here\n---\nx\n" }),
    );
    assert.deepEqual(dead(second), []);
    assert.equal((await entryAt("/owned/"))?.source, "[m](/own.md) [n](/owned-here.md)\n");
  });

  test("by Jekyll's post_url find a post by its name, and plain names are not looked for elsewhere", async () => {
    const folder = await folderOf({
      "posts.md": "[a]({% post_url 2014-01-02-a-post %}) [b](2014-01-02-a-post.md)\n",
      "_posts/2014/2014-01-02-a-post.md": "Text.\n",
    });
    const report = await importFolder(folder);
    assert.equal((await entryAt("/posts/"))?.source, "[a](/a-post/) [b](2014-01-02-a-post.md)\n");
    assert.deepEqual(dead(report), ["posts.md:1 2014-01-02-a-post.md leads to nothing in the folder"]);
  });

  test("that lead nowhere are told with file, line and reason", async () => {
    const folder = await folderOf({
      "dead.md":
        "---\ntitle: Dead\n---\n[a](none.md)\n\n[b](found.md#none) [c](#none)\n[d](../out.md) [e](bad.md) [f](data.csv)\n",
      "found.md": "Text.\n",
      "bad.md": "",
      "data.csv": "1",
    });
    const report = await importFolder(folder);
    assert.deepEqual(dead(report), [
      "dead.md:4 none.md leads to nothing in the folder",
      "dead.md:6 found.md#none leads to a section #none that is not there",
      "dead.md:6 #none leads to a section #none that is not there",
      "dead.md:7 ../out.md leads out of the folder",
      "dead.md:7 bad.md leads to a file that was not imported: It is empty: there is nothing to read.",
      "dead.md:7 data.csv leads to a file that is no text and no picture",
    ]);
  });

  test("old addresses lead to the entry, and links to them lead to the new one", async () => {
    const folder = await folderOf({
      "lectern.yaml": "site: https://old.example.org/course\nfiles:\n  - match: '*.md'\n    aliases: '{name}.html'\n",
      "moved.md": "---\nslug: has-moved\nredirect_from: [/2014/moved/, /старый/]\n---\nText, see [x](stays.html).\n",
      "stays.md": "See [it](/2014/moved/), [it](https://old.example.org/course/moved.html#top).\n",
    });
    const report = await importFolder(folder);
    assert.deepEqual(refusals(report), []);
    const moved = await entryAt("/has-moved/");
    assert.deepEqual(await redirectsTo(moved?.id ?? 0), ["/2014/moved/", "/course/moved.html/", "/старый/"].toSorted());
    assert.equal(moved?.source, "Text, see [x](/stays/).\n");
    assert.equal((await entryAt("/stays/"))?.source, "See [it](/has-moved/), [it](/has-moved/#top).\n");
  });
});

describe("what is refused", () => {
  test("two files with one address, each naming the other", async () => {
    const report = await importFolder(await folderOf({ "a/twin.md": "A.\n", "b/twin.md": "B.\n", "c.md": "C.\n" }));
    assert.deepEqual(refusals(report), [
      "a/twin.md:1 Its address /twin/ is also that of b/twin.md.",
      "b/twin.md:1 Its address /twin/ is also that of a/twin.md.",
    ]);
  });

  test("the address of something that is on the site already, naming where it came from", async () => {
    await saveEntry({ kind: "page", path: "/taken/", title: "Taken by hand" });
    const first = await folderOf({ "imported.md": "Text.\n" });
    await importFolder(first);
    const report = await importFolder(
      await folderOf({ "taken.md": "Text.\n", "imported.md": "Text.\n", "search.md": "Text.\n" }),
    );
    assert.deepEqual(refusals(report), [
      `imported.md:1 Its address /imported/ is already that of "Imported", which was imported from ${first}/imported.md.`,
      "search.md:1 Its address /search/ is one of the site itself.",
      'taken.md:1 Its address /taken/ is already that of "Taken by hand".',
    ]);
  });

  test("front matter that cannot be read, with its line", async () => {
    const report = await importFolder(
      await folderOf({
        "r1.md": "---\ntitle: fine\nslug: [never closed\n---\nText.\n",
        "r2.md": '+++\ntitle = "fine"\nslug = \n+++\nText.\n',
        "r3.md": "---\ntitle: never closed\n\nText.\n",
        "r4.md": "---\ntitle: fine\ndate: 31 May\n---\nText.\n",
        "r5.md": "---\n- a\n- list\n---\nText.\n",
        "r6.md": "---\naccess: secret\n---\nText.\n",
        "r7.md": "---\ntitle: twice\ntitle: again\n---\nText.\n",
        "r8.md": "---\nslug: '!!!'\n---\nText.\n",
        "r9.md": "---\ndate: 2023-02-31\n---\nText.\n",
      }),
    );
    const told = refusals(report);
    assert.match(told[0] ?? "", /^r1\.md:[34] The front matter is not YAML: /);
    assert.match(told[1] ?? "", /^r2\.md:3 The front matter is not TOML: /);
    assert.equal(told[2], "r3.md:1 The front matter is never closed with ---.");
    assert.equal(told[3], "r5.md:2 The front matter is not a list of keys and values.");
    assert.match(told[4] ?? "", /^r7\.md:3 The front matter is not YAML: Map keys must be unique/);
    assert.deepEqual(told.slice(5), [
      'r4.md:3 date must be a date such as 2024-05-31, not "31 May".',
      'r6.md:2 access must be public or registered or members, not "secret".',
      'r8.md:2 No address can be made of "!!!": name a slug in letters a to z and digits.',
      'r9.md:2 date must be a date such as 2024-05-31, not "2023-02-31".',
    ]);
    assert.equal(report.articles.length, 0);
  });

  test("what is not text, is empty, or is too large", async () => {
    const report = await importFolder(
      await folderOf({
        "t1.md": Buffer.from([0x80, 0x81, 0x20]),
        "t2.md": Buffer.from("a\u0000b"),
        "t3.md": "---\ntitle: only this\n---\n\n<!-- nothing -->\n",
        "t4.md": "x".repeat(1_000_001),
        "t5.md": Buffer.from("\uFEFFText", "utf16le"),
      }),
    );
    assert.deepEqual(refusals(report).toSorted(), [
      "t1.md It is not text in UTF-8.",
      "t2.md It is not text: it holds zero bytes, as programs and UTF-16 files do.",
      "t3.md It is empty: there is nothing to read.",
      "t4.md It has 1.0 MB; at most 1.0 MB can be read.",
      "t5.md It is not text: it holds zero bytes, as programs and UTF-16 files do.",
    ]);
  });

  test("pictures that are none, bombs, and what leaves the folder; links to such files lead nowhere", async () => {
    const folder = await folderOf({
      "p1.md": "One.\n\n![x](fake.png)\n",
      "p2.md": "![x](bomb.png)\n",
      "p3.md": "---\nimage: ../../etc/passwd\n---\nText.\n",
      "p4.md": "Text.\n\n![x](../../../../etc/passwd)\n",
      "p5.md": "![x](file:///etc/passwd)\n",
      "p6.md": "See [one](p1.md).\n",
      "fake.png": "no picture",
      "bomb.png": blackPng(30_000, 30_000),
    });
    const report = await importFolder(folder);
    const told = refusals(report).toSorted();
    assert.match(told[0] ?? "", /^p1\.md:3 The picture fake\.png cannot be used\. \S/);
    assert.match(told[1] ?? "", /^p2\.md:1 The picture bomb\.png cannot be used\. .*16\.8/);
    assert.deepEqual(told.slice(2), [
      "p3.md:2 The picture ../../etc/passwd is outside of the folder.",
      "p4.md:3 The picture ../../../../etc/passwd is outside of the folder.",
    ]);
    const lost = dead(report).toSorted();
    assert.equal(lost[0], "p5.md:1 the picture file:///etc/passwd is not in the folder");
    assert.match(lost[1] ?? "", /^p6\.md:1 p1\.md leads to a file that was not imported: The picture fake\.png/);
    assert.equal(lost.length, 2);
  });

  test("symbolic links that leave the folder, lead round in a circle or nowhere", async () => {
    const folder = await folderOf({ "sub/real.md": "Text.\n" });
    symlinkSync("/etc/hostname", join(folder, "leaves.md"));
    symlinkSync("/etc", join(folder, "leaves"));
    symlinkSync("..", join(folder, "sub", "circle"));
    symlinkSync("itself.md", join(folder, "itself.md"));
    symlinkSync("sub", join(folder, "again"));
    const report = await importFolder(folder);
    assert.deepEqual(refusals(report).toSorted(), [
      "itself.md It is a symbolic link that leads nowhere or round in a circle.",
      "leaves It is a symbolic link that leaves the folder.",
      "leaves.md It is a symbolic link that leaves the folder.",
      "sub/circle It is a symbolic link to a folder that it is in itself, which would never end.",
    ]);
    assert.deepEqual(statuses(report), { "sub/real.md": "created" });
  });

  test("old addresses that lead round in a circle, or are somebody else's", async () => {
    const report = await importFolder(
      await folderOf({
        "l1.md": "---\naliases: [/l2/]\n---\nText.\n",
        "l2.md": "---\naliases: [/l1/]\n---\nText.\n",
        "l3.md": "---\ntitle: x\naliases: /l3/\n---\nText.\n",
        "l4.md": "---\naliases: [/both/]\n---\nText.\n",
        "l5.md": "---\naliases: [/both]\n---\nText.\n",
        "l6.md": "---\npermalink: /l6/\n---\nText.\n",
      }),
    );
    assert.deepEqual(refusals(report), [
      "l1.md:2 Its old address /l2/ is the address of l2.md.",
      "l2.md:2 Its old address /l1/ is the address of l1.md.",
      "l3.md:3 Its old address /l3/ is its own address, so it would lead round in a circle.",
      "l4.md:2 Its old address /both/ is also an old address of l5.md.",
      "l5.md:2 Its old address /both is also an old address of l4.md.",
    ]);
    assert.deepEqual(statuses(report), { "l6.md": "created" });
  });

  test("a folder that is not there, and a mapping that is wrong, with its line", async () => {
    await assert.rejects(importFolder("/nowhere/at/all"), /There is no folder \/nowhere\/at\/all\./);
    const folder = await folderOf({
      "lectern.yaml": "topics:\n  - { slug: ok, name: Ok }\n  - slug: Not Ok\n    name: x\n",
      "m.md": "x",
    });
    await assert.rejects(importFolder(folder), /lectern\.yaml:3: topics\.1\.slug: must be lowercase letters/);
    await put(folder, { "lectern.yaml": "topic: x\n" });
    await assert.rejects(importFolder(folder), /lectern\.yaml:1: Unrecognized key: "topic"/);
    await assert.rejects(importFolder(folder, { map: "none.yaml" }), /There is no mapping file none\.yaml\./);
  });
});

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

async function rows(): Promise<unknown[]> {
  const tables = [entries, media, importedFiles, profiles];
  return Promise.all(tables.map(async (table) => db.select({ n: count() }).from(table)));
}
