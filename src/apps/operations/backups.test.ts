import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { copyFile, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { eq, sql } from "drizzle-orm";
import { password } from "#apps/accounts/fixtures.ts";
import { changes } from "#apps/admin/schema.ts";
import { originalKey } from "#apps/media/files.ts";
import { addMedia } from "#apps/media/media.ts";
import { sampler } from "#apps/mail/sampler.tsx";
import { messages } from "#apps/mail/schema.ts";
import { deliverMessage, sendMail } from "#apps/mail/sending.ts";
import { productFiles } from "#apps/store/schema.ts";
import { config } from "#config.ts";
import { nameBackup } from "#lib/backup.ts";
import { withClient } from "#lib/backup/database.ts";
import { withScratch } from "#lib/backup/scratch.ts";
import { connect, databaseUrl, db, disconnect } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { drainTasks, knownTasks } from "#lib/jobs.ts";
import { liftHold, placeHold } from "#lib/jobs/hold.ts";
import { jobSchedules } from "#lib/jobs/schema.ts";
import { migrate } from "#lib/migrate.ts";
import { openStorage } from "#lib/storage.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import { backUpNightly, verifyOnce } from "./backup-tasks.ts";
import { backUp, listBackups, sayWhetherBackedUp, storedAt } from "./backups.ts";
import { passing } from "./backups/passing.ts";
import { release } from "./releasing.ts";
import { restoreSite } from "./restoring.ts";
import { backups } from "./schema.ts";

const otto = await newVisitor("otto");
const folder = config.BACKUP_URL;
const own = databaseUrl();
const hour = 3_600_000;

/** Has the whole site read a restored copy, and then its own again. */
async function inCopy(name: string, act: (media: string) => Promise<void>): Promise<void> {
  const media = join(config.DATA_DIR, "restored");
  await withScratch(own, async (url) => {
    // As a restore leaves it that was broken off.
    await migrate(url);
    await restoreSite(storedAt(folder, name), url, openStorage(media));
    await disconnect();
    connect(url);
    try {
      await act(media);
    } finally {
      await disconnect();
      connect(own);
    }
  });
}

test("in a restored copy people sign in, search and see pictures, what they bought is there, and nobody is signed in still", async () => {
  const { hash } = await addMedia(await photo(300, 200), { name: "boat.jpg" });
  const waits = await sendMail(sampler, { address: "waits@example.org" }, { name: "Sam" });
  const made = await backUp();
  assert.deepEqual([made.error, made.missing], [null, []]);
  assert.ok(made.verifiedAt && (made.rowCount ?? 0) > 100 && made.objectCount === 2);
  await inCopy(made.name, async (media) => {
    assert.ok(await openStorage(media).has(originalKey(hash)));
    const [sold] = await db.select().from(productFiles);
    assert.ok(await openStorage(media).has(sold?.storageKey ?? ""));
    assert.equal((await otto.get(urls.staff())).status, 303);
    const sam = await newVisitor();
    const entered = await sam.post(urls.signIn(), { address: "sam@example.org", password }, urls.signIn());
    assert.deepEqual([entered.status, entered.headers.location], [303, urls.dashboard()]);
    assert.match((await sam.get(urls.search({}, { q: "decorators" }))).text, /Decorators/);
    const again = await newVisitor("otto");
    assert.match((await again.get(urls.staff())).text, /This site is held/);
    assert.match((await again.get(urls.staffBackups())).text, /This site is held/);

    const since = await sendMail(sampler, { address: "since@example.org" }, { name: "Sam" });
    const ran = await drainTasks(knownTasks());
    assert.deepEqual(ran, []);
    await assert.rejects(deliverMessage(since ?? 0), /Mail is held/);
    assert.match(await release({ sends: false }), /^Mail and tasks go on: .*\n1 mail waited/);
    await drainTasks(knownTasks());
    const states = new Map((await db.select().from(messages)).map(({ id, state }) => [id, state]));
    assert.deepEqual([states.get(waits ?? 0), states.get(since ?? 0)], ["unknown", "accepted"]);
    assert.equal(await release({ sends: false }), "Nothing is held.\n");
  });
});

test("a new site that was filled by a fresh backup may send what waited", async () => {
  const waits = await sendMail(sampler, { address: "moves@example.org" }, { name: "Sam" });
  const { name } = await backUp({ now: new Date(Date.now() + 1000) });
  await inCopy(name, async () => {
    assert.doesNotMatch(await release({ sends: true }), /waited/);
    await drainTasks(knownTasks());
    const [message] = await db
      .select()
      .from(messages)
      .where(eq(messages.id, waits ?? 0));
    assert.equal(message?.state, "accepted");
  });
});

test("while a site is held no schedule fires but those that harm nobody", async () => {
  await withClient(own, (client) => placeHold(client, new Date()));
  try {
    await db.delete(jobSchedules);
    await drainTasks(knownTasks());
    const known = (await db.select().from(jobSchedules)).map(({ name }) => name).toSorted();
    assert.deepEqual(known, ["operations.back-up", "operations.watch"]);
  } finally {
    await liftHold();
  }
});

test("a restore wants a database that is empty, its own, and left by everybody", async () => {
  const [made] = await listBackups(1);
  const stored = storedAt(folder, made?.name ?? "");
  await assert.rejects(restoreSite(stored, own), /Others are connected to the database: stop the site first/);
  await disconnect();
  try {
    await assert.rejects(restoreSite(stored, own), /The database is not empty: there are rows in users/);
  } finally {
    connect(own);
  }
  await withScratch(own, async (url) => {
    await withClient(url, (client) => client.query("create table theirs (n int)"));
    await assert.rejects(restoreSite(stored, url), /belongs to something else/);
  });
});

test("from the page a backup is asked for, restored again and found damaged", async () => {
  assert.match((await otto.get(urls.staffBackups())).text, /Restored and equal/);
  const before = (await listBackups()).length;
  const page = urls.staffBackups();
  assert.match(String((await otto.post(page, {}, page)).headers.location), /done=asked/);
  assert.match((await otto.get(page)).text, /Under way/);
  assert.match(String((await otto.post(page, {}, page)).headers.location), /done=under-way/);
  await drainTasks([backUpNightly]);
  const [made, ...others] = await listBackups();
  assert.ok(made?.verifiedAt);
  assert.equal(others.length, before);
  const own = urls.staffBackup({ backup: String(made.id) });
  assert.equal((await otto.post(own, { act: "verify" }, page)).status, 303);
  await truncate(join(folder, made.name), 5000);
  await drainTasks([verifyOnce]);
  const { text } = await otto.get(page);
  assert.match(text, /Failed lectern-\w+\.tar\.zst is damaged: it is not what was written, or not all of it\./);
  assert.equal((await otto.post(own, { act: "dance" }, page)).status, 400);
  assert.equal((await otto.post(urls.staffBackup({ backup: "0" }), { act: "verify" }, page)).status, 404);
});

test("a backup is taken away by who may, who has just shown who it is, and that is kept", async () => {
  const page = urls.staffBackups();
  const made = (await listBackups()).find(({ error }) => error === null);
  assert.ok(made);
  const file = urls.staffBackupFile({ backup: String(made.id) });
  const long = await newVisitor("otto", { authenticatedAt: new Date(Date.now() - hour) });
  const again = await long.post(file, {}, page);
  assert.deepEqual([again.status, again.headers.location], [303, urls.signInAgain({}, { next: "/" })]);
  const ada = await newVisitor("ada");
  assert.equal((await ada.post(file, {}, urls.account())).status, 404);
  const taken = await otto.post(file, {}, page);
  assert.equal(taken.status, 200);
  assert.equal(taken.headers["content-disposition"], `attachment; filename="${made.name}"`);
  assert.equal(Number(taken.headers["content-length"]), made.sizeBytes);
  const kept = await db.select().from(changes).where(eq(changes.model, "backups"));
  assert.deepEqual(
    kept.map(({ title, action }) => `${title} ${action}`),
    [`${made.name} downloaded`],
  );
});

test("the check is quiet for a day, then asks for a backup that was restored, and says why there is none", async () => {
  await db.delete(backups);
  const now = new Date();
  assert.equal(await sayWhetherBackedUp(now), undefined, "the site is new");
  await db.execute(sql`update drizzle.__drizzle_migrations set applied_at = now() - interval '27 hours'`);
  assert.match((await sayWhetherBackedUp(now)) ?? "", /^No backup of the last 26 hours could be restored\. \.\/manage/);
  const row = (hoursAgo: number, more: object) => ({
    name: nameBackup(new Date(now.getTime() - hoursAgo * hour), { encrypted: false }),
    startedAt: new Date(now.getTime() - hoursAgo * hour),
    ...more,
  });
  await db.insert(backups).values(row(27, { verifiedAt: now }));
  await db.insert(backups).values(row(3, { finishedAt: now }));
  assert.match((await sayWhetherBackedUp(now)) ?? "", /^No backup/, "one is old, the other was not restored");
  await db.insert(backups).values(row(2, { verifiedAt: now, error: "It was eaten." }));
  assert.match((await sayWhetherBackedUp(now)) ?? "", /The last one failed: It was eaten\./);
  await db.insert(backups).values(row(1, { verifiedAt: now }));
  assert.equal(await sayWhetherBackedUp(now), undefined);
  await db.insert(backups).values(row(0, { verifiedAt: now, missing: ["originals/aa/b"] }));
  assert.equal(await sayWhetherBackedUp(now), "The store has lost 1 file: originals/aa/b.");
  await db.delete(backups);
});

test("what lies in the folder is what is known, and what is old goes, but never the last that was restored", async () => {
  for (const name of await readdir(folder)) await rm(join(folder, name));
  const now = new Date("2027-03-01T02:07:00Z");
  const daysAgo = (days: number) => nameBackup(new Date(now.getTime() - days * 24 * hour), { encrypted: false });
  for (const days of [1, 2, 8, 9, 400]) await writeFile(join(folder, daysAgo(days)), "x");
  await writeFile(join(folder, "notes.txt"), "mine");
  const startedAt = new Date(now.getTime() - 500 * 24 * hour);
  await db.insert(backups).values([
    { name: daysAgo(500), startedAt, finishedAt: startedAt, verifiedAt: startedAt },
    { name: daysAgo(3), startedAt: new Date(now.getTime() - 72 * hour) },
  ]);
  config.BACKUP_KEEP = { daily: 2, weekly: 1, monthly: 1 };
  await backUp({ now });
  const left = await readdir(folder);
  assert.deepEqual(left.toSorted(), [daysAgo(1), daysAgo(0), "notes.txt"].toSorted());
  const rows = (await listBackups()).map(({ name }) => name);
  assert.deepEqual(rows, [daysAgo(0), daysAgo(1)], "the file of one was gone, the other never was whole and is old");
});

test("a file that is not a backup's is not restored, and a key that nobody has opens nothing", async () => {
  await copyFile(join(folder, "notes.txt"), join(folder, "lectern-20260101T000000Z.tar.zst"));
  const stored = storedAt(folder, "lectern-20260101T000000Z.tar.zst");
  await withScratch(own, async (url) => {
    await assert.rejects(restoreSite(stored, url), /is no backup of Lectern|is damaged/);
    await writeFile(join(folder, "lectern-20260102T000000Z.tar.zst"), `age-encryption.org/v1\n${"x".repeat(99)}`);
    await assert.rejects(restoreSite(storedAt(folder, "lectern-20260102T000000Z.tar.zst"), url), /set BACKUP_KEY/);
  });
});

test("what passes is a table, and every other is in a backup", async () => {
  const { rows } = await db.execute<{ name: string }>(sql`
    select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where relkind in ('r', 'p')`);
  const names = new Set(rows.map(({ name }) => name));
  for (const [name, { why }] of Object.entries(passing)) assert.ok(names.has(name) && why !== "", name);
});
