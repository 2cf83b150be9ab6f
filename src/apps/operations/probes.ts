import { createHash, timingSafeEqual } from "node:crypto";
import { config } from "#config.ts";
import type { Reply, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { urls } from "#urls.ts";
import { openMetrics } from "./metrics.ts";
import { listHindrances } from "./readiness.ts";

/** Where whoever watches over a process asks it: in every process from the start, unlike the pages about it. */
export function probeRoutes(router: Router): void {
  router.get(urls.ready.pattern, { access: "anyone" }, async ({ server }, reply) => {
    const hindrances = server.condition.isStopping() ? ["This process is stopping."] : await listHindrances();
    reply.code(hindrances.length === 0 ? 200 : 503).header("cache-control", "no-store");
    return hindrances.length === 0 ? "ready\n" : `${hindrances.join("\n")}\n`;
  });

  router.get(urls.metrics.pattern, { access: "anyone" }, async ({ server, headers }, reply) => {
    if (config.METRICS_TOKEN === undefined) throw new NotFound();
    reply.header("cache-control", "no-store");
    if (!isBearer(headers.authorization, config.METRICS_TOKEN)) return refuse(reply);
    const metrics = await openMetrics();
    reply.type("text/plain; version=0.0.4; charset=utf-8");
    return metrics.write(server.condition.pageCache);
  });
}

// Hashes are of one length, and the time that comparing them takes says nothing of the token: RFC 6750.
function isBearer(given: string | undefined, token: string): boolean {
  const [, credentials = ""] = /^Bearer +(\S+)$/i.exec(given ?? "") ?? [];
  return timingSafeEqual(digest(credentials), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function refuse(reply: Reply): string {
  reply.code(401).header("www-authenticate", 'Bearer realm="metrics"');
  return "Send the token of METRICS_TOKEN as Authorization: Bearer.\n";
}
