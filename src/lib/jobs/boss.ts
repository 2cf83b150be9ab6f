import { createHash } from "node:crypto";
import type { Clock, ConstructorOptions, Db, PgBoss, Queue } from "pg-boss";
import { databaseUrl, db, outsideTransaction } from "../db.ts";
import { log } from "../log.ts";
import type { AnyTask } from "./task.ts";

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

/** Makes the queue of each task, or brings its settings up to date, once a process. */
export async function ensureQueues(boss: PgBoss, tasks: readonly AnyTask[]): Promise<void> {
  const ready = known.get(boss) ?? new Set();
  known.set(boss, ready);
  const missing = tasks.filter((task) => !ready.has(task.name));
  if (missing.length === 0) return;
  await outsideTransaction(async () => {
    const names = missing.map((task) => task.name);
    const existing = new Map((await boss.getQueues(names)).map((queue) => [queue.name, queue]));
    for (const task of missing) await makeQueue(boss, task, existing.get(task.name));
  });
  for (const task of missing) ready.add(task.name);
}

let found = { url: "", names: new Set<string>() };

/** The same for one task, without loading pg-boss unless its settings have changed, as a rule where no worker came first. */
export async function ensureQueue(task: AnyTask): Promise<void> {
  const url = databaseUrl();
  if (found.url !== url) found = { url, names: new Set() };
  const { names } = found;
  if (names.has(task.name)) return;
  const existing = await outsideTransaction(() => findOrMakeQueue(task));
  if (existing !== undefined && isChanged(existing, task)) await ensureQueues(await openQueues(), [task]);
  names.add(task.name);
}

// By the names that pg-boss gives them. What it makes a queue by leaves alone one that somebody else makes meanwhile.
async function findOrMakeQueue(task: AnyTask): Promise<object | undefined> {
  const { rows } = await db.$client.query<object>(
    `select retry_limit as "retryLimit", retry_delay as "retryDelay", retry_backoff as "retryBackoff",
       retry_delay_max as "retryDelayMax", heartbeat_seconds as "heartbeatSeconds", expire_seconds as "expireInSeconds",
       retention_seconds as "retentionSeconds", deletion_seconds as "deleteAfterSeconds", notify
     from pgboss.queue where name = $1`,
    [task.name],
  );
  if (rows.length === 0) await db.$client.query("select pgboss.create_queue($1, $2)", [task.name, newQueue(task)]);
  return rows[0];
}

async function makeQueue(boss: PgBoss, task: AnyTask, existing: Queue | undefined): Promise<void> {
  if (existing === undefined) await boss.createQueue(task.name, newQueue(task));
  else if (isChanged(existing, task)) await boss.updateQueue(task.name, wanted(task));
}

// Every job has a key, its own id when no other is given, so that a task may begin or cease to have keys.
function newQueue(task: AnyTask) {
  return { ...wanted(task), policy: "exclusive" } as const;
}

function isChanged(existing: object, task: AnyTask): boolean {
  return Object.entries(wanted(task)).some(([key, value]) => Reflect.get(existing, key) !== value);
}

function wanted({ settings }: AnyTask) {
  return {
    retryLimit: settings.retryLimit,
    retryDelay: settings.delaySeconds,
    retryBackoff: true,
    retryDelayMax: settings.maxDelaySeconds,
    // Leases are ours to end (claims.ts): pg-boss does not know whose worker was only asleep. It waits for a day.
    heartbeatSeconds: 86_400,
    // Our own clock stops an attempt; this one is for a worker whose clock stands still.
    expireInSeconds: Math.ceil(settings.timeoutSeconds) + 60,
    retentionSeconds: 366 * 86_400,
    deleteAfterSeconds: settings.keepDays * 86_400,
    notify: true,
  };
}
