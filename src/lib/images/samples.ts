import sharp from "sharp";
import { crc32, deflateSync } from "node:zlib";

// Pictures for tests, and the makings of bad ones.

/** A photo-like JPEG: smooth colour with grain. */
export function photo(width: number, height: number): Promise<Buffer> {
  const noise = { type: "gaussian", mean: 128, sigma: 20 } as const;
  return sharp({ create: { width, height, channels: 3, background: "#3366cc", noise } })
    .jpeg()
    .toBuffer();
}

/** A moving picture of a solid colour a frame. */
export async function film(width: number, height: number, frames: number, format: "gif" | "webp"): Promise<Buffer> {
  const colors = ["#cc0000", "#00cc00", "#0000cc"];
  const stills = Array.from({ length: frames }, (_, index) => {
    const background = colors[index % colors.length] ?? "";
    return sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer();
  });
  return sharp(await Promise.all(stills), { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}

/** One small picture of every format that is taken. */
export async function samples(): Promise<Record<string, Buffer>> {
  const picture = await photo(64, 48);
  const still = (format: "png" | "webp" | "avif" | "gif") => sharp(picture).toFormat(format).toBuffer();
  return {
    jpeg: picture,
    "progressive jpeg": await sharp(picture).jpeg({ progressive: true }).toBuffer(),
    png: await still("png"),
    gif: await still("gif"),
    "moving gif": await film(64, 48, 3, "gif"),
    webp: await still("webp"),
    "lossless webp": await sharp(picture).webp({ lossless: true }).toBuffer(),
    "moving webp": await film(64, 48, 3, "webp"),
    avif: await still("avif"),
    svg: svg('<rect width="64" height="48" fill="#36c"/><text x="4" y="20">Hello</text>', 'viewBox="0 0 64 48"'),
  };
}

export function svg(content: string, attributes = 'width="64" height="48"'): Buffer {
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${content}</svg>`);
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A black PNG of one bit a pixel; as many `fcTL` chunks as frames make it an APNG. */
export function blackPng(width: number, height: number, frames = 0): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 1 });
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", head),
    ...Array.from({ length: frames }, () => pngChunk("fcTL", Buffer.alloc(26))),
    pngChunk("IDAT", rows),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A GIF of empty frames, each of the given size. */
export function emptyGif(width: number, height: number, frames: number): Buffer {
  const head = Buffer.from("GIF89a\0\0\0\0\0\0\0", "latin1");
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0x4c, 0x01, 0]);
  frame.writeUInt16LE(width, 5);
  frame.writeUInt16LE(height, 7);
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from(";")]);
}
