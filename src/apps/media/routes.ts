import { config } from "#config.ts";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { makeVariant, readHeader } from "#lib/images.ts";
import type { OutputFormat } from "#lib/images.ts";
import { urls } from "#urls.ts";
import { z } from "zod";
import { isSigned, parseVariant } from "./addresses.ts";
import type { Variant } from "./addresses.ts";
import { answerPicture, answerTrouble, refuse } from "./answers.ts";
import { madeKey, readOriginal } from "./files.ts";
import { getOrMake } from "./making.ts";
import { robocrop } from "./robocrop.ts";

export function routes(router: Router): void {
  const query = z.object({ s: z.string().max(100).optional() });
  router.get(urls.image.pattern, { access: "anyone", query }, (request, reply) => showPicture(request, reply));
  router.get(
    urls.robocrop.pattern,
    { access: "anyone" },
    robocrop({ key: config.ROBOCROP_KEY, hosts: config.ROBOCROP_HOSTS }),
  );
}

const forever = "public, max-age=31536000, immutable";

async function showPicture(
  request: Request<typeof urls.image.pattern, { s?: string | undefined }>,
  reply: Reply,
): Promise<Answer> {
  const { hash, file } = request.params;
  if (!/^[0-9a-f]{16}$/.test(hash)) throw new NotFound();
  const variant = parseVariant(hash, file);
  if (variant && !isSigned(variant, request.query.s ?? "")) {
    return refuse(reply, 403, "The address of this picture is not one that this site has signed.");
  }
  if (!variant && !/^[a-z\d-]+\.(?:jpg|png|gif|webp|avif|svg)$/.test(file)) throw new NotFound();
  try {
    const tag = `"${hash}-${variant ? file : "whole"}"`;
    return await answerPicture(request, reply, { tag, cacheControl: forever }, () =>
      variant ? getVariant(variant) : getWhole(hash),
    );
  } catch (error) {
    return answerTrouble(error, request, reply);
  }
}

function getVariant({ hash, width, format }: Variant): Promise<Buffer> {
  return getOrMake(madeKey(hash, `${width}.${format}`), async () =>
    makeVariant(await getOriginal(hash), { width, format }),
  );
}

/** Width of the picture for browsers that know neither WebP nor AVIF, for feeds and for mail. */
const wholeWidth = 1280;

/** The picture in the format it came in. A drawing was made harmless when it was taken in; everything else is made anew. */
function getWhole(hash: string): Promise<Buffer> {
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
