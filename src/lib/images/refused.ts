import { UserError } from "../errors.ts";

/** The bytes are no picture that we show; the sentence says why, for whoever brought them. */
export class ImageRefused extends UserError {
  override name = "ImageRefused";
}

/** sharp's own sentences name C functions, so whoever brought the file gets ours. */
export function refuseUndecodable(error: unknown): never {
  if (error instanceof ImageRefused) throw error;
  throw new ImageRefused("The picture cannot be decoded; it may be damaged or cut off.", { cause: error });
}
