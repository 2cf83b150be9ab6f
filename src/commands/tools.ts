import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { start as startRepl } from "node:repl";
import type { Command } from "../lib/app.ts";
import { buildAssets } from "../lib/assets.ts";
import * as db from "../lib/db.ts";
import type { RouteInfo } from "../lib/http.ts";
import { writeTable } from "../lib/http/later.ts";
import { table } from "../lib/table.ts";
import { apps, kinds } from "../apps.ts";
import { createSite, routeTable } from "../site.tsx";
import { urls } from "../urls.ts";
import { withDatabase } from "./runtime.ts";

/** The commands for looking inside. */
export const tools: readonly Command[] = [
  {
    name: "routes",
    usage: "routes [--write]",
    about:
      "Show every route, its app, who may call it and what else is asked of them. --write: keep what must be known of those that are loaded later.",
    run: showRoutes,
  },
  {
    name: "shell",
    usage: "shell",
    about: 'A JavaScript prompt with `db` and `urls`; `await import("#apps/…")` reaches the rest.',
    run: () =>
      withDatabase(async () => {
        const repl = startRepl({ prompt: "lectern> ", useGlobal: true });
        Object.assign(repl.context, db, { urls });
        await once(repl, "exit");
        return 0;
      }),
  },
];

/** What else is asked of who calls a route, or is not. */
function conditionOf({ method, reauthenticate, csrf }: RouteInfo): string {
  if (reauthenticate) return "proves once more who it is";
  return method !== "GET" && !csrf ? "from any site: it carries a proof of its own" : "";
}

async function showRoutes(args: readonly string[]): Promise<number> {
  buildAssets();
  if (args.includes("--write")) return writeRoutes();
  const site = await createSite();
  const rows = site.routes.map((route) => [route.method, route.pattern, route.app, route.access, conditionOf(route)]);
  const entries = [...kinds].map(([kind, { app }]) => ["GET", `/* (${kind})`, app, "entitled", ""]);
  process.stdout.write(table(["method", "address", "app", "who may call it", ""], [...rows, ...entries]));
  await site.close();
  return 0;
}

async function writeRoutes(): Promise<number> {
  const table = await tableOfLaterRoutes();
  writeFileSync(routeTable, table);
  process.stdout.write(`${table.split("\n").length - 3} routes are loaded later.\n`);
  return 0;
}

/** What stands in `src/routes.txt`, as the apps declare it now. */
export async function tableOfLaterRoutes(): Promise<string> {
  const site = await createSite({ routeTable: undefined });
  const later = new Set(apps.filter(({ routes }) => typeof routes === "object").map(({ name }) => name));
  await site.close();
  return writeTable(site.routes.filter(({ app }) => later.has(app)));
}
