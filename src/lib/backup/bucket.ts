import { UserError } from "../errors.ts";
import { signS3, type S3Place } from "../storage/s3.ts";
import type { Place } from "./place.ts";

// S3 takes parts from 5 MB, and 10,000 of them: 320 GB. What is under way is in memory.
const partBytes = 32_000_000;
const answerMs = 60_000;

/** Backups in a bucket: uploaded in parts, of which nothing is seen before the last. */
export function openBucket(place: S3Place): Place {
  const address = (name: string): string => place.bucket + place.folder + name;

  return {
    async write(name, source) {
      const url = address(name);
      if ((await ask("HEAD", url)).status === 200) throw new UserError(`${name} is there already.`);
      const begun = await (await ask("POST", `${url}?uploads`)).text();
      const [, upload = ""] = /<UploadId>([^<]+)<\/UploadId>/.exec(begun) ?? [];
      const id = encodeURIComponent(upload);
      try {
        const tags: string[] = [];
        for await (const part of inParts(source)) {
          const { headers } = await ask("PUT", `${url}?partNumber=${tags.length + 1}&uploadId=${id}`, { body: part });
          tags.push(headers.get("etag") ?? "");
        }
        const list = tags.map((tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${tag}</ETag></Part>`);
        const body = Buffer.from(`<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`);
        const ended = await (await ask("POST", `${url}?uploadId=${id}`, { body })).text();
        // The store may begin to answer before it knows.
        if (ended.includes("<Error>")) throw new Error(`The store could not put the parts of ${name} together.`);
      } catch (error) {
        await ask("DELETE", `${url}?uploadId=${id}`).catch(() => undefined);
        throw error;
      }
    },
    async *read(name) {
      // In ranges, so that none is under way for longer than whoever reads takes for it.
      for (let from = 0, size = Infinity; from < size; from += partBytes) {
        const range = `bytes=${from}-${from + partBytes - 1}`;
        const response = await ask("GET", address(name), { headers: { range } });
        if (response.status === 404) throw new UserError(`${name} is not there.`);
        if (response.status === 416) return;
        size = Number(/\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1] ?? 0);
        yield Buffer.from(await response.arrayBuffer());
      }
    },
    async list() {
      const found: { name: string; size: number }[] = [];
      for (let more: string | undefined = ""; more !== undefined;) {
        const query = new URLSearchParams({ "list-type": "2", prefix: place.folder, delimiter: "/" });
        if (more) query.set("continuation-token", more);
        const xml = await (await ask("GET", `${place.bucket}?${query}`)).text();
        for (const [, item = ""] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
          const [, key = ""] = /<Key>([^<]*)<\/Key>/.exec(item) ?? [];
          const size = Number(/<Size>(\d+)<\/Size>/.exec(item)?.[1] ?? 0);
          found.push({ name: key.slice(place.folder.length), size });
        }
        more = /<NextContinuationToken>([^<]+)<\/NextContinuationToken>/.exec(xml)?.[1]?.replaceAll("&amp;", "&");
      }
      return found;
    },
    async remove(name) {
      await ask("DELETE", address(name));
    },
  };

  async function ask(
    method: string,
    url: string,
    { body, headers = {} }: { body?: Buffer; headers?: Record<string, string> } = {},
  ): Promise<Response> {
    const signed = await signS3(place, { method, url, headers, ...(body && { body }) });
    const { pathname } = new URL(url);
    try {
      const response = await fetch(signed.url, {
        method,
        headers: signed.headers,
        body: body === undefined ? null : new Uint8Array(body),
        redirect: "manual",
        signal: AbortSignal.timeout(answerMs),
      });
      if (response.ok || (["GET", "HEAD", "DELETE"].includes(method) && [404, 416].includes(response.status)))
        return response;
      const [, code = ""] = /<Code>(\w+)<\/Code>/.exec(await response.text()) ?? [];
      throw new Error(`status ${response.status} ${code}`.trimEnd());
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${method} ${pathname} failed in the store of backups: ${reason}.`, { cause: error });
    }
  }
}

async function* inParts(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    pieces.push(chunk);
    size += chunk.length;
    if (size < partBytes) continue;
    yield Buffer.concat(pieces, size);
    pieces = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(pieces, size);
}
