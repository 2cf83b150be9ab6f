import { maya } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { entries } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { NotFound, UserError } from "#lib/errors.ts";
import type { Viewer } from "#lib/viewer.ts";
import { beginText } from "./beginning.ts";
import { manuscripts, revisions, stages } from "./schema.ts";
import { saveVersion } from "./versions.ts";
import { dropWorkingCopy, getBase, keepWorkingCopy, openText, type CopyInput } from "./working-copies.ts";

const ada: Viewer = { id: 3, isMember: false, permissions: ["desk.open", "desk.write", "desk.review"] };
const otto: Viewer = { id: 4, isMember: false, permissions: ["desk.open", "desk.write", "desk.publish"] };
const tess: Viewer = { id: 5, isMember: false, permissions: ["desk.open", "desk.write", "desk.review"] };

async function idOf(path: string): Promise<number> {
  const [entry] = await db.select().from(entries).where(eq(entries.path, path));
  return entry?.id ?? 0;
}
const lists = await idOf("/python-lists/");
const about = await idOf("/about/");

function typed(source: string, sequence: number, after: number[] = [], baseNumber = 1): CopyInput {
  return { title: "Lists", summary: "", source, baseNumber, sequence, after };
}

test("an author writes what they are credited on, an editor everything, others nothing", async () => {
  assert.equal((await openText(ada, lists)).entry.path, "/python-lists/");
  assert.equal((await openText(otto, about)).entry.path, "/about/");
  await assert.rejects(openText(ada, about), NotFound);
  await assert.rejects(openText(tess, lists), NotFound);
  await assert.rejects(openText(maya, lists), NotFound);
  await assert.rejects(keepWorkingCopy(tess, lists, typed("Mine now.", 1)), NotFound);
  await assert.rejects(getBase(tess, lists, 1), NotFound);
  await assert.rejects(dropWorkingCopy(tess, lists), NotFound);
});

test("a copy replaces those that its editor knows, and no other", async () => {
  const keep = (source: string, sequence: number, after: number[]) =>
    keepWorkingCopy(ada, lists, typed(source, sequence, after));
  assert.equal((await keep("one", 10, [])).other, undefined);
  assert.equal((await keep("two", 20, [10])).other, undefined);
  // The same once more, because its answer was lost.
  assert.equal((await keep("two", 20, [10])).other, undefined);
  // Another device, which has never seen 20.
  assert.equal((await keep("elsewhere", 30, [10])).other?.source, "two");
  // Sent first and arrived last.
  assert.equal((await keep("one", 10, [])).other?.source, "two");
  assert.equal((await openText(ada, lists)).copy?.source, "two");
  assert.equal((await keep("both", 40, [30, 20])).other, undefined);
  assert.equal((await openText(ada, lists)).copy?.source, "both");
  await dropWorkingCopy(ada, lists);
  assert.equal((await openText(ada, lists)).copy, undefined);
});

test("two people have copies of their own, and each hears of the other", async () => {
  await keepWorkingCopy(ada, lists, typed("Ada's.", 1));
  const { others } = await keepWorkingCopy(otto, lists, typed("Otto's.", 2));
  assert.deepEqual(
    others.map(({ name }) => name),
    ["Ada Lindqvist"],
  );
  assert.equal((await openText(ada, lists)).copy?.source, "Ada's.");
  assert.equal((await openText(otto, lists)).copy?.source, "Otto's.");
});

test("who keeps a copy is told of the newest version, and may have any to merge with", async () => {
  const before = await openText(ada, lists);
  const saved = await saveVersion(otto, lists, {
    title: "Lists",
    summary: "",
    source: "Saved by Otto.",
    baseNumber: before.newest.number,
  });
  assert.deepEqual(saved, { number: before.newest.number + 1 });
  const { newestNumber } = await keepWorkingCopy(ada, lists, typed("Ada's, later.", 3, [1]));
  assert.equal(newestNumber, before.newest.number + 1);
  const { newest } = await openText(ada, lists);
  assert.equal(newest.source, "Saved by Otto.");
  assert.equal(newest.author, "Otto Brandt");
  assert.equal((await getBase(ada, lists, before.newest.number)).source, before.newest.source);
  assert.equal((await getBase(ada, lists, 0)).source, "");
  await assert.rejects(getBase(ada, lists, 99), NotFound);
});

test("a text begins as a draft of its author, with its outline, waiting for a review", async () => {
  const entry = await beginText(tess, { kind: "tutorial", title: "Sets", path: "/sets/", outline: "## Why" });
  assert.equal(entry.publishedAt, null);
  const [first] = await db.select().from(revisions).where(eq(revisions.entryId, entry.id));
  assert.deepEqual([first?.number, first?.source, first?.authorId], [1, "## Why", 5]);
  const [stage] = await db
    .select({ slug: stages.slug })
    .from(manuscripts)
    .innerJoin(stages, eq(stages.id, manuscripts.stageId))
    .where(eq(manuscripts.entryId, entry.id));
  assert.equal(stage?.slug, "outline-review");
  const { newest } = await openText(tess, entry.id);
  assert.deepEqual([newest.title, newest.summary, newest.source], ["Sets", "", "## Why"]);
  await assert.rejects(openText(ada, entry.id), NotFound);
});

test("no text takes an address that is taken or the site's own, and nothing is left behind", async () => {
  const count = await db.$count(entries);
  await assert.rejects(beginText(ada, { kind: "page", title: "A", path: "/about/", outline: "" }), UserError);
  await assert.rejects(beginText(ada, { kind: "page", title: "A", path: "/desk/", outline: "" }), UserError);
  assert.equal(await db.$count(entries), count);
});
