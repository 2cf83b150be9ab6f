import "./helpers/environment.ts";
import assert from "node:assert/strict";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { z } from "zod";
import { tasks } from "#apps.ts";
import { buildAssets } from "#lib/assets.ts";
import { config } from "#config.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { drainTasks, task } from "#lib/jobs.ts";
import { anonymous, sessionCookie, type Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { createSite } from "../src/site.tsx";
import { findMarkupFaults } from "./helpers/markup.ts";
import { findBarriers, findOverflow } from "./helpers/accessibility.ts";
import { openBrowser } from "./helpers/browser.ts";
import { skip } from "./helpers/chromium.ts";
import { testDatabase } from "./helpers/database.ts";
import { checkStates, uptimeSamples } from "#apps/operations/schema.ts";

const token = "a token for this test alone";
config.METRICS_TOKEN = token.replaceAll(" ", "-");
const database = await testDatabase();
connect(database.url);
buildAssets(join(tmpdir(), "lectern-test-assets"));
const operator: Viewer = { id: 1, isMember: false, permissions: ["operations.view"] };
const viewers: Record<string, Viewer> = { operator, another: { ...operator, permissions: ["another"] } };
const site = await createSite({
  maxBusyMs: Number.POSITIVE_INFINITY,
  viewerOf: ({ headers }) => viewers[headers.cookie?.split("=")[1] ?? ""] ?? anonymous,
});

after(async () => {
  await site.close();
  await disconnect();
  await database.drop();
});

const ask = (url: string, headers: Record<string, string> = {}) =>
  site.fastify.inject({ url, headers: { host: "localhost", ...headers } });
const authorized = { authorization: `Bearer ${config.METRICS_TOKEN}` };
const scrape = async (): Promise<string> => (await ask(urls.metrics(), authorized)).body;
const asOperator = () => ask(urls.staffUptime(), { cookie: `${sessionCookie}=operator` });

/** The value of a line of the metrics, whose labels may come in any order. */
function figure(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const line = text
    .split("\n")
    .find((each) => /^\w+/.exec(each)?.[0] === name && wanted.every((label) => each.includes(label)));
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}

test("metrics are for whoever has the token, and are not there where no token is set", async () => {
  for (const authorization of ["", "Bearer", "Bearer wrong", `Basic ${config.METRICS_TOKEN}`, `Bearer ${token}`]) {
    const refused = await ask(urls.metrics(), authorization === "" ? {} : { authorization });
    assert.equal(refused.statusCode, 401, authorization);
    assert.match(String(refused.headers["www-authenticate"]), /^Bearer/);
    assert.doesNotMatch(refused.body, /lectern_/);
  }
  const { statusCode, headers } = await ask(urls.metrics(), { ...authorized, host: "10.0.0.7:3000" });
  assert.equal(statusCode, 200, "whoever scrapes asks a process by its own address");
  assert.match(String(headers["content-type"]), /^text\/plain; version=0\.0\.4/);
  assert.equal(headers["cache-control"], "no-store");

  const given = config.METRICS_TOKEN;
  config.METRICS_TOKEN = undefined;
  assert.equal((await ask(urls.metrics(), authorized)).statusCode, 404);
  config.METRICS_TOKEN = given;
});

test("requests are counted by app, method and class of status, and never by their address", async () => {
  const labels = { app: "entries", method: "GET", status: "4xx" };
  const count = (text: string) => figure(text, "lectern_http_request_duration_seconds_count", labels) ?? 0;
  const before = await scrape();
  await ask("/nowhere-in-particular/");
  await site.fastify.inject({ url: "/nowhere-in-particular/", method: "DELETE", headers: { host: "localhost" } });
  const text = await scrape();
  assert.equal(count(text), count(before) + 1);
  assert.ok(figure(text, "lectern_http_request_duration_seconds_bucket", { app: "http", le: "+Inf" }) === undefined);
  assert.ok((figure(text, "lectern_http_request_duration_seconds_count", { method: "DELETE" }) ?? 0) > 0);
  assert.doesNotMatch(text, /nowhere-in-particular/);
});

test("the page cache and files are counted without being slowed down", async () => {
  const before = await scrape();
  for (let times = 0; times < 3; times++) await ask(urls.home());
  await ask("/static/nothing.css");
  const text = await scrape();
  const risen = (name: string, labels = {}) => (figure(text, name, labels) ?? 0) - (figure(before, name, labels) ?? 0);
  assert.equal(risen("lectern_page_cache_requests_total", { outcome: "miss" }), 1);
  assert.equal(risen("lectern_page_cache_requests_total", { outcome: "hit" }), 2);
  assert.equal(risen("lectern_static_requests_total"), 1);
  assert.ok(risen("lectern_page_cache_bytes") > 1000);
});

test("what waits, is dead and has ended in the background is told by task", async () => {
  const work = task(
    "trial.work",
    { input: z.object({ fails: z.boolean() }), retry: { limit: 0 } },
    async ({ fails }) => {
      if (fails) throw new Error("no");
    },
  );
  await work.later({ fails: false });
  await work.later({ fails: true });
  await drainTasks([work]);
  await work.later({ fails: false }, { inSeconds: 3600 });
  await work.later({ fails: false });
  // What the database knows is asked for again after five seconds.
  const { collectMetrics } = await import("#apps/operations/metrics/collect.ts");
  const text = await collectMetrics().write(() => undefined);
  const jobs = (standing: string) => figure(text, "lectern_jobs", { task: "trial.work", standing });
  assert.deepEqual(["waiting", "later", "running", "dead"].map(jobs), [1, 1, 0, 1]);
  const ended = (outcome: string) => figure(text, "lectern_jobs_ended_last_hour", { task: "trial.work", outcome });
  assert.deepEqual(["done", "dead"].map(ended), [1, 1]);
  assert.ok((figure(text, "lectern_job_duration_last_hour_seconds", { quantile: "0.95" }) ?? -1) >= 0);
  assert.ok((figure(text, "lectern_job_oldest_waiting_seconds", { task: "trial.work" }) ?? -1) >= 0);
  assert.equal(figure(text, "lectern_database_up"), 1);
  assert.ok((figure(text, "process_resident_memory_bytes") ?? 0) > 1e7);
});

test("a process is ready when its database is there and up to date, and says so to anyone at any address", async () => {
  const { statusCode, body, headers } = await ask(urls.ready(), { host: "10.0.0.7:3000" });
  assert.deepEqual([statusCode, body, headers["cache-control"]], [200, "ready\n", "no-store"]);
});

test("a process that is told to stop says so to whoever still has a connection", async (t) => {
  const stopping = await createSite({ graceMs: 10_000 });
  const { port } = new URL(await stopping.listen({ host: "127.0.0.1", port: 0 }));
  const agent = new Agent({ keepAlive: true });
  t.after(() => {
    agent.destroy();
    return stopping.close();
  });
  const look = () =>
    new Promise<string>((resolve, reject) => {
      const request = get({ port, path: urls.ready(), agent }, (response) => void text(response).then(resolve, reject));
      request.on("error", reject);
    });
  assert.equal(await look(), "ready\n");
  void stopping.close();
  assert.equal(await look(), "This process is stopping.\n");
});

test("readers do not learn that the page of the operator exists", async () => {
  // Who is not known may be the operator.
  assert.equal((await ask(urls.staffUptime())).statusCode, 303);
  assert.equal((await ask(urls.staffUptime(), { cookie: `${sessionCookie}=another` })).statusCode, 404);
  const page = await asOperator();
  assert.equal(page.statusCode, 200);
  assert.ok(page.body.includes("Nobody has asked yet"));
  assert.match(page.body, /<meta name="robots" content="noindex"/);
  assert.equal(page.headers["cache-control"], "private, no-store");
  assert.deepEqual(await findMarkupFaults(page.body), []);
});

test("the page shows days, incidents and checks, in valid markup", async () => {
  const thisMinute = Math.floor(Date.now() / 60_000) * 60_000;
  await db.insert(uptimeSamples).values(
    Array.from({ length: 3000 }, (_, ago) => ({
      at: new Date(thisMinute - ago * 60_000),
      ms: 40,
      problem: ago < 4 || (ago > 100 && ago < 110) ? "It answered 503." : null,
    })),
  );
  await db.insert(checkStates).values([
    { name: "all well", problem: null },
    { name: "not well", problem: "Something <is> wrong." },
  ]);
  const { body } = await asOperator();
  assert.match(body, /It does not answer/);
  assert.match(body, /<strong>99\.5\d%<\/strong> of [23],\d{3} minutes answered/);
  assert.match(body, /9 min/);
  assert.match(body, /Something &lt;is&gt; wrong\./);
  assert.ok(body.indexOf("not well") < body.indexOf("all well"));
  assert.deepEqual(await findMarkupFaults(body), []);
});

test("it can be used by everybody, in light and dark, and is not wider than a phone", { skip }, async (t) => {
  const operated = await createSite({ viewerOf: () => operator });
  t.after(() => operated.close());
  const origin = await operated.listen({ host: "127.0.0.1", port: 0 });
  const browser = await openBrowser();
  assert.deepEqual(await findBarriers(browser, [origin + urls.staffUptime()]), []);
  const page = await browser.newPage({ viewport: { width: 320, height: 700 } });
  await page.goto(origin + urls.staffUptime());
  assert.equal(await findOverflow(page), undefined);
  await page.close();
});

test("the tasks of the operator are known to the worker", () => {
  const names = new Set(tasks.map(({ name }) => name));
  assert.ok(names.has("operations.sample-uptime") && names.has("operations.sweep-uptime"));
});
