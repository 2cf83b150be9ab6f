import { createHash } from "node:crypto";
import { scanMarkdown, type Scan } from "#lib/markdown/markdown.ts";
import { UserError } from "#lib/errors.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { Folder, Refusal } from "../reading/folder.ts";
import type { Placed } from "./addresses.ts";
import type { Draft, Note } from "./drafts.ts";
import { resolveLink, type LinkSources, type Target } from "./links.ts";
import { chooseCredits, chooseTopics, type Credit, type Topic } from "./people.ts";
import { addressOf, findPicture, resolvePicture, takePicture } from "./pictures.ts";
import { encodeAddress, fillIn, markNumber, markReferences, readAddress, type Marked } from "./references.ts";

/** An article whose references are known. */
export interface Scanned extends Placed {
  topics: Topic[];
  credits: Credit[];
  target: Target;
  marked: Marked;
  links: Reference[];
  images: Reference[];
  /** The marks in the order in which a scan gives links and images back; undefined for what has none. */
  order: { links: (number | undefined)[]; images: (number | undefined)[] };
}

interface Reference {
  mark: number;
  address: string;
  file: string;
  line: number;
}

/** A file of the folder that an article shows, by its mark; -1 is the picture that stands for the article. */
export type Pictures = ReadonlyMap<number, { file: string; hash: string; line: number }>;

export interface Illustrated extends Scanned {
  pictures: Pictures;
}

/** An article that is ready to be saved. */
export interface Article extends Illustrated {
  /** Where its links lead, by the number of their mark. */
  addresses: ReadonlyMap<number, string>;
  fingerprint: string;
  status: "created" | "updated" | "unchanged";
}

/** Finds the references and anchors of an article. */
export function scanArticle(placed: Placed, mapping: Mapping, extraTopics: readonly string[]): Scanned {
  const { draft } = placed;
  const marked = markReferences(draft.source);
  const scan = scanMarkdown(marked.source);
  const order = {
    links: scan.links.map(({ href }) => markNumber(href, marked)),
    images: scan.images.map(({ src }) => markNumber(src, marked)),
  };
  const lines = { links: scan.links.map(({ line }) => line), images: scan.images.map(({ line }) => line) };
  const references = (kind: "links" | "images"): Reference[] =>
    order[kind].flatMap((mark, place) => {
      if (mark === undefined) return [];
      return [{ mark, address: readAddress(marked.written[mark] ?? ""), ...draft.origin(lines[kind][place] ?? 1) }];
    });
  return {
    ...placed,
    marked,
    order,
    target: { path: draft.path, anchors: new Set(scan.anchors), heading: draft.heading },
    links: references("links"),
    images: references("images"),
    topics: chooseTopics([...(draft.fields.topics ?? []), ...extraTopics], mapping),
    credits: chooseCredits(draft.fields.team ?? [], mapping),
  };
}

/**
 * Finds the pictures of an article in the folder. Answers a refusal when one of them is outside of it or cannot be read;
 * what is missing is noted in `dead`.
 */
export async function findPictures(
  article: Scanned,
  folder: Folder,
  roots: readonly string[],
  dead: Note[],
): Promise<Illustrated | Refusal> {
  const { draft, images } = article;
  const pictures = new Map<number, { file: string; hash: string; line: number }>();
  const hero = draft.fields.image;
  const own = { mark: -1, address: hero ?? "", file: draft.file, line: draft.lineOf("image") };
  for (const { mark, address, file, line } of hero === undefined ? images : [...images, own]) {
    const meant = resolvePicture(address, file, folder, roots);
    if (meant.kind === "outside") {
      return { file: draft.file, line, reason: `The picture ${address} is outside of the folder.` };
    }
    if (meant.kind === "nothing") dead.push({ file, line, sentence: `the picture ${address} is not in the folder` });
    if (meant.kind !== "file") continue;
    try {
      pictures.set(mark, { ...(await findPicture(folder, meant.file)), line });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { file: draft.file, line, reason: `The picture ${address} cannot be used. ${error.message}` };
    }
  }
  return { ...article, pictures };
}

/** Says where the links of an article lead, and whether anything of it is new. */
export async function settleArticle(
  article: Illustrated,
  sources: LinkSources,
  isPlaced: (draft: Draft) => boolean,
  publish: boolean,
  dead: Note[],
): Promise<Article> {
  const { draft, formerly, target } = article;
  const addresses = new Map<number, string>();
  const pictures = new Map(article.pictures);
  for (const { mark, address, file, line } of article.links) {
    const resolved = resolveLink(address, { file, own: target, formerly }, sources);
    if (resolved.address !== undefined) addresses.set(mark, resolved.address);
    if (resolved.problem !== undefined) {
      dead.push({ file, line, sentence: `${address || "a link without an address"} ${resolved.problem}` });
    }
    if (resolved.picture !== undefined) {
      pictures.set(mark, { ...(await findPicture(sources.folder, resolved.picture)), line });
    }
  }
  if (draft.parent !== undefined && !isPlaced(draft.parent)) delete draft.parent;
  const settled = { ...article, pictures, addresses };
  const fingerprint = fingerprintOf(settled);
  return { ...settled, fingerprint, status: statusOf(settled, fingerprint, publish) };
}

/** A hash of all that an entry is made from. */
function fingerprintOf({
  draft,
  topics,
  credits,
  formerly,
  pictures,
  addresses,
  marked,
}: Omit<Article, "fingerprint" | "status">): string {
  const { title, path, parent, fields } = draft;
  const { kind, summary, level, access, position, listed, publishedAt, updatedAt, expiresAt } = fields;
  const shown = [...pictures].map(([mark, { hash }]) => [mark, hash]);
  const parts = [
    [title, path, parent?.path, kind, summary, level, access, position, listed, fields.draft, publishedAt, updatedAt],
    [topics, credits, formerly, shown, fillIn(marked, addresses), expiresAt],
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

function statusOf({ draft, existing }: Placed, fingerprint: string, publish: boolean): Article["status"] {
  if (existing === undefined) return "created";
  const waits = publish && existing.publishedAt === null && draft.fields.draft !== true;
  const isSame = existing.isSame ?? (existing.fingerprint === fingerprint && existing.file === draft.file);
  return isSame && !waits ? "unchanged" : "updated";
}

/** The text as it is stored: with the addresses of its pictures in media, and of what its links lead to. */
export async function finalSource({ marked, addresses, pictures }: Article, folder: Folder): Promise<FinalSource> {
  const all = new Map(addresses);
  for (const [mark, { file }] of pictures) {
    const picture = await takePicture(folder, file, false);
    if (picture !== undefined) all.set(mark, addressOf(picture));
  }
  return { source: fillIn(marked, all), addresses: all };
}

export interface FinalSource {
  source: string;
  addresses: ReadonlyMap<number, string>;
}

/** Throws a UserError when the parser does not find each rewritten reference in its place, with its new address. */
export function verify({ order }: Scanned, addresses: ReadonlyMap<number, string>, found: Scan): void {
  const inOrder = (marks: Scanned["order"]["links"], written: readonly string[]): boolean => {
    const rest = written.map(decoded);
    // Between them may stand less than a scan of the marks has found: it did not see that an address is unsafe.
    return marks.every((mark) => {
      const meant = mark === undefined ? undefined : addresses.get(mark);
      if (meant === undefined) return true;
      const place = rest.indexOf(decoded(encodeAddress(meant)));
      rest.splice(0, place + 1);
      return place >= 0;
    });
  };
  const links = found.links.map(({ href }) => href);
  const images = found.images.map(({ src }) => src);
  if (!inOrder(order.links, links) || !inOrder(order.images, images)) {
    throw new UserError("Its links cannot be rewritten without changing what it says.");
  }
}

function decoded(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}
