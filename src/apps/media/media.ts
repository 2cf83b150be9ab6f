import { inArray } from "drizzle-orm";
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
