import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, beforeEach, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { z } from "zod";
import type { Router } from "./app.ts";
import { NotFound } from "./errors.ts";
import { type Ask, type Answered, tryServer } from "./http/try.ts";
import { raw } from "./jsx/jsx-runtime.ts";
import { createPageCache } from "./page-cache.ts";
import { anonymous, sessionCookie } from "./viewer.ts";

// Text that compresses about as well as text does.
const prose = Array.from({ length: 2000 }, (_, word) => ((word * 7919) % 541).toString(36)).join(" ");

let version = 1;
let renders = 0;
let failure: Error | undefined;
let slowness = 0;
/** How many others a rendering lets come, who then wait for it. */
let crowd = 0;
let isPrivate = false;

function routes(router: Router): void {
  const query = z.object({ kind: z.string().optional(), page: z.coerce.number().int().default(1) });
  router.get("/tutorials/:slug/", { access: "entitled", cache: true, query }, async (request, reply) => {
    renders += 1;
    if (slowness > 0) await sleep(slowness, undefined, { ref: false });
    while (waited() < crowd) await sleep(2);
    if (failure !== undefined) throw failure;
    if (isPrivate) reply.header("cache-control", "private");
    const { viewer, params, url } = request;
    return raw(`<p>${params.slug} ${viewer.id ?? "nobody"} ${version} ${url}</p>${prose}`);
  });
  router.get("/missing/:slug/", { access: "anyone", cache: true }, () => {
    renders += 1;
    throw new NotFound();
  });
  router.get("/moved/", { access: "anyone", cache: true }, (_request, reply) => {
    renders += 1;
    return reply.redirect("/tutorials/git/", 301);
  });
  router.get("/feed.xml", { access: "anyone", cache: true }, (_request, reply) => {
    renders += 1;
    reply.type("application/atom+xml; charset=utf-8");
    return `<feed>${renders}</feed>`;
  });
  const unkept: Record<string, Record<string, string>> = {
    "/cookie/": { "set-cookie": "a=1" },
    "/private/": { "cache-control": "private" },
    "/varies/": { vary: "Accept-Language" },
  };
  for (const [path, headers] of Object.entries(unkept)) {
    router.get(path, { access: "anyone", cache: true }, (_request, reply) => {
      renders += 1;
      reply.headers(headers);
      return raw(`render ${renders}`);
    });
  }
  router.get("/uncached/", { access: "anyone" }, () => raw(`render ${(renders += 1)}`));
}

const trial = await tryServer(routes, {
  contentVersion: () => version,
  deadlineMs: 400,
  viewerOf: (request) => (request.headers.cookie === undefined ? anonymous : { ...anonymous, id: 7 }),
});
after(() => trial.server.close());
const { ask } = trial;

const waited = (): number => trial.server.pageCache?.stats().waited ?? 0;

const session = { cookie: `theme=dark; ${sessionCookie}=secret` };

beforeEach(() => {
  version += 1;
  renders = 0;
  failure = undefined;
  slowness = 0;
  crowd = 0;
  isPrivate = false;
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

async function rendersOf(...requests: [path: string, options?: Ask][]): Promise<number> {
  const before = renders;
  for (const [path, options] of requests) await ask(path, options);
  return renders - before;
}

test("a page is rendered once for everybody who is not signed in", async () => {
  const [first, second] = [await ask("/tutorials/git/"), await ask("/tutorials/git/")];
  assert.equal(renders, 1);
  assert.equal(second.text, first.text);
  assert.match(first.text, /git nobody/);
  const { date: _first, ...one } = first.headers;
  const { date: _second, ...other } = second.headers;
  assert.deepEqual(one, other);
});

test("a kept page has the headers of any other, and those that a CDN needs", async () => {
  const fresh = await ask("/uncached/");
  const { headers } = await ask("/tutorials/git/");
  for (const name of ["content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"]) {
    assert.equal(headers[name], fresh.headers[name]);
    assert.ok(headers[name]);
  }
  assert.equal(headers.vary, "Accept-Encoding, Cookie");
  assert.match(headers["cache-control"] ?? "", /^public, max-age=0, s-maxage=60, .*stale-if-error=86400/);
  assert.equal(headers["set-cookie"], undefined);
  assert.equal(headers["x-request-id"], undefined);
});

test("a request with a session, or with credentials, neither reads nor fills the cache", async () => {
  assert.match((await ask("/tutorials/git/", { headers: session })).text, /git 7/);
  assert.match((await ask("/tutorials/git/")).text, /git nobody/);
  const member = await ask("/tutorials/git/", { headers: session });
  assert.match(member.text, /git 7/);
  assert.equal(member.headers["cache-control"], "private, no-store");
  assert.equal(await rendersOf(["/tutorials/git/", { headers: { authorization: "Bearer x" } }]), 1);
});

test("a cookie that is no session does not bypass the cache, and what is kept is nobody's", async () => {
  const first = await ask("/tutorials/git/", { headers: { cookie: "theme=dark" } });
  assert.match(first.text, /git nobody/);
  assert.equal(await rendersOf(["/tutorials/git/"], ["/tutorials/git/", { headers: { cookie: "a=b" } }]), 0);
});

test("pages are told apart by path and declared parameters in any order, and by nothing else", async () => {
  await ask("/tutorials/git/?kind=a&page=2");
  assert.equal(await rendersOf(["/tutorials/git/?page=2&utm_source=x&kind=a"]), 0);
  assert.equal(await rendersOf(["/tutorials/git/?kind=b&page=2"], ["/tutorials/git/?kind=a"], ["/tutorials/git/"]), 3);
  assert.equal(await rendersOf(["/tutorials/git/?fbclid=1"], ["/tutorials/git/?"]), 0);
  assert.equal(await rendersOf(["/tutorials/Git/"], ["/tutorials/gi%74/"]), 2);
});

test("what is not declared, and who it came from, cannot get into a page that others see", async () => {
  const poison = { "x-forwarded-host": "evil.example", "x-original-url": "/admin/", "x-http-method-override": "POST" };
  await ask("/tutorials/git/?evil=1&page=1", { headers: poison });
  const { text } = await ask("/tutorials/git/?page=1");
  assert.match(text, / \/tutorials\/git\/\?page=1</);
  assert.doesNotMatch(text, /evil/);
});

test("a path that pretends to be a file or another page finds no kept page", async () => {
  await ask("/tutorials/git/");
  for (const path of ["/tutorials/git/x.css", "/tutorials/git/;a.js", "/tutorials/git/%2f..", "/tutorials/git"]) {
    assert.notEqual((await ask(path)).status, 200, path);
  }
});

test("another content version makes all pages old at once", async () => {
  await ask("/tutorials/git/");
  version += 1;
  const { text } = await ask("/tutorials/git/");
  assert.match(text, new RegExp(`nobody ${version} `));
  assert.equal(renders, 2);
});

test("each coding is sent as it is wanted, with a tag of its own", async () => {
  await ask("/tutorials/git/", { headers: { "accept-encoding": "br" } });
  await sleep(50);
  const unpack: Record<string, (body: Buffer) => Buffer> = { br: brotliDecompressSync, gzip: gunzipSync };
  const seen = new Map<string, string>();
  const wanted: [accept: string, coding: string][] = [
    ["gzip, deflate, br, zstd", "br"],
    ["gzip", "gzip"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["br;q=0, gzip;q=0", ""],
    ["identity", ""],
    ["*", "br"],
    ["deflate, identity;q=0", ""],
  ];
  for (const [accept, coding] of wanted) {
    const { headers, body } = await ask("/tutorials/git/", { headers: { "accept-encoding": accept } });
    assert.equal(headers["content-encoding"] ?? "", coding, accept);
    assert.match((unpack[coding]?.(body) ?? body).toString(), /^<p>git nobody/);
    assert.equal(headers["content-length"], String(body.length));
    seen.set(coding, headers.etag ?? "");
  }
  assert.equal(new Set(seen.values()).size, 3);
  assert.equal(renders, 1);
});

test("a reader who has the page gets 304: lists, weak tags and * count, other tags do not", async () => {
  const { headers } = await ask("/tutorials/git/");
  const tag = headers.etag ?? "";
  const conditions: [condition: string, status: number][] = [
    [tag, 304],
    [`W/${tag}`, 304],
    [`"other", ${tag} , "more"`, 304],
    ["*", 304],
    ['"other"', 200],
    [tag.slice(0, -1), 200],
    [tag.replaceAll('"', ""), 200],
  ];
  for (const [condition, status] of conditions) {
    const answer = await ask("/tutorials/git/", { headers: { "if-none-match": condition } });
    assert.equal(answer.status, status, condition);
    if (status === 304)
      assert.deepEqual([answer.headers.etag, answer.headers.vary, answer.text], [tag, headers.vary, ""]);
  }
  const gzip = { "accept-encoding": "gzip", "if-none-match": tag };
  assert.equal((await ask("/tutorials/git/", { headers: gzip })).status, 304, "identity is acceptable beside gzip");
  version += 1;
  assert.equal((await ask("/tutorials/git/", { headers: { "if-none-match": tag } })).status, 200);
});

test("HEAD fills the cache and reads it, without a body", async () => {
  const head = await ask("/tutorials/git/", { method: "HEAD" });
  const got = await ask("/tutorials/git/");
  assert.equal(renders, 1);
  assert.deepEqual([head.text, head.headers.etag], ["", got.headers.etag]);
  assert.equal(head.headers["content-length"], String(got.body.length));
});

test("redirects, missing pages and feeds are kept; a missing page only briefly by others", async () => {
  for (const [path, status] of [
    ["/moved/", 301],
    ["/missing/x/", 404],
    ["/feed.xml", 200],
  ] as const) {
    const [first, second] = [await ask(path), await ask(path)];
    assert.deepEqual([first.status, second.status, second.text], [status, status, first.text]);
  }
  assert.equal(renders, 3);
  const missing = await ask("/missing/x/", { headers: { accept: "application/json" } });
  assert.match(missing.headers["content-type"] ?? "", /html/);
  assert.equal(missing.headers["cache-control"], "public, max-age=0, s-maxage=10");
  assert.equal((await ask("/moved/")).headers.location, "/tutorials/git/");
  assert.match((await ask("/feed.xml")).headers["content-type"] ?? "", /atom/);
});

test("what sets a cookie, is private or varies in its own way is never kept", async () => {
  for (const path of ["/cookie/", "/private/", "/varies/", "/uncached/"]) {
    const [first, second] = [await ask(path), await ask(path)];
    assert.notEqual(first.text, second.text, path);
    assert.match(second.headers["cache-control"] ?? "", /private/);
  }
});

test("a wrong parameter is refused each time", async () => {
  assert.equal((await ask("/tutorials/git/?page=x")).status, 400);
  assert.equal((await ask("/tutorials/git/?page=x")).status, 400);
  assert.equal(renders, 0);
});

test("a stampede renders once", async () => {
  slowness = 30;
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask("/tutorials/git/")));
  assert.equal(renders, 1);
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
});

test("who asks after a change does not get the page that was begun before it", async () => {
  slowness = 100;
  const early = ask("/tutorials/git/");
  await until(() => renders > 0);
  version += 1;
  slowness = 0;
  const late = await ask("/tutorials/git/");
  await early;
  assert.match(late.text, new RegExp(`nobody ${version} `));
  assert.equal((await ask("/tutorials/git/")).text, late.text);
  assert.equal(renders, 2);
});

test("when rendering fails the old page is sent with its age, and the renderer rests for a second", async () => {
  const old = await ask("/tutorials/git/");
  version += 1;
  failure = new Error("the database is away");
  const stale = await ask("/tutorials/git/");
  assert.deepEqual(
    [stale.status, stale.text, stale.headers.age, stale.headers.warning],
    [200, old.text, "0", undefined],
  );
  assert.equal(await rendersOf(["/tutorials/git/"], ["/tutorials/git/"]), 0);
  const tagged = { headers: { "if-none-match": old.headers.etag ?? "" } };
  assert.equal((await ask("/tutorials/git/", tagged)).status, 304);
  assert.equal((await ask("/tutorials/never-seen/")).status, 500);
  failure = undefined;
  await sleep(1050);
  assert.match((await ask("/tutorials/git/")).text, new RegExp(`nobody ${version} `));
});

test("those who wait for a page that fails get the failure, not another try each", async () => {
  crowd = waited() + 9;
  failure = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask("/tutorials/unseen/")));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
  assert.equal(renders, 1);
});

test("a page whose rendering never ends is not waited for beyond the deadline", async () => {
  await ask("/tutorials/git/");
  version += 1;
  slowness = 5000;
  const answers = await Promise.all([ask("/tutorials/git/"), ask("/tutorials/git/"), ask("/tutorials/new/")]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 503],
  );
});

test("a page that is gone does not come back when something fails later", async () => {
  await ask("/tutorials/git/");
  version += 1;
  failure = new NotFound();
  assert.equal((await ask("/tutorials/git/")).status, 404);
  version += 1;
  failure = new Error("the database is away");
  assert.equal((await ask("/tutorials/git/")).status, 500);
});

test("a page that has become private does not come back when something fails later", async () => {
  await ask("/tutorials/git/");
  version += 1;
  isPrivate = true;
  assert.equal((await ask("/tutorials/git/")).headers["cache-control"], "private");
  failure = new Error("the database is away");
  assert.equal((await ask("/tutorials/git/")).status, 500);
});

test("memory stays within its bound: pages that are read outlive a flood of others, the missing share little", async () => {
  const cache = createPageCache({ contentVersion: () => 1, maxBytes: 400_000 });
  await keep(cache, "/read/", 200);
  for (let number = 0; number < 200; number += 1) {
    await keep(cache, `/flood/${number}/`, 200);
    await keep(cache, `/missing/${number}/`, 404);
    assert.ok(await isKept(cache, "/read/"), `after ${number}`);
  }
  const { bytes, pages } = cache.stats();
  assert.ok(bytes <= 425_000, `${bytes}`);
  assert.ok(pages > 30 && pages < 60, `${pages}`);
});

type Cache = ReturnType<typeof createPageCache>;

async function keep(cache: Cache, key: string, status: number): Promise<void> {
  const flight = cache.join(key);
  assert.ok(!(flight instanceof Promise));
  const headers = { "content-type": "image/png" };
  await cache.keep(flight, { status, headers, body: Buffer.alloc(10_000), acceptEncoding: undefined });
}

async function isKept(cache: Cache, key: string): Promise<boolean> {
  const { IncomingMessage, ServerResponse } = await import("node:http");
  const { Socket } = await import("node:net");
  const request = new IncomingMessage(new Socket());
  return cache.answer(key, request, new ServerResponse(request));
}

test("a hot page is compressed better, and the old tag still counts", async () => {
  const headers = { "accept-encoding": "br" };
  const first = await ask("/tutorials/git/", { headers });
  let last: Answered = first;
  for (let reads = 0; reads < 20; reads += 1) last = await ask("/tutorials/git/", { headers });
  await sleep(100);
  last = await ask("/tutorials/git/", { headers });
  assert.ok(last.body.length < first.body.length, `${last.body.length} of ${first.body.length}`);
  const condition = { ...headers, "if-none-match": first.headers.etag ?? "" };
  assert.equal((await ask("/tutorials/git/", { headers: condition })).status, 304);
});
