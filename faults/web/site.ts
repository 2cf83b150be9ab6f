import { tmpdir } from "node:os";
import { join } from "node:path";
import { apps } from "#apps.ts";
import { readContentVersion } from "#apps/catalog/content-version.ts";
import type { Server } from "#lib/http.ts";
import { buildAssets } from "#lib/assets.ts";
import { createSite } from "../../src/site.tsx";
import { openWorld } from "../jobs/world.ts";

/** The whole site with the small world, on a database of its own, in this process. */
export async function withSite<T>(work: (origin: string, site: Server) => Promise<T>): Promise<T> {
  const world = await openWorld();
  for (const app of apps.toReversed()) await app.fixtures?.();
  buildAssets(join(tmpdir(), "lectern-test-assets"));
  await readContentVersion();
  const site = await createSite({ maxBusyMs: Number.POSITIVE_INFINITY });
  try {
    return await work(await site.listen({ host: "127.0.0.1", port: 0 }), site);
  } finally {
    await site.close();
    await world.close();
  }
}
