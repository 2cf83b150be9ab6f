import { execFile, spawn, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import {
  chmod,
  chown,
  lchown,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { findBinaries, type Binaries } from "./binaries.ts";
import { errorCode } from "./errors.ts";
import { findLeftovers, findServer, isAlive, removeLeftover } from "./running.ts";

/** One embedded database: its folder on the disk, and how to run its programs. */
export interface Cluster {
  folder: string;
  /** PostgreSQL's own data folder. */
  data: string;
  log: string;
  binaries: Binaries;
  actor: Actor;
}

/** PostgreSQL refuses to run as root: either a command that drops it, or another user. */
interface Actor {
  wrapper: string[];
  user: { uid: number; gid: number } | Record<string, never>;
}

export interface Launch {
  child: ChildProcess;
  /** Resolves to what the server wrote when it ended. */
  complaint(): Promise<string>;
}

/** The exit code of a launch that finds the folder locked by another server. */
export const folderInUse = 75;

const nobody = 65534;

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

const run = promisify(execFile);

/** Opens the database in this folder and creates it on the first start: all of it, or nothing when killed half-way. */
export async function openCluster(folder: string): Promise<Cluster> {
  // Its parents keep the usual mode, or the other user could not reach it.
  await mkdir(path.dirname(folder), { recursive: true });
  await mkdir(folder, { mode: 0o700 }).catch(unlessThere);
  const home = await realpath(folder);
  const cluster = {
    folder: home,
    data: path.join(home, "data"),
    log: path.join(home, "server.log"),
    binaries: await findBinaries(path.join(home, "lib")),
    actor: await chooseActor(home),
  };
  await removeHalfMade(home);
  if (!existsSync(cluster.data)) await createData(cluster);
  return cluster;
}

async function chooseActor(folder: string): Promise<Actor> {
  if (process.getuid?.() !== 0) return { wrapper: [], user: {} };
  const { uid, gid } = await stat(folder);
  if (uid !== 0) return { wrapper: [], user: { uid, gid } };
  try {
    await run("unshare", ["--user", "true"]);
    return { wrapper: ["unshare", "--user"], user: {} };
  } catch {
    if ((await findServer(path.join(folder, "data"))) === undefined) await giveAway(folder);
    return { wrapper: [], user: { uid: nobody, gid: nobody } };
  }
}

async function giveAway(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) await lchown(path.join(folder, name), nobody, nobody);
  await chown(folder, nobody, nobody);
}

// The initdb of a killed process may go on writing for a moment: what cannot be removed now is at the next start.
async function removeHalfMade(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^new\.(\d+)\./.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function createData(cluster: Cluster): Promise<void> {
  const fresh = path.join(cluster.folder, `new.${process.pid}.${randomBytes(4).toString("hex")}`);
  await initialise(cluster, fresh);
  try {
    await rename(fresh, cluster.data);
  } catch (error) {
    // Another process that started at the same time was quicker.
    if (!["ENOTEMPTY", "EEXIST"].includes(errorCode(error) ?? "")) throw error;
    await rm(fresh, { recursive: true });
  }
  const directory = await open(cluster.folder);
  await directory.sync();
  await directory.close();
}

async function initialise({ binaries, actor, folder }: Cluster, data: string): Promise<void> {
  const options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"];
  const collation = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const [command, ...prefix] = [...actor.wrapper, binaries.initdb];
  // The parser of full-text search still asks the system what a letter is; with "C" a dash or a quotation mark is one.
  const kinds = ["C.UTF-8", "en_US.UTF-8", "C"];
  for (const [at, kind] of kinds.entries()) {
    try {
      const all = [...prefix, "-D", data, ...options, ...collation, `--lc-ctype=${kind}`];
      await run(command, all, { cwd: folder, env: binaries.env, ...actor.user });
      return;
    } catch (error) {
      await rm(data, { recursive: true, force: true });
      const written = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
      const complaint = written || String(error);
      if (at < kinds.length - 1 && complaint.includes("locale name")) continue;
      throw new Error(
        `The embedded database cannot be created (set DATABASE_URL to use a server instead): ${complaint}`,
        { cause: error },
      );
    }
  }
}

/** Starts the server in a session of its own, so that it outlives this process. It may lose the race to another. */
export async function launch(cluster: Cluster): Promise<Launch> {
  const socketFolder = await prepareSocketFolder(cluster);
  await clearWay(cluster, socketFolder);
  const { binaries, actor, data, folder } = cluster;
  const options = Object.entries({ ...settings, unix_socket_directories: socketFolder });
  const [command, ...prefix] = [...actor.wrapper, ...fileLock(folder), binaries.postgres];
  const args = [...prefix, "-D", data, ...options.flatMap(([name, value]) => ["-c", `${name}=${value}`])];

  await rollLog(cluster.log);
  const log = await open(cluster.log, "a", 0o600);
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

function unlessThere(error: unknown): void {
  if (errorCode(error) !== "EEXIST") throw error;
}
