import type { IncomingMessage, ServerResponse } from "node:http";
import type { Answered } from "#lib/http.ts";
import type { PageCacheStats } from "#lib/page-cache.ts";

export interface Metrics {
  /** Takes an answer into the histogram of requests. */
  observe: (answered: Answered) => void;
  /** Counts what is answered with a file, before it is routed. */
  counting: (answer: Early) => Early;
  /** Everything in the text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/ */
  write: (pageCache: () => PageCacheStats | undefined) => Promise<string>;
}

export type Early = (request: IncomingMessage, response: ServerResponse) => boolean;

let opened: Promise<Metrics> | undefined;

/** The metrics of this process. Their library takes 19 MB, so it is loaded only where somebody asks for them. */
export function openMetrics(): Promise<Metrics> {
  return (opened ??= import("./metrics/collect.ts").then(({ collectMetrics }) => collectMetrics()));
}
