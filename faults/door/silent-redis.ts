import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { addPeople } from "#apps/accounts/fixtures.ts";
import { urls } from "#urls.ts";
import { startRedis } from "../../test/helpers/redis.ts";
import { findPort } from "../jobs/server.ts";
import { openWorld, until } from "../jobs/world.ts";

export interface Silenced {
  /** Whether two processes count wrong passwords together, before and after Redis was silent. */
  together: boolean;
  togetherAgain: boolean;
  /** How long the first wrong password took once Redis answered no more, and the longest of those after it. */
  firstMs: number;
  laterMs: number;
  /** The same for a process that was started meanwhile. */
  freshFirstMs: number;
  /** Pages that readers did not get meanwhile. */
  failed: number;
}

/** A5 for Redis: it takes connections and answers nothing for a while, and then answers again. */
export async function silenceRedis({ tries }: { tries: number }): Promise<Silenced> {
  const world = await openWorld();
  await addPeople();
  const redis = await startRedis();
  const folder = await mkdtemp(join(tmpdir(), "lectern-redis-"));
  const settings = {
    DATABASE_URL: world.url,
    DATA_DIR: folder,
    REDIS_URL: redis.url,
    LOG_LEVEL: "silent",
    TRUSTED_PROXIES: "127.0.0.1",
  };
  const processes: Served[] = [];
  const open = async (): Promise<Served> => {
    const served = await serve(settings);
    processes.push(served);
    return served;
  };
  try {
    const [one, other] = [await open(), await open()];
    const together = await countTogether(one, other);
    redis.pause();
    const firstMs = await timed(() => one.guess("first"));
    const later: number[] = [];
    let failed = 0;
    for (let each = 0; each < tries; each += 1) {
      later.push(await timed(() => one.guess(`later-${each}`)));
      for (const url of [urls.home(), urls.search({}, { q: "lists" }), urls.signIn()]) {
        if ((await fetch(one.origin + url)).status !== 200) failed += 1;
      }
    }
    const fresh = await open();
    const freshFirstMs = await timed(() => fresh.guess("fresh"));
    redis.resume();
    await until(() => countTogether(one, other), 60_000);
    return { together, togetherAgain: true, firstMs, laterMs: Math.max(...later), freshFirstMs, failed };
  } finally {
    for (const { child } of processes) await end(child);
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
    await world.close();
  }
}

let networks = 0;

interface Served {
  child: ChildProcess;
  origin: string;
  /** Tries a wrong password; answers the status. */
  guess: (name: string) => Promise<number>;
}

async function serve(settings: Record<string, string>): Promise<Served> {
  const port = await findPort();
  const origin = `http://localhost:${port}`;
  const child = await start({ ...process.env, ...settings, PORT: String(port), BASE_URL: origin }, origin);
  const page = await fetch(origin + urls.signIn());
  const csrf = /name="csrf" value="([\w-]+)"/.exec(await page.text())?.[1] ?? "";
  const cookie = page.headers
    .getSetCookie()
    .map((each) => each.replace(/;.*$/s, ""))
    .join("; ");
  return {
    child,
    origin,
    guess: async (name) => {
      const body = new URLSearchParams({ csrf, address: `${name}@example.org`, password: "guess" });
      // Each from a network of its own.
      const headers = { origin, cookie, "x-forwarded-for": `10.0.${(networks += 1)}.9` };
      return (await fetch(origin + urls.signIn(), { method: "POST", body, headers })).status;
    },
  };
}

// On a machine that is busy with other things a process may give up on the database before it has read its own modules.
async function start(env: NodeJS.ProcessEnv, origin: string, times = 5): Promise<ChildProcess> {
  const manage = resolve(import.meta.dirname, "../../src/manage.ts");
  const child = spawn(process.execPath, [...process.execArgv, manage, "serve"], { env, stdio: "ignore" });
  const isUp = async (): Promise<boolean> => (await fetch(`${origin}/health`).catch(() => undefined))?.ok === true;
  await until(async () => child.exitCode !== null || (await isUp()), 60_000);
  if (child.exitCode === null) return child;
  if (times === 1) throw new Error(`A process ended with ${child.exitCode} before it served.`);
  return start(env, origin, times - 1);
}

/** Ten wrong passwords for an account, in turns: the eleventh is not looked at by either. */
let accounts = 0;
async function countTogether(one: Served, other: Served): Promise<boolean> {
  const name = `together-${(accounts += 1)}`;
  for (let each = 0; each < 10; each += 1) await (each % 2 === 0 ? one : other).guess(name);
  return (await one.guess(name)) === 429 && (await other.guess(name)) === 429;
}

async function timed(work: () => Promise<number>): Promise<number> {
  const startedAt = performance.now();
  const status = await work();
  if (status !== 422) throw new Error(`A wrong password was answered with ${status}.`);
  return performance.now() - startedAt;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
