import sharp from "sharp";
import { randomNumbers } from "./random.ts";

const [width, height] = [2400, 1600];

/**
 * A JPEG of 3.8 megapixels that is as hard to compress as a photograph, always the same one for a seed: noise in seven
 * octaves, the coarse ones strong and the fine ones weak, as in nature.
 */
export async function makePhoto(seed: number): Promise<Buffer> {
  const random = randomNumbers(seed);
  const sum = new Float32Array(width * height * 3).fill(128);
  for (let octave = 0; octave < 7; octave++) {
    const columns = 6 * 2 ** octave;
    const rows = 4 * 2 ** octave;
    const coarse = Buffer.from(Array.from({ length: columns * rows * 3 }, () => Math.floor(random() * 256)));
    const layer = await sharp(coarse, { raw: { width: columns, height: rows, channels: 3 } })
      .resize(width, height, { fit: "fill", kernel: "cubic" })
      .raw()
      .toBuffer();
    const strength = 0.6 * 0.6 ** octave;
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + strength * ((layer[at] ?? 0) - 128);
  }
  const pixels = Buffer.from(Uint8ClampedArray.from(sum, (value) => value + 8 * (random() - 0.5)));
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88 })
    .toBuffer();
}
