import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = resolve(import.meta.dirname, "..");
const manageProgram = resolve(root, "manage");
// The flags that `manage` gives to Node.
const likeManage = [
  process.execPath,
  "--max-semi-space-size=4",
  "--max-old-space-size=512",
  "--import",
  resolve(root, "src/loader.js"),
];
const children = new Set<ChildProcess>();
const taskset = process.platform === "linux" && ["/usr/bin/taskset", "/bin/taskset"].find((file) => existsSync(file));

/**
 * A command that keeps to the first processor when it is a server and to the second when it makes load, so that they do
 * not take each other's. Where that cannot be had it runs anywhere.
 */
export function pinned(role: "server" | "load", file: string, args: readonly string[]): [string, string[]] {
  if (taskset === false || taskset === undefined || availableParallelism() < 2) return [file, [...args]];
  return [taskset, ["-c", role === "server" ? "0" : "1", file, ...args]];
}

export interface Site {
  origin: string;
  pid: number;
  stop: () => Promise<void>;
}

interface SiteOptions {
  /** What `./manage` does: `serve` unless said otherwise. */
  command?: readonly string[];
  /** A program that takes the place of `src/manage.ts`. */
  script?: string;
  /** Keeps it to one processor, off by default. */
  pin?: boolean;
  env?: Readonly<Record<string, string>>;
  /** An address that answers 200 as soon as the site is there. */
  until?: string;
}

/** Starts the site in a process of its own as production does, its log going nowhere, and waits until it answers. */
export async function startSite(options: SiteOptions): Promise<Site> {
  const { command = ["serve"], script, pin = false, env = {}, until = "/health" } = options;
  const port = await freePort();
  const program = script === undefined ? [manageProgram, ...command] : [...likeManage, script];
  const [file, given] = placed(program, { pin });
  const origin = `http://127.0.0.1:${port}`;
  const child = start(file, given, { PORT: String(port), HOST: "127.0.0.1", BASE_URL: origin, ...env });
  await answers(origin + until, child);
  return { origin, pid: child.pid ?? 0, stop: () => stop(child) };
}

/** Runs a program of this folder that talks by messages. */
export function startHelper(name: string, { pin }: { pin: boolean }): ChildProcess {
  const [file, given] = placed([...likeManage, resolve(import.meta.dirname, name)], { pin });
  return track(spawn(file, given, { cwd: root, stdio: ["ignore", "inherit", "inherit", "ipc"] }));
}

/** Runs `./manage` to its end; throws when it ends with another status than these. */
export async function manage(
  args: readonly string[],
  { env, statuses = [0] }: { env: Readonly<Record<string, string>>; statuses?: readonly number[] },
): Promise<void> {
  const child = start(manageProgram, args, env);
  const [status] = await once(child, "exit");
  if (!statuses.includes(status)) throw new Error(`./manage ${args.join(" ")} ended with ${status}.`);
}

/** The memory of a process that is in use, in megabytes. */
export function residentMegabytes(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}

/**
 * How much of the processor a process has had, on Linux; elsewhere the time of day. A server that is asked as fast as it
 * can answer, with a processor of its own, has a second of it a second. Beside other work it has less, and this does not
 * count against it.
 */
export function processorSeconds(pid: number): number {
  if (process.platform !== "linux") return performance.now() / 1000;
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e9;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  const late = AbortSignal.timeout(10_000);
  await once(child, "exit", { signal: late }).catch(() => child.kill("SIGKILL"));
}

export async function stopAll(): Promise<void> {
  await Promise.all([...children].map(stop));
}

function placed([file = "", ...args]: readonly string[], { pin }: { pin: boolean }): [string, string[]] {
  return pin ? pinned("server", file, args) : [file, args];
}

function start(file: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const settings = { ...process.env, ...env };
  return track(spawn(file, args, { cwd: root, env: settings, stdio: ["ignore", "ignore", "inherit"] }));
}

function track(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await sleep(5)) {
    if (child.exitCode !== null) throw new Error(`The site ended with ${child.exitCode} before it answered.`);
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return;
  }
  throw new Error(`${url} does not answer.`);
}

// Below the ports that the system gives to clients, one of which could take it before the site does.
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
