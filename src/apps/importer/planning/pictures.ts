import { createHash } from "node:crypto";
import { addMedia, mediaPath } from "#apps/media/media.ts";
import type { Media } from "#apps/media/schema.ts";
import { UserError } from "#lib/errors.ts";
import { ImagesBusy, inspectImage } from "#lib/images.ts";
import type { Folder } from "../reading/folder.ts";

/** A picture of the folder. */
export interface Found {
  file: string;
  /** SHA-256 of its bytes. */
  hash: string;
}

const maxBytes = 25_000_000;

/** Where generators keep what pages name from the top of the site. */
const usualRoots = ["static", "public", "assets", "content"];

export type PictureAddress = { kind: "file"; file: string } | { kind: "elsewhere" | "nothing" | "outside" };

/** What the address of a picture in `file` means. `roots` are folders from which addresses may start as well. */
export function resolvePicture(src: string, file: string, folder: Folder, roots: readonly string[]): PictureAddress {
  if (/^([a-z][a-z0-9+.-]*:|\/\/|\/media\/)/i.test(src) && !/^file:/i.test(src)) return { kind: "elsewhere" };
  const path = decode(src.replace(/^file:\/*/i, "/").replace(/[?#].*$/, ""));
  if (path === "") return { kind: "nothing" };
  const starts = path.startsWith("/") ? ["", ...roots, ...usualRoots] : roots;
  const places = starts.map((root) => folder.resolve("", `/${root}/${path}`));
  const found = [folder.resolve(file, path), ...places];
  if (found[0] === undefined || (path.startsWith("/") && places[0] === undefined)) return { kind: "outside" };
  const there = found.find((place) => place !== undefined && folder.has(place));
  return there === undefined ? { kind: "nothing" } : { kind: "file", file: there };
}

/** The picture's hash; throws a UserError when the file cannot be read. */
export async function findPicture(folder: Folder, file: string): Promise<Found> {
  return folder.remember(`hash:${file}`, async () => {
    const bytes = await folder.read(file, maxBytes);
    return { file, hash: createHash("sha256").update(bytes).digest("hex") };
  });
}

/**
 * Takes a picture into media, or only looks whether it could be. Throws ImageRefused, a UserError, for what is no
 * picture.
 */
export async function takePicture(folder: Folder, file: string, dryRun: boolean): Promise<Media | undefined> {
  const { hash } = await findPicture(folder, file);
  // Files with the same content are one picture, which is called as the first of them.
  return folder.remember(`picture:${hash}`, async () => {
    const bytes = await folder.read(file, maxBytes);
    for (let attempt = 1; ; attempt++) {
      try {
        if (!dryRun) return await addMedia(bytes, { name: file.split("/").at(-1) ?? file });
        await inspectImage(bytes);
        return undefined;
      } catch (error) {
        if (!(error instanceof ImagesBusy) || attempt > 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50 * attempt));
      }
    }
  });
}

export function addressOf(picture: Media): string {
  return mediaPath(picture);
}

/** Does the work for each item, a few at a time; answers the sentences of those that were refused. */
export async function eachPicture<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<Map<T, string>> {
  const refused = new Map<T, string>();
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await work(item);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        refused.set(item, error.message);
      }
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return refused;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
