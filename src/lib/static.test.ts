import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { ask as askServer, type Ask } from "./http/try.ts";
import { addVariant, createStatic, type StaticFile } from "./static.ts";

const style = Buffer.from("main{color:black} ".repeat(50));
const files = new Map<string, StaticFile>();

function add(path: string, type: string, immutable: boolean, body: Buffer): StaticFile {
  const file: StaticFile = { path, type, immutable, variants: [] };
  addVariant(file, "identity", body);
  files.set(path, file);
  return file;
}

const css = add("/static/site.0123456789ab.css", "text/css; charset=utf-8", true, style);
addVariant(css, "gzip", gzipSync(style));
addVariant(css, "br", brotliCompressSync(style));
add("/favicon.ico", "image/x-icon", false, Buffer.from("icon"));
let drawn = 0;
const icon: StaticFile = { path: "/static/icon.png", type: "image/png", immutable: true, variants: [] };
icon.make = async () => {
  drawn += 1;
  addVariant(icon, "identity", Buffer.from("png"));
};
files.set(icon.path, icon);

const answer = createStatic({ files: () => files, folder: "/static/", headers: { "x-frame-options": "DENY" } });
const server = createServer((request, response) => {
  if (!answer(request, response)) response.writeHead(418).end();
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = server.address();
const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
after(() => server.close());

const ask = (path: string, headers: Ask["headers"] = {}, method = "GET") =>
  askServer(origin, path, { method, headers });
const tagOf = (coding: string): string => css.variants.find((variant) => variant.coding === coding)?.tag ?? "";

test("a hashed file may be kept for ever, by anybody, and is what it says it is", async () => {
  const { status, headers, body } = await ask(css.path);
  assert.equal(status, 200);
  assert.deepEqual(body, style);
  const { date: _date, connection: _connection, ...rest } = headers;
  assert.deepEqual(rest, {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "max-age=31536000, public, immutable",
    vary: "Accept-Encoding",
    etag: tagOf("identity"),
    "content-type": "text/css; charset=utf-8",
    "accept-ranges": "bytes",
    "content-length": String(style.length),
  });
  assert.equal((await ask("/favicon.ico")).headers["cache-control"], "max-age=60, public");
});

const negotiations: [accept: string, status: number, coding?: string][] = [
  ["gzip, deflate, br", 200, "br"],
  ["gzip", 200, "gzip"],
  ["br;q=0.2, gzip;q=0.9", 200, "gzip"],
  ["br;q=0, *", 200, "gzip"],
  ["*;q=0.5", 200, "br"],
  ["BR", 200, "br"],
  ["deflate", 200],
  ["identity", 200],
  ["gzip;q=0", 200],
  ["identity;q=1, br;q=0.5", 200],
  ["identity;q=0, br", 200, "br"],
  ["identity;q=0", 406],
  ["*;q=0", 406],
  ["identity;q=0, zstd", 406],
];
for (const [accept, status, coding] of negotiations) {
  test(`Accept-Encoding “${accept}” gets ${status} ${coding ?? "without a coding"}`, async () => {
    const { headers, status: answered } = await ask(css.path, { "accept-encoding": accept });
    assert.deepEqual([answered, headers["content-encoding"], headers.vary], [status, coding, "Accept-Encoding"]);
    if (status === 200) assert.equal(headers.etag, tagOf(coding ?? "identity"));
  });
}

test("If-None-Match is a list of weak or strong tags of what is acceptable, or *", async () => {
  const gzip = { "accept-encoding": "gzip" };
  const cases: [status: number, headers: Record<string, string>][] = [
    [304, { "if-none-match": tagOf("identity") }],
    [304, { "if-none-match": `"a", W/${tagOf("identity")}` }],
    [304, { "if-none-match": "*" }],
    [304, { ...gzip, "if-none-match": tagOf("gzip") }],
    [304, { ...gzip, "if-none-match": `${tagOf("identity")}, ${tagOf("gzip")}` }],
    [200, { "if-none-match": tagOf("gzip") }],
    [200, { "if-none-match": '"a"' }],
    [304, { "if-none-match": tagOf("identity"), range: "bytes=0-1" }],
  ];
  for (const [status, headers] of cases) {
    const answer = await ask(css.path, headers);
    assert.equal(answer.status, status, JSON.stringify(headers));
    if (status === 304) assert.equal(answer.headers["content-type"] ?? answer.headers["content-length"], undefined);
  }
});

const length = style.length;
const ranges: [range: string, status: number, contentRange?: string, also?: Record<string, string>][] = [
  ["bytes=0-9", 206, `bytes 0-9/${length}`],
  ["bytes=10-", 206, `bytes 10-${length - 1}/${length}`],
  ["bytes=-5", 206, `bytes ${length - 5}-${length - 1}/${length}`],
  ["bytes=-99999", 206, `bytes 0-${length - 1}/${length}`],
  ["bytes=890-99999", 206, `bytes 890-${length - 1}/${length}`],
  ["bytes=0-0", 206, `bytes 0-0/${length}`],
  [`bytes=${length}-`, 416, `bytes */${length}`],
  ["bytes=-0", 416, `bytes */${length}`],
  ["bytes=5-2", 200],
  ["bytes=0-1,4-5", 200],
  ["lines=0-1", 200],
  ["bytes=x", 200],
  ["bytes=0-9", 206, `bytes 0-9/${length}`, { "if-range": css.variants[0]?.tag ?? "" }],
  ["bytes=0-9", 200, undefined, { "if-range": '"other"' }],
  ["bytes=0-9", 200, undefined, { "if-range": `W/${css.variants[0]?.tag}` }],
  ["bytes=0-9", 200, undefined, { "if-range": "Sat, 01 Jan 2022 00:00:00 GMT" }],
];
for (const [range, status, contentRange, also] of ranges) {
  test(`the range ${range} ${also === undefined ? "" : JSON.stringify(also)} gets ${status}`, async () => {
    const answer = await ask(css.path, { range, ...also });
    assert.deepEqual([answer.status, answer.headers["content-range"]], [status, contentRange]);
    const [, start, end] = /bytes (\d+)-(\d+)/.exec(contentRange ?? "") ?? [];
    const expected = status === 416 ? "" : style.subarray(Number(start ?? 0), Number(end ?? length) + 1).toString();
    assert.equal(answer.text, expected);
  });
}

test("a range is of the bytes in the coding that is sent", async () => {
  const answer = await ask(css.path, { range: "bytes=0-1", "accept-encoding": "gzip" });
  assert.deepEqual([answer.status, answer.headers["content-encoding"]], [206, "gzip"]);
  assert.deepEqual([...answer.body], [0x1f, 0x8b]);
});

test("HEAD has the headers of GET and ignores ranges; other methods are refused", async () => {
  const head = await ask(css.path, { range: "bytes=0-1" }, "HEAD");
  assert.deepEqual([head.status, head.headers["content-length"], head.text], [200, String(length), ""]);
  const post = await ask(css.path, {}, "POST");
  assert.deepEqual([post.status, post.headers.allow], [405, "GET, HEAD"]);
});

test("a query is ignored, the folder is closed, the rest is somebody else's", async () => {
  assert.equal((await ask(`${css.path}?v=2`)).status, 200);
  for (const path of [
    "/static/",
    "/static/none.css",
    "/static/../package.json",
    "/static/%2e%2e/x",
    "/static/constructor",
  ]) {
    assert.equal((await ask(path)).status, 404, path);
  }
  assert.equal((await ask("/")).status, 418);
});

test("what is drawn when it is asked for is drawn", async () => {
  assert.equal((await ask(icon.path)).text, "png");
  assert.equal((await ask(icon.path)).text, "png");
  assert.equal(drawn, 1);
});
