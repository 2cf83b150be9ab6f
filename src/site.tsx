import { readFileSync } from "node:fs";
import { apps, kinds } from "./apps.ts";
import { viewerOf } from "./apps/members/viewers.ts";
import { signInPages } from "./apps/accounts/sign-in.ts";
import { getContentVersion } from "./apps/catalog/content-version.ts";
import { findSource } from "./apps/catalog/articles.ts";
import { findRedirect } from "./apps/catalog/entries.ts";
import { findKeptArticle } from "./apps/catalog/kept-articles.ts";
import { isRetired } from "./apps/editorial/retired.ts";
import { mailboxRoutes } from "./apps/mail/reading.tsx";
import { openMetrics } from "./apps/operations/metrics.ts";
import { probeRoutes } from "./apps/operations/probes.ts";
import { blocker } from "./apps/staff/blocks.ts";
import { reading } from "./apps/staff/limits.ts";
import { markdownOf, urls } from "./urls.ts";
import { config } from "./config.ts";
import { serveAssets } from "./lib/assets.ts";
import type { Answer, Reply, Request, Router } from "./lib/app.ts";
import { NotFound } from "./lib/errors.ts";
import { Refused } from "./lib/http/problems.ts";
import { createServer, type Server, type ServerOptions } from "./lib/http.ts";
import { readTable } from "./lib/http/later.ts";
import { log } from "./lib/log.ts";
import { showProblem } from "./problem-page.tsx";
import { themeScriptHash } from "./ui/theme-script.ts";

/** What the apps say of routes that are loaded later: `./manage routes --write` writes it. */
export const routeTable = new URL("routes.txt", import.meta.url);

/** The site: every route that the apps declare, and at every other address the entry that the catalog knows there. */
export async function createSite(options: Partial<ServerOptions> = {}): Promise<Server> {
  const metrics = config.METRICS_TOKEN === undefined ? undefined : await openMetrics();
  return createServer({
    apps: [
      ...apps,
      { name: "probes", routes: probeRoutes },
      { name: "mailbox", routes: mailboxRoutes(apps.flatMap((app) => app.mails ?? [])) },
      { name: "entries", routes: (router) => router.get("/*", { access: "entitled", cache: true }, showEntry) },
      ...(config.DEV ? [{ name: "dev", routes: tellStart }] : []),
    ],
    // Who develops changes what stands in the table.
    routeTable: config.DEV ? undefined : readTable(readFileSync(routeTable, "utf8")),
    baseUrl: config.BASE_URL,
    before: [metrics === undefined ? serveAssets : metrics.counting(serveAssets)],
    ...(metrics === undefined ? {} : { observe: metrics.observe }),
    contentVersion: getContentVersion,
    viewerOf,
    signInPages,
    blocker,
    limit: reading,
    trustedProxies: config.TRUSTED_PROXIES,
    logger: log,
    errorPage: showProblem,
    scriptHashes: [themeScriptHash],
    ...(config.DEV ? { graceMs: 0 } : {}),
    ...options,
  });
}

function tellStart(router: Router): void {
  const started = String(Date.now());
  router.get(urls.started.pattern, { access: "anyone" }, () => started);
}

async function showEntry(request: Request<"/*">, reply: Reply): Promise<Answer> {
  const path = `/${request.params["*"]}`;
  if (path.endsWith(".md")) return showMarkdown(request, reply, path);
  const canonical = path.endsWith("/") ? path : `${path}/`;
  const entry = await findKeptArticle(request.viewer, canonical);
  const kind = entry && kinds.get(entry.kind);
  if (entry !== undefined && kind !== undefined) {
    return path === canonical ? kind.show(request, reply, entry) : reply.redirect(canonical, 308);
  }
  const target = await findRedirect(canonical);
  if (target === undefined) throw await absence(canonical, "There is no page at this address.");
  return reply.redirect(target.path + target.anchor, 301);
}

async function showMarkdown(request: Request<"/*">, reply: Reply, path: string): Promise<Answer> {
  const ofPage = path.replace(/\.md$/, "/");
  const text = await findSource(request.viewer, ofPage);
  if (text !== undefined) {
    return reply.type("text/markdown; charset=utf-8").send(`# ${text.title}\n\n${text.source}`);
  }
  const target = await findRedirect(ofPage);
  if (target === undefined) throw await absence(ofPage, "There is no Markdown at this address.");
  return reply.redirect(markdownOf(target.path), 301);
}

async function absence(path: string, sentence: string): Promise<Error> {
  return (await isRetired(path)) ? new Refused(410, "This page was taken away.") : new NotFound(sentence);
}
