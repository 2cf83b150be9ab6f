import "./helpers/environment.ts";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { apps } from "#apps.ts";
import { readContentVersion, touchContent } from "#apps/catalog/content-version.ts";
import { buildAssets } from "#lib/assets.ts";
import { connect, disconnect } from "#lib/db.ts";
import { createSite } from "../src/site.tsx";
import { testDatabase } from "./helpers/database.ts";

const database = await testDatabase();
const way = await openWay(database.url);
connect(way.url);
for (const app of apps.toReversed()) await app.fixtures?.();
buildAssets(join(tmpdir(), "lectern-test-assets"));
await readContentVersion();
const site = await createSite({ maxBusyMs: Number.POSITIVE_INFINITY });

after(async () => {
  await site.close();
  await disconnect();
  way.close();
  await database.drop();
});

const ask = (url: string, headers: Record<string, string> = {}) =>
  site.fastify.inject({ url, headers: { host: "localhost", ...headers } });

test("without the database pages that were read are served, others answer 503 at once, and all comes back", async () => {
  const read = ["/", "/python-lists/", "/tutorials/", "/atom.xml"];
  const fresh = await Promise.all(read.map((url) => ask(url)));
  // What was read has changed since, so that none of it is fresh.
  await touchContent();
  await readContentVersion();
  way.cut();

  for (const [index, url] of read.entries()) {
    const page = await ask(url);
    assert.equal(page.statusCode, 200, url);
    assert.equal(page.body, fresh[index]?.body, url);
    assert.match(String(page.headers.age), /^\d+$/, url);
  }
  for (const url of [
    "/type-hints/",
    "/search/?q=lists",
    "/search/api/v1/?q=lists",
    "/tutorials/python/",
    "/nowhere/",
  ]) {
    const began = performance.now();
    const page = await ask(url);
    assert.equal(page.statusCode, 503, url);
    assert.ok(performance.now() - began < 1000, `${url} took ${performance.now() - began} ms`);
    assert.equal(page.headers["retry-after"], "5");
    assert.match(page.body, /cannot answer right now/);
    assert.match(String(page.headers["cache-control"]), /no-store/);
  }
  assert.equal((await ask("/health")).statusCode, 200);

  await way.mend();
  const back = await ask("/type-hints/");
  assert.equal(back.statusCode, 200);
  // For a second after a failure the renderer is left in peace.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.equal((await ask("/python-lists/")).headers.age, undefined);
});

/** A way to the database that can be cut, as if its machine had gone. */
async function openWay(url: string) {
  const target = new URL(url);
  const folder = target.searchParams.get("host");
  const port = Number(target.port || 5432);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = createConnection(
      folder === null ? { host: target.hostname, port } : { path: join(folder, `.s.PGSQL.${port}`) },
    );
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one.on("error", () => undefined).on("close", () => other.destroy()));
      one.pipe(other);
    }
  });
  const listen = async (place: number): Promise<number> => {
    server.listen(place, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  };
  const own = await listen(0);
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const passing = new URL(target.pathname, `postgres://127.0.0.1:${own}`);
  passing.username = target.username;
  passing.password = target.password;
  return { url: passing.href, cut, close: cut, mend: () => listen(own) };
}
