import { createHash } from "node:crypto";
import { scanMarkdown } from "#lib/markdown/markdown.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { Folder, Refusal } from "../reading/folder.ts";
import { readGitDates } from "../reading/git.ts";
import { placeDrafts, type Placed } from "./addresses.ts";
import { draftArticles, type Draft, type Note } from "./drafts.ts";
import type { Fields } from "./fields.ts";
import { resolveLink, type LinkSources, type Target } from "./links.ts";
import { chooseCredits, chooseTopics, type Credit, type Topic } from "./people.ts";
import { addressOf, eachPicture, findPicture, resolvePicture, takePicture } from "./pictures.ts";
import { fillIn, markNumber, markReferences, readAddress, type Marked } from "./references.ts";
import { bindSeries } from "./series.ts";
import { readSite } from "./site.ts";
import { readTexts, type Skipped } from "./texts.ts";

/** An article that is ready to be saved. */
export interface Planned extends Placed {
  topics: Topic[];
  credits: Credit[];
  target: Target;
  marked: Marked;
  links: Reference[];
  /** Pictures of the text by the number of their mark, and the one that stands for the article. */
  pictures: ReadonlyMap<number, string>;
  image?: string;
  /** Where its links lead, by the number of their mark. */
  addresses: ReadonlyMap<number, string>;
  fingerprint: string;
  status: "created" | "updated" | "unchanged";
}

interface Reference {
  mark: number;
  address: string;
  file: string;
  line: number;
}

export interface Plan {
  folderKey: string;
  articles: Planned[];
  refused: Refusal[];
  skipped: Skipped[];
  notes: Note[];
  /** Links and pictures that lead nowhere. */
  dead: Note[];
  /** Files of earlier runs that are gone, with the address of their entry. */
  vanished: { file: string; path: string }[];
}

export interface PlanOptions {
  given: Fields & { extraTopics: readonly string[] };
  publish: boolean;
  dryRun: boolean;
}

/** Reads a folder and says what it would become, file by file. Takes pictures in unless it is a dry run. */
export async function makePlan(folder: Folder, mapping: Mapping, options: PlanOptions): Promise<Plan> {
  const { texts, refused, skipped } = await readTexts(folder);
  const gitDates = await readGitDates(folder.root);
  const drafted = await draftArticles({ folder, mapping, texts, gitDates, given: options.given });
  const folderKey = mapping.name ?? folder.root;
  const site = await readSite(folderKey);
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
  let found = await findPictures(
    placed.map((one) => scan(one, mapping, options)),
    folder,
    mapping.roots ?? [],
    plan,
  );
  const missing = new Map(plan.skipped.map(({ file, reason }) => [file, reason]));
  // A picture that is refused takes its article with it, and then links to that lead nowhere: they are resolved anew.
  for (;;) {
    for (const { file, reason } of plan.refused) missing.set(file, reason);
    const dead: Note[] = [];
    const sources = linkSources(found, { folder, mapping, site, base, missing, partOf: drafted.partOf });
    const articles = await Promise.all(found.map((article) => settle(article, sources, options, dead)));
    const changed = articles.filter(({ status }) => status !== "unchanged");
    const kept = await takePictures(changed, folder, options.dryRun, plan);
    if (kept) {
      const expected = new Set([...articles.map(({ draft }) => draft.file), ...plan.refused.map(({ file }) => file)]);
      const gone = [...site.imported].filter(([file]) => !expected.has(file));
      return {
        ...plan,
        articles,
        dead: [...plan.dead, ...dead],
        vanished: gone
          .filter(([, entry]) => !articles.some(({ existing }) => existing?.id === entry.id))
          .map(([file, { path }]) => ({ file, path })),
      };
    }
    const out = new Set(plan.refused.map(({ file }) => file));
    found = found.filter(({ draft }) => !out.has(draft.file));
  }
}

type Found = Omit<Planned, "addresses" | "fingerprint" | "status"> & {
  pictureHashes: Map<number, string>;
  imageHash?: string;
};
type Scanned = Omit<Found, "pictures" | "pictureHashes"> & { images: Reference[] };

/** Finds the references and anchors of an article. */
function scan(placed: Placed, mapping: Mapping, { given }: PlanOptions): Scanned {
  const { draft } = placed;
  const marked = markReferences(draft.source);
  const { links, images, anchors } = scanMarkdown(marked.source);
  const references = (found: readonly { address: string; line: number }[]): Reference[] =>
    found.flatMap(({ address, line }) => {
      const mark = markNumber(address);
      return mark === undefined
        ? []
        : [{ mark, address: readAddress(marked.written[mark] ?? ""), ...draft.origin(line) }];
    });
  return {
    ...placed,
    marked,
    target: { path: draft.path, anchors: new Set(anchors), heading: draft.heading },
    links: references(links.map(({ href, line }) => ({ address: href, line }))),
    images: references(images.map(({ src, line }) => ({ address: src, line }))),
    topics: chooseTopics([...(draft.fields.topics ?? []), ...given.extraTopics], mapping),
    credits: chooseCredits(draft.fields.team ?? [], mapping),
  };
}

/** Finds the pictures of each article in the folder. An article whose pictures cannot be read is refused. */
async function findPictures(
  scanned: readonly Scanned[],
  folder: Folder,
  roots: readonly string[],
  plan: Plan,
): Promise<Found[]> {
  const found = await Promise.all(
    scanned.map(async ({ images, ...article }): Promise<Found | undefined> => {
      const pictures = new Map<number, string>();
      const pictureHashes = new Map<number, string>();
      const { draft } = article;
      const hero = draft.fields.image;
      // The picture that stands for the article has no mark of its own, so it goes by -1.
      const all =
        hero === undefined
          ? images
          : [...images, { mark: -1, address: hero, file: draft.file, line: draft.lineOf("image") }];
      for (const { mark, address, file, line } of all) {
        const meant = resolvePicture(address, file, folder, roots);
        if (meant.kind === "nothing")
          plan.dead.push({ file, line, sentence: `the picture ${address} is not in the folder` });
        if (meant.kind === "outside") {
          plan.refused.push({ file: draft.file, line, reason: `The picture ${address} is outside of the folder.` });
          return undefined;
        }
        if (meant.kind !== "file") continue;
        const failures = await eachPicture([meant.file], async (one) => {
          const { hash } = await findPicture(folder, one);
          pictures.set(mark, one);
          pictureHashes.set(mark, hash);
        });
        for (const reason of failures.values()) {
          plan.refused.push({ file: draft.file, line, reason: `The picture ${address} cannot be used. ${reason}` });
          return undefined;
        }
      }
      const image = pictures.get(-1);
      return { ...article, pictures, pictureHashes, ...(image === undefined ? {} : { image }) };
    }),
  );
  return found.filter((article) => article !== undefined);
}

interface Parts extends Pick<LinkSources, "folder" | "mapping" | "site" | "base" | "missing"> {
  partOf: ReadonlyMap<string, string>;
}

function linkSources(found: readonly Found[], { partOf, ...parts }: Parts): LinkSources {
  const byFile = new Map(found.map(({ draft, target }) => [draft.file, target]));
  for (const [file, whole] of partOf) {
    const target = byFile.get(whole);
    if (target !== undefined) byFile.set(file, target);
  }
  const byFormer = new Map(found.flatMap(({ formerly, target }) => formerly.map((path) => [path, target] as const)));
  for (const { target } of found) byFormer.set(target.path, target);
  return { ...parts, byFile, byFormer };
}

/** Says where the links of an article lead, and whether anything of it is new. */
async function settle(article: Found, sources: LinkSources, { publish }: PlanOptions, dead: Note[]): Promise<Planned> {
  const { draft, existing, formerly, target, marked } = article;
  const addresses = new Map<number, string>();
  const pictures = new Map(article.pictures);
  const hashes = new Map(article.pictureHashes);
  for (const { mark, address, file, line } of article.links) {
    const resolved = resolveLink(address, { file, own: target, formerly }, sources);
    if (resolved.address !== undefined) addresses.set(mark, resolved.address);
    if (resolved.problem !== undefined)
      dead.push({ file, line, sentence: `${address || "an empty link"} ${resolved.problem}` });
    if (resolved.picture !== undefined) {
      pictures.set(mark, resolved.picture);
      hashes.set(mark, (await findPicture(sources.folder, resolved.picture)).hash);
    }
  }
  const {
    series: _series,
    topics: _topics,
    team: _team,
    aliases: _aliases,
    permalink: _permalink,
    ...fields
  } = draft.fields;
  const parts = [
    draft.title,
    draft.path,
    draft.parent?.path,
    fields,
    article.topics,
    article.credits,
    formerly,
    [...hashes].toSorted(([one], [other]) => one - other),
    fillIn(marked, addresses),
  ];
  const fingerprint = createHash("sha256").update(JSON.stringify(parts)).digest("hex");
  const isSame = existing?.fingerprint === fingerprint && existing.file === draft.file;
  const waits = publish && existing?.publishedAt === null && draft.fields.draft !== true;
  const status = existing === undefined ? "created" : isSame && !waits ? "unchanged" : "updated";
  return { ...article, pictures, addresses, fingerprint, status };
}

/** Takes in the pictures of changed articles; false when one was refused, and its articles with it. */
async function takePictures(
  changed: readonly Planned[],
  folder: Folder,
  dryRun: boolean,
  plan: Plan,
): Promise<boolean> {
  const files = [...new Set(changed.flatMap(({ pictures }) => [...pictures.values()]))];
  const refused = await eachPicture(files, (file) => takePicture(folder, file, dryRun));
  for (const { draft, pictures } of changed) {
    for (const [mark, file] of pictures) {
      const reason = refused.get(file);
      if (reason === undefined) continue;
      const line = mark < 0 ? draft.lineOf("image") : lineOfMark(mark, changed, draft);
      plan.refused.push({ file: draft.file, line, reason: `The picture ${file} cannot be used. ${reason}` });
      break;
    }
  }
  return refused.size === 0;
}

function lineOfMark(mark: number, articles: readonly Planned[], draft: Draft): number {
  const source = articles.find((article) => article.draft === draft)?.marked.source ?? "";
  const place = source.search(new RegExp(`/[0-9a-f]{12}-${mark}-/`));
  return draft.origin(source.slice(0, place).split("\n").length).line;
}

/** The text as it is stored: with the addresses of its pictures, and of what its links lead to. */
export async function finalSource({ marked, addresses, pictures }: Planned, folder: Folder): Promise<string> {
  const all = new Map(addresses);
  for (const [mark, file] of pictures) {
    const picture = await takePicture(folder, file, false);
    if (picture !== undefined) all.set(mark, addressOf(picture));
  }
  return fillIn(marked, all);
}
