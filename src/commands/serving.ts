import { spawn } from "node:child_process";
import { once } from "node:events";
import { config } from "../config.ts";
import type { Command } from "../lib/app.ts";
import { stopOnSignals } from "../lib/http/drain.ts";
import { supervise, type Supervisor } from "../lib/jobs/supervise.ts";
import { log } from "../lib/log.ts";
import { migrate } from "../lib/migrate.ts";
import { hasPostgres } from "../lib/postgres.ts";
import { startDemo } from "./demo.ts";
import { openDatabase, type Database } from "./runtime.ts";

/** The commands that run the site. They load little themselves, so that the database gets ready while the site is loaded. */
export const serving: readonly Command[] = [
  {
    name: "start",
    usage: "start",
    about: "Bring the database up to date, serve the site and work in the background.",
    run: start,
  },
  { name: "serve", usage: "serve", about: "Serve the site; the database is up to date already.", run: serve },
  {
    name: "work",
    usage: "work [--queues NAME,NAME] [--once]",
    about: "Work in the background. A name also stands for all that begin with it and a dot; --once: until it dies.",
    run: work,
  },
  { name: "dev", usage: "dev", about: "Start, and start again whenever a file changes.", run: dev },
];

async function start(): Promise<number> {
  const demo = isFirst() ? startDemo() : undefined;
  return run(openMigrated(), async (database) => {
    const site = await import("./site-process.ts");
    const [loaded, server] = await Promise.all([site.fillDatabase(demo), site.makeSite()]);
    const { address, stop } = await site.serveSite(server);
    const worker = startWorkerProcess([]);
    const shown = new URL(address);
    if (shown.hostname === "127.0.0.1") shown.hostname = "localhost";
    process.stdout.write(`
  ${config.SITE_NAME} is at ${shown.origin}

  Data     ${database.name}
  Content  ${loaded > 0 ? `${loaded} entries of the demo, which is also the manual` : "as you left it"}
  Next     ./manage import FOLDER --publish
  Stop     Ctrl-C

`);
    // Both take the time that a host gives for both together.
    return async () => void (await Promise.all([stop(), worker.stop()]));
  });
}

// Whether the demo will be wanted, as far as that can be told without the database.
function isFirst(): boolean {
  return config.DEMO && config.DATABASE_URL === undefined && !hasPostgres(config.DATA_DIR);
}

async function serve(): Promise<number> {
  return run(openDatabase(), async () => {
    const site = await import("./site-process.ts");
    const { address, stop } = await site.serveSite(await site.makeSite());
    log.info({ address }, "serving");
    return stop;
  });
}

async function work(args: readonly string[]): Promise<number> {
  const { readWorkArguments, workOnce } = await import("./worker-process.ts");
  const { once: isOnce, queues } = readWorkArguments(args);
  if (isOnce)
    return run(
      openDatabase(),
      () => workOnce(queues),
      () => import("../apps.ts"),
    );
  stopOnSignals(startWorkerProcess(args).stop, log);
  return 0;
}

function startWorkerProcess(args: readonly string[]): Supervisor {
  return supervise(process.argv[1] ?? "", ["work", "--once", ...args]);
}

async function openMigrated(): Promise<Database> {
  const database = await openDatabase();
  await migrate(database.url);
  return database;
}

/** Runs until a signal; whoever is told to stop early, or fails, still has an embedded database to leave. */
async function run(
  opening: Promise<Database>,
  begin: (database: Database) => Promise<() => Promise<void>>,
  load: () => Promise<unknown> = () => import("./site-process.ts"),
): Promise<number> {
  const stops: (() => Promise<void>)[] = [async () => (await opening).close()];
  const stop = async (): Promise<void> => {
    for (const each of stops.toReversed()) await each();
  };
  stopOnSignals(stop, log);
  try {
    // What the site is made of is read while the database gets ready.
    const [database] = await Promise.all([opening, load()]);
    stops.push(await begin(database));
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
