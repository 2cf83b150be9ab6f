import "./environment.ts";
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { readContentVersion } from "#apps/catalog/content-version.ts";
import { loadDemo } from "#apps/importer/demo.ts";
import { buildAssets } from "#lib/assets.ts";
import { connect, disconnect } from "#lib/db.ts";
import { closeImages } from "#lib/images.ts";
import { createSite } from "../../src/site.tsx";
import { testDatabase } from "./database.ts";

const database = await testDatabase();
connect(database.url);
assert.ok((await loadDemo()) > 0);
buildAssets(join(tmpdir(), "lectern-test-assets"));
await readContentVersion();

/** The site as a newcomer meets it, with the demo alone, on this test file's own database. */
export const demo = await createSite({ maxBusyMs: Number.POSITIVE_INFINITY });

after(async () => {
  await demo.close();
  closeImages();
  await disconnect();
  await database.drop();
});
