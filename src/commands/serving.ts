import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { loadDemo } from "../apps/importer/demo.ts";
import { readContentVersion, watchContentVersion } from "../apps/catalog/content-version.ts";
import { renderStale } from "../apps/editorial/rendering.ts";
import { flushSearches } from "../apps/search/counting.ts";
import { config } from "../config.ts";
import { tasks } from "../apps.ts";
import type { Command } from "../lib/app.ts";
import { buildAssets } from "../lib/assets.ts";
import { UserError } from "../lib/errors.ts";
import { stopOnSignals } from "../lib/http.ts";
import { covers, startWorker } from "../lib/jobs/worker.ts";
import { reportAlive, supervise, type Supervisor } from "../lib/jobs/supervise.ts";
import { log } from "../lib/log.ts";
import { migrate } from "../lib/migrate.ts";
import { createSite } from "../site.tsx";
import { openDatabase, type Database } from "./runtime.ts";

/** The commands that run the site. */
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
  const database = await openToStop();
  await migrate(database.url);
  const loaded = await loadDemo();
  await renderStale();
  return run({ working: true }, (address) => {
    const shown = new URL(address);
    if (shown.hostname === "127.0.0.1") shown.hostname = "localhost";
    process.stdout.write(`
  ${config.SITE_NAME} is at ${shown.origin}

  Data     ${database.name}
  Content  ${loaded > 0 ? `${loaded} entries of the demo, which is also the manual` : "as you left it"}
  Next     ./manage import FOLDER --publish
  Stop     Ctrl-C

`);
  });
}

async function serve(): Promise<number> {
  await openToStop();
  return run({ working: false }, (address) => log.info({ address }, "serving"));
}

async function work(args: readonly string[]): Promise<number> {
  const { once: isOnce, queues } = readWorkArguments(args);
  if (!isOnce) {
    const supervisor = startWorkerProcess(args);
    stopOnSignals(supervisor.stop, log);
    return 0;
  }
  await openToStop();
  reportAlive(() => process.kill(process.pid, "SIGTERM"));
  const worker = await startWorker({ tasks, queues });
  stops.push(worker.stop);
  log.info({ queues }, "working");
  return 0;
}

function startWorkerProcess(args: readonly string[]): Supervisor {
  return supervise(process.argv[1] ?? "", ["work", "--once", ...args]);
}

function checkQueues(queues: string[]): string[] {
  const unknown = queues.find((queue) => tasks.every(({ name }) => !covers(queue, name)));
  if (unknown === undefined) return queues;
  throw new UserError(`No task is called "${unknown}": there are ${tasks.map(({ name }) => name).join(", ")}.`);
}

function readWorkArguments(args: readonly string[]): { once: boolean; queues: string[] } {
  try {
    const options = { once: { type: "boolean", default: false }, queues: { type: "string", default: "" } } as const;
    const { once, queues } = parseArgs({ args: [...args], options }).values;
    return { once, queues: checkQueues(queues.split(",").filter(Boolean)) };
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

// What is running must be stopped in order, and whoever is told to stop early has an embedded database to leave.
const stops: (() => Promise<void> | void)[] = [];

async function openToStop(): Promise<Database> {
  const database = await openDatabase();
  stops.push(database.close, () => flushSearches(Infinity));
  stopOnSignals(stopAll, log);
  return database;
}

async function stopAll(): Promise<void> {
  for (const stop of stops.toReversed()) await stop();
}

async function run({ working }: { working: boolean }, announce: (address: string) => void): Promise<number> {
  buildAssets();
  await readContentVersion();
  stops.push(watchContentVersion());
  const server = await createSite();
  let supervisor: Supervisor | undefined;
  // Both take the time that a host gives for both together.
  stops.push(async () => void (await Promise.all([server.close(), supervisor?.stop()])));
  try {
    announce(await server.listen({ host: config.HOST, port: config.PORT }));
    if (working) supervisor = startWorkerProcess([]);
    return 0;
  } catch (error) {
    await stopAll();
    if (!isTaken(error)) throw error;
    throw new UserError(`Port ${config.PORT} is taken by another program: set PORT to one that is free.`);
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
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
