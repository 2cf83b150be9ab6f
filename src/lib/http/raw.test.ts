import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { raw } from "../jsx/jsx-runtime.ts";
import { tryServer } from "./try.ts";

const trial = await tryServer(
  (router) => {
    router.get("/page/", { access: "anyone", cache: true }, () => raw("<p>a page</p>"));
    router.post("/things/", { access: "anyone", csrf: false }, (request) => typeof request.body);
  },
  { contentVersion: () => 1 },
);
after(() => trial.server.close());

const end = "Host: localhost\r\nConnection: close\r\n\r\n";
const json = "Content-Type: application/json\r\nHost: localhost\r\nConnection: close\r\n";
const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
const post = (body: string) => `POST /things/ HTTP/1.1\r\n${json}Content-Length: ${body.length}\r\n\r\n${body}`;

const requests: [name: string, bytes: string, statuses: number[]][] = [
  ["a plain request", `GET /page/ HTTP/1.1\r\n${end}`, [200]],
  ["two in one packet", `GET /page/ HTTP/1.1\r\nHost: localhost\r\n\r\nGET /page/ HTTP/1.1\r\n${end}`, [200, 200]],
  ["an absolute address", "GET http://localhost/page/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [200]],
  ["an absolute address of another host", `GET http://evil.example/page/ HTTP/1.1\r\n${end}`, [400]],
  ["no host", "GET /page/ HTTP/1.1\r\nConnection: close\r\n\r\n", [400]],
  ["no host in HTTP/1.0", "GET /page/ HTTP/1.0\r\n\r\n", [400]],
  ["health in HTTP/1.0", "GET /health HTTP/1.0\r\n\r\n", [200]],
  ["two hosts", `GET /page/ HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n`, [400]],
  [
    "two lengths of the body",
    `POST /things/ HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n${end}0\r\n\r\n`,
    [400],
  ],
  ["two different lengths", `POST /things/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n${end}ab`, [400]],
  ["a negative length", `POST /things/ HTTP/1.1\r\nContent-Length: -1\r\n${end}`, [400]],
  ["a chunk without a size", `POST /things/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n${end}zz\r\n`, [400]],
  ["a NUL in the path", `GET /pa\0ge/ HTTP/1.1\r\n${end}`, [400]],
  ["a NUL in a header", `GET /page/ HTTP/1.1\r\nX-A: a\0b\r\n${end}`, [400]],
  ["a space before the colon", `GET /page/ HTTP/1.1\r\nX-A : b\r\n${end}`, [400]],
  ["an unknown method", `BREW /page/ HTTP/1.1\r\n${end}`, [400]],
  ["not HTTP", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400]],
  ["OPTIONS *", `OPTIONS * HTTP/1.1\r\n${end}`, [404]],
  ["10,000 headers", `GET /page/ HTTP/1.1\r\n${"a:b\r\n".repeat(10_000)}${end}`, [431]],
  ["a header of 20 KB", `GET /page/ HTTP/1.1\r\nX-A: ${"a".repeat(20_000)}\r\n${end}`, [431]],
  ["1,000 parameters", `GET /page/?${"a[]=1&".repeat(1000)} HTTP/1.1\r\n${end}`, [200]],
  ["parameters of a prototype", `GET /page/?__proto__[x]=1&constructor=1 HTTP/1.1\r\n${end}`, [200]],
  ["an address of dots", `GET /../../etc/passwd HTTP/1.1\r\n${end}`, [404]],
  ["bytes that are not UTF-8", `GET /page/%ff%fe/ HTTP/1.1\r\n${end}`, [400]],
  ["JSON that is 100,000 deep", post(deep), [200, 400]],
  ["JSON of a prototype", post('{"a":{"constructor":{"prototype":{"x":1}}}}'), [400]],
  ["JSON of 2 MB", post(`"${"a".repeat(2_000_000)}"`), [413]],
  ["a form of 10,000 fields", post("a=1&".repeat(10_000)).replace("json", "x-www-form-urlencoded"), [200]],
  ["a body of no known type", post("a=1").replace("application/json", "application/x-strange"), [415]],
];

for (const [name, bytes, statuses] of requests) {
  test(`${name}: ${statuses.join(" or ")}`, async () => {
    const answered = await trial.sendRaw(bytes);
    const seen = [...answered.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
    assert.ok(seen.length > 0 && seen.every((status) => statuses.includes(status)), answered.slice(0, 300));
    if (name.startsWith("two in one")) assert.equal(seen.length, 2);
    assert.equal(Reflect.get({}, "x"), undefined);
  });
}

test("after all of that the server still answers, and nothing was a fault of ours", async () => {
  assert.equal((await trial.ask("/page/")).status, 200);
  assert.deepEqual(
    trial.records.filter(({ level }) => level === "error"),
    [],
  );
});
