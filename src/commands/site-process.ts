import { readContentVersion, watchContentVersion } from "../apps/catalog/content-version.ts";
import { renderStale } from "../apps/editorial/rendering.ts";
import { lacksDemo } from "../apps/importer/demo.ts";
import { addDefaultPlans } from "../apps/members/default-plans.ts";
import { collectErrors } from "../apps/operations/errors.ts";
import { flushSearches } from "../apps/search/counting.ts";
import { readBlocks, watchBlocks } from "../apps/staff/blocks.ts";
import { config } from "../config.ts";
import { buildAssets } from "../lib/assets.ts";
import { UserError } from "../lib/errors.ts";
import type { Server } from "../lib/http.ts";
import { createSite } from "../site.tsx";
import { startDemo } from "./demo.ts";
import { endOnUncaught } from "./runtime.ts";

/**
 * Loads the demo into an empty site, by the process that was started for it if there is one, and renders what is stale; answers how
 * many tutorials of the demo that were.
 */
export async function fillDatabase(demo?: ReturnType<typeof startDemo>): Promise<number> {
  const loading = demo ?? ((await lacksDemo()) ? startDemo() : undefined);
  const loaded = (await loading?.load()) ?? 0;
  if (loaded > 0) await addDefaultPlans();
  await renderStale();
  return loaded;
}

const { promise: isServing, resolve: serves } = Promise.withResolvers<void>();

/** Makes the site, which needs no database yet. */
export async function makeSite(): Promise<Server> {
  // Until then others need the processor.
  buildAssets(undefined, isServing);
  return createSite();
}

/** Serves the site until `stop` is called; answers where. Throws a UserError when the port is taken. */
export async function serveSite(server: Server): Promise<{ address: string; stop: () => Promise<void> }> {
  const errors = collectErrors();
  void endOnUncaught(errors);
  await readContentVersion();
  await readBlocks();
  const watches = [watchContentVersion(), watchBlocks()];
  const stop = async (): Promise<void> => {
    await server.close();
    for (const stopWatching of watches) stopWatching();
    await flushSearches(Infinity);
    await errors.stop();
  };
  try {
    const address = await server.listen({ host: config.HOST, port: config.PORT });
    serves();
    return { address, stop };
  } catch (error) {
    await stop();
    if (!isTaken(error)) throw error;
    throw new UserError(`Port ${config.PORT} is taken by another program: set PORT to one that is free.`);
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
