// Settings are read on import, and tests have their own.
import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { createServer as createNodeServer } from "node:http";
import type { RequestListener, Server as NodeServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import sharp from "sharp";
import { createServer } from "#lib/http.ts";
import type { Server } from "#lib/http.ts";
import { closeImages } from "#lib/images.ts";
import { blackPng, film, photo, svg } from "#lib/images/samples.ts";
import { raw } from "#lib/jsx/jsx-runtime.ts";
import { log } from "#lib/log.ts";
import { isPublicAddress } from "#lib/outside.ts";
import { files } from "./files.ts";
import { signPilbox } from "./pilbox.ts";
import { robocrop } from "./robocrop.ts";

const key = "3NdajqH8mBLokepU4I2Bh6KK84GUf1lzjnuTdskY";
let stranger: NodeServer;
let port: number;
let answer: RequestListener;
let fetches = 0;
let server: Server;
let off: Server;

before(async () => {
  stranger = createNodeServer((request, response) => {
    fetches += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
  const address = stranger.address();
  assert.ok(address !== null && typeof address === "object");
  port = address.port;
  const network = {
    resolve: async (host: string) => [host === "private.test" ? "10.0.0.1" : "127.0.0.1"],
    isPublic: (ip: string) => ip === "127.0.0.1" || isPublicAddress(ip),
  };
  const hosts = [`images.test:${port}`, "private.test"];
  server = await serve(robocrop({ key, hosts, network }));
  off = await serve(robocrop({ key, hosts: [] }));
});

beforeEach(async () => {
  fetches = 0;
  const bytes = await photo(400, 200);
  answer = (_request, response) => response.end(bytes);
});

after(async () => {
  stranger.closeAllConnections();
  stranger.close();
  await server.close();
  await off.close();
  closeImages();
});

function serve(handler: ReturnType<typeof robocrop>): Promise<Server> {
  return createServer({
    apps: [{ name: "media", routes: (router) => router.get("/robocrop/", { access: "anyone" }, handler) }],
    baseUrl: "http://localhost",
    logger: log,
    errorPage: ({ title }) => raw(title),
  });
}

const ask = (query: string, headers: Record<string, string> = {}, method: "GET" | "HEAD" = "GET") =>
  server.fastify.inject({ url: `/robocrop/?${query}`, method, headers: { host: "localhost", ...headers } });

const signed = (query: string) => `${query}&sig=${signPilbox(query, key)}`;

/** Each picture of the stranger's has an address that no other test asks for. */
let number = 0;
const picture = () => `url=${encodeURIComponent(`http://images.test:${port}/${(number += 1)}.jpg`)}`;

const get = (parameters: string, headers?: Record<string, string>) =>
  ask(signed(`${picture()}&${parameters}`), headers);

const sizeOf = async (bytes: Buffer) => {
  const { width, height, format, isProgressive } = await sharp(bytes).metadata();
  return { width, height, format, isProgressive };
};

async function refuses(query: string, status: number, code: number, message: RegExp): Promise<void> {
  const found = await ask(query);
  assert.equal(found.statusCode, status, found.body);
  assert.match(String(found.headers["content-type"]), /^application\/json/);
  assert.equal(found.headers["cache-control"], "no-store");
  const error: unknown = found.json();
  assert.ok(typeof error === "object" && error !== null && "error" in error);
  assert.match(String(error.error), message);
  assert.deepEqual({ ...error, error: "" }, { status_code: status, error_code: code, error: "" });
}

test("a picture is fetched, clipped, made progressive and stripped unless asked otherwise", async () => {
  const found = await get("w=100&h=100");
  assert.equal(found.statusCode, 200, found.body);
  assert.equal(found.headers["content-type"], "image/jpeg");
  assert.deepEqual(await sizeOf(found.rawPayload), { width: 100, height: 50, format: "jpeg", isProgressive: true });
  assert.match(String(found.headers["cache-control"]), /^public, max-age=86400, stale-while-revalidate/);
});

test("every parameter does what it does in Pilbox", async () => {
  const cases: [parameters: string, width: number, height: number, format?: string][] = [
    ["w=100", 100, 50],
    ["h=100", 200, 100],
    ["w=100&h=", 100, 50],
    ["w=1000", 400, 200],
    ["w=100&h=100&mode=crop", 100, 100],
    ["w=100&h=100&mode=crop&pos=top-left", 100, 100],
    ["w=100&h=100&mode=crop&pos=0.25,0.75", 100, 100],
    ["w=600&h=600&mode=fill&bg=ccc", 600, 600],
    ["w=60&h=70&mode=scale&filter=nearest", 60, 70],
    ["w=100&h=60&mode=adapt&retain=80", 100, 60],
    ["w=100&h=60&mode=adapt&retain=99&bg=80ff0000&fmt=png", 100, 60, "png"],
    ["op=region&rect=10,20,30,40", 30, 40],
    ["op=rotate&deg=90", 200, 400],
    ["op=rotate&deg=auto", 400, 200],
    ["op=rotate&deg=45", 400, 200],
    ["op=region,rotate,resize&rect=0,0,200,200&deg=180&w=50", 50, 50],
    ["op=noop", 400, 200],
    ["w=100&fmt=webp", 100, 50, "webp"],
    ["w=100&fmt=avif&q=30", 100, 50, "heif"],
    ["w=100&fmt=jpg&q=keep&opt=1&exif=1&client=me&unknown=x", 100, 50],
    ["w=100&fmt=gif", 100, 50, "gif"],
  ];
  for (const [parameters, width, height, format = "jpeg"] of cases) {
    const found = await get(parameters);
    assert.equal(found.statusCode, 200, `${parameters}: ${found.body}`);
    const size = await sizeOf(found.rawPayload);
    assert.deepEqual([size.width, size.height, size.format], [width, height, format], parameters);
  }
  const baseline = await get("w=100&prog=0");
  assert.equal((await sizeOf(baseline.rawPayload)).isProgressive, false);
});

test("without a good signature, or with wrong parameters, nothing is fetched", async () => {
  await refuses(`${picture()}&w=100`, 403, 101, /Invalid signature/);
  await refuses(signed(picture()), 400, 2, /Missing dimensions/);
  assert.equal(fetches, 0);
});

test("hosts that are not allowed, or not public, are refused with a good signature too", async () => {
  for (const url of [
    "http://evil.test/x.jpg",
    "http://127.0.0.1/x.jpg",
    "http://private.test/x.jpg",
    "http://images.test:22/",
  ]) {
    await refuses(
      signed(`url=${encodeURIComponent(url)}&w=1`),
      403,
      103,
      /not among the allowed hosts|not a public address/,
    );
  }
  answer = (_request, response) => response.writeHead(302, { location: "http://169.254.169.254/latest/" }).end();
  await refuses(signed(`${picture()}&w=1`), 403, 103, /not among the allowed hosts/);
});

test("what comes back is judged by its bytes", async () => {
  const cases: [bytes: Buffer | string, status: number, code: number, message: RegExp][] = [
    ["<html></html>", 415, 201, /not a picture/],
    ["%PDF-1.7", 415, 201, /not a JPEG/],
    [blackPng(30_000, 30_000), 415, 201, /900 megapixels/],
    [(await photo(64, 48)).subarray(0, 300), 415, 201, /cut off/],
  ];
  for (const [bytes, status, code, message] of cases) {
    answer = (_request, response) => response.setHeader("content-type", "image/jpeg").end(bytes);
    await refuses(signed(`${picture()}&w=10`), status, code, message);
  }
  answer = (_request, response) => response.writeHead(500).end();
  await refuses(signed(`${picture()}&w=10`), 404, 301, /answered 500/);
});

test("without a format the browser gets the best it takes", async () => {
  const accept = "image/avif,image/webp,image/*,*/*;q=0.8";
  const avif = await get("w=100", { accept });
  assert.deepEqual([avif.headers["content-type"], avif.headers.vary], ["image/avif", "accept"]);
  assert.equal((await get("w=100", { accept: "image/webp,*/*" })).headers["content-type"], "image/webp");
  const asked = await get("w=100&fmt=png", { accept });
  assert.deepEqual([asked.headers["content-type"], asked.headers.vary], ["image/png", undefined]);
  const moving = await film(64, 48, 3, "gif");
  answer = (_request, response) => response.end(moving);
  assert.equal((await get("w=32", { accept })).headers["content-type"], "image/webp");
  assert.equal((await get("w=32")).headers["content-type"], "image/gif");
  answer = (_request, response) => response.end(svg("<circle r='9'/>"));
  assert.equal((await get("w=32")).headers["content-type"], "image/png");
});

test("a picture is fetched once, for all who ask at once, later, or in other words", async () => {
  const source = picture();
  const query = signed(`${source}&w=100&h=50`);
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(query)));
  assert.ok(answers.every(({ statusCode }) => statusCode === 200));
  await ask(query);
  await ask(signed(`h=50&w=100&mode=clip&${source}&utm=x`));
  assert.equal(fetches, 1);
  const etag = String(answers[0]?.headers.etag);
  const again = await ask(query, { "if-none-match": etag });
  assert.deepEqual([again.statusCode, again.rawPayload.length], [304, 0]);
  const head = await ask(query, {}, "HEAD");
  assert.equal(head.headers["content-length"], answers[0]?.headers["content-length"]);
  await ask(signed(`${source}&w=101&h=50`));
  assert.equal(fetches, 2);
});

test("it is fetched again next week, and last week's is sent while its host is down", async ({ mock }) => {
  const query = signed(`${picture()}&w=100`);
  const first = await ask(query);
  mock.timers.enable({ apis: ["Date"], now: Date.now() + 7 * 24 * 3600 * 1000 });
  answer = (_request, response) => response.writeHead(502).end();
  const second = await ask(query);
  assert.deepEqual([second.statusCode, fetches], [200, 2]);
  assert.deepEqual(second.rawPayload, first.rawPayload);
  const other = await photo(400, 200);
  answer = (_request, response) => response.end(other);
  const third = await ask(query);
  assert.deepEqual([third.statusCode, fetches], [200, 3]);
  assert.notEqual(third.headers.etag, first.headers.etag);
});

test("more than forty fetches at once are too many", async () => {
  const held: (() => void)[] = [];
  const bytes = await photo(8, 8);
  answer = (_request, response) => held.push(() => response.end(bytes));
  const waiting = Array.from({ length: 40 }, () => get("w=8"));
  while (held.length < 40) await new Promise((resolve) => setTimeout(resolve, 5));
  const busy = await get("w=8");
  assert.deepEqual([busy.statusCode, busy.headers["retry-after"]], [503, "2"]);
  for (const release of held) release();
  assert.ok((await Promise.all(waiting)).every(({ statusCode }) => statusCode === 200));
});

test("a store that is down is no reason to fetch", async ({ mock }) => {
  mock.method(files, "get", () => Promise.reject(new Error("store down")));
  await refuses(signed(`${picture()}&w=1`), 503, 302, /cannot be shown right now/);
});

test("without hosts there is no resizer", async () => {
  const found = await off.fastify.inject({ url: `/robocrop/?${signed("w=1")}`, headers: { host: "localhost" } });
  assert.equal(found.statusCode, 404);
});
