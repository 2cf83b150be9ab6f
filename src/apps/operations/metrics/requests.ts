import { Histogram, type Registry } from "prom-client";
import type { PageCacheStats } from "#lib/page-cache.ts";
import type { Metrics } from "../metrics.ts";
import { counter, gauge, one } from "./readings.ts";

// Any other is a joke of the client's, and must not become a label.
const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Requests that are routed, what the page cache answers before that, and files. */
export function addRequests(
  registry: Registry,
  pageCache: () => PageCacheStats | undefined,
): Pick<Metrics, "observe" | "counting"> {
  const duration = new Histogram({
    name: "lectern_http_request_duration_seconds",
    help: "How long requests took that were routed, by app, method and class of status.",
    labelNames: ["app", "method", "status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25],
    registers: [registry],
  });
  let files = 0;
  const served = {
    name: "lectern_static_requests_total",
    help: "Requests for the site's own files, which are not routed.",
  };
  registry.registerMetric(
    counter(
      served,
      one(() => files),
    ),
  );
  addPageCache(registry, () => pageCache() ?? nothing);
  return {
    observe: ({ app, method, status, seconds }) =>
      duration.observe(
        { app, method: methods.has(method) ? method : "other", status: `${Math.floor(status / 100)}xx` },
        seconds,
      ),
    counting: (answer) => (request, response) => {
      const answered = answer(request, response);
      if (answered) files += 1;
      return answered;
    },
  };
}

const nothing: PageCacheStats = { hits: 0, notModified: 0, stale: 0, misses: 0, waited: 0, pages: 0, bytes: 0 };

function addPageCache(registry: Registry, stats: () => PageCacheStats): void {
  registry.registerMetric(
    counter(
      {
        name: "lectern_page_cache_requests_total",
        help: "Requests that met the page cache: hit, miss (rendered), waited (for another's miss), stale (after a failure).",
        labels: ["outcome"],
      },
      () => {
        const { hits: hit, misses: miss, waited, stale } = stats();
        return Object.entries({ hit, miss, waited, stale }).map(([outcome, value]) => [{ outcome }, value]);
      },
    ),
  );
  const unchanged = { name: "lectern_page_cache_not_modified_total", help: "Hits that were answered with 304." };
  registry.registerMetric(
    counter(
      unchanged,
      one(() => stats().notModified),
    ),
  );
  const pages = { name: "lectern_page_cache_pages", help: "Pages that are kept in memory." };
  registry.registerMetric(
    gauge(
      pages,
      one(() => stats().pages),
    ),
  );
  const bytes = { name: "lectern_page_cache_bytes", help: "The memory that they take." };
  registry.registerMetric(
    gauge(
      bytes,
      one(() => stats().bytes),
    ),
  );
}
