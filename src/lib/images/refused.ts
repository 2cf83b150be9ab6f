import { UserError } from "../errors.ts";

/** The bytes are no picture that we show; the sentence says why, for whoever brought them. */
export class ImageRefused extends UserError {
  override name = "ImageRefused";
}
