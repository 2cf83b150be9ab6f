import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { after, test } from "node:test";
import { raw } from "../jsx/jsx-runtime.ts";
import { blockerOf, type BlockRule, isBlockValue } from "./blocking.ts";
import { clientAddress, trustedProxies } from "./proxies.ts";
import { tryServer } from "./try.ts";

const caller = { address: "192.0.2.1", country: "", agent: "Mozilla/5.0 (X11; Linux) Firefox/150.0" };

test("an address, a network, a country or a program is turned away, and nobody beside it", () => {
  const cases: [rule: BlockRule, blocked: Partial<typeof caller>, free: Partial<typeof caller>][] = [
    [{ kind: "address", value: "192.0.2.7" }, { address: "::ffff:192.0.2.7" }, { address: "192.0.2.70" }],
    [{ kind: "address", value: "2001:DB8::7" }, { address: "2001:db8:0::7" }, { address: "2001:db8::8" }],
    [{ kind: "network", value: "192.0.2.0/25" }, { address: "192.0.2.127" }, { address: "192.0.2.128" }],
    [{ kind: "network", value: "2001:db8:1::/48" }, { address: "2001:db8:1:9::1" }, { address: "2001:db8:2::1" }],
    [{ kind: "network", value: "192.0.2.0/25" }, { address: "192.0.2.1:5123" }, { address: "unknown" }],
    [{ kind: "country", value: "NL" }, { country: "NL" }, { country: "BE" }],
    [{ kind: "agent", value: "BadBot" }, { agent: "x badbot/2.0" }, { agent: "goodbot" }],
  ];
  for (const [rule, blocked, free] of cases) {
    const isBlocked = blockerOf([rule]);
    const why = `${rule.kind} ${rule.value}`;
    assert.equal(isBlocked?.({ ...caller, address: "203.0.113.1", ...blocked }), true, why);
    assert.equal(isBlocked?.({ ...caller, address: "203.0.113.1", ...free }), false, why);
  }
});

test("without rules nothing is looked at, and what is no rule turns nobody away", () => {
  assert.equal(blockerOf([]), undefined);
  const wrong: BlockRule[] = [
    { kind: "address", value: "192.0.2" },
    { kind: "address", value: "192.0.2.1/32" },
    { kind: "network", value: "192.0.2.0/33" },
    { kind: "network", value: "192.0.2/24" },
    { kind: "country", value: "" },
    { kind: "agent", value: " " },
    { kind: "agent", value: "" },
  ];
  assert.equal(blockerOf(wrong), undefined);
  for (const { kind, value } of wrong) assert.equal(isBlockValue(kind, value), false);
});

let rules: BlockRule[] = [];
const site = { blocker: () => blockerOf(rules), contentVersion: () => 1 };
const routes: Parameters<typeof tryServer>[0] = (router) =>
  router.get("/", { access: "anyone", cache: true }, () => raw("a page"));
const open = await tryServer(routes, site);
const behind = await tryServer(routes, { ...site, trustedProxies: ["127.0.0.1"] });
after(() => Promise.all([open.server.close(), behind.server.close()]));

test("who is turned away gets no page, kept or not, and who watches over the site is answered", async () => {
  assert.equal((await open.ask("/")).status, 200);
  rules = [{ kind: "address", value: "127.0.0.1" }];
  const { status, text, headers } = await open.ask("/");
  assert.equal(status, 403);
  assert.equal(text, "This site does not take requests from here.\n");
  assert.equal(headers["cache-control"], "no-store");
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal((await open.ask("/nowhere/")).status, 403);
  assert.equal((await open.ask("/", { method: "HEAD" })).text, "");
  assert.equal((await open.ask("/health")).status, 200);
  const injected = await open.server.fastify.inject({ url: "/", headers: { host: "localhost" } });
  assert.equal(injected.statusCode, 403);
  rules = [];
  assert.equal((await open.ask("/")).status, 200);
});

test("address and country are what a trusted proxy says, and nobody else", async () => {
  rules = [
    { kind: "address", value: "203.0.113.9" },
    { kind: "country", value: "NL" },
  ];
  const cases: [headers: Record<string, string>, status: number][] = [
    [{ "x-forwarded-for": "203.0.113.9" }, 403],
    [{ "x-forwarded-for": "203.0.113.9, 198.51.100.1" }, 200],
    [{ "x-forwarded-for": "198.51.100.1", "cf-ipcountry": "NL" }, 403],
    [{ "x-forwarded-for": "198.51.100.1", "cf-ipcountry": "BE" }, 200],
  ];
  for (const [headers, status] of cases) {
    assert.equal((await behind.ask("/", { headers })).status, status, JSON.stringify(headers));
    assert.equal((await open.ask("/", { headers })).status, 200);
  }
});

test("the address is the one that Fastify knows", async (t) => {
  const isTrusted = trustedProxies(["127.0.0.1", "10.0.0.0/8"]);
  const trial = await tryServer((router) => router.get("/", { access: "anyone" }, (request) => request.ip), {
    trustedProxies: ["127.0.0.1", "10.0.0.0/8"],
  });
  t.after(() => trial.server.close());
  const socket = { remoteAddress: "127.0.0.1" };
  for (const said of ["203.0.113.9", "6.6.6.6, 203.0.113.9,10.1.1.1", "10.1.1.1", "unknown, 10.0.0.1", ""]) {
    const { text } = await trial.ask("/", { headers: { "x-forwarded-for": said } });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const request = { socket, headers: { "x-forwarded-for": said } } as unknown as IncomingMessage;
    assert.equal(clientAddress(request, isTrusted), text, said);
  }
});
