import { fork, type ChildProcess } from "node:child_process";
import { setPriority } from "node:os";
import type { Facts, Finding } from "./finding.ts";

/** Longer than any text takes that somebody has written, however busy the machine is. */
const deadlineMs = 100_000;
/** Dictionary and parsers take 200 MB, which are given back when nobody writes. */
const idleMs = 60_000;
const mostWaiting = 20;

/** Too many texts wait to be linted: ask again in a few seconds. */
export class LinterBusy extends Error {
  override name = "LinterBusy";
}

let child: ChildProcess | undefined;
let idle: NodeJS.Timeout | undefined;
let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/**
 * Does what `lint` does in a process of its own, one text after the other. Throws LinterBusy when that takes longer than
 * somebody waits, and any other error when the process cannot do it.
 */
export async function lintAside(source: string, facts: Facts, patienceMs = deadlineMs): Promise<Finding[]> {
  if (waiting >= mostWaiting) throw new LinterBusy("Too many texts are being linted.");
  waiting += 1;
  const late = Promise.withResolvers<never>();
  let isWanted = true;
  const timer = setTimeout(() => {
    isWanted = false;
    late.reject(new LinterBusy("The text was not linted in time."));
  }, patienceMs);
  // What is under way goes on without whom it was for: a process that is ended too early never gets to know its words.
  const turn = last.then(() => (isWanted ? ask(source, facts) : []));
  last = turn.catch(() => undefined).finally(() => (waiting -= 1));
  try {
    return await Promise.race([turn, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the process; the next text starts another. */
export function closeLinter(): void {
  clearTimeout(idle);
  child?.kill("SIGKILL");
  child = undefined;
}

interface Answer {
  findings?: Finding[];
  failure?: string;
}

function ask(source: string, facts: Facts): Promise<Finding[]> {
  clearTimeout(idle);
  const worker = (child ??= start());
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => settle(() => reject(new LinterBusy("The text was not linted in time."))),
      deadlineMs,
    );
    const answered = (answer: Answer): void => {
      clearTimeout(timer);
      worker.off("exit", ended).off("error", failed);
      rest(worker);
      if (answer.findings !== undefined) resolve(answer.findings);
      else reject(new Error(`The linter failed: ${answer.failure}`));
    };
    // Whatever it is at, it is not for the next one.
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      worker.off("message", answered).off("exit", ended).off("error", failed);
      worker.on("error", () => {});
      worker.kill("SIGKILL");
      if (child === worker) child = undefined;
      end();
    };
    const ended = (): void => settle(() => reject(new Error("The linter ended before it answered.")));
    const failed = (error: Error): void => settle(() => reject(error));
    worker.ref();
    worker.channel?.ref();
    worker.once("message", answered).once("exit", ended).once("error", failed);
    worker.send({ source, facts });
  });
}

function start(): ChildProcess {
  const worker = fork(new URL("./worker.ts", import.meta.url), {
    execArgv: [],
    // None of our secrets, for a process that reads what others have written.
    env: {
      MALLOC_ARENA_MAX: "2",
      ...(process.env["SystemRoot"] === undefined ? {} : { SystemRoot: process.env["SystemRoot"] }),
    },
  });
  try {
    if (worker.pid !== undefined) setPriority(worker.pid, 5);
  } catch {
    // Some containers forbid it, and nothing depends on it.
  }
  return worker;
}

/** Between texts it keeps nobody from ending. */
function rest(worker: ChildProcess): void {
  worker.unref();
  worker.channel?.unref();
  idle = setTimeout(() => {
    if (child === worker) closeLinter();
  }, idleMs).unref();
}
