import { addMedia, mediaPath } from "#apps/media/media.ts";
import type { Request } from "#lib/app.ts";
import { ImageRefused } from "#lib/images.ts";

/** Takes in the file `picture` of an upload: its address for a text, or what is wrong with it, in a sentence. */
export async function takePicture(request: Pick<Request, "formData">): Promise<{ src: string } | { problem: string }> {
  const file = (await request.formData()).get("picture");
  if (file === null || typeof file === "string" || file.size === 0) return { problem: "There is no picture in it." };
  try {
    return { src: mediaPath(await addMedia(await file.bytes(), { name: file.name })) };
  } catch (error) {
    if (!(error instanceof ImageRefused)) throw error;
    return { problem: error.message };
  }
}
