import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Storage } from "../storage.ts";

/** A store in a folder, which is made on the first write. A write survives a power cut or leaves no trace. */
export function openDisk(folder: string): Storage {
  const root = resolve(folder);
  // On the same file system as the files, so that a rename is atomic; keys cannot start with a dot.
  const unfinished = join(root, ".unfinished");
  const place = (key: string) => join(root, ...key.split("/"));

  return {
    async put(key, bytes) {
      const target = place(key);
      const draft = join(unfinished, randomUUID());
      await mkdir(unfinished, { recursive: true });
      await mkdir(dirname(target), { recursive: true });
      try {
        await writeDurably(draft, bytes);
        await rename(draft, target);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await syncFolder(dirname(target));
    },
    get: (key) => orMissing(readFile(place(key)), undefined),
    has: async (key) => (await orMissing(stat(place(key)), undefined))?.isFile() ?? false,
    remove: (key) => rm(place(key), { force: true }),
    list: (prefix) => walk(root, prefix),
  };
}

async function* walk(root: string, prefix: string): AsyncGenerator<string> {
  // Only the folder part of the prefix is walked; a store of a million files is not read to list ten.
  const folders = [join(root, ...prefix.split("/").slice(0, -1))];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await orMissing(readdir(folder, { withFileTypes: true }), [])) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      const key = relative(root, path).split(sep).join("/");
      if (entry.isFile() && key.startsWith(prefix)) yield key;
    }
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A renamed file survives a power cut only when its folder was flushed too; Windows cannot and need not. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function orMissing<Found, Missing>(promise: Promise<Found>, missing: Missing): Promise<Found | Missing> {
  try {
    return await promise;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return missing;
    throw error;
  }
}
