import type { Reply, Request } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { matchesTag } from "#lib/http/negotiation.ts";
import { ImagesBusy, imageType, svgPolicy } from "#lib/images.ts";

/** Answers with a picture, or with 304 when the client has it: then it is not even looked for. */
export async function answerPicture(
  request: Pick<Request, "headers">,
  reply: Reply,
  { tag, cacheControl }: { tag: string; cacheControl: string },
  get: () => Promise<Buffer>,
): Promise<Reply> {
  const known = request.headers["if-none-match"];
  const bytes = known !== undefined && matchesTag(known, tag) ? undefined : await get();
  // Feeds, mail and other sites show our pictures.
  reply.headers({ etag: tag, "cache-control": cacheControl, "cross-origin-resource-policy": "cross-origin" });
  if (!bytes) return reply.code(304).send();
  const type = imageType(bytes);
  if (type === "image/svg+xml") reply.header("content-security-policy", svgPolicy);
  return reply.type(type).send(bytes);
}

/** A sentence instead of a picture: nobody looks at a page in the place of one. */
export function refuse(reply: Reply, status: number, sentence: string): Reply {
  if (status === 503) reply.header("retry-after", "2");
  return reply.code(status).header("cache-control", "no-store").type("text/plain; charset=utf-8").send(`${sentence}\n`);
}

/** Answers what went wrong while a picture of ours was fetched or made. */
export function answerTrouble(error: unknown, request: Pick<Request, "log">, reply: Reply): Reply {
  if (error instanceof NotFound) return refuse(reply, 404, "There is no such picture.");
  if (error instanceof ImagesBusy)
    return refuse(reply, 503, "Too many pictures are being made. Please try again soon.");
  request.log.error({ error }, "a picture could not be sent");
  return refuse(reply, 503, "The picture cannot be shown right now. Please try again soon.");
}
