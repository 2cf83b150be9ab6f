import { setTimeout as sleep } from "node:timers/promises";
import type { PgBoss } from "pg-boss";
import { log } from "../log.ts";
import { channel, ensureQueues, openWorkerQueues } from "./boss.ts";
import { handBack, reclaimExpired, type Claim } from "./claims.ts";
import { isHeldAt, mayRun } from "./hold.ts";
import { openLane, type Lane } from "./lane.ts";
import { createScheduler } from "./schedules.ts";
import { onAbandoned, report } from "./supervise.ts";
import type { AnyTask } from "./task.ts";

export interface Worker {
  /** Takes no more, waits 20 s for what runs, hands the rest back to be run again; ends within 25 s. */
  stop: () => Promise<void>;
}

/** How often a worker renews its leases, in milliseconds. */
const renewEvery = 3000;
/** How often it looks for what has become due, and for leases that have run out, in milliseconds. */
const lookEvery = 1000;
/** How often it lets pg-boss tidy up: by its own calendar, whoever asks. */
const tidyEvery = 30_000;
const patienceMs = 20_000;

/**
 * Runs tasks as they become due, until it is stopped. Of `queues`, a name stands for itself and all that begin with it
 * and a dot; without them it runs all. It needs `connections` of its own and one to listen.
 */
export async function startWorker({
  tasks,
  queues = [],
  connections = 3,
}: {
  tasks: readonly AnyTask[];
  queues?: readonly string[];
  connections?: number;
}): Promise<Worker> {
  const chosen = queues.length === 0 ? tasks : tasks.filter(({ name }) => queues.some((queue) => covers(queue, name)));
  const boss = await openWorkerQueues(connections);
  await ensureQueues(boss, tasks);
  onAbandoned((claims) => handBack(boss, claims, "Its worker died."));
  // A restore is refused while anybody works, so a hold is there before the first task is taken.
  let held = await isHeldAt(boss);
  const lanes = new Map(
    chosen.flatMap((task) =>
      [task.name, ...task.formerly].map((name) => [name, openLane(boss, name, task, () => mayRun(task, held))]),
    ),
  );
  const listening = await boss.getDb().listen?.(
    channel,
    (name) => lanes.get(name)?.wake(),
    () => lanes.forEach((lane) => lane.wake()),
  );
  const scheduler = createScheduler(chosen);
  const looking = repeat(lookEvery, async () => {
    held = await isHeldAt(boss);
    await scheduler.tick(new Date(), { held });
    for (const name of await listDue(boss, [...lanes.keys()])) lanes.get(name)?.wake();
  });
  let renewedAt = 0;
  const tending = repeat(lookEvery, async () => {
    if (Date.now() - renewedAt >= renewEvery) {
      await renewAll([...lanes.values()]);
      renewedAt = Date.now();
    }
    await reclaimExpired(boss, heldBy(lanes.values()));
  });
  // Not by the timer of pg-boss, which tidies only after its first interval: a worker may not live that long.
  const tidying = repeat(tidyEvery, () => boss.supervise());
  let stopping: Promise<void> | undefined;

  async function stop(): Promise<void> {
    for (const lane of lanes.values()) lane.close();
    await Promise.all([looking.stop(), listening?.close()]);
    const idle = Promise.all([...lanes.values()].map((lane) => lane.idle()));
    const patience = new AbortController();
    await Promise.race([idle, sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined)]);
    patience.abort();
    for (const lane of lanes.values()) lane.abort(new Error("The worker stops."));
    await Promise.race([idle, sleep(3000, undefined, { ref: false })]);
    await Promise.race([tending.stop(), sleep(1000, undefined, { ref: false })]);
    // It may be at something long, which ends with its connection.
    void tidying.stop();
    await boss.stop({ graceful: false });
  }

  return { stop: () => (stopping ??= stop()) };
}

/** Whether a name given for queues stands for this task. */
export function covers(queue: string, name: string): boolean {
  return name === queue || name.startsWith(`${queue}.`);
}

async function renewAll(lanes: readonly Lane[]): Promise<void> {
  report({ held: heldBy(lanes) });
  await Promise.all(lanes.map((lane) => lane.renew()));
}

function heldBy(lanes: Iterable<Lane>): Claim[] {
  return [...lanes].flatMap((lane) => lane.held());
}

async function listDue(boss: PgBoss, names: readonly string[]): Promise<string[]> {
  const { rows } = await boss.getDb().executeSql(
    `select name from unnest($1::text[]) as queue (name) where exists (
       select from pgboss.job where job.name = queue.name and state < 'active' and start_after <= now() and not blocked
     )`,
    [names],
  );
  return rows.map(({ name }: { name: string }) => name);
}

function repeat(everyMs: number, act: () => Promise<void>): { stop: () => Promise<void> } {
  const stopped = new AbortController();
  const { signal } = stopped;
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      await act().catch((error: unknown) => log.warn({ error }, "the queues could not be asked"));
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    stop: () => {
      stopped.abort();
      return running;
    },
  };
}
