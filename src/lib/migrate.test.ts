import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { migrate } from "#lib/migrate.ts";
import { testDatabase, type TestDatabase } from "../../test/helpers/database.ts";

let database: TestDatabase;
let client: Client;
let folder: string;

before(async () => {
  database = await testDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  folder = await mkdtemp(path.join(tmpdir(), "lectern-migrate-"));
});

after(async () => {
  await client.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

test("processes that migrate at the same time apply each migration once", async () => {
  await writeMigration(
    "29990101000000_bells",
    "create table bells (n int);--> statement-breakpoint\ninsert into bells values (1);",
  );
  await Promise.all([1, 2, 3].map(() => migrate(database.url, { folder })));
  assert.equal((await client.query("select from bells")).rowCount, 1);
});

test("a migration that meets a long query lets others pass, and gets its turn", async () => {
  await writeMigration("29990102000000_ring", "alter table bells add column rings int;");
  const longQuery = new Client({ connectionString: database.url });
  await longQuery.connect();
  await longQuery.query("begin");
  await longQuery.query("lock table bells in access share mode");
  const migration = migrate(database.url, { folder, lockTimeoutMs: 200 });
  await waitForQueue();
  assert.equal((await client.query("select from bells")).rowCount, 1);
  await longQuery.end();
  await migration;
  assert.equal((await client.query("select rings from bells")).rowCount, 1);
});

test("a migration that fails changes nothing", async () => {
  await writeMigration("29990103000000_crack", "create table cracks (n int);--> statement-breakpoint\nselect 1 / 0;");
  await assert.rejects(migrate(database.url, { folder }));
  assert.deepEqual((await client.query("select to_regclass('cracks') as found")).rows, [{ found: null }]);
});

test("a database that is not there is one sentence, without the password", async () => {
  await assert.rejects(migrate("postgres://user:secret@127.0.0.1:1/none"), (error: Error) => {
    assert.match(error.message, /^The database cannot be reached: [^\n]*\.$/);
    return !error.message.includes("secret");
  });
});

async function writeMigration(name: string, statements: string): Promise<void> {
  await mkdir(path.join(folder, name));
  await writeFile(path.join(folder, name, "migration.sql"), statements);
}

async function waitForQueue(): Promise<void> {
  const waiting = "select from pg_locks where not granted and relation = 'bells'::regclass";
  while ((await client.query(waiting)).rowCount === 0) await sleep(5);
}
