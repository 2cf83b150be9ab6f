import { maya, sam, site, visit, visitOk, type Visit } from "./helpers/site.ts";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { before, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { eq } from "drizzle-orm";
import { saveEntry } from "#apps/catalog/saving.ts";
import { entries } from "#apps/catalog/schema.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { addMedia, mediaPath } from "#apps/media/media.ts";
import { putEntitlement } from "#apps/members/entitlements.ts";
import { canary } from "#apps/tutorials/fixtures.ts";
import { db } from "#lib/db.ts";
import type { RouteInfo } from "#lib/http.ts";
import { photo } from "#lib/images/samples.ts";
import { sessionCookie, type Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { addressesOf, type Examples } from "./helpers/examples.ts";
import { newVisitor } from "./helpers/visitor.ts";

const readers: [name: string, as: { as?: Viewer }][] = [
  ["nobody", {}],
  ["sam", { as: sam }],
  ["maya", { as: maya }],
];

const secret = "marrow-9c41";

// Everything that a text can hold, behind the gate.
const guardedText = (picture: string): string => `Free for all.

<!--more-->

## ${secret} heading {#${secret}}

![${secret} picture](${picture})

| ${secret} | ${secret} |
|---|---|
| ${secret} | [${secret}](/${secret}/) |

::: tip [${secret}]
${secret}[^1]
:::

$$${secret.replace("-", "+")}$$

[^1]: ${secret}
`;

let examples: Examples = {};

before(async () => {
  const picture = await addMedia(await photo(400, 300), { name: `${secret}.jpg` });
  const entry = await saveEntry({
    kind: "tutorial",
    path: "/guarded/",
    title: "Guarded",
    access: "members",
    publishedAt: new Date("2026-03-01T09:00:00Z"),
    topics: [{ slug: "python", name: "Python" }],
  });
  await saveText(entry, guardedText(mediaPath(picture)), "test");
  const [, , hash = "", file = ""] = mediaPath(picture).split("/");
  examples = {
    [`${urls.image.pattern} hash`]: [hash],
    [`${urls.image.pattern} file`]: [file],
    [`${urls.preview.pattern} file`]: [`${entry.id}.png`],
  };
});

const everyAddress = (): { route: RouteInfo; address: string }[] =>
  site.routes.flatMap((route) => addressesOf(route, examples).map((address) => ({ route, address })));

test("every answer carries the security headers, and none that others may keep sets a cookie", async () => {
  const missing = ["/nowhere/", "/%00", "/health/nothing", "/search/api/v1/?limit=none", "/static/nothing.css"];
  for (const address of [...everyAddress().map((each) => each.address), ...missing]) {
    for (const [name, as] of readers) {
      const { status, headers } = await visit(address, as);
      const where = `${address} for ${name} (${status})`;
      const policy = String(headers["content-security-policy"]);
      assert.match(policy, /default-src 'none'.*script-src 'self'.*object-src 'none'.*frame-ancestors 'none'/, where);
      assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|\*|http:/, where);
      assert.equal(headers["x-content-type-options"], "nosniff", where);
      assert.equal(headers["x-frame-options"], "DENY", where);
      // A page whose address holds a secret says less still.
      assert.match(
        String(headers["referrer-policy"]),
        /^(strict-origin-when-cross-origin|same-origin|no-referrer)$/,
        where,
      );
      assert.ok(headers["cross-origin-resource-policy"] !== undefined, where);
      assert.equal(headers["x-powered-by"], undefined, where);
      assert.match(String(headers["cache-control"] ?? "none"), /^(public|private|no-store|no-cache)/, where);
      if (headers["set-cookie"] !== undefined)
        assert.match(String(headers["cache-control"]), /private|no-store/, where);
    }
  }
});

const searches = ["secret", "sentence everybody", "decorator", "guarded"].flatMap((q) => [
  urls.search({}, { q }),
  urls.searchApi({}, { q }),
]);

test("what only members read is in no answer to anybody else, in any coding", async () => {
  const paths = [...everyAddress().map(({ address }) => address), "/guarded/", "/guarded.md", "/decorators.md"];
  for (const address of [...paths, ...searches, "/guarded-decorators/", "/decorators/?page=2", "/sitemap.xml?page=1"]) {
    // The name of a picture is in its own address.
    if (address.includes(secret)) continue;
    // A member reads first, so that a cache that is too generous would show it.
    await visit(address, { as: maya });
    for (const coding of ["identity", "gzip", "br"]) {
      const text = await unpacked(address, coding);
      assert.ok(!text.includes(canary) && !text.includes(secret), `${address} leaks to nobody as ${coding}`);
      const free = await unpacked(address, coding, `${sessionCookie}=sam`);
      assert.ok(!free.includes(secret), `${address} leaks to sam as ${coding}`);
    }
  }
  assert.ok((await visitOk("/guarded/", { as: maya })).html.split(secret).length > 8);
});

test("nor is it in an answer to who was a member, will be, pays for others, or bought something else", async () => {
  const [past, start, future] = [-86_400_000, -2 * 86_400_000, 86_400_000].map((ms) => new Date(Date.now() + ms));
  const [lists] = await db.select().from(entries).where(eq(entries.path, "/python-lists/"));
  const tess = { userId: 5, label: "membership", startsAt: start ?? new Date(), endsAt: null };
  await putEntitlement("subscription", "ended", { ...tess, endsAt: past ?? null, paidUntil: future ?? null });
  await putEntitlement("purchase", "given back", { ...tess, endsAt: new Date() });
  await putEntitlement("gift", "to come", { ...tess, startsAt: future ?? new Date() });
  await putEntitlement("purchase", "another", { ...tess, productId: 1, opens: [lists?.id ?? 0] });
  await putEntitlement("purchase", "files alone", { ...tess, opens: [] });
  const seats = await putEntitlement("subscription", "team", { ...tess, isForSeats: true });
  assert.ok(seats);
  const over = await putEntitlement("subscription", "former team", { ...tess, isForSeats: true, endsAt: past ?? null });
  await putEntitlement("seat", "5", { ...tess, ...(over && { seatOf: over }) });

  const visitor = await newVisitor("tess");
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const mails = urls.devMail();
  const paths = [...everyAddress().map(({ address }) => address), "/guarded/", "/guarded.md", "/decorators.md", mails];
  for (const address of [...paths, ...searches].filter((each) => !each.includes(secret))) {
    await visit(address, { as: maya });
    const text = await unpacked(address, "identity", cookie);
    assert.ok(!text.includes(secret), `${address} leaks to tess`);
  }
  const guarded = await visitor.get("/guarded/");
  assert.match(guarded.text, /Your membership ended on/);
  assert.equal((await visitor.get("/guarded.md")).status, 404);

  // With a seat of the team that she pays for, she reads it; and when that goes, she does not.
  await putEntitlement("seat", "5", { ...tess, seatOf: seats });
  assert.ok((await visitor.get("/guarded/")).html.includes(secret));
  assert.ok((await visitor.get("/guarded.md")).html.includes(secret));
  await putEntitlement("subscription", "team", null);
  assert.ok(!(await unpacked("/guarded/", "identity", cookie)).includes(secret));
});

async function unpacked(url: string, coding: string, cookie?: string): Promise<string> {
  const headers = { host: "localhost", "accept-encoding": coding, ...(cookie && { cookie }) };
  const { rawPayload, headers: answered } = await site.fastify.inject({ url, headers });
  const coded = answered["content-encoding"];
  const body =
    coded === "br" ? brotliDecompressSync(rawPayload) : coded === "gzip" ? gunzipSync(rawPayload) : rawPayload;
  return `${JSON.stringify(answered)}${body.toString()}`;
}

const hostile = "evil.example";
const pathTricks = [
  (path: string) => `${path}x.css`,
  (path: string) => `${path.replace(/\/$/, "")};a.js`,
  (path: string) => `${path};a.js`,
  (path: string) => `${path}%2f..`,
  (path: string) => `${path}%3fx.css`,
  (path: string) => `${path}%23x.css`,
  (path: string) => `${path}%0d%0aX-Injected:%20yes`,
  (path: string) => `${path}.css`,
  (path: string) => `/${path}`,
  (path: string) => `/%2e%2e${path}`,
  (path: string) => `/static/..${path}`,
  (path: string) => `/static/..%2f${path.slice(1)}`,
  (path: string) => path.toUpperCase(),
  (path: string) => `${path}?cachebuster=1`,
  (path: string) => `${path}?page=1&page=2`,
  (path: string) => `${path}?_method=DELETE`,
  (path: string) => `${path}?utm_source=${hostile}`,
  (path: string) => `http://${hostile}${path}`,
];
const headerTricks: Record<string, string>[] = [
  {},
  { "x-forwarded-host": hostile },
  { "x-host": hostile, "x-forwarded-server": hostile },
  { forwarded: `host=${hostile};proto=https` },
  { "x-forwarded-proto": "https", "x-forwarded-port": "1337", "x-forwarded-prefix": `//${hostile}` },
  { "x-original-url": "/decorators/", "x-rewrite-url": "/decorators/" },
  { "x-http-method-override": "DELETE", "x-http-method": "PUT", "x-method-override": "POST" },
  { range: "bytes=0-10", "if-range": "x" },
  { accept: "application/json" },
  { "accept-language": hostile, "user-agent": hostile, referer: `http://${hostile}/` },
  { authorization: "Bearer nothing" },
  { cookie: `theme=${hostile}` },
];

test("no trick with paths or headers shows one reader's page to another, or another host", async () => {
  let asked = 0;
  const paths = ["/decorators/", "/guarded/", "/type-hints/", "/tutorials/python/", "/"];
  const addresses = paths.flatMap((path) => [path, ...pathTricks.map((trick) => trick(path))]);
  for (const url of addresses) {
    for (const headers of headerTricks) {
      const answers: Visit[] = [];
      for (const [, as] of [...readers.toReversed(), readers[0] ?? ["nobody", {}]]) {
        answers.push(await visit(url, { ...as, headers: "cookie" in headers && as.as ? {} : headers }));
        asked += 1;
      }
      const [member, , nobody, again] = answers;
      const where = `${url} with ${JSON.stringify(headers)}`;
      for (const answer of [nobody, again]) {
        assert.ok(answer && !answer.html.includes(canary) && !answer.html.includes(secret), `${where} leaks`);
      }
      assert.equal(nobody?.status, again?.status, where);
      for (const { headers: answered, html } of answers) {
        assert.ok(!`${JSON.stringify(answered)}${html}`.includes(hostile), `${where} names another host`);
        assert.equal(answered["x-injected"], undefined, where);
      }
      if (member?.html.includes(canary))
        assert.match(String(member.headers["cache-control"]), /private|no-store/, where);
    }
  }
  assert.ok(asked >= 1000, `${asked} requests`);
});

test("a page from the cache carries the hash of each of its scripts", async () => {
  for (const address of ["/", "/python-lists/", "/tutorials/", "/nowhere/"]) {
    const first = await visit(address);
    for (let hits = 0; hits < 50; hits++) {
      const { html, headers } = await visit(address);
      assert.equal(html, first.html);
      const scripts = [...html.matchAll(/<script(?![^>]*(?:src=|ld\+json))[^>]*>([\s\S]*?)<\/script>/g)];
      assert.ok(scripts.length > 0);
      for (const [, script = ""] of scripts) {
        const hash = createHash("sha256").update(script).digest("base64");
        assert.ok(String(headers["content-security-policy"]).includes(`'sha256-${hash}'`), address);
      }
      assert.doesNotMatch(html, /\son\w+="|href="javascript:|<[^>]+\sstyle="/);
    }
  }
});
