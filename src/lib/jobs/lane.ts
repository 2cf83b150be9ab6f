import { setImmediate as nextTurn } from "node:timers/promises";
import type { PgBoss } from "pg-boss";
import { log } from "../log.ts";
import { beginAttempt, type Attempt, type Job } from "./attempt.ts";
import { renewLeases, type Claim } from "./claims.ts";
import { createSettle } from "./settling.ts";
import { report } from "./supervise.ts";
import { Superseded, type AnyTask } from "./task.ts";

/** The part of a worker that takes the jobs of one queue and runs its task for them, several at once. */
export interface Lane {
  readonly name: string;
  /** Takes what waits, as far as there is room. */
  wake: () => void;
  renew: () => Promise<void>;
  /** What it has taken and not ended. */
  held: () => Claim[];
  /** Takes no more. */
  close: () => void;
  /** Aborts what runs. */
  abort: (reason: Error) => void;
  /** Waits until nothing runs. */
  idle: () => Promise<void>;
}

export function openLane(boss: PgBoss, name: string, task: AnyTask, isOpen: () => boolean = () => true): Lane {
  /** Those that work, and those whose end is being saved: their leases are renewed as well. */
  const running = new Map<string, Attempt>();
  let working = 0;
  const { concurrency } = task.settings;
  const settle = createSettle(boss, name);
  let taking: Promise<void> | undefined;
  let again = false;
  let mayHaveMore = false;
  let closed = false;

  async function take(): Promise<void> {
    do {
      // What ends together makes room together.
      await nextTurn();
      again = false;
      const room = Math.min(concurrency - working, 2 * concurrency - running.size);
      if (closed || !isOpen()) return;
      if (room <= 0) {
        mayHaveMore = true;
        return;
      }
      const jobs = await boss.fetch<Job["data"]>(name, { batchSize: room, includeMetadata: true });
      mayHaveMore = jobs.length === room;
      if (jobs.length > 0) report({ taken: jobs.map(claim) });
      for (const job of jobs) start(job);
    } while (again || (mayHaveMore && working < concurrency));
  }

  function wake(): void {
    if (closed) return;
    if (taking !== undefined) {
      again = true;
      return;
    }
    taking = take()
      .catch((error: unknown) => log.warn({ queue: name, error }, "tasks could not be taken"))
      .finally(() => (taking = undefined));
  }

  function start(job: Job): void {
    const attempt = beginAttempt(task, job, settle);
    running.set(job.id, attempt);
    working += 1;
    void leave(attempt);
  }

  async function leave({ job, worked, ended }: Attempt): Promise<void> {
    await worked;
    working -= 1;
    if (mayHaveMore) wake();
    await ended;
    running.delete(job.id);
    if (mayHaveMore) wake();
  }

  return {
    name,
    wake,
    close: () => (closed = true),
    abort: (reason) => running.forEach((attempt) => attempt.abort(reason)),
    renew: async () => {
      if (running.size === 0) return;
      const attempts = [...running.values()];
      const held = await renewLeases(
        boss,
        name,
        attempts.map(({ job }) => job),
      );
      for (const { job, abort } of attempts) if (!held.has(job.id)) abort(new Superseded());
    },
    held: () => [...running.values()].map(({ job }) => claim(job)),
    idle: async () => {
      await taking;
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}

function claim({ name, id, retryCount }: Job): Claim {
  return { name, id, retryCount };
}
