import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";
import { files, originalKey } from "#apps/media/files.ts";
import { UserError } from "#lib/errors.ts";
import { parseMapping } from "../mapping/mapping.ts";
import { mappingFile, type Exported } from "./files.ts";

export interface Difference {
  file: string;
  /** In the folder otherwise than on the site; not in the folder; not on the site. */
  kind: "differs" | "missing" | "extra";
}

/** What of a folder is not as an export would write it. A picture is what its name says, which has its hash. */
export async function compare({ texts, pictures }: Exported, folder: string): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [file, text] of texts) {
    const there = await readFile(join(folder, file), "utf8").catch(() => undefined);
    if (there === undefined) differences.push({ file, kind: "missing" });
    else if (there !== text) differences.push({ file, kind: "differs" });
  }
  for (const file of pictures.keys()) if (!existsSync(join(folder, file))) differences.push({ file, kind: "missing" });
  for (const file of await listOwn(folder)) {
    if (!texts.has(file) && !pictures.has(file)) differences.push({ file, kind: "extra" });
  }
  return differences.toSorted((one, other) => (one.file < other.file ? -1 : 1));
}

/** The files in places where an export puts its own. */
async function listOwn(folder: string): Promise<string[]> {
  const places = ["tutorials", "pages", "series", "media"];
  const found = await Promise.all(
    places.map(async (place) => {
      const all = await readdir(join(folder, place), { recursive: true, withFileTypes: true }).catch(() => []);
      return all
        .filter((one) => one.isFile() && (place === "media" || /\.(?:md|markdown)$/i.test(one.name)))
        .map((one) =>
          join(one.parentPath, one.name)
            .slice(folder.length + 1)
            .split(sep)
            .join("/"),
        );
    }),
  );
  return found.flat();
}

/**
 * Writes what differs. Everything is written beside the folder first and then renamed into its place, so that no file is
 * ever half there, and a new folder is there as a whole or not at all. Throws a UserError when the folder holds something
 * else, or when the store lacks a picture.
 */
export async function writeFolder(
  exported: Exported,
  path: string,
  { remove }: { remove: boolean },
): Promise<Difference[]> {
  const folder = resolve(path);
  const isThere = existsSync(folder);
  if (isThere) await requireOwn(folder);
  const differences = await compare(exported, folder);
  await mkdir(dirname(folder), { recursive: true });
  const stage = await mkdtemp(join(dirname(folder), `.${basename(folder)}-`));
  try {
    const wanted = differences.filter(({ kind }) => kind !== "extra");
    for (const { file } of wanted) await write(join(stage, file), await contentOf(file, exported));
    if (!isThere) await rename(stage, folder);
    else for (const { file } of wanted) await putInPlace(stage, folder, file);
    const extra = differences.filter(({ kind }) => kind === "extra");
    if (remove) for (const { file } of extra) await rm(join(folder, file));
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
  return differences;
}

async function requireOwn(folder: string): Promise<void> {
  const mapping = await readFile(join(folder, mappingFile), "utf8").catch(() => undefined);
  if (mapping !== undefined && parseMapping(mapping, mappingFile).whole === true) return;
  const names = await readdir(folder).catch(() => {
    throw new UserError(`${folder} is no folder.`);
  });
  const foreign = names.find((name) => !name.startsWith(".") && !/^(?:readme|licen[cs]e)\b/i.test(name));
  if (foreign === undefined) return;
  throw new UserError(
    `${folder} holds something else (${foreign}): name a new folder, an empty one or a former export.`,
  );
}

async function contentOf(file: string, { texts, pictures }: Exported): Promise<string | Uint8Array> {
  const text = texts.get(file);
  if (text !== undefined) return text;
  const picture = pictures.get(file);
  const bytes = picture && (await files.get(originalKey(picture.hash)));
  if (!bytes) throw new UserError(`The picture ${file} is not in the store, so nothing was written.`);
  return bytes;
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function putInPlace(stage: string, folder: string, file: string): Promise<void> {
  const place = join(folder, file);
  await mkdir(dirname(place), { recursive: true });
  // A link in the folder may lead elsewhere.
  const inside = `${await realpath(dirname(place))}${sep}`.startsWith(`${await realpath(folder)}${sep}`);
  if (!inside) throw new UserError(`${file} would be written outside of the folder, through a symbolic link.`);
  await rename(join(stage, file), place);
}
