import type { Mapping } from "../mapping/mapping.ts";
import type { Folder, Refusal } from "../reading/folder.ts";
import { readGitDates } from "../reading/git.ts";
import { placeDrafts } from "./addresses.ts";
import { findPictures, scanArticle, settleArticle, type Article, type Illustrated } from "./articles.ts";
import { draftArticles, type Note } from "./drafts.ts";
import type { Fields } from "./fields.ts";
import type { LinkSources } from "./links.ts";
import { eachPicture, takePicture } from "./pictures.ts";
import { bindSeries } from "./series.ts";
import { readSite, type Site } from "./site.ts";
import { readTexts, type Skipped } from "./texts.ts";
import { adopt } from "./whole.ts";

export interface Plan {
  folderKey: string;
  articles: Article[];
  refused: Refusal[];
  skipped: Skipped[];
  notes: Note[];
  /** Links and pictures that lead nowhere. */
  dead: Note[];
  /** Files of earlier runs that are gone, with the address of their entry. */
  vanished: { file: string; path: string }[];
}

export interface PlanOptions {
  /** What the command line says of files that do not say it themselves. */
  given: Fields;
  /** Topics that every file gets in addition. */
  extraTopics: readonly string[];
  publish: boolean;
  dryRun: boolean;
}

/** Reads a folder and says what it would become, file by file. Takes pictures in unless it is a dry run. */
export async function makePlan(folder: Folder, mapping: Mapping, options: PlanOptions): Promise<Plan> {
  const [{ texts, refused, skipped }, gitDates] = await Promise.all([
    readTexts(folder, mapping.whole === true),
    readGitDates(folder.root),
  ]);
  const drafted = await draftArticles({ folder, mapping, texts, gitDates, given: options.given });
  const folderKey = mapping.name ?? folder.root;
  const known = await readSite(folderKey);
  const site = mapping.whole === true ? await adopt(known, folderKey, drafted.drafts, folder) : known;
  const base = (mapping.site ?? "").replace(/\/+$/, "");
  const { placed, ...judged } = placeDrafts(bindSeries(drafted.drafts, mapping), site, base);
  const plan: Plan = {
    folderKey,
    articles: [],
    refused: [...folder.refused, ...refused, ...drafted.refused, ...judged.refused],
    skipped: [...skipped, ...drafted.skipped],
    notes: [...drafted.notes, ...judged.notes],
    dead: [],
    vanished: [],
  };
  const scanned = placed.map((one) => scanArticle(one, mapping, options.extraTopics));
  const found = await Promise.all(scanned.map((one) => findPictures(one, folder, mapping.roots ?? [], plan.dead)));
  plan.refused.push(...found.filter(isRefusal));
  await settle(
    found.filter((one): one is Illustrated => !isRefusal(one)),
    { folder, mapping, site, base },
    drafted.partOf,
    options,
    plan,
  );
  plan.vanished = findVanished(plan, site);
  return plan;
}

function isRefusal(one: Illustrated | Refusal): one is Refusal {
  return "reason" in one;
}

/** A refused picture takes its article with it; links to that lead nowhere then, so that all are settled anew. */
async function settle(
  found: readonly Illustrated[],
  parts: Pick<LinkSources, "folder" | "mapping" | "site" | "base">,
  partOf: ReadonlyMap<string, string>,
  options: PlanOptions,
  plan: Plan,
): Promise<void> {
  const out = new Set(plan.refused.map(({ file }) => file));
  const kept = found.filter(({ draft }) => !out.has(draft.file));
  const placed = new Set(kept.map(({ draft }) => draft));
  const missing = new Map([
    ...plan.skipped.map(({ file, reason }) => [file, reason] as const),
    ...plan.refused.map(({ file, reason }) => [file, reason] as const),
  ]);
  const sources = { ...parts, missing, ...targets(kept, partOf) };
  const dead: Note[] = [];
  plan.articles = await Promise.all(
    kept.map((one) => settleArticle(one, sources, (draft) => placed.has(draft), options.publish, dead)),
  );
  const changed = plan.articles.filter(({ status }) => status !== "unchanged");
  const refused = await takePictures(changed, parts.folder, options.dryRun);
  if (refused.length === 0) {
    plan.dead.push(...dead);
    return;
  }
  plan.refused.push(...refused);
  await settle(kept, parts, partOf, options, plan);
}

function targets(
  kept: readonly Illustrated[],
  partOf: ReadonlyMap<string, string>,
): Pick<LinkSources, "byFile" | "byFormer"> {
  const byFile = new Map(kept.map(({ draft, target }) => [draft.file, target]));
  for (const [file, whole] of partOf) {
    const target = byFile.get(whole);
    if (target !== undefined) byFile.set(file, target);
  }
  const byFormer = new Map(kept.flatMap(({ formerly, target }) => formerly.map((path) => [path, target] as const)));
  for (const { target } of kept) byFormer.set(target.path, target);
  return { byFile, byFormer };
}

/** Takes in the pictures of changed articles; answers the articles that have to be refused for one. */
async function takePictures(changed: readonly Article[], folder: Folder, dryRun: boolean): Promise<Refusal[]> {
  const files = new Set(changed.flatMap(({ pictures }) => [...pictures.values()].map(({ file }) => file)));
  const refused = await eachPicture([...files], (file) => takePicture(folder, file, dryRun));
  return changed.flatMap(({ draft, pictures }) => {
    const bad = [...pictures.values()].find(({ file }) => refused.has(file));
    if (bad === undefined) return [];
    const reason = `The picture ${bad.file} cannot be used. ${refused.get(bad.file)}`;
    return [{ file: draft.file, line: bad.line, reason }];
  });
}

function findVanished({ articles, refused, skipped }: Plan, site: Site): Plan["vanished"] {
  const known = new Set([...articles.map(({ draft }) => draft), ...refused, ...skipped].map(({ file }) => file));
  const moved = new Set(articles.map(({ existing }) => existing?.id));
  const gone = [...site.imported].filter(([file, { id }]) => !known.has(file) && !moved.has(id));
  return gone.map(([file, { path }]) => ({ file, path }));
}
