import { Registry } from "prom-client";
import type { PageCacheStats } from "#lib/page-cache.ts";
import type { Metrics } from "../metrics.ts";
import { addDatabase } from "./database.ts";
import { addProcess } from "./process.ts";
import { addRequests } from "./requests.ts";

export function collectMetrics(): Metrics {
  const registry = new Registry();
  let readPageCache: (() => PageCacheStats | undefined) | undefined;
  const { observe, counting } = addRequests(registry, () => readPageCache?.());
  const askDatabase = addDatabase(registry);
  addProcess(registry);
  return {
    observe,
    counting,
    write: async (pageCache) => {
      readPageCache = pageCache;
      await askDatabase();
      return registry.metrics();
    },
  };
}
