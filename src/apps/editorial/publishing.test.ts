import { contentChanged, visit, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { announcePublished } from "#apps/catalog/announcing.ts";
import { entries } from "#apps/catalog/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { permissionNames } from "#apps/accounts/permissions.ts";
import { drainTasks, startWorker } from "#lib/jobs.ts";
import { closeLinter } from "#lib/lint/aside.ts";
import type { Viewer } from "#lib/viewer.ts";
import { lintEntry, lintNewest, listFindings } from "./linting.ts";
import { getDeskEntry, listHistory, listStages } from "./manuscripts.ts";
import {
  embargoEntry,
  followPublication,
  listDue,
  publishVersion,
  publishWhenDue,
  retireEntry,
  scheduleVersion,
  unpublishEntry,
  unschedule,
} from "./publishing.ts";
import { manuscripts } from "./schema.ts";
import { publishScheduled } from "./tasks.ts";
import { moveEntry } from "./workflow.ts";
import { findNewest, listVersions, mayWrite, restoreVersion, saveVersion } from "./versions.ts";

const otto: Viewer = { id: 4, name: "Otto Brandt", isMember: false, permissions: ["*", ...permissionNames] };
const ada: Viewer = {
  id: 3,
  name: "Ada Lindqvist",
  isMember: false,
  permissions: ["desk.open", "desk.write", "desk.review"],
};
const sam: Viewer = { id: 1, isMember: false, permissions: [] };

async function entryAt(path: string) {
  const [entry] = await db.select().from(entries).where(eq(entries.path, path));
  assert.ok(entry, path);
  return entry;
}

async function write(path: string, source: string, viewer = otto): Promise<{ id: number; number: number }> {
  const { id } = await entryAt(path);
  const newest = await findNewest(id);
  const { title = "", summary = "", number: baseNumber = 0 } = newest ?? {};
  const saved = await saveVersion(viewer, id, { source, title, summary, baseNumber });
  assert.ok("number" in saved);
  return { id, number: saved.number };
}

const later = (days: number): Date => new Date(Date.now() + days * 86_400_000);

test("a version changes nothing for readers until it is published", async () => {
  const { id, number } = await write("/python-lists/", "A list, told anew.");
  await contentChanged();
  assert.doesNotMatch((await visitOk("/python-lists/")).text, /told anew/);
  assert.equal(await publishVersion(otto, id, number), undefined);
  await contentChanged();
  assert.match((await visitOk("/python-lists/")).text, /A list, told anew/);
  const [newest] = await listVersions(id);
  assert.ok(newest?.isShown);
  assert.equal((await getDeskEntry(id)).stage.slug, "published");
});

test("of two who save from one version the second is told of the first", async () => {
  const { id, number } = await write("/your-first-package-2/", "One.");
  const fields = { title: "T", summary: "", baseNumber: number };
  const saved = await Promise.all([
    saveVersion(otto, id, { ...fields, source: "Otto's." }),
    saveVersion(ada, id, { ...fields, source: "Ada's." }),
  ]);
  assert.equal(saved.filter((each) => "conflict" in each).length, 1);
});

test("an author writes what they are credited on, and publishes nothing", async () => {
  const { id } = await entryAt("/decorators/");
  assert.ok(await mayWrite(ada, id));
  assert.ok(!(await mayWrite(sam, id)));
  await assert.rejects(publishVersion(ada, id, 1), { name: "NotFound" });
  await assert.rejects(unpublishEntry(ada, id), { name: "NotFound" });
});

test("an old version becomes the newest again, and the page follows only when it is published", async () => {
  const { id } = await write("/your-first-package-1/", "First words.");
  const before = await findNewest(id);
  await write("/your-first-package-1/", "Other words.");
  const restored = await restoreVersion(otto, id, before?.number ?? 0);
  const newest = await findNewest(id);
  assert.equal(newest?.number, restored);
  assert.equal(newest?.source, "First words.");
  assert.match(newest?.note ?? "", /restored/);
});

test("the day of the last change is the day when a reader would see another text", async () => {
  const { id, number } = await write("/your-first-package-3/", "Changed words.");
  const before = await entryAt("/your-first-package-3/");
  await publishVersion(otto, id, number, { isMinor: true });
  assert.deepEqual((await entryAt("/your-first-package-3/")).updatedAt, before.updatedAt);
  const again = await write("/your-first-package-3/", "Changed words, again.");
  await publishVersion(otto, id, again.number);
  const after = await entryAt("/your-first-package-3/");
  assert.ok(after.updatedAt > before.updatedAt);
  assert.deepEqual(after.publishedAt, before.publishedAt);
  await publishVersion(otto, id, again.number);
  assert.deepEqual((await entryAt("/your-first-package-3/")).updatedAt, after.updatedAt);
});

const broken = "```json\n{ broken\n```\n\n![](/media/0123456789abcdef/none.png)";

test("errors that the linter found need a reason, which is kept", async () => {
  const { id, number } = await write("/type-hints/", broken);
  await lintEntry(id);
  assert.match((await publishVersion(otto, id, number)) ?? "", /say why/);
  assert.equal(await publishVersion(otto, id, number, { reason: "It shows an error." }), undefined);
  const [last] = await listHistory(id);
  assert.equal(last?.details["reason"], "It shows an error.");
});

test("a linter that cannot answer holds nobody who publishes, and what it has said before counts", async () => {
  const { id, number } = await write("/type-hints/", `${broken}\n\nOnce more.`);
  await lintEntry(id);
  const { execPath } = process;
  closeLinter();
  process.execPath = "/nowhere";
  try {
    assert.match((await publishVersion(otto, id, number)) ?? "", /found 2 errors/);
    const next = await write("/type-hints/", "Nobody has read this.");
    assert.equal(await publishVersion(otto, id, next.number), undefined);
  } finally {
    process.execPath = execPath;
  }
  const [last] = await listHistory(id);
  assert.deepEqual([last?.kind, last?.details["errors"]], ["published", null]);
  await drainTasks([lintNewest]);
  assert.deepEqual(await listFindings(id), []);
});

test("a draft is scheduled, is public from then on and not before", async () => {
  const { id, number } = await write("/metaclasses/", "Classes of classes.");
  const at = later(3);
  assert.equal(await scheduleVersion(otto, id, number, { at }), undefined);
  assert.equal((await visit("/metaclasses/")).status, 404);
  assert.equal((await getDeskEntry(id)).stage.slug, "scheduled");
  await publishWhenDue(id, later(2));
  assert.equal((await getDeskEntry(id)).manuscript.scheduledNumber, number);
  await publishWhenDue(id, later(4));
  const { stage, manuscript, entry } = await getDeskEntry(id);
  assert.equal(stage.slug, "published");
  assert.equal(manuscript.scheduledAt, null);
  assert.deepEqual(entry.publishedAt, at);
});

test("what is taken off the schedule is a draft, or as it was", async () => {
  const { id, number } = await write("/pattern-matching/", "Match.");
  assert.equal(await scheduleVersion(otto, id, number, { at: later(1) }), undefined);
  await unschedule(otto, id);
  assert.equal((await entryAt("/pattern-matching/")).publishedAt, null);
  assert.deepEqual(await listDue(later(2)), []);
  assert.match((await scheduleVersion(otto, id, number, { at: later(-1) })) ?? "", /has passed/);
});

test("an embargo holds whoever publishes", async () => {
  const { id, number } = await write("/pattern-matching/", "Match, under embargo.");
  await embargoEntry(otto, id, later(2));
  assert.match((await publishVersion(otto, id, number)) ?? "", /before/);
  assert.match((await scheduleVersion(otto, id, number, { at: later(1) })) ?? "", /before/);
  assert.equal(await scheduleVersion(otto, id, number, { at: later(3) }), undefined);
  assert.match((await embargoEntry(otto, id, later(4))) ?? "", /unschedule/);
  await unschedule(otto, id);
  await embargoEntry(otto, id, null);
});

test("of many who publish what is due one does, once", async () => {
  const { id, number } = await write("/your-first-package/", "Four evenings.");
  const at = later(1);
  assert.equal(await scheduleVersion(otto, id, number, { at }), undefined);
  assert.doesNotMatch((await visitOk("/your-first-package/")).text, /Four evenings/);
  await Promise.all([1, 2, 3, 4].map(() => publishWhenDue(id, later(2))));
  const published = (await listHistory(id)).filter(({ kind }) => kind === "published");
  assert.equal(published.length, 1);
  await contentChanged();
  assert.match((await visitOk("/your-first-package/")).text, /Four evenings/);
});

test("a task publishes at its time, once, with two workers", async () => {
  const { id, number } = await write("/your-first-package/", "Five evenings.");
  const at = new Date(Date.now() + 1500);
  assert.equal(await scheduleVersion(otto, id, number, { at }), undefined);
  const workers = await Promise.all([
    startWorker({ tasks: [publishScheduled] }),
    startWorker({ tasks: [publishScheduled] }),
  ]);
  try {
    const isOut = async (): Promise<boolean> => (await getDeskEntry(id)).manuscript.scheduledAt === null;
    for (let round = 0; round < 200 && !(await isOut()); round += 1) await new Promise((done) => setTimeout(done, 100));
    assert.ok(await isOut());
    assert.ok(Date.now() >= at.getTime());
  } finally {
    for (const worker of workers) await worker.stop();
  }
  const published = (await listHistory(id)).filter(({ kind }) => kind === "published");
  assert.deepEqual(
    published.map(({ details }) => details["number"]),
    [number, number - 1],
  );
});

test("publication is all or nothing", async () => {
  const { id, number } = await write("/your-first-package-2/", "Never to be seen.");
  const failing = atomic(async () => {
    await publishVersion(otto, id, number);
    throw new Error("The machine stopped.");
  });
  await assert.rejects(failing, /stopped/);
  await contentChanged();
  assert.doesNotMatch((await visitOk("/your-first-package-2/")).text, /Never to be seen/);
  assert.equal((await getDeskEntry(id)).manuscript.publishedNumber, null);
});

test("a retired page is gone or leads to another, and comes back when it is published", async () => {
  const { id, number } = await write("/your-first-package-2/", "Back again.");
  assert.match((await retireEntry(otto, id, { redirectTo: "/nowhere/" })) ?? "", /no other public page/);
  assert.equal(await retireEntry(otto, id, { redirectTo: "/python-lists/" }), undefined);
  await contentChanged();
  const gone = await visit("/your-first-package-2/");
  assert.deepEqual([gone.status, gone.headers["location"]], [301, "/python-lists/"]);
  assert.equal(await publishVersion(otto, id, number), undefined);
  await contentChanged();
  assert.match((await visitOk("/your-first-package-2/")).text, /Back again/);
  assert.equal(await retireEntry(otto, id), undefined);
  await contentChanged();
  assert.equal((await visit("/your-first-package-2/")).status, 410);
});

test("a page that was public is gone however it was taken away, and a draft was never there", async () => {
  const { id } = await write("/decorators/", "Soon gone.");
  await announcePublished();
  await unpublishEntry(otto, id);
  await contentChanged();
  assert.equal((await visit("/decorators/")).status, 404);
  const retired = (await listStages()).find(({ slug }) => slug === "retired");
  assert.equal(await moveEntry(otto, id, retired?.id ?? 0, { note: "Out of date." }), undefined);
  await contentChanged();
  assert.equal((await visit("/decorators/")).status, 410);
  assert.equal(await publishVersion(otto, id, 1, { reason: "It is back." }), undefined);

  const { id: draft, number } = await write("/pattern-matching/", "Never there.");
  assert.equal(await scheduleVersion(otto, draft, number, { at: later(1) }), undefined);
  await retireEntry(otto, draft);
  assert.equal((await visit("/pattern-matching/")).status, 404);
});

test("the stage follows what becomes public without the desk", async () => {
  const { id } = await entryAt("/decorators/");
  await getDeskEntry(id);
  await db.update(entries).set({ publishedAt: null }).where(eq(entries.id, id));
  await followPublication();
  assert.equal((await getDeskEntry(id)).stage.slug, "draft");
  await db
    .update(manuscripts)
    .set({ changedAt: new Date(0) })
    .where(eq(manuscripts.entryId, id));
});
