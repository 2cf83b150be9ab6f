import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, lchown, mkdir, open, readdir, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { findBinaries, type Binaries } from "./binaries.ts";
import { errorCode, unlessThere } from "./errors.ts";
import { findServer, isAlive } from "./running.ts";

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

const nobody = 65534;

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
