import { site } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eq } from "drizzle-orm";
import { saveEntry } from "#apps/catalog/saving.ts";
import { entries, type Entry } from "#apps/catalog/schema.ts";
import { addMedia, mediaPath } from "#apps/media/media.ts";
import { db } from "#lib/db.ts";
import { closeImages } from "#lib/images.ts";
import { photo } from "#lib/images/samples.ts";
import { drainTasks } from "#lib/jobs.ts";
import { closeLinter } from "#lib/lint/aside.ts";
import { checkLinks } from "./links.ts";
import {
  askToLint,
  countFindings,
  findHouseStyle,
  hasErrors,
  lintEntry,
  lintNewest,
  lintSaved,
  lintText,
  listFindings,
} from "./linting.ts";
import { findings, linkChecks, revisions } from "./schema.ts";
import { saveText } from "./texts.ts";
import { saveVersion } from "./versions.ts";

assert.ok(site);
after(() => {
  closeLinter();
  closeImages();
});

async function page(path: string, source: string, fields: Partial<Entry> = {}): Promise<Entry> {
  const publishedAt = new Date("2026-01-01");
  const entry = await saveEntry({ kind: "page", path, title: "A page", summary: "Of a test.", publishedAt, ...fields });
  await saveText(entry, source, "test");
  return entry;
}
async function told(entryId: number): Promise<string[]> {
  return (await listFindings(entryId)).map(({ number, line, rule, message }) => `${number}:${line} ${rule} ${message}`);
}

test("what is found in the newest revision is kept, in place of what was found before", async () => {
  const entry = await page("/linted/", "A [link](/nowhere/).\n\n![](x.png)\n");
  assert.equal(await hasErrors(entry.id), false);
  await lintEntry(entry.id);
  assert.deepEqual(await told(entry.id), [
    "1:1 links Nothing on this site has the address /nowhere/.",
    "1:3 alt The picture x.png has no description: say in the brackets what it shows.",
  ]);
  assert.equal(await hasErrors(entry.id), true);
  assert.deepEqual(await countFindings([entry.id, 0]), new Map([[entry.id, { error: 2, warning: 0, hint: 0 }]]));
  await saveText(entry, "Fine.\n", "test");
  // A late look at an older text says nothing of this one.
  await lintEntry(entry.id, 1);
  assert.equal((await told(entry.id)).length, 2);
  await lintEntry(entry.id);
  assert.deepEqual(await told(entry.id), []);
});

test("links are judged by what the site has: sections, former addresses, drafts", async () => {
  await page("/linted-target/", "## A part\n\nText.\n");
  await page("/linted-draft/", "Text.\n", { publishedAt: null });
  const entry = await page(
    "/linted-links/",
    "[a](/linted-target/#a-part) [b](/linted-target/#none) [c](/linted-draft/) [d](/lists/) [e](/search/) [f](/python-lists/)\n",
  );
  await lintEntry(entry.id);
  assert.deepEqual(await told(entry.id), [
    "1:1 links There is no section #none on /linted-target/.",
    "1:1 links /linted-draft/ is not public yet: readers who follow this link find nothing.",
  ]);
});

test("pictures are judged by what media knows of them, title and summary by those of the revision", async () => {
  const wide = await addMedia(await photo(4000, 2500), { name: "wide.jpg" });
  const entry = await page("/linted-pictures/", `![A wide one](${mediaPath(wide)})\n`);
  await db
    .update(revisions)
    .set({ title: "W".repeat(40), summary: "" })
    .where(eq(revisions.entryId, entry.id));
  await lintEntry(entry.id);
  assert.deepEqual(
    (await told(entry.id)).map((line) => line.split(" ")[1]),
    ["title", "summary", "pictures"],
  );
});

test("a version that is saved is linted by a worker, and so is what links to an address that breaks", async () => {
  const entry = await page("/linted-later/", "See [x](/linted-later-target/).\n");
  const target = await page("/linted-later-target/", "Text.\n");
  const otto = { id: 4, isMember: false, permissions: ["desk.publish"], name: "Otto" };
  const text = { source: "See [x](/linted-later-target/) and ![](y.png).\n", title: "A page", summary: "Of a test." };
  await saveVersion(otto, entry.id, { ...text, baseNumber: 1 });
  await drainTasks([lintSaved, lintNewest]);
  assert.deepEqual(
    (await told(entry.id)).map((line) => line.split(" ")[1]),
    ["alt"],
  );

  await db.update(linkChecks).set({ checkedAt: new Date(0) });
  await checkLinks.now({ slot: new Date() });
  await drainTasks([lintNewest]);
  await db.update(entries).set({ path: "/linted-elsewhere/" }).where(eq(entries.id, target.id));
  await db.update(linkChecks).set({ checkedAt: new Date(0) });
  await checkLinks.now({ slot: new Date() });
  await drainTasks([lintNewest]);
  assert.deepEqual(
    (await told(entry.id)).map((line) => line.split(" ")[1]),
    ["links", "alt"],
  );
});

test("of many who ask for the same revision one is heard, and what is gone is left", async () => {
  const entry = await page("/linted-once/", "Text.\n");
  await askToLint(entry.id);
  assert.equal(await lintNewest.later({ entryId: entry.id, number: 1 }), undefined);
  await db.delete(entries).where(eq(entries.id, entry.id));
  await drainTasks([lintNewest]);
  assert.equal(await db.$count(findings, eq(findings.entryId, entry.id)), 0);
});

test("a text that nobody has saved is judged as that of its entry", async () => {
  const entry = await page("/linted-typed/", "Text.\n");
  const text = { title: "A page", summary: "Of a test.", source: "[a](/linted-typed/#none)" };
  assert.deepEqual(
    (await lintText(entry.id, text)).map(({ message }) => message),
    ["There is no section #none on this page."],
  );
  assert.deepEqual(await told(entry.id), []);
});

test("a house style that is not there is told", async () => {
  assert.deepEqual(await findHouseStyle(), {});
  await assert.rejects(findHouseStyle("/nowhere/house.yaml"), {
    message: "The house style /nowhere/house.yaml cannot be read.",
  });
});
