import { config } from "#config.ts";
import { openStorage } from "#lib/storage.ts";
import { shortLength } from "./addresses.ts";
import type { VariantFormat } from "./addresses.ts";

/** Where pictures are kept: originals under their hash, what was made of them under the first digits of it. */
export const files = openStorage(config.STORAGE_URL);

// Two digits part a large folder into 256.
const folderOf = (hash: string) => `${hash.slice(0, 2)}/${hash}`;

export function originalKey(hash: string): string {
  return `originals/${folderOf(hash)}`;
}

/** The key of a variant, or of the whole picture as texts name it. */
export function madeKey(shortHash: string, what: `${number}.${VariantFormat}` | "whole"): string {
  return `variants/${folderOf(shortHash)}/${what}`;
}

/** Where everything is that was made of a picture. */
export function madeFolder(shortHash: string): string {
  return `variants/${folderOf(shortHash)}/`;
}

/** The original whose hash begins so. It is looked for in the store, so that pictures are shown without the database. */
export async function readOriginal(shortHash: string): Promise<Buffer | undefined> {
  if (shortHash.length !== shortLength) return undefined;
  for await (const key of files.list(originalKey(shortHash))) {
    const bytes = await files.get(key);
    if (bytes) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return undefined;
}
