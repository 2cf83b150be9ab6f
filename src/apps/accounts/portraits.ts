import { addMedia } from "#apps/media/media.ts";
import { ImageRefused, makeVariant } from "#lib/images.ts";

const sidePixels = 512;

/**
 * Takes a picture of somebody in: square, and without what the camera wrote into it, such as the place. Answers its
 * content hash, or what is wrong with it, in a sentence.
 */
export async function takePortrait(bytes: Uint8Array): Promise<{ hash: string } | { problem: string }> {
  try {
    const square = { width: sidePixels, height: sidePixels, mode: "crop", format: "webp" } as const;
    return { hash: (await addMedia(await makeVariant(bytes, square), { name: "portrait" })).hash };
  } catch (error) {
    if (!(error instanceof ImageRefused)) throw error;
    return { problem: error.message };
  }
}
