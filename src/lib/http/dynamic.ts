import type { FastifyInstance } from "fastify";
import { compress, isCompressible } from "./compression.ts";
import { chooseVariant, codingWeights } from "./negotiation.ts";

// Less fits into the first packets anyway.
const worthwhileBytes = 4000;

/**
 * Finishes answers that are made for one request: what did not say that it may be kept is private, and long text is
 * compressed as fast as it can be (50 KB take 0.8 ms in the thread pool and become 9 KB).
 *
 * Whoever can choose a part of a compressed page can guess a secret in it from its size (BREACH). An answer that holds a
 * secret beside what the request said is sent with `Cache-Control: no-transform`, and is not compressed.
 */
export function finishAnswers(fastify: FastifyInstance): void {
  fastify.addHook("onSend", async (request, reply, payload: unknown) => {
    // Whatever sets a cookie is for one reader, even if a route said otherwise: RFC 9111, 5.2.2.7.
    if (!reply.hasHeader("cache-control") || reply.hasHeader("set-cookie")) {
      reply.header("cache-control", "private, no-store");
    }
    if ((typeof payload !== "string" && !Buffer.isBuffer(payload)) || payload.length < worthwhileBytes) return payload;
    const type = String(reply.getHeader("content-type") ?? "");
    if (!isCompressible(type, payload.length) || reply.hasHeader("content-encoding")) return payload;
    if (String(reply.getHeader("cache-control")).includes("no-transform")) return payload;
    const before = reply.getHeader("vary");
    reply.header("vary", before === undefined ? "Accept-Encoding" : `${String(before)}, Accept-Encoding`);
    const weights = codingWeights(request.headers["accept-encoding"]);
    const { coding } = chooseVariant(codings, weights) ?? { coding: "identity" };
    // The length of a part, and of a tag's text, would be wrong.
    if (coding === "identity" || reply.statusCode === 206 || reply.hasHeader("etag")) return payload;
    reply.header("content-encoding", coding);
    reply.removeHeader("content-length");
    return compress(typeof payload === "string" ? Buffer.from(payload) : payload, coding, 4);
  });
}

// By how small they usually are.
const codings = [
  { coding: "br", size: 1 },
  { coding: "gzip", size: 2 },
  { coding: "identity", size: 3 },
] as const;
