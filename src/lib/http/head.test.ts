import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { headOf, writeHead } from "./head.ts";

const body = Buffer.from("<p>a page</p>");
const headers = { etag: '"a"', vary: "Accept-Encoding, Cookie" };

const heads: Record<string, (response: ServerResponse) => void> = {
  "/page": (response) => writeHead(response, headOf(200, headers, body.length)),
  "/page/plain": (response) => response.writeHead(200, { ...headers, "content-length": body.length }),
  "/stale": (response) => writeHead(response, headOf(200, headers, body.length), ["age", "7"]),
  "/stale/plain": (response) => response.writeHead(200, { ...headers, "content-length": body.length, age: "7" }),
  "/same": (response) => writeHead(response, headOf(304, headers)),
  "/same/plain": (response) => response.writeHead(304, headers),
};

test("a head that was written before is the one that Node writes, byte for byte", async () => {
  const server = createServer((request, response) => {
    heads[request.url ?? ""]?.(response);
    response.end(request.method === "HEAD" || request.url?.startsWith("/same") ? undefined : body);
  }).listen(0);
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const ask = async (path: string, method: string, rest: string): Promise<string> => {
    const socket = connect(port);
    // The second request shows that the first answer ended where it says.
    socket.end(`${method} ${path} ${rest}\r\n\r\n`.repeat(2));
    return (await text(socket)).replaceAll(/^Date: .*\r\n/gm, "");
  };
  for (const path of ["/page", "/stale", "/same"]) {
    for (const method of ["GET", "HEAD"]) {
      for (const rest of ["HTTP/1.1\r\nHost: a", "HTTP/1.1\r\nHost: a\r\nConnection: close", "HTTP/1.0"]) {
        const plain = await ask(`${path}/plain`, method, rest);
        assert.match(plain, /^HTTP\/1\.1 (200|304) /);
        assert.equal(await ask(path, method, rest), plain, `${method} ${path} ${rest}`);
      }
    }
  }
  server.close();
});

test("a field that cannot be sent is refused when the head is written", () => {
  assert.throws(() => headOf(200, { etag: "a\r\nset-cookie: b" }), { code: "ERR_INVALID_CHAR" });
});
