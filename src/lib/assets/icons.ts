import { readFileSync } from "node:fs";
import { UserError } from "../errors.ts";

/** The widths of the PNG icons: home screens of Apple and Android, and their splash screens. */
export const iconSizes = [180, 192, 512] as const;

/** The logo as SVG; one that is a PNG file is put into a frame of SVG, so that it can be used in the same places. */
export function readLogo(file: string): Buffer {
  let logo: Buffer;
  try {
    logo = readFileSync(file);
  } catch {
    throw new UserError(`SITE_LOGO points at ${file}, which cannot be read.`);
  }
  if (logo.subarray(0, 8).equals(pngSignature)) return framed(logo);
  if (/<svg[\s>]/.test(logo.subarray(0, 4096).toString())) return logo;
  throw new UserError(`SITE_LOGO points at ${file}, which is neither an SVG nor a PNG file.`);
}

/** The logo as a square PNG of `size` pixels. */
export async function renderIcon(logo: Buffer, size: number): Promise<Buffer> {
  // Loading the library takes longer than drawing, and a site that has its icons need not load it.
  const { default: sharp } = await import("sharp");
  const transparent = { r: 0, g: 0, b: 0, alpha: 0 };
  return sharp(logo, { density: 600, limitInputPixels: 16_800_000 })
    .resize(size, size, { fit: "contain", background: transparent })
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** An ICO file that holds one PNG: https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10) */
export function icoOf(png: Buffer, size: number): Buffer {
  const header = Buffer.alloc(22);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(1, 4);
  header.writeUInt8(size, 6);
  header.writeUInt8(size, 7);
  header.writeUInt16LE(1, 10);
  header.writeUInt16LE(32, 12);
  header.writeUInt32LE(png.length, 14);
  header.writeUInt32LE(header.length, 18);
  return Buffer.concat([header, png]);
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function framed(png: Buffer): Buffer {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const data = `data:image/png;base64,${png.toString("base64")}`;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"><image width="${width}" height="${height}" href="${data}"/></svg>`,
  );
}
