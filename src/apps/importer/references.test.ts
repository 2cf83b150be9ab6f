import { dead, entryAt, folderOf, redirectsTo, refusals } from "./testing/world.ts";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eq } from "drizzle-orm";
import { entryImages } from "#apps/catalog/schema.ts";
import { media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { importFolder } from "./import.ts";

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
