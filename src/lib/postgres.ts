import { existsSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { Socket } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { openCluster, type Cluster } from "./postgres/cluster.ts";
import { errorCode } from "./postgres/errors.ts";
import { folderInUse, launch, type Launch } from "./postgres/launch.ts";
import { findServer, isServer } from "./postgres/running.ts";

export interface Postgres {
  url: string;
  leave(): Promise<void>;
}

// Every process that uses the server holds this lock, shared, on a connection of its own to the database "postgres".
// The system drops it when the process dies, however it dies.
const usersLock = 7_305_804;

/**
 * Starts the embedded PostgreSQL server of this folder, or joins the one that runs on it already, and promises an
 * empty or known database `lectern` at `url`. All processes on this machine that name the same folder share one
 * server. It outlives any of them: whoever calls `leave` last stops it. When the last one is killed instead, the server
 * goes on and the next start joins it. A server that dies while in use is started again within a second or two.
 *
 * The folder belongs to one machine (or container) at a time. Throws one sentence when the server cannot run here.
 *
 * With `isLasting: false` nothing waits for the disk, and nothing outlives a crash of the machine: for tests.
 */
export async function startPostgres(dataDir: string, { isLasting = true } = {}): Promise<Postgres> {
  const cluster = await openCluster(dataDir);
  const left = new AbortController();
  let leaving: Promise<void> | undefined;

  const use = async (): Promise<Member> => {
    const member = await join(cluster, isLasting);
    await createDatabase(member.client);
    member.client.once("end", () => {
      if (!left.signal.aborted) membership = useAgain();
    });
    member.socket.unref();
    return member;
  };
  const useAgain = async (): Promise<Member | undefined> => {
    while (!left.signal.aborted && existsSync(cluster.data)) {
      try {
        return await use();
      } catch {
        await sleep(1000, undefined, { ref: false });
      }
    }
    return undefined;
  };
  const first = await use();
  let membership: Promise<Member | undefined> = Promise.resolve(first);

  return {
    url: `postgres://lectern@localhost:5432/lectern?host=${encodeURIComponent(first.socketFolder)}`,
    leave: () => {
      left.abort();
      leaving ??= membership.then((member) => member && quit(cluster, member));
      return leaving;
    },
  };
}

/** Whether this folder has a database, or `startPostgres` is to make one. */
export function hasPostgres(dataDir: string): boolean {
  return existsSync(path.join(dataDir, "data"));
}

interface Member {
  client: Client;
  socket: Socket;
  socketFolder: string;
}

async function join(cluster: Cluster, isLasting: boolean): Promise<Member> {
  const startedAt = Date.now();
  let attempt: Launch | undefined;
  for (;;) {
    const server = await findServer(cluster.data);
    if (server !== undefined && server.socketFolder !== "") {
      const member = await connect(server.socketFolder);
      if (member !== undefined) return member;
    } else if (server === undefined && !isRunning(attempt)) {
      await waitOrGiveUp(cluster, attempt, Date.now() - startedAt);
      attempt = await launch(cluster, isLasting);
    }
    // Recovery after a crash replays at most a gigabyte of log, which takes seconds.
    if (Date.now() - startedAt > 60_000) throw new Error(`The embedded database does not answer: see ${cluster.log}.`);
    await sleep(10);
  }
}

function isRunning(attempt: Launch | undefined): boolean {
  const child = attempt?.child;
  return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

// Another process may have won the race, and the children of a killed server take a moment to end.
async function waitOrGiveUp(cluster: Cluster, attempt: Launch | undefined, elapsed: number): Promise<void> {
  if (attempt === undefined) return;
  const locked = attempt.child.exitCode === folderInUse;
  const complaint = locked ? "another machine or container uses its folder" : await attempt.complaint();
  const passes =
    locked || /lock file .* (already exists|is empty)|still in use|could not create lock file/.test(complaint);
  if (passes && elapsed < 10_000) return sleep(50);
  const lines = complaint.trim().split("\n");
  const reason = lines.find((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1);
  throw new Error(`The embedded database did not start (its log is ${cluster.log}): ${reason}`);
}

/** Becomes one of the users, or returns nothing when the server is not ready yet or is about to stop. */
async function connect(socketFolder: string): Promise<Member | undefined> {
  const socket = new Socket();
  const address = { host: socketFolder, port: 5432, user: "postgres", database: "postgres", ssl: false };
  const client = new Client({ ...address, connectionTimeoutMillis: 5000, stream: () => socket });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select pg_advisory_lock_shared($1)", [usersLock]);
    return { client, socket, socketFolder };
  } catch {
    await client.end().catch(() => undefined);
    return undefined;
  }
}

// The site's own role is no superuser, so that a hole in its SQL is not a shell on the machine.
async function createDatabase(client: Client): Promise<void> {
  const found = await client.query("select from pg_database where datname = 'lectern'");
  if (found.rowCount !== 0) return;
  for (const statement of ["create role lectern login createdb", "create database lectern owner lectern"]) {
    try {
      await client.query(statement);
    } catch (error) {
      // Another process may do the same: duplicate_object, duplicate_database, unique_violation.
      if (!["42710", "42P04", "23505"].includes(errorCode(error) ?? "")) throw error;
    }
  }
}

async function quit(cluster: Cluster, { client, socket, socketFolder }: Member): Promise<void> {
  socket.ref();
  try {
    // A server that went away meanwhile needs no stopping.
    if (await isLast(client).catch(() => false)) await stop(cluster, socketFolder);
  } finally {
    await client.end().catch(() => undefined);
  }
}

// Whoever joins once this is true waits for the lock, is disconnected with the server, and starts it anew.
async function isLast(client: Client): Promise<boolean> {
  await client.query("select pg_advisory_unlock_shared($1)", [usersLock]);
  const { rows } = await client.query<{ last: boolean }>("select pg_try_advisory_lock($1) as last", [usersLock]);
  return rows[0]?.last === true;
}

async function stop({ data, log }: Cluster, socketFolder: string): Promise<void> {
  const server = await findServer(data);
  if (server === undefined) return;
  process.kill(server.pid, "SIGINT");
  for (const giveUpAt = Date.now() + 30_000; await isServer(server.pid, data); await sleep(5))
    if (Date.now() > giveUpAt) throw new Error(`The embedded database does not stop: see ${log}.`);
  await rmdir(socketFolder).catch(() => undefined);
}
