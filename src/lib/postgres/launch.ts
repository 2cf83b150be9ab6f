import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, chown, lstat, mkdir, open, readFile, rename, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Cluster } from "./cluster.ts";
import { unlessThere } from "./errors.ts";
import { findLeftovers, removeLeftover } from "./running.ts";

export interface Launch {
  child: ChildProcess;
  /** What the server has written to its log, or why it could not be run. */
  complaint(): Promise<string>;
}

/** The exit code of a launch that finds the folder locked by another server. */
export const folderInUse = 75;

const settings = {
  port: "5432",
  listen_addresses: "",
  unix_socket_permissions: "0700",
  fsync: "on",
  jit: "off",
  max_connections: "100",
  shared_buffers: "64MB",
  // A log that runs for years unread: no routine lines, and no rows or statements, which hold personal data.
  log_checkpoints: "off",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
};

const fleeting = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

const run = promisify(execFile);

/** Starts the server in a session of its own, so that it outlives this process. It may lose the race to another. */
export async function launch(cluster: Cluster, isLasting: boolean): Promise<Launch> {
  const socketFolder = await prepareSocketFolder(cluster);
  await clearWay(cluster, socketFolder);
  const { binaries, actor, data, folder } = cluster;
  const options = Object.entries({
    ...settings,
    ...(isLasting ? {} : fleeting),
    unix_socket_directories: socketFolder,
  });
  const [command, ...prefix] = [...actor.wrapper, ...fileLock(folder), binaries.postgres];
  const args = [...prefix, "-D", data, ...options.flatMap(([name, value]) => ["-c", `${name}=${value}`])];

  await rollLog(cluster.log);
  const log = await open(cluster.log, "a", 0o600);
  if (actor.user.uid !== undefined) await log.chown(actor.user.uid, actor.user.gid);
  const { size } = await log.stat();
  const stdio: ["ignore", number, number] = ["ignore", log.fd, log.fd];
  const child = spawn(command, args, { cwd: folder, env: binaries.env, detached: true, stdio, ...actor.user });
  let refusal = "";
  child.once("error", (error) => (refusal = error.message));
  child.unref();
  await log.close();
  return { child, complaint: async () => refusal || (await readFile(cluster.log, "utf8")).slice(size) };
}

async function clearWay({ folder, data }: Cluster, socketFolder: string): Promise<void> {
  const files = [path.join(data, "postmaster.pid"), path.join(socketFolder, ".s.PGSQL.5432.lock")];
  const leftovers = await findLeftovers(files, data);
  if (leftovers.length === 0 || (await isLocked(folder))) return;
  for (const leftover of leftovers) await removeLeftover(leftover);
}

const flock = "/usr/bin/flock";

// PostgreSQL knows a second server by its process number, which says nothing in another container. So on Linux the
// server and its children hold this lock for as long as they live, however they die.
function fileLock(folder: string): string[] {
  if (!existsSync(flock)) return [];
  const options = ["--nonblock", "--no-fork", "--conflict-exit-code", String(folderInUse)];
  return [flock, ...options, path.join(folder, "server.lock")];
}

async function isLocked(folder: string): Promise<boolean> {
  if (!existsSync(flock)) return false;
  return run(flock, ["--nonblock", path.join(folder, "server.lock"), "true"]).then(
    () => false,
    () => true,
  );
}

async function rollLog(file: string): Promise<void> {
  if (existsSync(file) && (await stat(file)).size > 10_000_000) await rename(file, `${file}.old`);
}

// The name is the same in every process, and new when the data folder was deleted and made again: the server of the
// deleted one lives for up to a minute, and must be neither found nor disturbed.
async function prepareSocketFolder({ data, actor }: Cluster): Promise<string> {
  const control = await readFile(path.join(data, "global", "pg_control"));
  const systemIdentifier = control.subarray(0, 8);
  const name = `lectern-${createHash("sha256").update(data).update(systemIdentifier).digest("hex").slice(0, 12)}`;
  // macOS allows 104 bytes for the path of a socket, Linux 108, with the zero at the end.
  const parent = Buffer.byteLength(path.join(tmpdir(), name, ".s.PGSQL.5432.lock")) < 104 ? tmpdir() : "/tmp";
  const folder = path.join(parent, name);
  await mkdir(folder, { mode: 0o700 }).catch(unlessThere);
  const info = await lstat(folder);
  const owners = [process.getuid?.(), actor.user.uid];
  if (!info.isDirectory() || !owners.includes(info.uid))
    throw new Error(`${folder} belongs to somebody else: remove it, or set TMPDIR to a folder of your own.`);
  await chmod(folder, 0o700);
  if (actor.user.uid !== undefined) await chown(folder, actor.user.uid, actor.user.gid);
  return folder;
}
