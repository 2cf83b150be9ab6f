// The least that can make a variant: sharp alone, with the settings of the site. The bench sends one task at a time.
import { readFileSync } from "node:fs";
import { setPriority } from "node:os";
import sharp from "sharp";

export interface SharpTask {
  file: string;
  width: number;
  format: "webp" | "avif";
}

sharp.cache(false);
sharp.concurrency(Number(process.env.IMAGE_THREADS));
// The site's workers stand back for readers, and so do these, or they would have the processor first.
setPriority(5);

process.on("message", ({ file, width, format }: SharpTask) => {
  const resized = sharp(readFileSync(file)).autoOrient().resize(width).toColourspace("srgb");
  const encoded = format === "webp" ? resized.webp({ quality: 78 }) : resized.avif({ quality: 52, effort: 2 });
  void encoded.toBuffer().then((bytes) => process.send?.(bytes.length));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
