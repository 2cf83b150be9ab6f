import { databaseUrl, dead, refusals } from "./testing/world.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { count, isNull } from "drizzle-orm";
import { entries, related } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { loadDemo } from "./demo.ts";
import { importFolder } from "./import.ts";

assert.ok(databaseUrl);

test("the demo fills an empty site, once, and all of it is public", async () => {
  const loaded = await loadDemo();
  assert.ok(loaded >= 8, `${loaded} tutorials were loaded`);
  const [drafts] = await db.select({ n: count() }).from(entries).where(isNull(entries.publishedAt));
  assert.equal(drafts?.n, 0);
  const [neighbours] = await db.select({ n: count() }).from(related);
  assert.ok((neighbours?.n ?? 0) > 0);
  assert.equal(await loadDemo(), 0);
});

test("nothing in the demo leads nowhere", async () => {
  const content = fileURLToPath(new URL("../../../content", import.meta.url));
  const report = await importFolder(content, { dryRun: true });
  assert.deepEqual(refusals(report), []);
  assert.deepEqual(dead(report), []);
  assert.deepEqual(report.notes, []);
});
