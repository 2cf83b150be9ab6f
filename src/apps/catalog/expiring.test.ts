import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { connect, db, disconnect } from "#lib/db.ts";
import { testDatabase } from "../../../test/helpers/database.ts";
import { readContentVersion } from "./content-version.ts";
import { expireDue } from "./expiring.ts";
import { saveEntry } from "./saving.ts";
import { entries } from "./schema.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));

test("what has expired is a draft within the minute, what expires later or never stays", async () => {
  for (const [title, expiresAt] of [
    ["gone", at(12)],
    ["going", at(13)],
    ["staying", null],
  ] as const) {
    await saveEntry({ kind: "page", path: `/${title}/`, title, publishedAt: at(0), expiresAt });
  }
  const before = await readContentVersion();
  await expireDue(at(11));
  assert.equal(await readContentVersion(), before, "pages that nothing happened to stay");

  await expireDue(at(12));
  assert.deepEqual(await listPublic(), ["going", "staying"]);
  const expired = await readContentVersion();
  assert.notEqual(expired, before, "readers see no old page");

  await expireDue(at(12));
  assert.equal(await readContentVersion(), expired);
});

async function listPublic(): Promise<string[]> {
  const rows = await db.select().from(entries).orderBy(entries.title);
  return rows.filter(({ publishedAt }) => publishedAt !== null).map(({ title }) => title);
}
