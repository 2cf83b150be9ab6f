import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { Socket } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { fetchOutside, isPublicAddress, OutsideError } from "./outside.ts";

// Names lead to a server of the test's own on the loopback address, which counts as public for the length of a test.
const names = new Map<string, readonly string[]>();
const network = {
  resolve: async (host: string) => names.get(host) ?? [],
  isPublic: (address: string) => address === "127.0.0.1" || isPublicAddress(address),
};

let server: Server;
let port: number;
let answer: RequestListener;
let connections = 0;

before(async () => {
  server = createServer((request, response) => answer(request, response)).on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  port = address.port;
});

beforeEach(() => {
  names.clear();
  names.set("images.test", ["127.0.0.1"]);
  connections = 0;
  answer = (_request, response) => response.end("picture");
});

after(() => {
  server.closeAllConnections();
  server.close();
});

const fetchTest = (path: string, options: { maxBytes?: number; timeoutMs?: number; hosts?: string[] } = {}) =>
  fetchOutside(path.startsWith("/") ? `http://images.test:${port}${path}` : path, {
    maxBytes: 1000,
    hosts: [`images.test:${port}`],
    network,
    ...options,
  });

const rejects = (promise: Promise<unknown>, outcome: "refused" | "failed", message: RegExp) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof OutsideError, String(error));
    assert.match(error.message, message);
    assert.equal(error.outcome, outcome);
    return true;
  });

test("an allowed public host is fetched under its own name", async () => {
  answer = (request, response) => {
    assert.equal(request.headers.host, `images.test:${port}`);
    assert.equal(request.headers["accept-encoding"], "identity");
    response.setHeader("content-type", "image/png").end("picture");
  };
  const { bytes, type, url } = await fetchTest("/a.png?x=1#part");
  assert.equal(bytes.toString(), "picture");
  assert.equal(type, "image/png");
  assert.equal(url, `http://images.test:${port}/a.png?x=1#part`);
});

test("a list of hosts knows exact names, subdomains and ports", async () => {
  const hosts = ["Exact.test", "*.tree.test", "port.test:8443"];
  for (const url of ["http://exact.test/", "https://EXACT.test./x", "http://a.tree.test/", "https://port.test:8443/"]) {
    await rejects(fetchTest(url, { hosts }), "failed", /has no address/);
  }
  for (const url of [
    "http://other.test/",
    "http://tree.test/",
    "http://eviltree.test/",
    "http://exact.test.evil.test/",
    "http://exact.test:8080/",
    "http://exact.test:22/",
    "https://port.test/",
    "http://evil.test/exact.test",
    "http://evil.test/#exact.test",
    "http://evil.test\\@exact.test/",
  ]) {
    await rejects(fetchTest(url, { hosts }), "refused", /not among the allowed hosts/);
  }
});

test("a name is resolved once, and the connection goes to the address that was checked", async () => {
  let asked = 0;
  const rebinding = {
    resolve: async () => {
      asked += 1;
      return asked === 1 ? ["127.0.0.1"] : ["10.0.0.1"];
    },
    isPublic: network.isPublic,
  };
  const options = { maxBytes: 1000, hosts: [`images.test:${port}`], network: rebinding };
  assert.equal((await fetchOutside(`http://images.test:${port}/`, options)).bytes.toString(), "picture");
  assert.equal(asked, 1);
  await rejects(fetchOutside(`http://images.test:${port}/`, options), "refused", /not a public address/);
});

test("one private address among public ones is enough to refuse", async () => {
  names.set("images.test", ["127.0.0.1", "10.0.0.1"]);
  await rejects(fetchTest("/"), "refused", /not a public address/);
  assert.equal(connections, 0);
});

test("redirects are followed three times, each checked like the first address", async () => {
  answer = (request, response) => {
    const left = Number(request.url?.slice(1));
    if (left === 0) response.end("arrived");
    else response.writeHead(302, { location: `/${left - 1}` }).end();
  };
  assert.equal((await fetchTest("/3")).bytes.toString(), "arrived");
  await rejects(fetchTest("/4"), "refused", /More than 3 redirects/);

  for (const [location, message] of [
    ["http://169.254.169.254/latest/meta-data/", /not among the allowed hosts/],
    ["file:///etc/passwd", /Only http and https/],
    ["//user:pass@images.test/", /user name or password/],
    ["http://[::1", /leads to no address/],
  ] as const) {
    answer = (_request, response) => response.writeHead(302, { location }).end();
    await rejects(fetchTest("/"), "refused", message);
    await rejects(
      fetchTest("/", { hosts: ["*", `*:${port}`] }),
      "refused",
      location.includes("169") ? /not a public address/ : message,
    );
  }
});

test("a body larger than allowed is cut off, announced or not", async () => {
  answer = (_request, response) => response.end("x".repeat(1001));
  await rejects(fetchTest("/"), "refused", /larger than/);
  answer = (_request, response) => {
    const timer = setInterval(() => response.write("x".repeat(400)), 1);
    response.on("close", () => clearInterval(timer));
  };
  await rejects(fetchTest("/"), "refused", /larger than/);
});

test("one deadline covers a mute server, a dripping body and a slow name", async () => {
  answer = () => {};
  await rejects(fetchTest("/", { timeoutMs: 50 }), "failed", /too long/);
  answer = (_request, response) => {
    const timer = setInterval(() => response.write("x"), 10);
    response.on("close", () => clearInterval(timer));
  };
  await rejects(fetchTest("/", { timeoutMs: 80 }), "failed", /too long/);
  const slow = { ...network, resolve: () => new Promise<string[]>(() => {}) };
  const options = { maxBytes: 10, timeoutMs: 50, hosts: ["*"], network: slow };
  await rejects(fetchOutside("http://images.test/", options), "failed", /too long/);
});

test("an error, a compressed body and a broken answer are failures", async () => {
  answer = (_request, response) => response.writeHead(404).end();
  await rejects(fetchTest("/"), "failed", /answered 404/);
  answer = (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("x");
  await rejects(fetchTest("/"), "failed", /answered in gzip/);
  answer = (_request, response) => {
    response.writeHead(200, { "content-length": 100 }).write("x");
    setTimeout(() => response.destroy(), 5);
  };
  await rejects(fetchTest("/"), "failed", /broke off/);
  answer = (request) => request.socket.destroy();
  await rejects(fetchTest("/"), "failed", /did not answer \(ECONNRESET\)/);
});

const privateHosts = [
  // The same few places, in every way the URL standard and resolvers let them be written.
  ..."127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0x7f.1 017700000001 0177.0.0.1 0177.1 127.255.255.254".split(
    " ",
  ),
  ..."127.0.0.1. 127.1. %31%32%37.0.0.1 １２７.０.０.１ 127。0。0。1 ⑫7.0.0.1 0x7F000001 00000177.0.0.1 0 0.0.0.0 0x0 00 0.1".split(
    " ",
  ),
  ..."10.0.0.1 10.255.255.255 0xa000001 167772161 012.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 3232235521".split(
    " ",
  ),
  ..."0xc0a80001 0300.0250.0.1 169.254.169.254 0xa9fea9fe 2852039166 0251.0376.0251.0376 169.254.43518 169.16689662".split(
    " ",
  ),
  ..."100.64.0.1 100.127.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.1".split(
    " ",
  ),
  ..."203.0.113.7 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 4294967295 0xffffffff".split(" "),
  ..."[::1] [::] [0:0:0:0:0:0:0:1] [0000::0001] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1] [::ffff:a9fe:a9fe]".split(
    " ",
  ),
  ..."[::ffff:8.8.8.8] [::127.0.0.1] [::7f00:1] [::a9fe:a9fe] [::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::a00:1]".split(
    " ",
  ),
  ..."[64:ff9b::8.8.8.8] [64:ff9b:1::1] [2002:7f00:1::] [2002:a00:1::1] [2002:a9fe:a9fe::] [2001::1] [2001:0:7f00:1::]".split(
    " ",
  ),
  ..."[2001:db8::1] [2001:10::1] [2001:20::1] [2001:2::1] [3fff::1] [fe80::1] [febf::1] [fec0::1] [fc00::1] [fd00::1]".split(
    " ",
  ),
  ..."[fd00:ec2::254] [ff02::1] [ff0e::1] [100::1] [5f00::1] [4000::1] [::2] [1::1]".split(" "),
];

const privateNames = {
  localhost: ["127.0.0.1", "::1"],
  "printer.local": ["192.168.1.20"],
  "metadata.google.internal": ["169.254.169.254"],
  "127.0.0.1.nip.test": ["127.0.0.1"],
  "mapped.test": ["::ffff:127.0.0.1"],
  "zone.test": ["fe80::1%eth0"],
  "nonsense.test": ["not-an-address"],
  "mixed.test": ["93.184.215.14", "10.0.0.1"],
  "nat64.test": ["64:ff9b::7f00:1"],
  "xn--bcher-kva.test": ["10.1.2.3"],
};

const oddUrls = [
  ..."file:///etc/passwd ftp://127.0.0.1/ gopher://127.0.0.1:70/ data:image/png;base64,AAAA javascript:alert(1)".split(
    " ",
  ),
  ..."dict://127.0.0.1:11211/ ldap://127.0.0.1/ blob:http://127.0.0.1/x //127.0.0.1/ 127.0.0.1 http:// http://[::1 ".split(
    " ",
  ),
  ..."http://user@127.0.0.1/ http://a:b@127.0.0.1/ http://127.0.0.1:22/ http://127.0.0.1:6379/ https://[::1]:8080/".split(
    " ",
  ),
  ..."http://256.256.256.256/ http://127.0.0.1.1.1/ http://1.2.3.4.5/ http://0x/ http:127.0.0.1 http:\\\\127.0.0.1".split(
    " ",
  ),
  ..."http://[fe80::1%25eth0]/ http://[::ffff:127.0.0.1]:80/ http://127.0.0.1\t/ http://\u0000127.0.0.1/".split(" "),
  `http://127.0.0.1/${"a".repeat(5000)}`,
];

test("hostile addresses open no socket, whatever the list of hosts allows", async ({ mock }) => {
  const connect = mock.method(Socket.prototype, "connect");
  for (const [name, addresses] of Object.entries(privateNames)) names.set(name, addresses);
  const urls = [...privateHosts, ...Object.keys(privateNames)].map((host) => `http://${host}/`).concat(oddUrls);
  assert.ok(urls.length >= 120, `only ${urls.length} addresses`);
  const strict = { resolve: network.resolve, isPublic: isPublicAddress };
  for (const url of urls) {
    const attempt = fetchOutside(url, { maxBytes: 10, timeoutMs: 500, hosts: ["*"], network: strict });
    await assert.rejects(attempt, (error) => error instanceof OutsideError && error.outcome === "refused", url);
  }
  assert.equal(connect.mock.callCount(), 0);
});

test("a redirect to any of them makes no second connection", async () => {
  const open = { resolve: network.resolve, isPublic: (address: string) => address === "127.0.0.1" };
  const targets = privateHosts.filter((host) => new URL(`http://${host}/`).hostname !== "127.0.0.1");
  for (const host of targets) {
    answer = (_request, response) => response.writeHead(301, { location: `http://${host}/` }).end();
    const options = { maxBytes: 10, hosts: ["*", `images.test:${port}`], network: open };
    await rejects(fetchOutside(`http://images.test:${port}/`, options), "refused", /not a public address/);
  }
  assert.equal(connections, targets.length);
});

test("ordinary public addresses are public", () => {
  for (const address of ["8.8.8.8", "93.184.215.14", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450:4001::1"]) {
    assert.equal(isPublicAddress(address), true, address);
  }
});
