import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../log.ts";

export interface Supervisor {
  /** Tells the process to stop and waits until it has, 27 s at most. */
  stop: () => Promise<void>;
}

/** How often a supervised process says that it is alive, in milliseconds. */
const beatEvery = 1000;
/** A process that was silent for so long hangs. */
const hangMs = 15_000;

/**
 * Keeps a process running that runs tasks, since a task may end it, fill its memory or never return. It is started again
 * when it has ended, after a second, or up to 30 when it keeps ending; one that hangs is killed. It must call
 * `reportAlive`.
 */
export function supervise(script: string, args: readonly string[]): Supervisor {
  const stopped = new AbortController();
  let child: ChildProcess | undefined;

  async function keepRunning(): Promise<void> {
    for (let failures = 0; !stopped.signal.aborted;) {
      const startedAt = Date.now();
      child = fork(script, args, { execArgv: process.execArgv });
      const unwatch = killWhenSilent(child);
      const [status, signal] = await once(child, "exit");
      unwatch();
      if (stopped.signal.aborted) return;
      failures = Date.now() - startedAt > 60_000 ? 0 : failures + 1;
      const delayMs = Math.min(1000 * 2 ** Math.max(0, failures - 1), 30_000);
      log.error({ status, signal, againInMs: delayMs }, "the worker has ended and is started again");
      await sleep(delayMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  }

  const running = keepRunning();
  return {
    stop: async () => {
      stopped.abort();
      child?.kill("SIGTERM");
      const impatience = setTimeout(() => child?.kill("SIGKILL"), 27_000);
      await running;
      clearTimeout(impatience);
    },
  };
}

function killWhenSilent(child: ChildProcess): () => void {
  let heardAt = Date.now();
  let begun = false;
  child.on("message", () => {
    heardAt = Date.now();
    begun = true;
  });
  const timer = setInterval(() => {
    // A process that starts reads a thousand files first.
    if (Date.now() - heardAt > (begun ? hangMs : hangMs * 4)) child.kill("SIGKILL");
  }, beatEvery);
  return () => clearInterval(timer);
}

/** Tells the supervisor, if there is one, that this process is alive; runs `onOrphaned` when it has died. */
export function reportAlive(onOrphaned: () => void): void {
  if (process.send === undefined) return;
  const beat = setInterval(() => process.send?.({ alive: true }, undefined, undefined, () => undefined), beatEvery);
  beat.unref();
  process.once("disconnect", () => {
    clearInterval(beat);
    onOrphaned();
  });
}
