import type { z } from "zod";
import type { Logger } from "../log.ts";

/** What a worker must know of a task, whatever its input is. */
export interface AnyTask {
  readonly name: string;
  /** Names it had before: what waits under them is run as well. */
  readonly formerly: readonly string[];
  readonly settings: TaskSettings;
  /** Set for a schedule. */
  readonly schedule?: Schedule;
  /** Runs one attempt. Throws GiveUp when the input is not what it expects. */
  readonly execute: (input: unknown, context: TaskContext) => Promise<void>;
  /** The key of an input, when the task has one. */
  readonly keyOf: (input: unknown) => string | undefined;
}

export interface Task<Schema extends z.ZodType> extends AnyTask {
  /**
   * Asks for a run, in the caller's transaction: it waits in the database once that is committed, and never was when it is
   * rolled back. Answers the id of the job, or nothing when one with the same key waits or runs already.
   */
  later: (input: z.input<Schema>, when?: When) => Promise<string | undefined>;
  /** Asks for many runs by one statement, in the caller's transaction; those whose key waits or runs already are left out. */
  laterAll: (asked: readonly Asked<z.input<Schema>>[]) => Promise<void>;
  /** Runs it in this process, once, and throws what it throws. */
  now: (input: z.input<Schema>) => Promise<void>;
}

/** One of many runs, and the request that asks for it. */
export interface Asked<Input> {
  input: Input;
  requestId: string | undefined;
}

export interface When {
  inSeconds?: number;
  at?: Date;
  /** Instead of the key that the task makes of its input. */
  key?: string;
  /** Higher is sooner; 0 is usual. Orders what waits for the same task. */
  priority?: number;
}

export interface TaskOptions<Input> {
  formerly?: readonly string[];
  /**
   * `limit` attempts follow the first one: after `delaySeconds`, then twice that, four times and so on, up to double by
   * chance, `maxDelaySeconds` at most. What fails the last time is dead: it stays, with its input and the error.
   */
  retry?: { limit?: number; delaySeconds?: number; maxDelaySeconds?: number };
  priority?: number;
  /** Of inputs with the same key one at a time waits or runs. */
  key?: (input: Input) => string;
  /** How long an attempt may take. Then its signal says so, and nobody waits for it any more. */
  timeoutSeconds?: number;
  /** `concurrency` in each worker; `ratePerSecond` in all of them together. */
  queue?: { concurrency?: number; ratePerSecond?: number };
  /** How long what has ended is kept, dead jobs as well: 30 days unless said otherwise. */
  keepDays?: number;
  /** It tells and changes nothing outside, and runs while a restored site is held as well. */
  whileHeld?: true;
}

export interface TaskSettings {
  retryLimit: number;
  delaySeconds: number;
  maxDelaySeconds: number;
  priority: number;
  timeoutSeconds: number;
  concurrency: number;
  ratePerSecond: number | undefined;
  keepDays: number;
  whileHeld: boolean;
}

export interface Schedule {
  cron: string;
  timeZone: string;
}

export interface TaskContext {
  /** Aborted when the time is up, the job was cancelled, another worker has it, or this one stops. */
  signal: AbortSignal;
  /** 1 for the first. */
  attempt: number;
  /** For the lines a task writes: with its name, its job and the request that asked for it. */
  log: Logger;
  /** Says how far it is, to be seen in `./manage jobs`. */
  progress: (done: number, total?: number) => Promise<void>;
  /**
   * Saves the work and the end of the job in one transaction, so that the work is saved exactly once whenever a process
   * dies. Nothing may follow it.
   */
  finish: (work: () => Promise<void>) => Promise<void>;
}

/** Thrown by a task that cannot succeed however often it is tried: it is dead at once. */
export class GiveUp extends Error {
  override name = "GiveUp";
}

/**
 * Thrown by a task that was told when to come again, by a 429 for example: the next attempt begins after that time, an
 * hour at most, instead of the task's own delay. It counts as an attempt. Throws a RangeError unless `seconds` are 0 or more.
 */
export class RetryAfter extends Error {
  override name = "RetryAfter";
  readonly seconds: number;

  constructor(reason: string, seconds: number) {
    super(reason);
    if (!(seconds >= 0 && seconds < Infinity)) throw new RangeError(`Again after ${seconds} s? ${reason}`);
    this.seconds = Math.min(seconds, 3600);
  }
}

/** Thrown inside an attempt that is no longer the current one of its job: nothing of it may be saved. */
export class Superseded extends Error {
  override name = "Superseded";

  constructor() {
    super("The job was cancelled or is run by another worker.");
  }
}

export function settingsOf<Input>({ retry = {}, queue = {}, ...options }: TaskOptions<Input>): TaskSettings {
  return {
    retryLimit: retry.limit ?? 8,
    delaySeconds: retry.delaySeconds ?? 5,
    maxDelaySeconds: retry.maxDelaySeconds ?? 3600,
    priority: options.priority ?? 0,
    timeoutSeconds: options.timeoutSeconds ?? 60,
    concurrency: queue.concurrency ?? 5,
    ratePerSecond: queue.ratePerSecond,
    keepDays: options.keepDays ?? 30,
    whileHeld: options.whileHeld ?? false,
  };
}
