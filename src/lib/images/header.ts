import { walkAvif, walkGif, walkJpeg, walkPng, walkWebp } from "./containers.ts";
import { ImageRefused } from "./refused.ts";

export type ImageFormat = "jpeg" | "png" | "gif" | "webp" | "avif" | "svg";

/** What a file says about itself before anything is decoded. */
export interface Header {
  format: ImageFormat;
  /** As stored, before EXIF rotation. Zero for SVG, whose size is known once it is parsed. */
  width: number;
  height: number;
  frames: number;
}

/** Sixteen-point-eight megapixels, every frame counted: the default of imgproxy, and 67 MB decoded. */
export const maxPixels = 16_800_000;
export const maxFrames = 500;
export const maxBytes = 25_000_000;

/**
 * Reads type and size from the bytes alone, in time proportional to the number of chunks, and follows the file to its
 * end. Throws ImageRefused for what is not a picture, is cut off, would unpack to a bomb, or is another file as well.
 */
export function readHeader(bytes: Uint8Array): Header {
  if (bytes.length > maxBytes) throw new ImageRefused(`The file is larger than ${maxBytes / 1_000_000} MB.`);
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = formatOf(file);
  if (format === undefined) throw new ImageRefused("The file is not a JPEG, PNG, GIF, WebP, AVIF or SVG picture.");
  if (format === "svg") return { format, width: 0, height: 0, frames: 1 };

  const { width, height, frames, end } = walks[format](file);
  checkSize(width, height, frames);
  refusePassenger(file.subarray(end));
  return { format, width, height, frames };
}

const walks = { jpeg: walkJpeg, png: walkPng, gif: walkGif, webp: walkWebp, avif: walkAvif };

/** The media type that the first bytes speak of: for what was made by us or read before. */
export function imageType(bytes: Buffer): string {
  const format = formatOf(bytes);
  return format === "svg" ? "image/svg+xml" : `image/${format ?? "unknown"}`;
}

function formatOf(file: Buffer): ImageFormat | undefined {
  const ascii = (from: number, to: number) => file.toString("latin1", from, to);
  if (ascii(0, 3) === "\xff\xd8\xff") return "jpeg";
  if (ascii(0, 8) === "\x89PNG\r\n\x1a\n") return "png";
  if (ascii(0, 6) === "GIF87a" || ascii(0, 6) === "GIF89a") return "gif";
  if (ascii(0, 4) === "RIFF" && ascii(8, 12) === "WEBP") return "webp";
  if (ascii(4, 8) === "ftyp" && /^(?:.{4})*?avi[fs]/s.test(ascii(8, Math.min(file.readUInt32BE(0), 64)))) return "avif";
  if (/^(?:\xef\xbb\xbf)?\s*</.test(ascii(0, 200))) return "svg";
  return undefined;
}

/** Throws ImageRefused when a picture has no size, too many frames or too many pixels. */
export function checkSize(width: number, height: number, frames = 1): void {
  if (!(width >= 1 && height >= 1)) throw new ImageRefused("The picture has no size.");
  if (frames > maxFrames) throw new ImageRefused(`The picture has ${frames} frames; at most ${maxFrames} are allowed.`);
  const pixels = width * height * frames;
  if (pixels > maxPixels) {
    const megapixels = Math.ceil(pixels / 100_000) / 10;
    throw new ImageRefused(`The picture has ${megapixels} megapixels; at most ${maxPixels / 1_000_000} are allowed.`);
  }
}

/**
 * Cameras append previews and films, which re-encoding drops. What a browser, an unpacker or an interpreter would act
 * upon has no business behind a picture.
 */
function refusePassenger(tail: Buffer): void {
  const text = tail.toString("latin1").toLowerCase();
  const isProgram = programs.some((start) => text.trimStart().startsWith(start));
  if (isProgram || passengers.some((mark) => text.includes(mark))) {
    throw new ImageRefused("The file is a picture with another file behind it.");
  }
}

const programs = ["mz", "\x7felf", "#!"];
const passengers = "pk\x03\x04 pk\x05\x06 rar!\x1a 7z\xbc\xaf %pdf- <?php <script <html <!doctype <svg <iframe".split(
  " ",
);
