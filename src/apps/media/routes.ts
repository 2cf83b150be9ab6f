import { config } from "#config.ts";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { urls } from "#urls.ts";
import { z } from "zod";
import { isSigned, parseVariant } from "./addresses.ts";
import { answerPicture, answerTrouble, refuse } from "./answers.ts";
import { looking } from "./limits.ts";
import { robocrop } from "./robocrop.ts";
import { getVariant, getWhole } from "./variants.ts";

export function routes(router: Router): void {
  const query = z.object({ s: z.string().max(100).optional() });
  router.get(urls.image.pattern, { access: "anyone", query, limit: looking }, (request, reply) =>
    showPicture(request, reply),
  );
  router.get(
    urls.robocrop.pattern,
    { access: "anyone", limit: looking },
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
