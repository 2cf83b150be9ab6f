import { NotFound } from "#lib/errors.ts";
import { makeVariant, readHeader } from "#lib/images.ts";
import type { OutputFormat } from "#lib/images.ts";
import type { Variant } from "./addresses.ts";
import { madeKey, readOriginal } from "./files.ts";
import { getOrMake } from "./making.ts";

/** A variant from the store, made and kept when it is not there. Throws NotFound, or ImagesBusy. */
export function getVariant({ hash, width, format }: Variant): Promise<Buffer> {
  return getOrMake(madeKey(hash, `${width}.${format}`), async () =>
    makeVariant(await getOriginal(hash), { width, format }),
  );
}

/** Width of the picture for browsers that know neither WebP nor AVIF, for feeds and for mail. */
const wholeWidth = 1280;

/** The picture in the format it came in. A drawing was made harmless when it was taken in; everything else is made anew. */
export function getWhole(hash: string): Promise<Buffer> {
  return getOrMake(madeKey(hash, "whole"), async () => {
    const original = await getOriginal(hash);
    const { format } = readHeader(original);
    if (format === "svg") return original;
    const plain: OutputFormat = format === "avif" ? "jpeg" : format;
    return makeVariant(original, { width: wholeWidth, format: plain });
  });
}

async function getOriginal(hash: string): Promise<Buffer> {
  const original = await readOriginal(hash);
  if (!original) throw new NotFound();
  return original;
}
