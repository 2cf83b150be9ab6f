import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, join, posix, relative, sep } from "node:path";
import { UserError } from "#lib/errors.ts";
import { matchAny } from "../mapping/glob.ts";

/** A text longer than this is no tutorial, and would hold up the renderer. In bytes. */
const maxText = 1_000_000;

const ignoredFolders = /^(node_modules|_includes|_layouts|_sass|_site|__pycache__|venv)$/;

export interface Refusal {
  file: string;
  line?: number;
  reason: string;
}

/** A folder as it was found: its files by their paths below it, with `/`, and never anything outside of it. */
export interface Folder {
  /** The real path. */
  root: string;
  name: string;
  files: readonly string[];
  /** What cannot be followed, such as symbolic links that leave. */
  refused: readonly Refusal[];
  has: (file: string) => boolean;
  /** The names of the files in a folder below, "" for the top. */
  list: (below: string) => readonly string[];
  /** The path that `target` means in `file`; undefined when that is outside of the folder. */
  resolve: (file: string, target: string) => string | undefined;
  read: (file: string, maxBytes: number) => Promise<Buffer>;
  /** Throws a UserError when the file is too large or not text. */
  readText: (file: string) => Promise<string>;
  /** Does the work once for each key. */
  remember: <T>(key: string, work: () => Promise<T>) => Promise<T>;
}

interface WalkOptions {
  /** Paths that are not looked at. */
  ignore: readonly string[];
  /** Names with a leading dot that are looked at all the same. */
  dotNames: ReadonlySet<string>;
}

/** Finds every file of a folder. Throws a UserError when there is no such folder. */
export async function openFolder(path: string, options: WalkOptions): Promise<Folder> {
  const root = await realpath(path).catch(() => undefined);
  if (root === undefined || !(await stat(root)).isDirectory()) throw new UserError(`There is no folder ${path}.`);
  const files: string[] = [];
  const refused: Refusal[] = [];
  await walk(root, "", options, files, refused);
  files.sort(byName);
  const folders = Map.groupBy(files, (file) => posix.dirname(file));
  const known = new Set(files);
  const remembered = new Map<string, Promise<unknown>>();
  const read: Folder["read"] = async (file, maxBytes) => {
    const full = join(root, file);
    const { size } = await stat(full);
    if (size > maxBytes) {
      throw new UserError(`It has ${megabytes(size)}; at most ${megabytes(maxBytes)} can be read.`);
    }
    return readFile(full);
  };
  return {
    root,
    name: basename(root),
    files,
    refused,
    has: (file) => known.has(file),
    list: (below) => (folders.get(below === "" ? "." : below) ?? []).map((file) => posix.basename(file)),
    resolve: resolveInside,
    read,
    readText: async (file) => decode(await read(file, maxText)),
    remember: memoize(remembered),
  };
}

/** The path that `target` means in `file`, from the top with a leading slash; undefined when it leaves the folder. */
export function resolveInside(file: string, target: string): string | undefined {
  const path = target.startsWith("/") ? target.slice(1) : posix.join(posix.dirname(file), target);
  const normal = posix.normalize(path).replace(/\/$/, "");
  if (normal === "." || normal === "") return "";
  return normal === ".." || normal.startsWith("../") ? undefined : normal;
}

async function walk(
  root: string,
  below: string,
  options: WalkOptions,
  files: string[],
  refused: Refusal[],
): Promise<void> {
  for (const found of await readdir(join(root, below), { withFileTypes: true })) {
    const file = below === "" ? found.name : `${below}/${found.name}`;
    if (found.name.startsWith(".") && !options.dotNames.has(found.name)) continue;
    if (ignoredFolders.test(found.name) || matchAny(options.ignore, file) !== undefined) continue;
    if (found.isSymbolicLink()) {
      const reason = await judgeLink(root, file);
      if (reason === "file") files.push(file);
      else if (reason !== "folder") refused.push({ file, reason });
    } else if (found.isDirectory()) await walk(root, file, options, files, refused);
    else if (found.isFile()) files.push(file);
  }
}

/**
 * What a symbolic link leads to. Files within the folder are read through it; folders are not, because they are found
 * at their own place.
 */
async function judgeLink(root: string, file: string): Promise<"file" | "folder" | (string & {})> {
  const full = join(root, file);
  const target = await realpath(full).catch(() => undefined);
  if (target === undefined) return "It is a symbolic link that leads nowhere or round in a circle.";
  const inside = relative(root, target);
  if (inside === ".." || inside.startsWith(`..${sep}`)) return "It is a symbolic link that leaves the folder.";
  const kind = await lstat(target);
  if (!kind.isDirectory()) return kind.isFile() ? "file" : "It is a symbolic link to something that is no file.";
  const leadsBack = inside === "" || `${file}/`.startsWith(`${inside.split(sep).join("/")}/`);
  return leadsBack ? "It is a symbolic link to a folder that it is in itself, which would never end." : "folder";
}

function decode(bytes: Buffer): string {
  if (bytes.includes(0)) throw new UserError("It is not text: it holds zero bytes, as programs and UTF-16 files do.");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError("It is not text in UTF-8.");
  }
}

function memoize(remembered: Map<string, Promise<unknown>>): Folder["remember"] {
  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const known = remembered.get(key);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A key is only ever used for one kind of work.
    if (known !== undefined) return (await known) as T;
    const result = work();
    remembered.set(key, result);
    return result;
  };
}

function byName(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
