import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { setPriority } from "node:os";
import { ImageRefused } from "./refused.ts";
import type { Outcome, Task } from "./task.ts";

export interface PoolOptions {
  workers: number;
  /** Threads that libvips uses in each. */
  threads: number;
  /** Memory at which a worker is killed. */
  memoryBytes: number;
  /** Tasks that may wait; the next one is turned away. */
  maxWaiting: number;
  /** How long a worker without work is kept. */
  idleMs: number;
}

export interface Pool {
  /** Runs a task in a worker, which does not outlive its limits. Throws ImageRefused and ImagesBusy. */
  run(task: Task): Promise<Outcome>;
  /** Kills the workers; what they were doing is turned away. */
  close(): void;
}

/** Too many pictures wait already: ask again in a few seconds. */
export class ImagesBusy extends Error {
  override name = "ImagesBusy";
}

/** Decoders keep a little of each picture, so a worker is replaced after as many tasks. */
const tasksPerWorker = 500;

interface Lane {
  child: ChildProcess | undefined;
  tasks: number;
  idle: NodeJS.Timeout | undefined;
}

/** A few processes that decode and encode, started when needed, so that a bomb ends one of them and nothing else. */
export function openPool(options: PoolOptions): Pool {
  const lanes = Array.from({ length: options.workers }, (): Lane => ({ child: undefined, tasks: 0, idle: undefined }));
  // The lane given back last is taken first, so that the others can grow idle.
  const free = [...lanes];
  const waiting: ((lane: Lane) => void)[] = [];
  let closed = false;

  return {
    async run(task) {
      const lane = free.pop() ?? (await nextLane());
      clearTimeout(lane.idle);
      try {
        const child = await workerOf(lane);
        return await ask(child, task);
      } catch (error) {
        throw closed ? new ImagesBusy("No more pictures are made here.") : error;
      } finally {
        giveBack(lane);
      }
    },
    close() {
      closed = true;
      for (const { child, idle } of lanes) {
        clearTimeout(idle);
        child?.kill("SIGKILL");
      }
    },
  };

  function nextLane(): Promise<Lane> {
    if (waiting.length >= options.maxWaiting) throw new ImagesBusy("Too many pictures are being made.");
    return new Promise((resolve) => waiting.push(resolve));
  }

  async function workerOf(lane: Lane): Promise<ChildProcess> {
    if (lane.tasks >= tasksPerWorker) lane.child?.kill("SIGKILL");
    if (closed) throw new Error("The pool is closed.");
    if (!lane.child || !isAlive(lane.child)) {
      lane.child = await startWorker(options);
      lane.tasks = 0;
    }
    // It may have been closed while the worker started.
    if (closed) lane.child.kill("SIGKILL");
    lane.tasks += 1;
    return lane.child;
  }

  function giveBack(lane: Lane): void {
    const next = waiting.shift();
    if (next) return next(lane);
    lane.idle = setTimeout(() => lane.child?.kill("SIGKILL"), options.idleMs).unref();
    free.push(lane);
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.connected && !child.killed && child.exitCode === null;
}

async function startWorker(options: PoolOptions): Promise<ChildProcess> {
  const child = fork(new URL("./worker.ts", import.meta.url), {
    serialization: "advanced",
    execArgv: [],
    // Neither our secrets nor our flags: a decoder that was taken over should find nothing.
    env: {
      IMAGE_MEMORY_BYTES: String(options.memoryBytes),
      IMAGE_THREADS: String(options.threads),
      // Fewer heaps to fragment; decoded pictures are large and short-lived.
      MALLOC_ARENA_MAX: "2",
      ...(process.env["SystemRoot"] === undefined ? {} : { SystemRoot: process.env["SystemRoot"] }),
    },
  });
  // Whoever waits hears of an error; a killed worker may have a late one, which is nobody's business.
  child.on("error", () => {});
  // A worker that cannot start is a fault of ours, and says nothing about the picture.
  await nextMessage(child).catch((error: unknown) => {
    throw new Error("An image worker did not start.", { cause: error });
  });
  yieldToReaders(child);
  return child;
}

/** Pages come first when pictures are made at the same time. */
function yieldToReaders(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, 5);
  } catch {
    // Some containers forbid it, and nothing depends on it.
  }
}

async function ask(child: ChildProcess, task: Task): Promise<Outcome> {
  child.send(task);
  const outcome = await nextMessage(child);
  if (outcome.kind === "exhausted") child.kill("SIGKILL");
  if (outcome.kind === "refused" || outcome.kind === "exhausted") throw new ImageRefused(outcome.sentence);
  if (outcome.kind === "failed") throw new Error(`An image worker failed: ${outcome.reason}`);
  return outcome;
}

/** For a worker that neither computes nor answers; shorter than a request may take. */
const silenceMs = 20_000;

/** The next answer of a worker. It keeps this process alive only while somebody waits for it. */
function nextMessage(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      settle(() => reject(new ImagesBusy("No picture was made in time.")));
    }, silenceMs);
    const settle = (end: () => void) => {
      clearTimeout(timer);
      child.off("message", answered).off("exit", ended).off("error", failed);
      child.unref();
      child.channel?.unref();
      end();
    };
    const answered = (message: Outcome) => settle(() => resolve(message));
    const failed = (error: Error) => settle(() => reject(error));
    const ended = () => settle(() => reject(new ImageRefused("The picture broke its decoder.")));
    child.ref();
    child.channel?.ref();
    child.on("message", answered).on("exit", ended).on("error", failed);
  });
}
