import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { chooseVariant, type Coding, codingWeights, matchesTag } from "./http/negotiation.ts";

/** A file in memory, in the codings that were made of it so far. */
export interface StaticFile {
  path: string;
  type: string;
  /** The path has a hash of the content in it, so whoever has the file need not ask again. */
  immutable: boolean;
  variants: Variant[];
  /** Makes the first variant of a file that is made when it is asked for. */
  make?: () => Promise<void>;
}

interface Variant {
  coding: Coding;
  tag: string;
  size: number;
  body: Buffer;
}

export function addVariant(file: StaticFile, coding: Coding, body: Buffer): void {
  const tag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  file.variants.push({ coding, tag, size: body.length, body });
}

/**
 * Answers for the files by their path, without a search on the disk, and says whether it did; everything under `folder`
 * is its to answer. Files are public: any site may embed them.
 *
 * There is no Last-Modified, and so no answer to If-Modified-Since (RFC 9110, 13.1.3): an entity tag says the same
 * exactly, and the age of a file in a release says nothing about its content.
 */
export function createStatic(options: {
  files: () => ReadonlyMap<string, StaticFile>;
  folder: string;
  headers?: Readonly<Record<string, string>>;
}): (request: IncomingMessage, response: ServerResponse) => boolean {
  const constant = {
    ...options.headers,
    "x-content-type-options": "nosniff",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
  };

  return (request, response) => {
    const path = pathOf(request.url ?? "");
    const file = options.files().get(path);
    if (file === undefined && !path.startsWith(options.folder)) return false;
    if (file === undefined) refuse(response, 404, { ...constant, "cache-control": "no-store" });
    else if (request.method !== "GET" && request.method !== "HEAD") refuse(response, 405, { allow: "GET, HEAD" });
    else if (file.make !== undefined && file.variants.length === 0) void sendWhenMade(file, request, response);
    else send(file, request, response);
    return true;
  };

  async function sendWhenMade(file: StaticFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await file.make?.();
      send(file, request, response);
    } catch {
      refuse(response, 500, { "cache-control": "no-store" });
    }
  }

  function send(file: StaticFile, request: IncomingMessage, response: ServerResponse): void {
    const weights = codingWeights(request.headers["accept-encoding"]);
    const chosen = chooseVariant(file.variants, weights);
    if (chosen === undefined) return refuse(response, 406, { vary: "Accept-Encoding" });
    const condition = request.headers["if-none-match"];
    const held =
      condition === undefined
        ? undefined
        : file.variants.find(({ coding, tag }) => weights[coding] > 0 && matchesTag(condition, tag));
    const { body, coding, tag } = held ?? chosen;
    const headers: Record<string, string> = {
      ...constant,
      "cache-control": file.immutable ? "max-age=31536000, public, immutable" : "max-age=60, public",
      vary: "Accept-Encoding",
      etag: tag,
    };
    if (held !== undefined) {
      response.writeHead(304, headers).end();
      return undefined;
    }
    headers["content-type"] = file.type;
    headers["accept-ranges"] = "bytes";
    if (coding !== "identity") headers["content-encoding"] = coding;
    const range = rangeOf(request, body.length, tag);
    if (range === "unsatisfiable")
      return refuse(response, 416, { ...headers, "content-range": `bytes */${body.length}` });
    const { start, end } = range ?? { start: 0, end: body.length };
    headers["content-length"] = String(end - start);
    if (range !== undefined) headers["content-range"] = `bytes ${start}-${end - 1}/${body.length}`;
    response.writeHead(range === undefined ? 200 : 206, headers);
    response.end(request.method === "HEAD" ? undefined : body.subarray(start, end));
    return undefined;
  }
}

function pathOf(url: string): string {
  const mark = url.indexOf("?");
  return mark === -1 ? url : url.slice(0, mark);
}

/**
 * The bytes that are asked for, `end` excluded; nothing when the whole is to be sent: without Range, with several ranges
 * or another unit (RFC 9110, 14.2), or when If-Range names another version (13.1.5: strong comparison; a date never fits).
 */
function rangeOf(
  { method, headers }: IncomingMessage,
  length: number,
  tag: string,
): { start: number; end: number } | "unsatisfiable" | undefined {
  if (method !== "GET" || headers.range === undefined) return undefined;
  if (headers["if-range"] !== undefined && headers["if-range"] !== tag) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/i.exec(headers.range.replaceAll(" ", ""));
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "")
    return last === "0" || length === 0 ? "unsatisfiable" : { start: Math.max(0, length - Number(last)), end: length };
  if (last !== "" && Number(last) < Number(first)) return undefined;
  if (Number(first) >= length) return "unsatisfiable";
  return { start: Number(first), end: last === "" ? length : Math.min(Number(last) + 1, length) };
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string>): void {
  const { "content-encoding": _coding, "content-type": _type, ...rest } = headers;
  response.writeHead(status, { ...rest, "content-length": "0" }).end();
}
