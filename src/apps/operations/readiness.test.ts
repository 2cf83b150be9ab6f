import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, db, disconnect, queryCount } from "#lib/db.ts";
import { testDatabase } from "../../../test/helpers/database.ts";
import { askTogether } from "./asking.ts";
import { listHindrances } from "./readiness.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

test("a database that lacks a migration is not ready, until it has it", async () => {
  const { rows } = await db.$client.query<{ id: number; name: string }>(
    "select id, name from drizzle.__drizzle_migrations",
  );
  const last = rows.at(-1);
  await db.$client.query("update drizzle.__drizzle_migrations set name = 'another' where id = $1", [last?.id]);
  assert.deepEqual(await listHindrances(), ["The database lacks migrations: run ./manage migrate."]);
  await db.$client.query("update drizzle.__drizzle_migrations set name = $2 where id = $1", [last?.id, last?.name]);
  while ((await listHindrances()).length > 0) await sleep(50);
});

test("however many ask within a second, the database is asked once", async () => {
  await sleep(1001);
  const before = queryCount();
  for (let asked = 0; asked < 20; asked++) assert.deepEqual(await listHindrances(), []);
  assert.equal(queryCount() - before, 1);
});

test("whoever asks meanwhile gets the same answer, and nobody waits longer than the deadline", async () => {
  let asked = 0;
  const { promise, resolve } = Promise.withResolvers<string>();
  const ask = askTogether(
    async () => {
      asked += 1;
      return asked === 1 ? promise : "soon";
    },
    { freshMs: 0, deadlineMs: 20, late: "late" },
  );
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), ["late", "late", "late"]);
  assert.deepEqual([await ask(), asked], ["late", 1], "a question that waits is not asked again");
  resolve("at last");
  while ((await ask()) !== "soon") await sleep(5);
  assert.equal(asked, 2);
});
