import type { Sharp } from "sharp";
import type { ImageFormat } from "./header.ts";
import type { Output } from "./recipe.ts";

/** Ends a pipeline in a format. sharp writes no metadata unless told to, which is how EXIF is stripped. */
export async function encode(
  image: Sharp,
  output: Output,
  source: { format: ImageFormat; bytes: Uint8Array; moves: boolean },
): Promise<Buffer> {
  const isOpaque = output.format === "jpeg" || (output.background !== undefined && !isTranslucent(output.background));
  const srgb = image.toColourspace("srgb");
  const ready = isOpaque ? srgb.flatten({ background: output.background?.slice(0, 7) ?? "#ffffff" }) : srgb;
  return formatted(ready, output, qualityOf(output, source), source).toBuffer();
}

function formatted(
  image: Sharp,
  output: Output,
  quality: number | undefined,
  source: { format: ImageFormat; moves: boolean },
): Sharp {
  const { optimize = false, progressive = true } = output;
  // Screenshots and diagrams have small coloured letters, in which losses are seen first.
  const isDrawn = source.format === "png" || source.format === "gif" || source.format === "svg";
  switch (output.format) {
    case "jpeg":
      return image.jpeg({ quality: quality ?? 82, progressive, mozjpeg: optimize });
    case "png":
      return image.png({ compressionLevel: optimize ? 9 : 6 });
    case "gif":
      return image.gif({ effort: optimize ? 10 : 5 });
    case "avif":
      // Effort 4 takes ten times as long for a few percent.
      return image.avif({ quality: quality ?? (isDrawn ? 60 : 52), effort: 2 });
    default:
      return image.webp({
        quality: quality ?? (isDrawn ? 82 : 78),
        smartSubsample: isDrawn && !source.moves,
        effort: source.moves ? 2 : 4,
      });
  }
}

function qualityOf(output: Output, source: { format: ImageFormat; bytes: Uint8Array }): number | undefined {
  if (output.quality !== "keep") return output.quality;
  return output.format === "jpeg" && source.format === "jpeg" ? jpegQuality(source.bytes) : undefined;
}

/** Sum of the luminance table in ISO/IEC 10918-1, K.1, which libjpeg scales by the quality. */
const luminanceSum = 3688;

/** The quality that a JPEG was saved with, from its first quantisation table; undefined when it has none of 8 bits. */
function jpegQuality(bytes: Uint8Array): number | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 4 <= file.length && file[at] === 0xff && file[at + 1] !== 0xda) {
    if (file[at + 1] === 0xdb && file[at + 4] === 0) {
      const sum = file.subarray(at + 5, at + 69).reduce((total, step) => total + step, 0);
      const scale = (100 * sum) / luminanceSum;
      const quality = scale <= 100 ? 100 - scale / 2 : 5000 / scale;
      return Math.min(95, Math.max(30, Math.round(quality)));
    }
    at += 2 + file.readUInt16BE(at + 2);
  }
  return undefined;
}

function isTranslucent(color: string): boolean {
  return color.length === 9 && color.slice(7).toLowerCase() !== "ff";
}
