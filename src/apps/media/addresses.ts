import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { config } from "#config.ts";
import { urls } from "#urls.ts";

/** Widths that variants are made in, in pixels; none is wider than its original. */
export const ladder = [320, 480, 640, 960, 1280, 1920] as const;

export const variantFormats = ["avif", "webp"] as const;
export type VariantFormat = (typeof variantFormats)[number];

export interface Variant {
  hash: string;
  width: number;
  format: VariantFormat;
}

/** Digits of the hash that an address carries. */
export const shortLength = 16;

// Signing keeps others from having us make pictures that no page shows.
const key = Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", "addresses of picture variants", 32));

/** The signed address of a variant: `/media/0123456789abcdef/640.webp?s=…`. */
export function variantPath(variant: Variant): string {
  const { hash, width, format } = variant;
  return urls.image({ hash, file: `${width}.${format}` }, { s: sign(variant) });
}

/** Reads `640.webp`. Undefined when it is the name of no variant. */
export function parseVariant(hash: string, file: string): Variant | undefined {
  const [, width, extension] = /^([1-9]\d{0,3})\.(\w+)$/.exec(file) ?? [];
  const format = variantFormats.find((candidate) => candidate === extension);
  return width === undefined || format === undefined ? undefined : { hash, width: Number(width), format };
}

/** Whether we have signed this very variant. Takes as long for a wrong signature as for a right one. */
export function isSigned(variant: Variant, signature: string): boolean {
  const [given, right] = [Buffer.from(signature), Buffer.from(sign(variant))];
  return given.length === right.length && timingSafeEqual(given, right);
}

// The signature covers what was read from the address, never the text of the address.
function sign({ hash, width, format }: Variant): string {
  return createHmac("sha256", key).update(`${hash}/${width}.${format}`).digest().subarray(0, 16).toString("base64url");
}
