import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Client } from "pg";
import S3rver from "s3rver";
import {
  nameBackup,
  newBackupKey,
  openPlace,
  timeOfBackup,
  restoreBackup,
  verifyBackup,
  writeBackup,
  type Source,
} from "#lib/backup.ts";
import { chooseKept, readKeep } from "#lib/backup/keeping.ts";
import { compare } from "#lib/backup/proving.ts";
import { withScratch } from "#lib/backup/scratch.ts";
import { migrate, migrationsFolder } from "#lib/migrate.ts";
import { openStorage } from "#lib/storage.ts";
import { testDatabase } from "../../test/helpers/database.ts";

const database = await testDatabase();
const home = await mkdtemp(join(tmpdir(), "lectern-backup-"));
const folder = join(home, "migrations");
const client = new Client({ connectionString: database.url });
await client.connect();
const storage = openStorage(join(home, "media"));
const place = openPlace(join(home, "backups"));

after(async () => {
  await client.end();
  await database.drop();
  await rm(home, { recursive: true });
});

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, "migration.sql"), sql);
}

await cp(migrationsFolder, folder, { recursive: true });
await addMigration(
  "29990101000000_odd",
  `create table odd (id bigint generated always as identity primary key, parent bigint references odd, words text,
    bytes bytea, at timestamptz, data jsonb, tags text[], size double precision, twice double precision generated always as (size * 2) stored);
  create table keyless ("Key" text, n numeric);
  create table gone (secret text);
  create sequence unasked start 7;`,
);
await migrate(database.url, { folder });
await client.query(`
  insert into odd (parent, words, bytes, at, data, tags, size)
    select nullif(n, 1) - 1, E'a\\tb\\\\N\\n\\U0001F600' || n, decode(md5(n::text), 'hex'), now(), '{"a":[null,1e3]}', '{"x,y",null}', 0.1 * n
    from generate_series(1, 3000) n;
  update odd set parent = 3000 where id = 1;
  insert into keyless values (null, 1.50), ('é', 'NaN'), ('e', null);
  insert into gone values ('hunter2');`);
const pictures = new Map(Array.from({ length: 5 }, (_, n) => [`originals/0${n}/x`, randomBytes(100_000)]));
for (const [key, bytes] of pictures) await storage.put(key, bytes, { type: "image/png" });

const source: Source = {
  url: database.url,
  version: "1.2.3",
  keyFingerprint: "f",
  passing: {
    "public.gone": { why: "is passing" },
    "pgboss.job": { keep: "state < 'completed' or state = 'failed'", why: "is done" },
    "drizzle.__drizzle_migrations": { why: "is made by the migrations" },
    "pgboss.version": { why: "is made with the tables" },
  },
  objects: {
    storage,
    prefixes: ["originals/"],
    wanted: "select 'originals/0' || n || '/x' as key from generate_series(0, 4) n",
  },
};

async function write(name: string, more: Partial<Source> = {}, key?: string): Promise<Buffer> {
  await writeBackup({ ...source, ...more }, place, { name, key });
  return await readFile(join(home, "backups", name));
}

const from = (bytes: Buffer, key?: string) => ({
  name: "x",
  key,
  async *read() {
    for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
  },
});

const verify = (bytes: Buffer, key?: string) => verifyBackup(from(bytes, key), { url: database.url, folder });

async function ask<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const there = new Client({ connectionString: url });
  await there.connect();
  try {
    return (await there.query<Row>(sql)).rows;
  } finally {
    await there.end();
  }
}

test("a backup becomes the same rows, numbers, constraints and files in another database", async () => {
  const bytes = await write("whole");
  assert.equal((await stat(join(home, "backups", "whole"))).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(join(home, "backups")), ["whole"]);
  const found = new Map<string, Buffer>();
  const putObject = async (key: string, content: Buffer): Promise<void> => void found.set(key, content);
  await withScratch(database.url, async (url) => {
    const { proof } = await restoreBackup(from(bytes), { url, folder, putObject });
    assert.deepEqual(found, pictures);
    assert.equal(proof.tables.find(({ name }) => name === "public.odd")?.rows, 3000);
    const sql =
      "select (select max(twice) from odd) as twice, nextval('unasked') as first, nextval('odd_id_seq') as next, (select count(*) from gone) as gone";
    assert.deepEqual(await ask(url, sql), [{ twice: 600, first: "7", next: "3001", gone: "0" }]);
    await assert.rejects(ask(url, "insert into odd (parent) values (9999)"), /odd_parent/);
  });
});

test("an encrypted backup is opened by its key alone, and none of its bytes may change", async () => {
  const [key, other] = [await newBackupKey(), await newBackupKey()];
  const bytes = await write("sealed", {}, key);
  assert.ok(bytes.toString("latin1").startsWith("age-encryption.org/v1\n"));
  assert.equal((await verify(bytes, key)).proof.tables.length > 50, true);
  await assert.rejects(verify(bytes), /x is encrypted: set BACKUP_KEY/);
  await assert.rejects(verify(bytes, other), /BACKUP_KEY does not open x/);
  const changed = Buffer.from(bytes);
  changed[bytes.length - 70_000] = (changed[bytes.length - 70_000] ?? 0) ^ 1;
  await assert.rejects(verify(changed, key), /x is damaged/);
  await assert.rejects(verify(bytes.subarray(0, -1), key), /x is damaged/);
});

test("what is no backup, or of another format, is refused in a sentence", async () => {
  const bytes = await write("refused");
  const later = Buffer.from(bytes.toString("latin1").replace("format 1\n", "format 9\n"), "latin1");
  const cases: [Buffer, RegExp][] = [
    [Buffer.alloc(0), /^x is empty\.$/],
    [Buffer.from("-- PostgreSQL database dump"), /^x is no backup of Lectern\.$/],
    [later, /^x has format 9, and this release reads format 1: use the one that made it\.$/],
    [bytes.subarray(0, -1), /^x is damaged: it is not what was written, or not all of it\.$/],
    [bytes.subarray(0, 20), /^x is damaged: it ends too early\.$/],
  ];
  for (const [wrong, sentence] of cases) {
    await assert.rejects(verify(wrong), (error: Error & { status?: number }) => {
      assert.match(error.message, sentence);
      return error.status === 65;
    });
  }
});

test("a backup of a release before is brought up to date, and one of a later release is refused", async () => {
  const bytes = await write("before");
  await addMigration("29990102000000_later", "alter table odd add column later int not null default 4;");
  await withScratch(database.url, async (url) => {
    await restoreBackup(from(bytes), { url, folder });
    await migrate(url, { folder });
    assert.deepEqual(await ask(url, "select sum(later) as sum from odd"), [{ sum: "12000" }]);
  });
  await rm(join(folder, "29990102000000_later"), { recursive: true });
  const old = from(bytes);
  const refused = verifyBackup(old, { url: database.url, folder: migrationsFolder });
  await assert.rejects(refused, /made by release 1\.2\.3, which knows more than this one \(29990101000000_odd\)/);
});

test("rows that do not come back as they were are named by their table", async () => {
  const bytes = await write("different");
  await withScratch(database.url, async (url) => {
    const written = await restoreBackup(from(bytes), { url, folder });
    const spoiled = async (sql: string): Promise<string[]> => {
      await ask(url, sql);
      return await compare(url, written);
    };
    assert.deepEqual(await spoiled("delete from keyless where n = 1.5"), ["public.keyless has 2 rows and had 3"]);
    assert.match(
      String(await spoiled("update odd set words = 'x' where id = 7")),
      /,rows of public\.odd are not what they were$/,
    );
    assert.match(
      String(await spoiled("select nextval('unasked')")),
      /,public\.unasked stands at 7 and stood at nothing$/,
    );
    const differences = await spoiled("alter table odd drop constraint odd_parent_fkey");
    assert.match(String(differences), /,public\.odd odd_parent_fkey f is not there$/);
  });
  await withScratch(database.url, async (url) => {
    const restored = restoreBackup(from(bytes), { url, folder, meanwhile: loseRows });
    await assert.rejects(restored, /x does not become what it was: public\.keyless has 0 rows and had 3\.$/);
  });
});

async function loseRows(there: Client): Promise<void> {
  await there.query("delete from keyless");
}

test("a backup that fails half-way leaves nothing, and never takes another's name", async () => {
  const failing = { ...storage, get: () => Promise.reject(new Error("The store is away.")) };
  const objects = { ...source.objects, storage: failing };
  await assert.rejects(write("half", { objects }), /The store is away/);
  await assert.rejects(write("whole"), /whole is there already/);
  const stopped = AbortSignal.abort(new Error("The worker stops."));
  await assert.rejects(
    writeBackup(source, place, { name: "stopped", key: undefined, signal: stopped }),
    /worker stops/,
  );
  const left = await readdir(join(home, "backups"));
  assert.deepEqual(
    left.filter((name) => /half|stopped|unfinished/.test(name)),
    [],
  );
});

test("a bucket keeps the promises of a folder", async () => {
  const s3 = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory: join(home, "s3"),
    configureBuckets: [{ name: "site", configs: [] }],
  });
  const { port } = await s3.run();
  try {
    const bucket = openPlace(`s3+http://S3RVER:S3RVER@127.0.0.1:${port}/site/nightly`);
    const { size } = await writeBackup(source, bucket, { name: "a", key: undefined });
    assert.deepEqual(await bucket.list(), [{ name: "a", size }]);
    await verifyBackup({ name: "a", key: undefined, read: () => bucket.read("a") }, { url: database.url, folder });
    // More than one part and one range.
    const large = Array.from({ length: 40 }, () => randomBytes(1_000_000));
    await bucket.write(
      "large",
      (async function* () {
        yield* large;
      })(),
    );
    assert.ok(Buffer.concat(await Array.fromAsync(bucket.read("large"))).equals(Buffer.concat(large)));
    const broken = (async function* () {
      yield* large;
      throw new Error("broken off");
    })();
    await assert.rejects(bucket.write("broken", broken), /broken off/);
    await assert.rejects(bucket.write("a", (async function* () {})()), /a is there already/);
    await assert.rejects(Array.fromAsync(bucket.read("none")), /none is not there/);
    await bucket.remove("large");
    assert.deepEqual(
      (await bucket.list()).map(({ name }) => name),
      ["a"],
    );
  } finally {
    await s3.close();
  }
});

test("of days, weeks and months the newest backup is kept", () => {
  const all = Array.from({ length: 400 }, (_, n) => ({
    madeAt: new Date(Date.UTC(2026, 10, 27, 2, 7) - n * 86_400_000),
  }));
  const keep = readKeep("7, 4, 6");
  assert.ok(keep);
  const days = [...chooseKept(all, keep)]
    .map(({ madeAt }) => madeAt.toISOString().slice(5, 10))
    .toSorted()
    .toReversed();
  const lastOfMonths = ["10-31", "09-30", "08-31", "07-31", "06-30"];
  const lastOfWeeks = ["11-15", "11-08"];
  const lastDays = ["11-27", "11-26", "11-25", "11-24", "11-23", "11-22", "11-21"];
  assert.deepEqual(days, [...lastDays, ...lastOfWeeks, ...lastOfMonths]);
  assert.equal(chooseKept([], keep).size, 0);
  for (const wrong of ["", "7", "0,4,6", "7,4,-1", "a,b,c"]) assert.equal(readKeep(wrong), undefined, wrong);
});

test("the name of a backup says when it was begun", () => {
  const at = new Date("2026-11-27T02:07:09Z");
  assert.equal(nameBackup(at, { encrypted: true }), "lectern-20261127T020709Z.tar.zst.age");
  assert.deepEqual(timeOfBackup(nameBackup(at, { encrypted: false })), at);
  for (const other of ["lectern.tar.zst", "lectern-20261340T020709Z.tar.zst", "x/lectern-20261127T020709Z.tar.zst"]) {
    assert.equal(timeOfBackup(other), undefined, other);
  }
});
