import { createHash, timingSafeEqual } from "node:crypto";
import type { Reply, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { listCheckStates } from "./check-states.ts";
import { openMetrics } from "./metrics.ts";
import { listHindrances } from "./readiness.ts";
import { backupsRoutes } from "./routes/backups.tsx";
import { errorsRoutes } from "./routes/errors.tsx";
import { frontRoutes } from "./routes/front.tsx";
import { mailRoutes } from "./routes/mail.tsx";
import { settingsRoutes } from "./routes/settings.tsx";
import { tasksRoutes } from "./routes/tasks.tsx";
import { listIncidents, readUptime, shownDays } from "./uptime.ts";
import { UptimePage } from "./views/uptime.tsx";

export function routes(router: Router): void {
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

  router.get(urls.staffUptime.pattern, { access: "permission:operations.view" }, async () => {
    const now = new Date();
    const uptime = await readUptime(now, shownDays);
    const [incidents, checks] = await Promise.all([listIncidents(now, shownDays), listCheckStates()]);
    return <UptimePage uptime={uptime} incidents={incidents} checks={checks} />;
  });

  frontRoutes(router);
  tasksRoutes(router);
  errorsRoutes(router);
  mailRoutes(router);
  settingsRoutes(router);
  backupsRoutes(router);
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
