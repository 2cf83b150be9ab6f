import "../../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { describeThrown } from "#lib/log.ts";
import { startStandIn } from "../testing/stand-in.ts";
import { occurrenceOf } from "./occurrence.ts";
import { openSentry, type Sentry } from "./sentry.ts";

const service = await startStandIn();
after(() => service.close());
beforeEach(() => void (service.asked.length = 0));

const dsn = service.url.replace("//", "//0123456789abcdef@") + "/42";

function open(clock?: () => number): Sentry {
  const sentry = openSentry(dsn, clock);
  assert.ok(sentry !== undefined);
  return sentry;
}

function occurrence(error: Error) {
  const fields = { method: "GET", route: "/search/", requestId: "r1", ip: "203.0.113.7", password: "hunter2" };
  return occurrenceOf({ message: "a request failed", error: describeThrown(error), fields });
}

test("without a DSN there is no Sentry", () => {
  assert.equal(openSentry(undefined), undefined);
});

test("an error arrives as an event that Sentry reads, without what is private", async () => {
  const cause = new Error("Failed query: select 1\nparams: maya@example.org,hunter2");
  const sentry = open();
  sentry.send(occurrence(new TypeError("No page at /a?token=hunter2", { cause })));
  await sentry.close();
  const [{ method, path, body } = { method: "", path: "", body: "" }] = service.asked;
  assert.deepEqual([method, path.split("?")[0]], ["POST", "/api/42/envelope/"]);
  assert.match(path, /sentry_key=0123456789abcdef/);
  const [header, item, event] = body.split("\n").map((line): Record<string, unknown> => ({ ...JSON.parse(line) }));
  assert.match(String(header?.event_id), /^[0-9a-f]{32}$/);
  assert.equal(item?.type, "event");
  assert.deepEqual([event?.transaction, event?.platform, event?.environment], ["GET /search/", "node", "localhost"]);
  assert.match(body, /"type":"TypeError","value":"No page at \/a\?…\\ncaused by Error: Failed query: select 1/);
  assert.match(
    body,
    /"filename":"src\/apps\/operations\/errors\/sentry\.test\.ts","lineno":\d+,"colno":\d+,"in_app":true\}\]/,
  );
  assert.doesNotMatch(body, /hunter2|maya@|203\.0\.113/);
});

test("of errors that are alike one a minute is sent", async () => {
  let now = 1_000_000;
  const sentry = open(() => now);
  const fail = async () => {
    sentry.send(occurrence(new Error("again")));
    await sentry.close();
  };
  await fail();
  await fail();
  sentry.send(occurrence(new Error("another")));
  await sentry.close();
  assert.equal(service.asked.length, 2);
  now += 60_000;
  await fail();
  assert.equal(service.asked.length, 3);
});

test("a service that asks to wait is left alone", async () => {
  const sentry = open();
  service.answers.push({ status: 429, headers: { "retry-after": "60" } });
  sentry.send(occurrence(new Error("one")));
  await sentry.close();
  sentry.send(occurrence(new Error("two")));
  await sentry.close();
  assert.equal(service.asked.length, 1);
});

test("a service that never answers holds nobody up for more than its deadline", async () => {
  const sentry = open();
  service.answers.push("nothing");
  sentry.send(occurrence(new Error("one")));
  await sentry.close();
  const other = open();
  other.send(occurrence(new Error("two")));
  await other.close();
  assert.equal(service.asked.length, 2);
});

test("a service that is not there troubles nobody", async () => {
  const sentry = openSentry("http://key@127.0.0.1:1/1");
  sentry?.send(occurrence(new Error("one")));
  await sentry?.close();
});
