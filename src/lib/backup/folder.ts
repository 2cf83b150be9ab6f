import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, open, readdir, rm, stat, type FileHandle } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { errorCode } from "../postgres/errors.ts";
import type { Place } from "./place.ts";

const dayMs = 86_400_000;
const unfinished = /^\.[0-9a-f-]{36}\.unfinished$/;

/** Backups in a folder, which is made on the first write. Nobody but its owner reads them. */
export function openFolder(folder: string): Place {
  const root = resolve(folder);
  return {
    async write(name, source) {
      const target = join(root, name);
      await mkdir(root, { recursive: true, mode: 0o700 });
      await removeAbandoned(root);
      // In the same folder, so that it becomes the backup in one step; and not by a rename, which would replace another.
      const draft = join(root, `.${randomUUID()}.unfinished`);
      try {
        await writeDurably(draft, source);
        await link(draft, target);
      } catch (error) {
        if (errorCode(error) === "EEXIST") throw new UserError(`${target} is there already.`, { cause: error });
        throw error;
      } finally {
        await rm(draft, { force: true });
      }
      await syncFolder(root);
    },
    async *read(name) {
      try {
        for await (const chunk of createReadStream(join(root, name), { highWaterMark: 256 * 1024 })) {
          if (Buffer.isBuffer(chunk)) yield chunk;
        }
      } catch (error) {
        if (errorCode(error) === "ENOENT") throw new UserError(`${join(root, name)} is not there.`, { cause: error });
        throw error;
      }
    },
    async list() {
      const entries = await readdir(root, { withFileTypes: true }).catch((error: unknown) => {
        if (errorCode(error) === "ENOENT") return [];
        throw error;
      });
      const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
      return await Promise.all(files.map(async ({ name }) => ({ name, size: (await stat(join(root, name))).size })));
    },
    remove: (name) => rm(join(root, name), { force: true }),
  };
}

async function writeDurably(path: string, source: AsyncIterable<Buffer>): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    for await (const chunk of source) await writeAll(file, chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let done = 0; done < chunk.length;) done += (await file.write(chunk, done)).bytesWritten;
}

// A process that was killed has left its own.
async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!unfinished.test(name)) continue;
    const path = join(root, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < Date.now() - dayMs) await rm(path, { force: true });
  }
}

/** A new name survives a power cut only when its folder was flushed too; Windows cannot and need not. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
