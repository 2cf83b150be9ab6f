import { parse } from "yaml";
import { UserError } from "#lib/errors.ts";
import { slugify } from "#lib/url.ts";
import type { Folder } from "../reading/folder.ts";
import { humanise } from "../reading/names.ts";
import type { Captures } from "./glob.ts";

/** What a template may speak of: the file that it is for, and what the wildcards of its rule stood for. */
export interface TemplateContext {
  folder: Folder;
  /** The path of the file, and of the data files that it names relatively. */
  file: string;
  captures: Captures;
}

const reference = /\{([^{}|]+)((?:\|[a-z]+)*)\}/g;
const filters: Record<string, (text: string) => string> = {
  title: humanise,
  slug: slugify,
  bare: (text) => text.replace(/^\d+[-_. ]+(?=\D)/, ""),
  lower: (text) => text.toLowerCase(),
};

/**
 * Fills in a template: `{1}` is what the first wildcard stood for, `{name}` the file's name without its ending,
 * `{folder}` its folder's, `{data.json:key.key}` a value of a JSON or YAML file beside it (from the top of the folder
 * with a leading slash), each with filters: `{1|title}`. A template that is one value of a data file is that value, be
 * it a list. Throws a UserError about what it cannot fill in.
 */
export async function expand(template: string, context: TemplateContext): Promise<unknown> {
  const parts = [...template.matchAll(reference)];
  const [only] = parts;
  if (only !== undefined && only[0] === template && only[2] === "") return valueOf(only[1] ?? "", context);
  let text = "";
  let end = 0;
  for (const part of parts) {
    const value = await valueOf(part[1] ?? "", context);
    let filled = typeof value === "string" || typeof value === "number" ? String(value) : "";
    for (const name of (part[2] ?? "").split("|").slice(1)) {
      const filter = filters[name];
      if (filter === undefined) throw new UserError(`The mapping asks for a filter "${name}" that does not exist.`);
      filled = filter(filled);
    }
    text += template.slice(end, part.index) + filled;
    end = part.index + part[0].length;
  }
  return text + template.slice(end);
}

/** The same for values that are text. */
export async function expandText(template: string, context: TemplateContext): Promise<string> {
  const value = await expand(template, context);
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

async function valueOf(name: string, { folder, file, captures }: TemplateContext): Promise<unknown> {
  const [data, key] = splitOnce(name, ":");
  if (key !== undefined) return lookUp(await readData(folder, folder.resolve(file, data) ?? ""), key);
  if (/^\d+$/.test(name)) return captures[Number(name) - 1] ?? "";
  const segments = file.split("/");
  if (name === "name") return (segments.at(-1) ?? "").replace(/\.\w+$/, "");
  if (name === "folder") return segments.at(-2) ?? folder.name;
  if (name === "path") return file;
  throw new UserError(`The mapping speaks of {${name}}, which is nothing that can be filled in.`);
}

/** A JSON or YAML file of the folder as a value; undefined when there is none. */
export async function readData(folder: Folder, file: string): Promise<unknown> {
  if (!folder.has(file)) return undefined;
  return folder.remember(`data:${file}`, async () => {
    const text = await folder.readText(file);
    try {
      // JSON is YAML as well, but the parser made for it is much faster.
      const value: unknown = file.endsWith(".json") ? JSON.parse(text) : parse(text);
      return value;
    } catch (error) {
      const [sentence] = (error instanceof Error ? error.message : String(error)).split("\n");
      throw new UserError(`${file} cannot be read: ${sentence}`);
    }
  });
}

function lookUp(value: unknown, key: string): unknown {
  let found: unknown = value;
  for (const step of key.split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = Reflect.get(found, step);
  }
  return found;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const place = text.indexOf(separator);
  return place < 0 ? [text, undefined] : [text.slice(0, place), text.slice(place + 1)];
}
