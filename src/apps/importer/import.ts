import type { Level } from "#apps/catalog/schema.ts";
import type { Access } from "#apps/members/members.ts";
import { dotNames, findOwnMapping, fits, noMapping, readPresets, type Mapping } from "./mapping/mapping.ts";
import { expandText } from "./mapping/template.ts";
import { takeMedia } from "./planning/whole.ts";
import { makePlan, type Plan } from "./planning/plan.ts";
import { openFolder, type Folder } from "./reading/folder.ts";
import { saveMapping } from "./saving/people.ts";
import { saveArticles, type SaveOptions } from "./saving/save.ts";

export interface ImportOptions extends Partial<SaveOptions> {
  /** Who wrote what names nobody. */
  authors?: readonly string[];
  /** Added to the topics of every file. */
  topics?: readonly string[];
  /** For files that do not say it themselves, like what follows. */
  level?: Level;
  access?: Access;
  series?: string;
  /** A mapping file instead of the folder's own `lectern.yaml`. */
  map?: string;
  dryRun?: boolean;
}

export interface Report extends Plan {
  /** "lectern.yaml", "the preset carpentries", "no mapping". */
  mapping: string;
  interrupted: boolean;
  seconds: number;
}

/**
 * Turns a folder of Markdown into entries: new ones, and those that earlier runs made of it and that have changed. Each
 * becomes public, or changes, as a whole. Throws a UserError when the folder or its mapping cannot be read; what is wrong
 * with single files is in the report.
 */
export async function importFolder(path: string, options: ImportOptions = {}): Promise<Report> {
  const started = performance.now();
  const { folder, mapping } = await open(path, options.map);
  const { authors = [], topics = [], level, access, series, dryRun = false, publish = false } = options;
  const plan = await makePlan(folder, mapping, {
    given: {
      ...(authors.length > 0 && { team: authors.map((name) => ({ role: "author" as const, name })) }),
      ...(level !== undefined && { level }),
      ...(access !== undefined && { access }),
      ...(series !== undefined && { series }),
    },
    extraTopics: topics,
    publish,
    dryRun,
  });
  let interrupted = false;
  if (!dryRun) {
    if (mapping.whole === true) plan.refused.push(...(await takeMedia(folder)));
    plan.refused.push(...(await saveMapping(mapping, folder)));
    ({ interrupted } = await saveArticles(plan, folder, { ...options, publish }));
  }
  return { ...plan, mapping: mapping.source, interrupted, seconds: (performance.now() - started) / 1000 };
}

/** The folder, walked as its mapping asks, and the mapping with what it says of the folder as a whole filled in. */
async function open(path: string, map: string | undefined): Promise<{ folder: Folder; mapping: Mapping }> {
  const own = await findOwnMapping(path, map);
  const presets = own === undefined ? await readPresets() : [];
  const candidates = own === undefined ? presets : [own];
  const names = new Set(candidates.flatMap((candidate) => [...dotNames(candidate)]));
  const folder = await openFolder(path, { ignore: own?.ignore ?? [], dotNames: names });
  let mapping = own;
  for (const preset of presets) if (mapping === undefined && (await fits(preset, folder))) mapping = preset;
  return { folder, mapping: await fillIn(mapping ?? noMapping, folder) };
}

async function fillIn(mapping: Mapping, folder: Folder): Promise<Mapping> {
  const context = { folder, file: "", captures: Array.from({ length: 9 }, (_, place) => `{${place + 1}}`) };
  const fill = async (text: string | undefined): Promise<string | undefined> =>
    text === undefined ? undefined : (await expandText(text, context)) || undefined;
  const [name, site] = [await fill(mapping.name), await fill(mapping.site)];
  const elsewhere = await Promise.all(
    (mapping.elsewhere ?? []).map(async ({ match, to }) => ({ match, to: await expandText(to, context) })),
  );
  return { ...mapping, elsewhere, ...(name !== undefined && { name }), ...(site !== undefined && { site }) };
}
