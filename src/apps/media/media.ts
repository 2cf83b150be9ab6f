import { inArray, sql } from "drizzle-orm";
import { urls } from "#urls.ts";
import { db } from "#lib/db.ts";
import type { Picture } from "#lib/picture.ts";
import { media, type Media } from "./schema.ts";

/** The address by which a text names a picture: `/media/<first 16 digits of the hash>/diagram.png`. */
export function mediaPath(picture: Pick<Media, "hash" | "name">): string {
  return urls.image({ hash: picture.hash.slice(0, 16), file: picture.name });
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
    .where(inArray(sql`left(${media.hash}, 16)`, wanted));
  const found = new Map(rows.map((row) => [row.hash.slice(0, 16), { media: row, picture: pictureOf(row) }]));
  return new Map(
    [...hashes].flatMap(([src, hash]) => {
      const resolved = found.get(hash);
      return resolved === undefined ? [] : [[src, resolved]];
    }),
  );
}

/** What a page must know of a picture to show it. */
export type PictureSource = Omit<Media, "id" | "sizeBytes" | "createdAt">;

/** A stored picture as pages show it. */
export function pictureOf(source: PictureSource): Picture {
  const { width, height, color, focusX, focusY } = source;
  return {
    src: mediaPath(source),
    width,
    height,
    sources: [],
    ...(color !== null && { color }),
    focus: `${focusX}% ${focusY}%`,
  };
}
