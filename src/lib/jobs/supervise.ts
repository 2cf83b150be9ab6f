import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { log } from "../log.ts";
import type { Claim } from "./claims.ts";

export interface Supervisor {
  /** Tells the process to stop and waits until it has, 27 s at most. */
  stop: () => Promise<void>;
}

/** How often a supervised process says that it is alive, in milliseconds. */
const beatEvery = 1000;
/** A process hangs that misses so many: it is to be back before another worker runs what made it hang. */
const mayMiss = 8;
/** One that starts reads a thousand files first. */
const mayMissAtFirst = 60;

const claims = z.array(z.object({ name: z.string(), id: z.string(), retryCount: z.number() }));
/** What the process tells its supervisor: what it has just taken, or all that it holds. */
const reportSchema = z.object({ taken: claims, held: claims }).partial();
/** What a process is told of the one before it. */
const abandonedSchema = z.object({ abandoned: claims });

/**
 * Keeps a process running that runs tasks, since a task may end it, fill its memory or never return. It is started again
 * when it has ended, at once, or after up to 30 s when it keeps ending; one that hangs is killed. It must call
 * `reportAlive`. What it held when it died, the next one hands back, since nobody can come back to it.
 */
export function supervise(script: string, args: readonly string[]): Supervisor {
  const stopped = new AbortController();
  let child: ChildProcess | undefined;
  let held: Claim[] = [];

  function hear(message: unknown): void {
    const { data } = reportSchema.safeParse(message);
    held = data?.held ?? held.concat(data?.taken ?? []);
  }

  async function keepRunning(): Promise<void> {
    for (let failures = 0; !stopped.signal.aborted;) {
      const startedAt = Date.now();
      child = fork(script, args, { execArgv: process.execArgv });
      child.on("message", hear);
      if (held.length > 0) child.send({ abandoned: held }, () => undefined);
      const unwatch = killWhenSilent(child);
      // A process that cannot even be made says so instead.
      const [status, signal] = await once(child, "exit").catch((error: unknown) => [String(error)]);
      unwatch();
      if (stopped.signal.aborted) return;
      failures = Date.now() - startedAt > 60_000 ? 0 : failures + 1;
      const delayMs = Math.min(100 * 2 ** failures, 30_000);
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
  let may = mayMissAtFirst;
  let missed = 0;
  child.on("message", () => {
    may = mayMiss;
    missed = 0;
  });
  // Counted, not timed: a machine that was asleep wakes them both.
  const timer = setInterval(() => {
    if ((missed += 1) > may) child.kill("SIGKILL");
  }, beatEvery);
  return () => clearInterval(timer);
}

/** Tells the supervisor, if there is one, what this process holds. */
export function report(message: z.input<typeof reportSchema>): void {
  process.send?.(message, undefined, undefined, () => undefined);
}

/** Hands back what the process before this one held when it died; without that its leases run out. */
export function onAbandoned(handBack: (claims: readonly Claim[]) => Promise<void>): void {
  if (process.send === undefined) return;
  process.once("message", (message) => {
    const { data } = abandonedSchema.safeParse(message);
    if (data === undefined) return;
    handBack(data.abandoned).catch((error: unknown) => log.warn({ error }, "jobs could not be handed back"));
  });
}

/** Tells the supervisor, if there is one, that this process is alive; runs `onOrphaned` when it has died. */
export function reportAlive(onOrphaned: () => void): void {
  if (process.send === undefined) return;
  const beat = setInterval(() => report({}), beatEvery);
  beat.unref();
  process.once("disconnect", () => {
    clearInterval(beat);
    onOrphaned();
  });
}
