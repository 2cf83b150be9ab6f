import "./helpers/environment.ts";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { apps } from "#apps.ts";
import { readContentVersion, touchContent } from "#apps/catalog/content-version.ts";
import { buildAssets } from "#lib/assets.ts";
import { config } from "#config.ts";
import { connect, disconnect, poolState } from "#lib/db.ts";
import { createSite } from "../src/site.tsx";
import { testDatabase } from "./helpers/database.ts";

const database = await testDatabase();
const way = await openWay(database.url);
connect(way.url, { silenceMs: 4000 });
for (const app of apps.toReversed()) await app.fixtures?.();
buildAssets(join(tmpdir(), "lectern-test-assets"));
await readContentVersion();
config.METRICS_TOKEN = "only-for-this-test";
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
  const ready = await ask("/ready");
  assert.deepEqual([ready.statusCode, ready.body], [503, "The database cannot be reached.\n"]);
  assert.match(await scrape(), /^lectern_database_up 0$/m);

  await way.mend();
  await untilReady();
  const back = await ask("/type-hints/");
  assert.equal(back.statusCode, 200);
  // For a second after a failure the renderer is left in peace.
  await sleep(1000);
  assert.equal((await ask("/python-lists/")).headers.age, undefined);
});

test("a database that says nothing makes the process not ready, and holds neither that answer nor the metrics", async () => {
  assert.equal((await ask("/ready")).statusCode, 200);
  way.hold();
  for (let answer = await ask("/ready"); answer.statusCode !== 503; answer = await ask("/ready")) await sleep(50);
  // The same question is not asked again while it waits, so many who ask cost no more than one.
  await Promise.all(Array.from({ length: 50 }, () => ask("/ready")));
  assert.ok(poolState().size <= 4, `${poolState().size} connections`);
  assert.equal((await ask("/health")).statusCode, 200);
  // What was asked for just now is still told.
  await sleep(5000);
  const text = await scrape();
  assert.match(text, /^lectern_database_up 0$/m);
  assert.doesNotMatch(text, /^lectern_jobs\{/m);
  assert.match(text, /^lectern_http_request_duration_seconds_count/m);
  way.release();
  await untilReady();
});

test("what the database never answers is given up, and its connection is used no more", async () => {
  assert.equal((await ask("/search/?q=lists")).statusCode, 200);
  way.hold();
  const page = await ask("/search/?q=strings");
  assert.equal(page.statusCode, 503);
  assert.match(page.body, /cannot answer right now/);
  way.release();
  assert.equal((await ask("/search/?q=strings")).statusCode, 200);
});

async function scrape(): Promise<string> {
  const { body } = await ask("/metrics", { authorization: `Bearer ${config.METRICS_TOKEN}` });
  return body;
}

/** Five seconds are what it may take: faults A6. */
async function untilReady(): Promise<void> {
  const until = performance.now() + 5000;
  while ((await ask("/ready")).statusCode !== 200) {
    assert.ok(performance.now() < until, "it is not ready five seconds after the database came back");
    await sleep(50);
  }
}

/** A way to the database that can be cut, as if its machine had gone. */
async function openWay(url: string) {
  const target = new URL(url);
  const folder = target.searchParams.get("host");
  const port = Number(target.port || 5432);
  const sockets = new Set<Socket>();
  let isHeld = false;
  const server = createServer((near) => {
    if (isHeld) return void sockets.add(near.on("error", () => undefined));
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
    return undefined;
  });
  const listen = async (place: number): Promise<number> => {
    server.listen(place, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  };
  const own = await listen(0);
  // As a firewall that drops everything: nobody is told that nothing arrives.
  const hold = (): void => {
    isHeld = true;
    for (const socket of sockets) socket.unpipe().pause();
  };
  const release = (): void => void (isHeld = false);
  const cut = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const passing = new URL(target.pathname, `postgres://127.0.0.1:${own}`);
  passing.username = target.username;
  passing.password = target.password;
  return { url: passing.href, cut, hold, release, close: cut, mend: () => listen(own) };
}
