import { folderOf, put, refusals, statuses } from "./testing/world.ts";
import assert from "node:assert/strict";
import { readdir, readFile, rm, stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { eq } from "drizzle-orm";
import * as fc from "fast-check";
import { profiles } from "#apps/accounts/schema.ts";
import { addRedirect, deleteEntry, saveEntry } from "#apps/catalog/saving.ts";
import { creditRoles, entries, levels, redirects, topics } from "#apps/catalog/schema.ts";
import { revisions } from "#apps/editorial/schema.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { files, originalKey } from "#apps/media/files.ts";
import { addMedia, mediaPath, setFocus } from "#apps/media/media.ts";
import { accesses } from "#apps/members/members.ts";
import { db } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { runExport } from "./command/export.ts";
import { loadDemo } from "./demo.ts";
import { exportFolder } from "./export.ts";
import { importFolder } from "./import.ts";
import { empty, goRound, newFolder, read, removeFolders, root } from "./testing/round.ts";

after(removeFolders);

describe("a round through a folder changes nothing", () => {
  test("of the demo, with its pictures and people", async () => {
    await empty();
    assert.ok((await loadDemo()) > 5);
    const written = await goRound();
    assert.ok(Object.keys(written).some((file) => file.startsWith("media/")));
    assert.match(written["lectern.yaml"] ?? "", /portrait: media\//);
  });

  test("of any site", async () => {
    const pictures = [await photo(60, 40), await photo(61, 40)];
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryEntry, { minLength: 1, maxLength: 6 }), async (drafts) => {
        await empty();
        await fill(drafts, pictures);
        await goRound();
      }),
      { numRuns: 15 },
    );
  });
});

const words = fc
  .string({ unit: "grapheme", maxLength: 30 })
  .map((text) => text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, "x"));
const segment = fc.stringMatching(/^[a-z0-9_.-]{1,12}$/).filter((text) => !/^\.{1,2}$/.test(text));
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => `/x-${segments.join("/")}/`);
const line = fc.oneof(
  words,
  words.map((text) => `## ${text}`),
  fc.constantFrom(
    "# A title",
    "[a](/x-a/#part) [b](#part) [c](/nowhere/) [d](https://example.org/a.md)",
    "```python\n# [a](b.md)\n```",
    "---",
    "[^1]: note",
    "[^1]: another",
    "    indented",
    "![A picture](PICTURE)",
    "::: note\nText.\n:::",
    "",
    " ",
    "\r",
  ),
);
const when = fc.date({ min: new Date("2001-01-01"), max: new Date("2036-01-01"), noInvalidDate: true });
const arbitraryEntry = fc.record({
  path,
  kind: fc.constantFrom("tutorial", "page", "series"),
  title: words,
  summary: words,
  source: fc.array(line, { maxLength: 8 }).map((lines) => lines.join("\n")),
  access: fc.constantFrom(...accesses),
  level: fc.option(fc.constantFrom(...levels)),
  listed: fc.boolean(),
  position: fc.integer({ min: -3, max: 30 }),
  publishedAt: fc.option(when),
  updatedAt: when,
  isExpiring: fc.boolean(),
  picture: fc.option(fc.nat(1)),
  focus: fc.record({ x: fc.integer({ min: 0, max: 100 }), y: fc.integer({ min: 0, max: 100 }) }),
  topics: fc.uniqueArray(fc.constantFrom("python", "c-plus-plus", "web", "a"), { maxLength: 3 }),
  credits: fc.uniqueArray(fc.tuple(fc.constantFrom(...creditRoles), fc.nat(2)), { maxLength: 4, selector: String }),
  isPart: fc.boolean(),
  former: fc.uniqueArray(fc.tuple(words, fc.constantFrom("", "#part")), { maxLength: 2, selector: ([text]) => text }),
});

async function fill(
  drafts: readonly (typeof arbitraryEntry extends fc.Arbitrary<infer T> ? T : never)[],
  bytes: Buffer[],
) {
  // Of the topics one is called as the address of another.
  await db.insert(topics).values([
    { slug: "a", name: "python", summary: "One: two", position: 4 },
    { slug: "python", name: "Python", position: 0 },
    { slug: "web", name: "Web", position: 0 },
  ]);
  const people = await db
    .insert(profiles)
    .values([
      { slug: "ada", name: "Ada", bio: "One.\n\n- two  \n", links: [{ label: "x", url: "https://example.org/" }] },
      { slug: "bo", name: "ada", headline: "# no comment" },
      { slug: "cy", name: "Cy: C" },
    ])
    .returning();
  const pictures = await Promise.all(bytes.map((each, index) => addMedia(each, { name: `picture ${index}.jpg` })));
  const taken = new Set<string>();
  let series: number | undefined;
  for (const draft of drafts) {
    if (taken.has(draft.path)) continue;
    taken.add(draft.path);
    const image = pictures[draft.picture ?? -1];
    if (image !== undefined) await setFocus(image.id, draft.focus);
    const { kind, title, summary, access, level, listed, position, publishedAt, updatedAt } = draft;
    const entry = await saveEntry({
      kind,
      path: draft.path,
      title,
      summary,
      access,
      level,
      listed,
      position,
      publishedAt,
      updatedAt,
      expiresAt: draft.isExpiring && publishedAt !== null ? new Date("2037-01-01") : null,
      imageId: image?.id ?? null,
      parentId: draft.isPart ? (series ?? null) : null,
      topics: draft.topics.map((slug) => ({ slug, name: slug.toUpperCase() })),
      credits: draft.credits.map(([role, index]) => ({ role, profileId: people[index]?.id ?? 0 })),
    });
    if (kind === "series") series = entry.id;
    const source = draft.source.replaceAll("PICTURE", mediaPath(pictures[0] ?? assert.fail()));
    await saveText(entry, source, "test");
    for (const [former, anchor] of draft.former) {
      const address = `/former-${former}/`;
      if (taken.has(address)) continue;
      taken.add(address);
      await addRedirect(address, entry.id, anchor);
    }
  }
}

/** A folder that was exported from a site of two texts. */
async function exportedSite(): Promise<string> {
  await empty();
  const one = { kind: "tutorial", path: "/one/", title: "One", publishedAt: new Date("2026-01-01") };
  const entry = await saveEntry({ ...one, summary: "It's a 'quoted' one.", updatedAt: new Date("2026-01-02") });
  await saveText(entry, "The text, see [two](/two/#part).\n", "test");
  const two = await saveEntry({ ...one, path: "/two/", title: "Two", updatedAt: new Date("2026-01-02") });
  await saveText(two, "## Part\n\nText.\n", "test");
  const folder = newFolder();
  await exportFolder(folder);
  return folder;
}

async function edit(folder: string, file: string, change: (text: string) => string): Promise<void> {
  await put(folder, { [file]: change(await readFile(join(folder, file), "utf8")) });
}

test("of a draft the newest version is exported, though it has no page yet, and of what is public the page", async () => {
  await empty();
  const fields = { kind: "page", summary: "Of the entry.", updatedAt: new Date("2026-01-02") };
  const draft = await saveEntry({ ...fields, path: "/begun/", title: "Begun" });
  const version = { note: "x", title: "Named anew", summary: null };
  await db.insert(revisions).values([
    { entryId: draft.id, number: 1, source: "An outline.", ...version },
    { entryId: draft.id, number: 2, source: "A first text.", ...version },
  ]);
  const shown = await saveEntry({ ...fields, path: "/shown/", title: "Shown", publishedAt: new Date("2026-01-01") });
  await saveText(shown, "What readers see.", "x");
  await db.insert(revisions).values({ entryId: shown.id, number: 2, source: "What they do not see yet.", ...version });
  const written = await goRound();
  assert.match(
    written["pages/begun.md"] ?? "",
    /^---\ntitle: Named anew\n[^]+summary: Of the entry\.\ndraft: true\n[^]+\nA first text\.\n$/,
  );
  assert.match(written["pages/shown.md"] ?? "", /^---\ntitle: Shown\n[^]+\nWhat readers see\.\n$/);
});

describe("authors who work in a folder", () => {
  test("change a text, and it alone is updated", async () => {
    const folder = await exportedSite();
    await edit(folder, "tutorials/one.md", (text) => text.replace("The text", "The new text"));
    const report = await importFolder(folder);
    assert.deepEqual(statuses(report), { "tutorials/one.md": "updated", "tutorials/two.md": "unchanged" });
    assert.deepEqual((await exportFolder(folder, { check: true })).differences, []);
    const [entry] = await db.select().from(entries).where(eq(entries.path, "/one/"));
    assert.equal(entry?.summary, "It's a 'quoted' one.");
  });

  test("add one with nothing but a heading, with a link and a picture beside it", async () => {
    const folder = await exportedSite();
    await put(folder, {
      "tutorials/three.md": "# Three\n\n[one](one.md) ![x](x.jpg)\n",
      "tutorials/x.jpg": await photo(30, 20),
    });
    const report = await importFolder(folder, { publish: true });
    assert.deepEqual(refusals(report), []);
    assert.equal(statuses(report)["tutorials/three.md"], "created");
    await exportFolder(folder);
    const text = await readFile(join(folder, "tutorials/three.md"), "utf8");
    assert.match(text, /^title: Three\nslug: three$/m);
    assert.match(text, /\[one\]\(\/one\/\) !\[x\]\(\/media\/[0-9a-f]{16}\/x\.jpg\)\n$/);
  });

  test("move one by another slug and its old address as an alias", async () => {
    const folder = await exportedSite();
    const [before] = await db.select().from(entries).where(eq(entries.path, "/one/"));
    await edit(folder, "tutorials/one.md", (text) => text.replace("slug: one", "slug: first\naliases: [/one/]"));
    const report = await importFolder(folder);
    assert.deepEqual(refusals(report), []);
    assert.deepEqual(report.vanished, []);
    const [moved] = await db.select().from(entries).where(eq(entries.path, "/first/"));
    assert.equal(moved?.id, before?.id);
    assert.equal(await db.$count(redirects, eq(redirects.path, "/one/")), 1);
  });

  test("are told what is gone from the folder, and what of it is not on the site", async () => {
    const folder = await exportedSite();
    await rm(join(folder, "tutorials/one.md"));
    await put(folder, { "README.md": "# Read me\n", "tutorials/extra.md": "x" });
    const report = await importFolder(folder, { dryRun: true });
    assert.deepEqual(report.vanished, [{ file: "tutorials/one.md", path: "/one/" }]);
    assert.deepEqual(statuses(report), { "tutorials/extra.md": "created", "tutorials/two.md": "unchanged" });
    assert.deepEqual((await exportFolder(folder, { check: true })).differences, [
      { file: "tutorials/extra.md", kind: "extra" },
      { file: "tutorials/one.md", kind: "missing" },
    ]);
    await exportFolder(folder, { remove: true });
    assert.deepEqual((await exportFolder(folder, { check: true })).differences, []);
    assert.deepEqual(Object.keys(await read(folder)), [
      "README.md",
      "lectern.yaml",
      "tutorials/one.md",
      "tutorials/two.md",
    ]);
  });

  test("find files that have not changed untouched", async () => {
    const folder = await exportedSite();
    const before = await stat(join(folder, "tutorials/one.md"));
    await edit(folder, "tutorials/two.md", (text) => `${text}More.\n`);
    const { differences } = await exportFolder(folder);
    assert.deepEqual(differences, [{ file: "tutorials/two.md", kind: "differs" }]);
    assert.equal((await stat(join(folder, "tutorials/one.md"))).ino, before.ino);
  });

  test("may not put another picture in the place of one", async () => {
    const folder = await exportedSite();
    await put(folder, { "media/0123456789abcdef/x.jpg": await photo(31, 20) });
    assert.deepEqual(refusals(await importFolder(folder)), [
      "media/0123456789abcdef/x.jpg It is not the picture that its name says. Put a new one elsewhere in the folder.",
    ]);
  });
});

describe("an export writes nothing", () => {
  test("into a folder that holds something else, nor through a link that leaves it", async () => {
    const other = await folderOf({ "notes/mine.md": "Mine.\n" });
    await assert.rejects(exportFolder(other), /holds something else \(notes\)/);
    const folder = await folderOf({ "lectern.yaml": "whole: true\n" });
    const outside = await folderOf({});
    await symlink(outside, join(folder, "tutorials"));
    await assert.rejects(exportFolder(folder), /outside of the folder, through a symbolic link/);
    assert.deepEqual(await readdir(outside), []);
  });

  test("when a picture is lost, and leaves nothing beside", async () => {
    await empty();
    const picture = await addMedia(await photo(77, 20), { name: "lost.jpg" });
    const entry = await saveEntry({ kind: "page", path: "/lost/", title: "Lost", imageId: picture.id });
    await saveText(entry, "Text.\n", "test");
    await files.remove(originalKey(picture.hash));
    const before = await readdir(root);
    await assert.rejects(exportFolder(newFolder()), /lost\.jpg is not in the store, so nothing was written\./);
    assert.deepEqual(await readdir(root), before);
    await deleteEntry(entry.id);
  });

  test("when it only checks, and says by its exit status what it found", async (t) => {
    await empty();
    await saveText(await saveEntry({ kind: "page", path: "/p/", title: "P" }), "Text.\n", "test");
    const folder = newFolder();
    const out = t.mock.method(process.stdout, "write", () => true);
    const err = t.mock.method(process.stderr, "write", () => true);
    const written = (): string => out.mock.calls.map((call) => String(call.arguments[0])).join("");
    assert.equal(await runExport([folder, "--check"]), 1);
    assert.match(
      written(),
      /^missing {2}lectern\.yaml\nmissing {2}pages\/p\.md\n1 texts and 0 pictures, 2 not as on the site\.$/m,
    );
    await assert.rejects(readdir(folder));
    assert.equal(await runExport([folder]), 0);
    assert.equal(await runExport([folder, "--check"]), 0);
    for (const wrong of [[], ["a", "b"], ["a", "--check", "--delete"], ["a", "--none"]])
      assert.equal(await runExport(wrong), 2);
    assert.match(String(err.mock.calls[0]?.arguments[0]), /^Name the folder to write\./);
  });
});
