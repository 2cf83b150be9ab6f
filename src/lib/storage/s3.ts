import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import type { Storage } from "../storage.ts";

export interface S3Place {
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  /** Address of the bucket, with the folder inside it, ending in `/`. */
  bucket: string;
  folder: string;
}

/** Reads `s3://KEY:SECRET@host[:port]/bucket[/folder][?region=…]`. Throws a sentence that never repeats the secret. */
export function parseS3Url(text: string): S3Place {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const [bucket, ...folders] = (url?.pathname ?? "").split("/").filter(Boolean);
  if (!url || !url.hostname || !url.username || !url.password || !bucket) {
    throw new Error(
      "An S3 store is written s3://KEY:SECRET@host/bucket?region=REGION, with / + @ : % in the secret percent-encoded.",
    );
  }
  return {
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: decodeURIComponent(url.password),
    region: url.searchParams.get("region") ?? "us-east-1",
    bucket: `${url.protocol === "s3+http:" ? "http" : "https"}://${url.host}/${bucket}/`,
    folder: folders.map((folder) => `${folder}/`).join(""),
  };
}

/** Time for a store to answer, and so for a reader to wait, before it counts as down. */
const answerMs = 2000;
/** The slowest transfer of a body that is waited for, in bytes a millisecond. */
const slowest = 1000;

/** A store in a bucket. A call that gets no answer within 2 s fails, a body within 2 s and a second a megabyte. */
export function openS3(place: S3Place): Storage {
  const address = (key: string) => place.bucket + place.folder + key;

  return {
    async put(key, bytes, { type }) {
      // S3 itself never shows half an object, and replaces a whole one atomically.
      await call("PUT", address(key), { body: bytes, type });
    },
    async get(key) {
      const answer = await call("GET", address(key));
      return answer.status === 404 ? undefined : answer.bytes;
    },
    has: async (key) => (await call("HEAD", address(key))).status === 200,
    async remove(key) {
      await call("DELETE", address(key));
    },
    async *list(prefix) {
      let more: string | undefined = "";
      while (more !== undefined) {
        const query = new URLSearchParams({ "list-type": "2", "encoding-type": "url", prefix: place.folder + prefix });
        if (more) query.set("continuation-token", more);
        const page = readList(new TextDecoder().decode((await call("GET", `${place.bucket}?${query}`)).bytes));
        for (const key of page.keys) yield key.slice(place.folder.length);
        more = page.more;
      }
    },
  };

  async function call(method: string, url: string, content?: { body: Uint8Array; type: string }) {
    const signed = await signS3(place, { method, url, ...content });
    const control = new AbortController();
    const deadline = (ms: number) => setTimeout(() => control.abort(new Error("no answer in time")), ms);
    let timer = deadline(answerMs + (content?.body.length ?? 0) / slowest);
    try {
      const response = await fetch(signed.url, {
        method,
        headers: signed.headers,
        body: content ? Buffer.from(content.body) : null,
        redirect: "manual",
        signal: control.signal,
      });
      clearTimeout(timer);
      timer = deadline(answerMs + Number(response.headers.get("content-length") ?? 0) / slowest);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const code = readErrorCode(bytes);
      const missing = response.status === 404 && method !== "PUT" && code !== "NoSuchBucket";
      if (response.ok || missing) return { status: response.status, bytes };
      throw new Error(`status ${response.status} ${code}`.trimEnd());
    } catch (error) {
      throw new Error(`${method} ${new URL(url).pathname} failed in the S3 store: ${reason(error)}.`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Signs a request with AWS Signature Version 4; the hash of the body is part of the signature. */
export async function signS3(
  keys: Pick<S3Place, "accessKeyId" | "secretAccessKey" | "region">,
  request: {
    method: string;
    url: string;
    body?: Uint8Array;
    type?: string;
    headers?: Record<string, string>;
    at?: string;
  },
): Promise<{ url: URL; headers: Headers }> {
  const signer = new AwsV4Signer({
    ...keys,
    service: "s3",
    method: request.method,
    url: request.url,
    headers: {
      ...request.headers,
      ...(request.type === undefined ? {} : { "content-type": request.type }),
      "x-amz-content-sha256": createHash("sha256")
        .update(request.body ?? "")
        .digest("hex"),
    },
    allHeaders: true,
    ...(request.at === undefined ? {} : { datetime: request.at }),
  });
  const { url, headers } = await signer.sign();
  return { url, headers };
}

/** Reads one page of ListObjectsV2. The XML is the store's own and flat, and keys come percent-encoded. */
function readList(xml: string): { keys: string[]; more: string | undefined } {
  const keys = Array.from(xml.matchAll(/<Key>([^<]*)<\/Key>/g), ([, key = ""]) => decodeURIComponent(unescape(key)));
  const more = /<NextContinuationToken>([^<]+)<\/NextContinuationToken>/.exec(xml)?.[1];
  return { keys, more: more === undefined ? undefined : unescape(more) };
}

function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

function readErrorCode(bytes: Uint8Array): string {
  return /<Code>(\w+)<\/Code>/.exec(new TextDecoder().decode(bytes.subarray(0, 2000)))?.[1] ?? "";
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
