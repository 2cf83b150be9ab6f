import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { after, beforeEach, test } from "node:test";
import { connect, db, disconnect } from "#lib/db.ts";
import { testDatabase } from "../../../test/helpers/database.ts";
import { askSite, saveSample, sayWhetherSiteAnswers } from "./sampling.ts";
import { uptimeSamples } from "./schema.ts";
import { listIncidents, readUptime, shareOf } from "./uptime.ts";
import { sweepUptime } from "./uptime-tasks.ts";
import { percent } from "./words.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});
beforeEach(async () => void (await db.delete(uptimeSamples)));

const now = new Date("2026-11-27T12:00:30Z");
const before = (minutes: number): Date => new Date(Date.parse("2026-11-27T12:00:00Z") - minutes * 60_000);
const refused = "It answered 503.";

/** Samples from so many minutes ago on, one a minute, until now, but for those whose fate is `missing`. */
async function watch(since: number, fate: (ago: number) => string | null): Promise<void> {
  const rows = Array.from({ length: since }, (_, index) => ({ ago: since - index, fate: fate(since - index) }));
  await db
    .insert(uptimeSamples)
    .values(
      rows.flatMap(({ ago, fate: problem }) => (problem === "missing" ? [] : [{ at: before(ago), ms: ago, problem }])),
    );
}

test("a minute is kept once, with what it met first", async () => {
  await saveSample(new Date("2026-11-27T12:00:05Z"), { ms: 12, problem: null });
  await saveSample(new Date("2026-11-27T12:00:55Z"), { ms: 99, problem: refused });
  assert.deepEqual(await db.select().from(uptimeSamples), [
    { at: new Date("2026-11-27T12:00:00Z"), ms: 12, problem: null },
  ]);
});

test("a day has what answered, what failed and what is missing, and begins where watching began", async () => {
  await watch(1440, (ago) => (ago <= 10 ? refused : ago > 60 && ago <= 90 ? "missing" : null));
  const { days, ...all } = await readUptime(now, 30);
  assert.deepEqual(
    days.map(({ day, answered, failed, missing }) => [day, answered, failed, missing]),
    [
      ["2026-11-26", 720, 0, 0],
      ["2026-11-27", 680, 10, 30],
    ],
  );
  assert.deepEqual(all, { answered: 1400, failed: 10, missing: 30 });
  assert.equal(percent(shareOf(all)), "99.29%");
  assert.deepEqual([days[0]?.medianMs, days[0]?.p95Ms], [1080, 1404]);
});

test("before anything was watched there are no days and no share", async () => {
  const uptime = await readUptime(now, 30);
  assert.deepEqual(uptime, { days: [], answered: 0, failed: 0, missing: 0 });
  assert.equal(shareOf(uptime), undefined);
  assert.deepEqual(await listIncidents(now, 30), []);
});

test("failures with no answer between them are one incident, however a minute is missing", async () => {
  await watch(300, (ago) => (ago === 205 ? "missing" : ago > 200 && ago <= 210 ? refused : null));
  assert.deepEqual(await listIncidents(now, 30), [
    { from: before(210), to: before(200), minutes: 9, problem: refused, isOpen: false },
  ]);
});

test("one answer between them makes two of it, and one that lasts is open", async () => {
  await watch(100, (ago) => (ago <= 3 || (ago >= 5 && ago <= 8) ? refused : null));
  const incidents = await listIncidents(now, 30);
  assert.deepEqual(
    incidents.map(({ minutes, isOpen }) => [minutes, isOpen]),
    [
      [3, true],
      [4, false],
    ],
  );
});

test("a time in which nobody asked is told apart, and one that lasts too", async () => {
  await watch(600, (ago) => (ago < 20 || (ago > 100 && ago <= 220) ? "missing" : null));
  assert.deepEqual(await listIncidents(now, 30), [
    { from: before(19), to: before(0), minutes: 19, problem: null, isOpen: true },
    { from: before(220), to: before(100), minutes: 120, problem: null, isOpen: false },
  ]);
});

test("the check is wrong after three failures in a row, and only while they are new", async () => {
  await saveSample(minutesAgo(2), { ms: 1, problem: refused });
  await saveSample(minutesAgo(1), { ms: 1, problem: refused });
  assert.equal(await sayWhetherSiteAnswers(), undefined);
  await saveSample(minutesAgo(0), { ms: 1, problem: "The certificate has expired." });
  assert.match(String(await sayWhetherSiteAnswers()), /cannot open http:\/\/localhost.*The certificate has expired\./);
  await db.delete(uptimeSamples);
  for (const ago of [30, 31, 32]) await saveSample(minutesAgo(ago), { ms: 1, problem: refused });
  assert.equal(await sayWhetherSiteAnswers(), undefined);
});

test("what is older than 90 days is swept", async () => {
  await saveSample(minutesAgo(89 * 1440), { ms: 1, problem: null });
  await saveSample(minutesAgo(91 * 1440), { ms: 1, problem: null });
  await sweepUptime.now({ slot: new Date() });
  assert.equal((await db.select().from(uptimeSamples)).length, 1);
});

test("whatever keeps a reader from the front page becomes a sentence", async () => {
  assert.equal(await problemOf((_request, response) => response.end("<html></html>")), null);
  assert.equal(await problemOf((_request, response) => response.writeHead(502).end("</html>")), "It answered 502.");
  assert.equal(await problemOf((_, response) => response.writeHead(301, { location: "/x" }).end()), "It answered 301.");
  assert.equal(await problemOf((_request, response) => response.end("<html>")), "The answer was no whole page.");
  assert.equal(await problemOf((request) => request.socket.destroy()), "The connection broke off.");
  assert.equal(
    (await askSite(`http://127.0.0.1:${await freePort()}/`)).problem,
    "Nothing listens at the address of the site.",
  );
  assert.equal((await askSite("http://nowhere.invalid/")).problem, "The name of the site was not found.");
});

function minutesAgo(minutes: number): Date {
  return new Date(Date.now() - minutes * 60_000);
}

async function problemOf(answer: RequestListener): Promise<string | null> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const { problem } = await askSite(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`);
  server.close();
  server.closeAllConnections();
  return problem;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}
