import { createHash } from "node:crypto";
import type { Clock, ConstructorOptions, Db, PgBoss, Queue } from "pg-boss";
import { databaseUrl, db, outsideTransaction } from "../db.ts";
import { log } from "../log.ts";
import type { AnyTask } from "./task.ts";

/** A worker that says nothing for so long has died, in seconds; pg-boss takes no less than 10. */
const leaseSeconds = 10;

/** Where pg-boss announces that something waits; a notification that is missed costs a second, not a task. */
export const channel = `pgboss_${createHash("sha224").update("pgboss").digest("hex").slice(0, 24)}`;

/** Runs pg-boss's statements in the transaction that is current, if there is one. */
export const currentTransaction: Db = {
  executeSql: (text, values = []) => db.$client.query(text, values),
};

// What a process keeps for asking, not for running, must not keep it alive.
const quietClock: Clock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms).unref(),
  clearTimeout: (timer) => stop(timer),
  setInterval: (run, ms) => setInterval(run, ms).unref(),
  clearInterval: (timer) => stop(timer),
};

function stop(timer: unknown): void {
  if (isTimer(timer)) clearTimeout(timer);
}

function isTimer(value: unknown): value is NodeJS.Timeout {
  return typeof value === "object" && value !== null && "hasRef" in value;
}

const off = {
  schedule: false,
  supervise: false,
  migrate: false,
  registerInstance: false,
  monitorVacuum: false,
} as const;

let asking: { url: string; boss: Promise<PgBoss> } | undefined;

/** The door to the queues through the site's own connections, for whoever asks for something to be done. */
export function openQueues(): Promise<PgBoss> {
  const url = databaseUrl();
  if (asking?.url !== url) {
    void asking?.boss.then((old) => old.stop({ graceful: false })).catch(() => undefined);
    const boss = outsideTransaction(() => start({ db: currentTransaction, clock: quietClock }));
    asking = { url, boss };
    boss.catch(() => (asking = undefined));
  }
  return asking.boss;
}

/** The same for a worker, on connections of its own. */
export function openWorkerQueues(connections: number): Promise<PgBoss> {
  return start({
    connectionString: databaseUrl(),
    application_name: "lectern worker",
    max: connections,
    connectionTimeoutMillis: 5000,
    monitorVacuum: true,
  });
}

/** Brings the tables of the queues up to date. */
export async function installQueues(url: string): Promise<void> {
  const boss = await start({ connectionString: url, max: 1, migrate: true, clock: quietClock });
  await boss.stop({ graceful: false });
}

async function start(options: ConstructorOptions): Promise<PgBoss> {
  // Loaded when needed: it takes 10 MB, which a process that serves pages can do without until somebody asks for a task.
  const { PgBoss } = await import("pg-boss");
  const boss = new PgBoss({ ...off, ...options });
  boss.on("error", (error) => log.warn({ error: error.message }, "a queue could not be asked"));
  boss.on("warning", ({ message }) => log.warn({ warning: message }, "a queue needs attention"));
  await boss.start();
  return boss;
}

const known = new WeakMap<PgBoss, Set<string>>();

/** Makes the queue of a task, or brings its settings up to date, once a process. */
export async function ensureQueues(boss: PgBoss, tasks: readonly AnyTask[]): Promise<void> {
  const ready = known.get(boss) ?? new Set();
  known.set(boss, ready);
  const missing = tasks.filter((task) => !ready.has(task.name));
  if (missing.length === 0) return;
  await outsideTransaction(async () => {
    const names = missing.map((task) => task.name);
    const existing = new Map((await boss.getQueues(names)).map((queue) => [queue.name, queue]));
    for (const task of missing) await ensureQueue(boss, task, existing.get(task.name));
  });
  for (const task of missing) ready.add(task.name);
}

async function ensureQueue(boss: PgBoss, { name, settings }: AnyTask, existing: Queue | undefined): Promise<void> {
  const wanted = {
    retryLimit: settings.retryLimit,
    retryDelay: settings.delaySeconds,
    retryBackoff: true,
    retryDelayMax: settings.maxDelaySeconds,
    heartbeatSeconds: leaseSeconds,
    // Our own clock stops an attempt; this one is for a worker whose clock stands still.
    expireInSeconds: Math.ceil(settings.timeoutSeconds) + 60,
    retentionSeconds: 366 * 86_400,
    deleteAfterSeconds: settings.keepDays * 86_400,
    notify: true,
  };
  // Every job has a key, its own id when no other is given, so that a task may begin or cease to have keys.
  if (existing === undefined) return boss.createQueue(name, { ...wanted, policy: "exclusive" });
  const changed = Object.entries(wanted).some(([key, value]) => Reflect.get(existing, key) !== value);
  if (changed) await boss.updateQueue(name, wanted);
}
