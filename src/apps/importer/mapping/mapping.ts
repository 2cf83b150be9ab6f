import { readdir, readFile } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { LineCounter, parseDocument, type Document } from "yaml";
import { UserError } from "#lib/errors.ts";
import type { Folder } from "../reading/folder.ts";
import { mappingSchema, type MappingData, type Rule } from "./schema.ts";
import { expand } from "./template.ts";

/** How a folder is read: what its own `lectern.yaml` says, or a file that was named, or a preset that fits its shape. */
export interface Mapping extends MappingData {
  /** For messages: "lectern.yaml", "the preset carpentries". */
  source: string;
}

/** What the folder calls its own mapping. */
const ownNames = ["lectern.yaml", "lectern.yml"];
const presetsFolder = new URL("../presets/", import.meta.url);

/** Reads a mapping file; what is wrong is said with its line. */
export function parseMapping(text: string, source: string): Mapping {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw new UserError(`${source}:${lineCounter.linePos(error.pos[0]).line}: ${error.message}`);
  const result = mappingSchema.safeParse(valueOf(document, source) ?? {});
  if (result.success) return { ...result.data, source };
  const sentences = result.error.issues.map(({ path, message }) => {
    return `${source}:${lineOf(path)}: ${path.length > 0 ? `${path.join(".")}: ` : ""}${message}`;
  });
  throw new UserError(sentences.join("\n"));

  function lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) {
        return lineCounter.linePos(Number(node.range[0])).line;
      }
    }
    return 1;
  }
}

function valueOf(document: Document, source: string): unknown {
  try {
    // Aliases within aliases could grow without end; the parser counts them and throws.
    return document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    throw new UserError(`${source}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The mapping for a folder that has not been walked yet, when a file gives it. */
export async function findOwnMapping(folder: string, named: string | undefined): Promise<Mapping | undefined> {
  for (const name of named === undefined ? ownNames : [named]) {
    const path = named === undefined || isAbsolute(name) ? resolve(folder, name) : resolve(name);
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text !== undefined) return parseMapping(text, name);
  }
  if (named !== undefined) throw new UserError(`There is no mapping file ${named}.`);
  return undefined;
}

/** The presets that ship with the importer. */
export async function readPresets(): Promise<Mapping[]> {
  const files = (await readdir(presetsFolder)).filter((file) => file.endsWith(".yaml")).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const name = file.replace(".yaml", "");
      return parseMapping(await readFile(new URL(file, presetsFolder), "utf8"), `the preset ${name}`);
    }),
  );
}

/**
 * Whether a folder has all that a preset asks for: `episodes/` is a folder, `index.md` a file, and `config.yaml:key` a
 * value in a file.
 */
export async function fits(preset: Mapping, folder: Folder): Promise<boolean> {
  for (const condition of preset.when ?? []) {
    if (condition.endsWith("/")) {
      if (!folder.files.some((file) => file.startsWith(condition))) return false;
    } else if (condition.includes(":")) {
      const value = await expand(`{/${condition}}`, { folder, file: "", captures: [] }).catch(() => undefined);
      if (value === undefined || value === null) return false;
    } else if (!folder.has(condition)) return false;
  }
  return preset.when !== undefined;
}

export const noMapping: Mapping = { source: "no mapping" };

/** Names with a leading dot that the patterns and data files of a mapping speak of: only these are looked at. */
export function dotNames(mapping: Mapping): Set<string> {
  const paths = (mapping.files ?? []).flatMap((rule) => [
    ...patternsOf(rule),
    ...JSON.stringify(rule).split(/["{}:\s]/),
  ]);
  return new Set(paths.flatMap((path) => path.split("/")).filter((segment) => /^\.[\w-]/.test(segment)));
}

export function patternsOf(rule: Rule): readonly string[] {
  return typeof rule.match === "string" ? [rule.match] : rule.match;
}
