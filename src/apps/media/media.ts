import { createHash } from "node:crypto";
import { and, eq, gte, lte, or } from "drizzle-orm";
import { urls } from "#urls.ts";
import { atomic, db } from "#lib/db.ts";
import { inspectImage } from "#lib/images.ts";
import type { Picture } from "#lib/picture.ts";
import { slugify } from "#lib/url.ts";
import { ladder, shortLength, variantFormats, variantPath } from "./addresses.ts";
import { files, originalKey } from "./files.ts";
import { media, type Media } from "./schema.ts";
import { warmPicture } from "./warming.ts";

/**
 * Takes a picture in, once however often it is brought; what is known by now keeps its first name. The row appears only
 * after its file is safe. Throws ImageRefused with a sentence for what is no picture that we show, ImagesBusy when too
 * many are being looked at.
 */
export async function addMedia(bytes: Uint8Array, { name }: { name: string }): Promise<Media> {
  const known = await findMedia(hashOf(bytes));
  if (known && (await files.has(originalKey(known.hash)))) return keep(known);
  const { bytes: kept, ...facts } = await inspectImage(bytes);
  const hash = hashOf(kept);
  await files.put(originalKey(hash), kept, { type: types[facts.format] });
  const row = {
    ...facts,
    hash,
    name: cleanName(name, facts.format),
    sizeBytes: kept.length,
    color: facts.color ?? null,
  };
  return atomic(async () => {
    const [added] = await db.insert(media).values(row).onConflictDoNothing().returning();
    if (added === undefined) return keep(await getMedia(hash));
    await warmPicture.later({ id: added.id });
    return added;
  });
}

/** What is brought again is wanted again. */
async function keep(known: Media): Promise<Media> {
  if (known.unusedSince !== null) await db.update(media).set({ unusedSince: null }).where(eq(media.id, known.id));
  return known;
}

async function getMedia(hash: string): Promise<Media> {
  const found = await findMedia(hash);
  if (!found) throw new Error(`The picture ${hash} was removed while it was added.`);
  return found;
}

/** Sets what a crop of a picture keeps, in percent from the left and from the top. */
export async function setFocus(id: number, { x, y }: { x: number; y: number }): Promise<void> {
  await db.update(media).set({ focusX: x, focusY: y }).where(eq(media.id, id));
}

async function findMedia(hash: string): Promise<Media | undefined> {
  const [found] = await db.select().from(media).where(eq(media.hash, hash));
  return found;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const types: Readonly<Record<Media["format"], string>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  svg: "image/svg+xml",
};

/** A name fit for an address: of the original's only words remain, and the ending is that of what the bytes are. */
export function cleanName(name: string, format: Media["format"]): string {
  const base = slugify((name.split(/[/\\]/).at(-1) ?? "").replace(/\.[^.]*$/, "")).slice(0, 80);
  // Digits alone are the name of a variant.
  const words = base === "" || /^\d+$/.test(base) ? `picture-${base}`.replace(/-$/, "") : base;
  return `${words}.${format === "jpeg" ? "jpg" : format}`;
}

/** The address by which a text names a picture: `/media/<first 16 digits of the hash>/diagram.png`. */
export function mediaPath(picture: Pick<Media, "hash" | "name">): string {
  return urls.image({ hash: picture.hash.slice(0, shortLength), file: picture.name });
}

export interface ResolvedPicture {
  media: Media;
  picture: Picture;
}

/** The stored pictures among the addresses that a text names; the others are left out. */
export async function resolvePictures(srcs: readonly string[]): Promise<Map<string, ResolvedPicture>> {
  const hashes = new Map(srcs.map((src) => [src, /^\/media\/([0-9a-f]{16})\//.exec(src)?.[1] ?? ""]));
  const wanted = [...new Set(hashes.values())].filter((hash) => hash !== "");
  if (wanted.length === 0) return new Map();
  const rows = await db
    .select()
    .from(media)
    // Ranges, because the index is on the whole hash.
    .where(or(...wanted.map((hash) => and(gte(media.hash, hash), lte(media.hash, hash.padEnd(64, "f"))))));
  const found = new Map(rows.map((row) => [row.hash.slice(0, shortLength), { media: row, picture: pictureOf(row) }]));
  return new Map(
    [...hashes].flatMap(([src, hash]) => {
      const resolved = found.get(hash);
      return resolved === undefined ? [] : [[src, resolved]];
    }),
  );
}

/** What a page must know of a picture to show it. */
export type PictureSource = Omit<Media, "id" | "sizeBytes" | "createdAt" | "unusedSince" | "alt">;

/** A stored picture as pages show it: every width of the ladder that its original has, in each format that helps. */
export function pictureOf(source: PictureSource): Picture {
  const { width, height, color, focusX, focusY } = source;
  return {
    src: mediaPath(source),
    width,
    height,
    sources: formatsOf(source).map((format) => ({ type: types[format], srcset: srcsetOf(source, format) })),
    ...(color !== null && { color }),
    focus: `${focusX}% ${focusY}%`,
  };
}

/** Pixels of the largest AVIF: twice as many take longer to make than anybody waits. */
const maxAvifPixels = 6_000_000;

function formatsOf({ format, animated, width, height }: PictureSource) {
  if (format === "svg") return [];
  const largest = Math.max(...widthsOf(width));
  // An AVIF of ours would stand still.
  const isFit = !animated && (largest * largest * height) / width <= maxAvifPixels;
  return variantFormats.filter((candidate) => isFit || candidate !== "avif");
}

// A page shows up to fifty addresses, and signing one takes longer than rendering a card.
const srcsets = new Map<string, string>();

function srcsetOf({ hash, width }: PictureSource, format: (typeof variantFormats)[number]): string {
  const short = hash.slice(0, shortLength);
  const key = `${short} ${width} ${format}`;
  const known = srcsets.get(key);
  if (known !== undefined) return known;
  const srcset = widthsOf(width)
    .map((each) => `${variantPath({ hash: short, width: each, format })} ${each}w`)
    .join(", ");
  if (srcsets.size >= 2000) srcsets.clear();
  srcsets.set(key, srcset);
  return srcset;
}

/** The steps of the ladder below the original's width, and that width itself unless it is above the ladder. */
function widthsOf(width: number): number[] {
  const top = ladder.at(-1) ?? width;
  return [...ladder.filter((step) => step < width && step < top), Math.min(width, top)];
}
