import type { Db, JobWithMetadata } from "pg-boss";
import { atomic, db, guarded } from "../db.ts";
import { describeThrown, log } from "../log.ts";
import { withRequestId } from "../trace.ts";
import { currentTransaction, openQueues } from "./boss.ts";
import { completeJobs } from "./claims.ts";
import { waitForRate } from "./rate.ts";
import { GiveUp, RetryAfter, Superseded, type AnyTask, type TaskContext } from "./task.ts";

export type Job = JobWithMetadata<{ input: unknown; requestId?: string }>;

/** How an attempt ended. `superseded`: it was cancelled, or another attempt has taken its place. */
export type Outcome = "done" | "retry" | "dead" | "superseded";

/** Says how a job went; answers whether this attempt was still the current one. */
export interface Settle {
  complete: (job: Job) => Promise<boolean>;
  fail: (job: Job, error: object, options?: { db: Db }) => Promise<boolean>;
}

export interface Result {
  outcome: Outcome;
  error?: unknown;
}

export interface Attempt {
  readonly job: Job;
  readonly abort: (reason: Error) => void;
  /** Once the task has done its work, or nobody waits for it any more. */
  readonly worked: Promise<void>;
  /** Once that is saved, too. */
  readonly ended: Promise<Result>;
}

/** Runs a task once for a job, says how that went, and writes one line about it. Its promises never reject. */
export function beginAttempt(task: AnyTask, job: Job, settle: Settle): Attempt {
  const controller = new AbortController();
  const worked = Promise.withResolvers<void>();
  const run = async (): Promise<Result> => {
    const startedAt = performance.now();
    let ms: number | undefined;
    const onWorked = (): void => {
      ms ??= Math.round(performance.now() - startedAt);
      worked.resolve();
    };
    const result = await attempt(task, job, { controller, settle, onWorked }).catch((error: unknown) => ({
      // The database is away, so the lease runs out and the job is run again.
      outcome: "superseded" as const,
      error,
    }));
    writeLine(task, job, { ...result, ms: ms ?? 0 });
    return result;
  };
  const ended = withRequestId(job.data.requestId, run);
  return { job, abort: (reason) => controller.abort(reason), worked: worked.promise, ended };
}

async function attempt(
  task: AnyTask,
  job: Job,
  { controller, settle, onWorked }: { controller: AbortController; settle: Settle; onWorked: () => void },
): Promise<Result> {
  const { signal } = controller;
  let finished = false;
  const guard = async (): Promise<void> => {
    if (!finished && !(await isCurrent(job))) throw new Superseded();
  };
  const context: TaskContext = {
    signal,
    attempt: job.retryCount + 1,
    get log() {
      return log.child({ task: task.name, job: job.id });
    },
    progress: (done, total) => saveProgress(job, done, total),
    finish: (work) =>
      atomic(async () => {
        await work();
        await finish(job);
        finished = true;
      }).catch((error: unknown) => {
        finished = false;
        throw error;
      }),
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    await waitForRate(task, signal);
    const { timeoutSeconds } = task.settings;
    const late = new Error(`It took longer than ${timeoutSeconds} s.`);
    timer = setTimeout(() => controller.abort(late), timeoutSeconds * 1000);
    await untilAborted(signal, () => guarded(guard, () => task.execute(job.data.input, context))).finally(onWorked);
    return { outcome: finished || (await settle.complete(job)) ? "done" : "superseded" };
  } catch (error) {
    if (error instanceof GiveUp) await forgoRetries(job);
    if (finished || !(await fail(job, error, settle))) return { outcome: "superseded", error };
    return { outcome: error instanceof GiveUp || job.retryCount >= job.retryLimit ? "dead" : "retry", error };
  } finally {
    // Also when its turn never came.
    onWorked();
    clearTimeout(timer);
  }
}

function fail(job: Job, error: unknown, settle: Settle): Promise<boolean> {
  if (!(error instanceof RetryAfter)) return settle.fail(job, describeThrown(error));
  return atomic(async () => {
    const current = await settle.fail(job, describeThrown(error), { db: currentTransaction });
    await postpone(job, error.seconds);
    return current;
  });
}

/** The result of the work, or the reason of the signal as soon as it is aborted, whatever the work does then. */
async function untilAborted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([work(), promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

// Each time a job is taken its count of retries rises, so the count names the attempt. The lock keeps others from taking
// the job until what was done in this transaction is saved.
async function isCurrent({ name, id, retryCount }: Job): Promise<boolean> {
  const { rowCount } = await db.$client.query(
    "select from pgboss.job where name = $1 and id = $2 and state = 'active' and retry_count = $3 for share",
    [name, id, retryCount],
  );
  return rowCount === 1;
}

async function finish({ name, id, retryCount }: Job): Promise<void> {
  const boss = await openQueues();
  const settled = await completeJobs(boss, name, [{ id, retryCount }], { db: currentTransaction });
  if (!settled.has(id)) throw new Superseded();
}

async function forgoRetries({ name, id, retryCount }: Job): Promise<void> {
  await db.$client.query(
    "update pgboss.job set retry_limit = retry_count where name = $1 and id = $2 and state = 'active' and retry_count = $3",
    [name, id, retryCount],
  );
}

async function postpone({ name, id, retryCount }: Job, seconds: number): Promise<void> {
  await db.$client.query(
    `update pgboss.job set start_after = clock_timestamp() + make_interval(secs => $4)
     where name = $1 and id = $2 and state = 'retry' and retry_count = $3`,
    [name, id, retryCount, seconds],
  );
}

async function saveProgress({ name, id, retryCount }: Job, done: number, total?: number): Promise<void> {
  await db.$client.query(
    "update pgboss.job set output = $4 where name = $1 and id = $2 and state = 'active' and retry_count = $3",
    [name, id, retryCount, { progress: { done, total } }],
  );
}

function writeLine(
  task: AnyTask,
  job: Job,
  { outcome, error, ms }: { outcome: Outcome; error?: unknown; ms: number },
): void {
  const due = Math.max(job.createdOn.getTime(), job.startAfter.getTime());
  const waitedMs = Math.max(0, job.startedOn.getTime() - due);
  const line = { task: task.name, job: job.id, attempt: job.retryCount + 1, outcome, ms, waitedMs };
  if (outcome === "done") log.info(line, "task");
  else if (outcome === "dead") log.error({ ...line, error }, "task");
  else log.warn({ ...line, error }, "task");
}
