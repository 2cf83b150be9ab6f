import { dead, entryAt, folderOf, put, redirectsTo, refusals, statuses } from "./testing/world.ts";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { count, eq } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { credits, entries, entryTopics, topics } from "#apps/catalog/schema.ts";
import { revisions } from "#apps/editorial/schema.ts";
import { media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { importFolder } from "./import.ts";
import { importedFiles } from "./schema.ts";

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

async function rows(): Promise<unknown[]> {
  const tables = [entries, media, importedFiles, profiles];
  return Promise.all(tables.map(async (table) => db.select({ n: count() }).from(table)));
}
