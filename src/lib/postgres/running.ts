import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { link, readFile, rename, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { errorCode } from "./errors.ts";

export interface Running {
  pid: number;
  /** The folder of its socket; empty while it is starting. */
  socketFolder: string;
}

const run = promisify(execFile);

/** The server that runs on this data folder, or nothing. */
export async function findServer(data: string): Promise<Running | undefined> {
  const text = await readIfThere(path.join(data, "postmaster.pid"));
  // https://www.postgresql.org/docs/18/storage-file-layout.html lists the lines; they are written one after the other.
  const [pid, , , , socketFolder = ""] = text?.split("\n") ?? [];
  return (await isServer(Number(pid), data)) ? { pid: Number(pid), socketFolder } : undefined;
}

export interface Leftover {
  file: string;
  text: string;
}

/**
 * Those of these lock files that a crash or a reboot left behind. PostgreSQL removes most of them itself, but believes a
 * zombie, and another program that was given the same number since.
 */
export async function findLeftovers(files: string[], data: string): Promise<Leftover[]> {
  const leftovers: Leftover[] = [];
  for (const file of files) {
    const text = await readIfThere(file);
    if (text === undefined || (text === "" && (await isYoung(file)))) continue;
    if (!(await isServer(Number(text.split("\n")[0]), data))) leftovers.push({ file, text });
  }
  return leftovers;
}

/** Removes a file, unless another process has put its own server's there in the meantime. */
export async function removeLeftover({ file, text }: Leftover): Promise<void> {
  const aside = `${file}.${randomBytes(4).toString("hex")}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) !== text) await link(aside, file).catch(() => undefined);
  await unlink(aside);
}

/** Whether this process is alive and is a PostgreSQL server started on this data folder. */
export async function isServer(pid: number, data: string): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  // A zombie keeps its number but has lost its command line.
  return (await commandLine(pid)).includes(data);
}

/** Whether a process has this number, whatever it is and whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

async function commandLine(pid: number): Promise<string> {
  try {
    if (process.platform === "linux") return await readFile(`/proc/${pid}/cmdline`, "utf8");
    return (await run("ps", ["-ww", "-o", "command=", "-p", String(pid)])).stdout;
  } catch {
    return "";
  }
}

// A server that starts makes the file a moment before it writes its number.
async function isYoung(file: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(file)).mtimeMs < 2000;
  } catch {
    return false;
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
