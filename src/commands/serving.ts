import { spawn } from "node:child_process";
import { once } from "node:events";
import { config } from "../config.ts";
import type { Command } from "../lib/app.ts";
import { stopOnSignals } from "../lib/http/drain.ts";
import { log } from "../lib/log.ts";
import { migrate } from "../lib/migrate.ts";
import { openDatabase, type Database } from "./runtime.ts";

/** The commands that run the site. They load little themselves, so that the database gets ready while the site is loaded. */
export const serving: readonly Command[] = [
  { name: "start", usage: "start", about: "Bring the database up to date and serve the site.", run: start },
  { name: "serve", usage: "serve", about: "Serve the site; the database is up to date already.", run: serve },
  { name: "dev", usage: "dev", about: "Start, and start again whenever a file changes.", run: dev },
];

async function start(): Promise<number> {
  return run(openMigrated(), async (site, database) => {
    const loaded = await site.fillDatabase();
    const { address, stop } = await site.serveSite();
    const shown = new URL(address);
    if (shown.hostname === "127.0.0.1") shown.hostname = "localhost";
    process.stdout.write(`
  ${config.SITE_NAME} is at ${shown.origin}

  Data     ${database.name}
  Content  ${loaded > 0 ? `${loaded} entries of the demo, which is also the manual` : "as you left it"}
  Next     ./manage import FOLDER --publish
  Stop     Ctrl-C

`);
    return stop;
  });
}

async function serve(): Promise<number> {
  return run(openDatabase(), async (site) => {
    const { address, stop } = await site.serveSite();
    log.info({ address }, "serving");
    return stop;
  });
}

async function openMigrated(): Promise<Database> {
  const database = await openDatabase();
  await migrate(database.url);
  return database;
}

type Site = typeof import("./site-process.ts");

/** Runs until a signal; whoever is told to stop early, or fails, still has an embedded database to leave. */
async function run(
  opening: Promise<Database>,
  begin: (site: Site, database: Database) => Promise<() => Promise<void>>,
): Promise<number> {
  const stops: (() => Promise<void>)[] = [async () => (await opening).close()];
  const stop = async (): Promise<void> => {
    for (const each of stops.toReversed()) await each();
  };
  stopOnSignals(stop, log);
  try {
    const [database, site] = await Promise.all([opening, import("./site-process.ts")]);
    stops.push(await begin(site, database));
    return 0;
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

async function dev(): Promise<number> {
  const watched = ["src", "assets"].flatMap((folder) => ["--watch-path", folder]);
  const child = spawn(process.execPath, [...watched, ...process.execArgv, process.argv[1] ?? "", "start"], {
    stdio: "inherit",
    env: { ...process.env, DEV: "true" },
  });
  // Ctrl-C in a terminal reaches both; what reaches only this process is passed on.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [status] = await once(child, "exit");
  return typeof status === "number" ? status : 0;
}
