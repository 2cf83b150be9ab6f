import { once } from "node:events";
import { start as startRepl } from "node:repl";
import type { Command } from "../lib/app.ts";
import { buildAssets } from "../lib/assets.ts";
import * as db from "../lib/db.ts";
import type { RouteInfo } from "../lib/http.ts";
import { table } from "../lib/table.ts";
import { kinds } from "../apps.ts";
import { createSite } from "../site.tsx";
import { urls } from "../urls.ts";
import { withDatabase } from "./runtime.ts";

/** The commands for looking inside. */
export const tools: readonly Command[] = [
  {
    name: "routes",
    usage: "routes",
    about: "Show every route, its app, who may call it and what else is asked of them.",
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

async function showRoutes(): Promise<number> {
  buildAssets();
  const site = await createSite();
  const rows = site.routes.map((route) => [route.method, route.pattern, route.app, route.access, conditionOf(route)]);
  const entries = [...kinds].map(([kind, { app }]) => ["GET", `/* (${kind})`, app, "entitled", ""]);
  process.stdout.write(table(["method", "address", "app", "who may call it", ""], [...rows, ...entries]));
  await site.close();
  return 0;
}
