import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Bounded } from "./bounded.ts";
import type { Version } from "./flights.ts";
import { type Head, headOf, writeHead } from "./head.ts";
import { chooseVariant, type Coding, codingWeights, matchesTag } from "./negotiation.ts";

/** A page in memory: its headers and bodies can be written to a socket as they are. */
export interface KeptPage extends Bounded {
  version: Version;
  status: number;
  /** Milliseconds since the epoch. */
  keptAt: number;
  /** Rendering the page for this version failed, and until then, in the same unit, nobody tries again. */
  rest: { version: Version; until: number } | undefined;
  hits: number;
  headers: Headers;
  variants: Variant[];
}

interface Variant {
  coding: Coding;
  tag: string;
  size: number;
  body: Buffer;
  head: Head;
  notModified: Head;
}

type Headers = Readonly<Record<string, string>>;

// Headers and bookkeeping of a variant take about this much memory.
const overheadBytes = 2000;

/**
 * Adds a coding of the page and answers how many bytes it takes. Its tag is strong: it names the bytes that are sent, so
 * every coding has its own. RFC 9110, 8.8.3.
 */
export function addVariant(page: KeptPage, coding: Coding, body: Buffer): number {
  const tag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const validators: Headers = page.status === 200 ? { etag: tag } : {};
  const encoding: Headers = coding === "identity" ? {} : { "content-encoding": coding };
  const repeated = Object.entries(page.headers).filter(([name]) => /^(vary|(cdn-)?cache-control)$/.test(name));
  page.variants.push({
    coding,
    tag,
    size: body.length,
    body,
    head: headOf(page.status, { ...page.headers, ...encoding, ...validators }, body.length),
    // What a 304 must repeat: RFC 9110, 15.4.5.
    notModified: headOf(304, { ...Object.fromEntries(repeated), ...validators }),
  });
  return body.length + overheadBytes;
}

/** Answers with the page, or with 304 when the reader has it, and says which. `ageSeconds` is of a page that is not fresh. */
export function sendPage(
  page: KeptPage,
  request: IncomingMessage,
  response: ServerResponse,
  ageSeconds?: number,
): "page" | "304" {
  const weights = codingWeights(request.headers["accept-encoding"]);
  const age = ageSeconds === undefined ? undefined : ["age", String(ageSeconds)];
  const condition = request.headers["if-none-match"];
  if (condition !== undefined && page.status === 200) {
    // Which of the acceptable variants is sent is ours to choose, so it is the one that the reader has.
    const held = page.variants.find(({ coding, tag }) => weights[coding] > 0 && matchesTag(condition, tag));
    if (held !== undefined) {
      writeHead(response, held.notModified, age);
      response.end();
      return "304";
    }
  }
  const variant = chooseVariant(page.variants, weights) ?? page.variants[0];
  if (variant === undefined) throw new Error("A page was kept without its text.");
  writeHead(response, variant.head, age);
  response.end(request.method === "HEAD" ? undefined : variant.body);
  return "page";
}
