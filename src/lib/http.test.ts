import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, test } from "node:test";
import { z } from "zod";
import type { Router } from "./app.ts";
import { NotFound, UserError } from "./errors.ts";
import { tryServer } from "./http/try.ts";
import { raw } from "./jsx/jsx-runtime.ts";
import { anonymous } from "./viewer.ts";

// @ts-expect-error: the compiler refuses it as well.
const undeclared = (router: Router): void => router.get("/", {}, () => raw(""));

const page = z.object({ page: z.coerce.number().int().min(1).default(1) });

function routes(router: Router): void {
  router.get("/", { access: "anyone" }, () => raw("home"));
  router.get("/tutorials/:topic/", { access: "anyone", query: page }, (request) =>
    raw(`<p>${request.params.topic} ${JSON.stringify(request.query)}</p>`),
  );
  router.get("/draft/:token/", { access: "anyone" }, () => raw("draft"));
  router.get("/dashboard/", { access: "viewer" }, (request) => raw(`viewer ${request.viewer.id}`));
  router.get("/admin/", { access: "permission:admin" }, () => raw("admin"));
  router.get("/text.txt", { access: "anyone" }, () => "<b>text</b>");
  router.get("/bytes", { access: "anyone" }, (_request, reply) => {
    reply.type("image/png");
    return Buffer.from([1, 2, 3]);
  });
  router.get("/long/", { access: "anyone" }, () => raw("long ".repeat(2000)));
  router.get("/secret/", { access: "anyone" }, (_request, reply) => {
    reply.header("cache-control", "private, no-store, no-transform");
    return raw("long ".repeat(2000));
  });
  router.get("/cookie/", { access: "anyone" }, (_request, reply) => {
    reply.header("cache-control", "public, max-age=60").header("set-cookie", "a=1");
    return raw("cookie");
  });
  router.get("/never/", { access: "anyone" }, () => new Promise<never>(() => undefined));
  router.get("/late/", { access: "anyone" }, async () => {
    await sleep(150);
    return raw("late");
  });
  router.get("/bug/", { access: "anyone" }, () => {
    throw new Error("a detail that is nobody's business");
  });
  router.get("/foreign/", { access: "anyone" }, () => {
    throw Object.assign(new Error("from another server"), { statusCode: 403 });
  });
  router.get("/database/", { access: "anyone" }, () => {
    throw new Error("query failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
  });
  router.get("/missing/", { access: "anyone" }, () => {
    throw new NotFound();
  });
  router.get("/wrong/", { access: "anyone" }, () => {
    throw new UserError("The file is not a picture.");
  });
  router.get("/things/api/v1/", { access: "anyone" }, () => {
    throw new NotFound();
  });
  router.post(
    "/things/",
    { access: "anyone", bodyLimit: 100, csrf: false },
    (request) => `got ${JSON.stringify(request.body)}`,
  );
}

const trial = await tryServer(routes, {
  deadlineMs: 300,
  trustedProxies: [],
  viewerOf: (request) => {
    const { "x-test-viewer": name } = request.headers;
    return name === undefined ? anonymous : { id: 7, isMember: false, permissions: name === "otto" ? ["admin"] : [] };
  },
});
after(() => trial.server.close());

const answers: [name: string, path: string, status: number, pattern: RegExp, headers?: Record<string, string>][] = [
  ["a page", "/", 200, /^home$/],
  ["health without anything else", "/health", 200, /^alive\n$/],
  ["health for a probe that knows no name", "/health", 200, /^alive/, { host: "10.0.0.7:3000" }],
  ["the default of a parameter", "/tutorials/git/", 200, /git \{"page":1\}/],
  ["a declared parameter, parsed", "/tutorials/git/?page=2", 200, /\{"page":2\}/],
  ["no parameter that is not declared", "/tutorials/git/?page=2&debug=1&utm_source=x", 200, /\{"page":2\}/],
  ["400 for a wrong parameter", "/tutorials/git/?page=x", 400, /“page” is wrong: .*number/],
  ["400 for a parameter given twice", "/tutorials/git/?page=1&page=2", 400, /“page” is wrong/],
  ["400 for an address that cannot be decoded", "/%zz/", 400, /^<h1>400/],
  ["400 for a NUL in the address", "/tutorials/a%00b/", 400, /^<h1>400/],
  ["400 for another host", "/", 400, /not the host/, { host: "evil.example" }],
  ["400 for a host that only starts like ours", "/", 400, /not the host/, { host: "localhost.evil.example" }],
  ["our host, whatever a stranger says of it", "/", 200, /home/, { "x-forwarded-host": "evil.example" }],
  ["401 without a viewer", "/dashboard/", 401, /sign in/],
  ["the page of a viewer", "/dashboard/", 200, /viewer 7/, { "x-test-viewer": "sam" }],
  ["404 without the permission", "/admin/", 404, /<h1>404/, { "x-test-viewer": "sam" }],
  ["the page with the permission", "/admin/", 200, /admin/, { "x-test-viewer": "otto" }],
  ["404 where nothing is", "/nowhere/", 404, /^<h1>404 Page not found<\/h1>There is nothing at this address. $/],
  ["404 for what is not found", "/missing/", 404, /<h1>404/],
  ["400 for what the visitor can mend", "/wrong/", 400, /not a picture/],
  ["500 for an error of another server", "/foreign/", 500, /<h1>500/],
  ["503 when the database is away", "/database/", 503, /<h1>503/],
  ["a problem document under /api/", "/things/api/v1/", 404, /"status":404,"detail":"There is nothing/],
  ["a problem document for a program", "/missing/", 404, /"title":"Page not found"/, { accept: "application/json" }],
];

for (const [name, path, status, pattern, headers] of answers) {
  test(`answers ${name}`, async () => {
    const answer = await trial.ask(path, { headers: headers ?? {} });
    assert.equal(answer.status, status);
    assert.match(answer.text, pattern);
  });
}

test("redirects a page to its address with a slash, query and all, and never to another host", async () => {
  const places: [path: string, location: string | undefined][] = [
    ["/tutorials/git", "/tutorials/git/"],
    ["/tutorials/git?page=2&x=%2F", "/tutorials/git/?page=2&x=%2F"],
    ["//tutorials/git", "/tutorials/git/"],
    ["/\\tutorials/git", "/tutorials/git/"],
    ["//evil.example/git", undefined],
    ["/tutorials/git.md", undefined],
    ["/nowhere", undefined],
  ];
  for (const [path, location] of places) {
    const answer = await trial.ask(path);
    assert.deepEqual([answer.status, answer.headers.location], [location === undefined ? 404 : 308, location], path);
  }
});

test("what is not a page is not redirected when it is posted to", async () => {
  const answer = await trial.ask("/tutorials/git", { method: "POST" });
  assert.equal(answer.status, 404);
});

test("says which methods an address knows", async () => {
  const answer = await trial.ask("/tutorials/git/", { method: "DELETE" });
  assert.deepEqual([answer.status, answer.headers.allow], [405, "GET, HEAD"]);
  assert.equal((await trial.ask("/things/", { method: "GET" })).headers.allow, "POST");
});

test("HEAD has the headers of GET and no body", async () => {
  const [got, head] = [await trial.ask("/long/"), await trial.ask("/long/", { method: "HEAD" })];
  assert.equal(head.text, "");
  for (const name of ["content-length", "content-type", "cache-control"]) {
    assert.equal(head.headers[name], got.headers[name], name);
  }
});

test("text without a type is not HTML, bytes have the type that was set", async () => {
  assert.match((await trial.ask("/text.txt")).headers["content-type"] ?? "", /^text\/plain/);
  const bytes = await trial.ask("/bytes");
  assert.equal(bytes.headers["content-type"], "image/png");
  assert.deepEqual([...bytes.body], [1, 2, 3]);
});

test("an error of ours shows a number that the log knows, and nothing else", async () => {
  const answer = await trial.ask("/bug/");
  assert.doesNotMatch(answer.text, /detail|http\.test/);
  const id = answer.headers["x-request-id"];
  assert.ok(typeof id === "string" && answer.text.includes(id));
  const lines = trial.records.filter((record) => record.requestId === id);
  assert.match(JSON.stringify(lines), /nobody's business/);
  assert.equal(lines.at(-1)?.status, 500);
});

test("a handler that never ends is answered at the deadline", async () => {
  const started = performance.now();
  const answer = await trial.ask("/never/");
  assert.deepEqual([answer.status, answer.headers["retry-after"]], [503, "5"]);
  assert.ok(performance.now() - started < 2000);
});

test("bodies are parsed, limited and never poison a prototype", async () => {
  const json = { "content-type": "application/json" };
  const post = (body: string, headers = json) => trial.ask("/things/", { method: "POST", headers, body });
  assert.equal((await post('{"a":1}')).text, 'got {"a":1}');
  assert.equal((await post('{"a":')).status, 400);
  assert.equal((await post('{"__proto__":{"x":1}}')).status, 400);
  assert.equal((await post(`"${"x".repeat(200)}"`)).status, 413);
  assert.equal((await post("a=1", { "content-type": "text/strange" })).status, 415);
});

test("what does not say that it may be kept is private, and so is whatever sets a cookie", async () => {
  assert.equal((await trial.ask("/")).headers["cache-control"], "private, no-store");
  assert.equal((await trial.ask("/cookie/")).headers["cache-control"], "private, no-store");
  assert.equal((await trial.ask("/nowhere/")).headers["cache-control"], "no-store");
});

test("long answers are compressed as the client likes it, secrets are not", async () => {
  const codings: [accept: string, coding: string | undefined][] = [
    ["gzip, deflate, br", "br"],
    ["gzip", "gzip"],
    ["br;q=0.1, gzip", "gzip"],
    ["identity", undefined],
    ["", undefined],
  ];
  for (const [accept, coding] of codings) {
    const answer = await trial.ask("/long/", { headers: { "accept-encoding": accept } });
    assert.deepEqual([answer.headers["content-encoding"], answer.headers.vary], [coding, "Accept-Encoding"], accept);
    assert.equal(answer.headers["content-length"], String(answer.body.length));
  }
  const secret = await trial.ask("/secret/", { headers: { "accept-encoding": "br" } });
  assert.equal(secret.headers["content-encoding"], undefined);
});

test("a request is one line in the log, without its query", async () => {
  const answer = await trial.ask("/tutorials/git/?page=3&token=abc");
  const lines = trial.records.filter((record) => record.requestId === answer.headers["x-request-id"]);
  assert.equal(lines.length, 1);
  const { method, path, status, app, msg } = { ...lines[0] };
  assert.deepEqual([method, path, status, app, msg], ["GET", "/tutorials/git/", 200, "trial", "request"]);
});

test("every route is in the table, and one that does not say who may call it is refused", async () => {
  assert.deepEqual(
    trial.server.routes.find(({ pattern }) => pattern === "/admin/"),
    {
      app: "trial",
      method: "GET",
      pattern: "/admin/",
      access: "permission:admin",
      cache: false,
      csrf: true,
      reauthenticate: false,
    },
  );
  await assert.rejects(tryServer(undeclared), /does not declare who may call it/);
  await assert.rejects(
    tryServer((router) => router.get("/", { access: "viewer", cache: true }, () => raw(""))),
    /not the same for every reader/,
  );
});

test("a broken error page is replaced by a plain one", async () => {
  const broken = await tryServer(routes, { errorPage: () => Promise.reject(new Error("the layout is broken")) });
  const answer = await broken.ask("/missing/");
  assert.deepEqual([answer.status, /<h1>Page not found/.test(answer.text)], [404, true]);
  await broken.server.close();
});

test("a token in an address is not in the log", async () => {
  await trial.ask("/draft/c2VjcmV0/?page=c2VjcmV0");
  assert.ok(trial.records.some(({ path }) => path === "/draft/:token/"));
  assert.doesNotMatch(JSON.stringify(trial.records), /c2VjcmV0/);
});
