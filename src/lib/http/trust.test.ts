import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { raw } from "../jsx/jsx-runtime.ts";
import { securityHeaders } from "./headers.ts";
import { allowedHosts } from "./hosts.ts";
import { trustedProxies } from "./proxies.ts";
import { tryServer } from "./try.ts";

const routes: Parameters<typeof tryServer>[0] = (router) =>
  router.get("/", { access: "anyone" }, (request) => raw(`${request.ip} ${request.protocol}`));
const open = await tryServer(routes);
const behind = await tryServer(routes, { trustedProxies: ["127.0.0.0/8"] });
after(() => Promise.all([open.server.close(), behind.server.close()]));

const forwarded = { "x-forwarded-for": "6.6.6.6, 203.0.113.9", "x-forwarded-proto": "https" };

test("a stranger's X-Forwarded headers and request id are not believed", async () => {
  const { text, headers } = await open.ask("/", { headers: { ...forwarded, "x-request-id": "chosen-by-a-stranger" } });
  assert.equal(text, "127.0.0.1 http");
  assert.doesNotMatch(String(headers["x-request-id"]), /stranger/);
});

test("a trusted proxy's are, as far as they make sense", async () => {
  const { text, headers } = await behind.ask("/", { headers: { ...forwarded, "x-request-id": "router-0123456789" } });
  assert.equal(text, "203.0.113.9 https");
  assert.equal(headers["x-request-id"], "router-0123456789");
  for (const id of ["short", "a".repeat(200), "with space in it", "<script>alert()"]) {
    const answer = await behind.ask("/", { headers: { "x-request-id": id } });
    assert.notEqual(answer.headers["x-request-id"], id);
  }
});

test("proxies are addresses or networks, and anything else is said at start", () => {
  const isTrusted = trustedProxies(["10.0.0.0/8", "192.0.2.1", "fd00::/8"]);
  for (const address of ["10.1.2.3", "192.0.2.1", "fd12::1", "::ffff:10.1.2.3"]) assert.ok(isTrusted(address), address);
  for (const address of ["11.1.2.3", "192.0.2.2", "fe80::1", "", "unknown"]) assert.ok(!isTrusted(address), address);
  for (const wrong of ["proxy.example", "10.0.0.0/99", "10.0.0/8", "10.0.0.0/"]) {
    assert.throws(() => trustedProxies([wrong]), /not an address or a network/, wrong);
  }
});

test("only the site's own host is answered; at home, any name of this machine", () => {
  const cases: [baseUrl: string, host: string | undefined, allowed: boolean][] = [
    ["https://learn.example.org", "learn.example.org", true],
    ["https://learn.example.org", "Learn.Example.ORG", true],
    ["https://learn.example.org", "learn.example.org:443", true],
    ["https://learn.example.org", "learn.example.org:80", false],
    ["https://learn.example.org", "learn.example.org.", false],
    ["https://learn.example.org", "learn.example.org@evil.example", false],
    ["https://learn.example.org", "evil.example", false],
    ["https://learn.example.org", "localhost", false],
    ["https://learn.example.org", "", false],
    ["https://learn.example.org", undefined, false],
    ["http://localhost:3000", "127.0.0.1:41234", true],
    ["http://localhost:3000", "[::1]:3000", true],
    ["http://localhost:3000", "localhost", true],
    ["http://localhost:3000", "localhost.evil.example", false],
    ["http://localhost:3000", "127.0.0.1.evil.example", false],
    ["http://192.168.1.5:3000", "192.168.1.5:3000", true],
    ["http://192.168.1.5:3000", "localhost:3000", false],
  ];
  for (const [baseUrl, host, allowed] of cases)
    assert.equal(allowedHosts(baseUrl)(host), allowed, `${baseUrl} ${host}`);
});

test("the policy lets scripts in by their hash alone, and https is remembered where there is https", () => {
  const http = securityHeaders({ baseUrl: "http://localhost:3000", scriptHashes: ["sha256-abc="] });
  const policy = http["content-security-policy"] ?? "";
  assert.match(policy, /default-src 'none'; script-src 'self' 'sha256-abc='; style-src 'self';/);
  for (const rule of ["base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'self'"]) {
    assert.ok(policy.includes(rule), rule);
  }
  assert.doesNotMatch(policy, /unsafe|upgrade|https?:|\*|nonce/);
  assert.equal(http["strict-transport-security"], undefined);
  const https = securityHeaders({ baseUrl: "https://learn.example.org" });
  assert.equal(https["strict-transport-security"], "max-age=31536000; includeSubDomains");
  assert.match(https["content-security-policy"] ?? "", /upgrade-insecure-requests/);
});

test("every answer has the headers: pages, errors, redirects and what could not be read", async () => {
  for (const path of ["/", "/nowhere/", "/%zz", "/health"]) {
    const { headers } = await open.ask(path);
    for (const name of Object.keys(securityHeaders({ baseUrl: "http://localhost" })))
      assert.ok(headers[name], `${path} ${name}`);
  }
});
