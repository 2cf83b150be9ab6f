import { site, textOf } from "./helpers/site.ts";
import { newVisitor } from "./helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import type { RouteInfo } from "#lib/http.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";

const here = "http://localhost";
const unsafe = site.routes.filter(({ method, csrf }) => method !== "GET" && csrf);
const pathOf = ({ pattern }: RouteInfo): string => pattern.replace(/:\w+/g, "1").replace("*", "python-lists/");

const tokenOf = ({ html }: { html: string }): string => /name="csrf" value="([\w-]+)"/.exec(html)?.[1] ?? "";

/** Somebody of the staff with the token of a page, and another visitor with one of their own. */
async function openBrowsers() {
  const [otto, sam] = [await newVisitor("otto"), await newVisitor("sam")];
  return {
    cookie: `${sessionCookie}=${otto.cookies.get(sessionCookie)}`,
    token: tokenOf(await otto.get("/")),
    foreign: tokenOf(await sam.get("/")),
  };
}

test("no route that changes something is moved by another site, or by a token of somebody else", async () => {
  const { cookie, token, foreign } = await openBrowsers();
  assert.ok(token !== "" && foreign !== "" && unsafe.length > 20, `${unsafe.length} routes`);
  const forgeries: [name: string, headers: Record<string, string>, token: string][] = [
    ["another site", { origin: "https://evil.example" }, token],
    ["a site whose name begins like ours", { origin: "http://localhost.evil.example" }, token],
    ["an origin that hides", { origin: "null" }, token],
    ["another site that only Fetch Metadata tells of", { "sec-fetch-site": "cross-site" }, token],
    ["nobody who says where from", {}, token],
    ["a page elsewhere, by Referer", { referer: "https://evil.example/localhost/" }, token],
    ["another scheme", { origin: "https://localhost" }, token],
    ["no token", { origin: here }, ""],
    ["somebody else's token", { origin: here }, foreign],
    ["a token that was changed", { origin: here }, `${token.slice(0, -2)}${token.endsWith("AA") ? "BB" : "AA"}`],
    ["half a token", { origin: here }, token.slice(0, 12)],
    ["a token of zeros", { origin: here }, "A".repeat(32)],
  ];
  for (const route of unsafe) {
    for (const [name, headers, given] of forgeries) {
      const form = { host: "localhost", cookie, "content-type": "application/x-www-form-urlencoded", ...headers };
      const { statusCode } = await site.fastify.inject({
        // Those that are not POST are reached by forms as well.
        method: "POST",
        url: pathOf(route),
        headers: form,
        payload: new URLSearchParams({ csrf: given, _method: route.method }).toString(),
      });
      // What takes files wants them first.
      const refusals = [403, 406, 415];
      assert.ok(refusals.includes(statusCode), `${route.method} ${route.pattern} answered ${statusCode} to ${name}`);
    }
  }
});

test("each route that asks for no token says why: it has a proof of its own", () => {
  const exempt = site.routes.filter(({ method, csrf }) => method !== "GET" && !csrf).map(({ pattern }) => pattern);
  assert.deepEqual(exempt.toSorted(), ["/mail/preferences/", "/mail/unsubscribe/", "/payments/events/:provider"]);
});

test("a form that this site sent goes through, from the page of a session and of a visit", async () => {
  const sam = await newVisitor("sam");
  assert.equal((await sam.post(urls.signOut(), {}, "/")).status, 303);
  const nobody = await newVisitor();
  assert.notEqual((await nobody.post(urls.signIn(), { address: "x" }, urls.signIn())).status, 403);
});

test("a token of before the sign-in is no good after it", async () => {
  const visitor = await newVisitor("sam");
  await visitor.get("/");
  const other = await newVisitor("sam");
  visitor.cookies.set(sessionCookie, other.cookies.get(sessionCookie) ?? "");
  assert.equal((await visitor.post(urls.signOut())).status, 403);
});

test("two tokens of one page are never alike", async () => {
  const sam = await newVisitor("sam");
  const tokens = new Set<string>();
  for (let n = 0; n < 20; n++) tokens.add(tokenOf(await sam.get("/")));
  assert.equal(tokens.size, 20);
});

const badHosts = (): string[] => {
  const names = ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example", "local host"];
  const forms = ["", "."].flatMap((end) => names.map((name) => name + end));
  const numbered = Array.from({ length: 190 }, (_, n) => `host-${n}.evil.example${n % 2 ? `:${8000 + n}` : ""}`);
  return [...forms, ...numbered];
};

test("no Host but ours is answered, and none finds its way into a mail", async () => {
  for (const host of badHosts()) {
    const headers = { host, "x-forwarded-host": host };
    const { statusCode, body } = await site.fastify.inject({ url: urls.reset(), headers });
    assert.equal(statusCode, 400, host);
    assert.ok(!textOf(body).includes(host), host);
  }
  const visitor = await newVisitor();
  await visitor.get(urls.reset(), { "x-forwarded-host": "evil.example" });
  assert.equal((await visitor.post(urls.reset(), { address: "sam@example.org" })).status, 303);
  const mails = await db.select().from(messages);
  assert.ok(mails.length > 0);
  for (const { html, text } of mails) {
    assert.ok(!`${html}${text}`.includes("evil.example"));
    for (const [link] of text.matchAll(/https?:\S+/g)) assert.ok(link.startsWith(`${here}/`), link);
  }
});
