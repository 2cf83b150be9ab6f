import "../../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { describeThrown } from "#lib/log.ts";
import { withoutPrivate } from "./cleaning.ts";
import { readFrames } from "./fingerprint.ts";
import { occurrenceOf } from "./occurrence.ts";

const root = resolve(import.meta.dirname, "../../../..");

function occurrence(thrown: unknown, fields: Record<string, unknown> = {}) {
  return occurrenceOf({ message: "a request failed", error: describeThrown(thrown), fields });
}

function line(message: string) {
  return occurrenceOf({ message, error: undefined, fields: {} });
}

function failing(places: string, value: string): Error {
  return new Error(`Failed query: select where id in (${places})\nparams: ${value}`, {
    cause: new Error(`invalid input syntax for type integer: "${value}"`),
  });
}

function errorAt(message: string, ...frames: string[]): Error {
  const error = new TypeError(message);
  error.stack = [`TypeError: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

const here = `gradeAttempt (file://${root}/src/apps/quizzes/grading.ts:12:7)`;

test("a fingerprint stays when lines move and values change", () => {
  const one = errorAt('row17 of "maya" has no 0xff, 5e8f and 0b29f0ba-7a4d-4c55-9d3a-0f8f4f1f2c11', here);
  const other = errorAt(
    'row4711 of "sam" has no 0x01, 77aa and 11111111-2222-4333-8444-555555555555',
    `async gradeAttempt (file://${root}/src/apps/quizzes/grading.ts:99:1)`,
    "node:internal/process/task_queues:104:5",
    `run (file://${root}/node_modules/pg/lib/client.js:1:1)`,
  );
  assert.equal(occurrence(one).fingerprint, occurrence(other).fingerprint);
});

test("another class, message, function or file is another error", () => {
  const same = errorAt("no", here);
  const renamed = errorAt("no", here);
  renamed.name = "RangeError";
  const others = [
    renamed,
    errorAt("nothing", here),
    errorAt("no", here.replace("gradeAttempt", "saveAttempt")),
    errorAt("no", here.replace("grading.ts", "saving.ts")),
  ];
  const fingerprints = new Set([same, ...others].map((error) => occurrence(error).fingerprint));
  assert.equal(fingerprints.size, 5);
});

test("a query with more values is the same error, and so is its cause with another value", () => {
  const [one, other] = [failing("$1, $2", "12"), failing("$1, $2, $3", "x")];
  assert.equal(occurrence(one).fingerprint, occurrence(other).fingerprint);
  assert.match(occurrence(one).message, /^invalid input syntax.*\nFailed query: select/);
});

test("a long message hides no function", () => {
  const long = "x".repeat(20_000);
  const other = here.replace("gradeAttempt", "saveAttempt");
  assert.notEqual(occurrence(errorAt(long, here)).fingerprint, occurrence(errorAt(long, other)).fingerprint);
  assert.match(occurrence(errorAt(long, here)).stack, /^ {4}at gradeAttempt /);
});

test("a line without an error groups by its message", () => {
  assert.equal(line("the worker ended after 3 s").fingerprint, line("the worker ended after 14 s").fingerprint);
  assert.notEqual(line("the worker ended").fingerprint, line("the error page failed").fingerprint);
});

test("of what a line says only request, route and task are kept", () => {
  const fields = {
    requestId: "abc",
    method: "GET",
    route: "/mail/preferences/",
    path: "/people/maya/",
    ip: "203.0.113.7",
    url: "/?token=hunter2",
  };
  assert.deepEqual(occurrence(new Error("no"), fields).context, {
    line: "a request failed",
    requestId: "abc",
    method: "GET",
    route: "/mail/preferences/",
  });
});

test("passwords, queries, addresses of people and tokens are not kept", () => {
  const secrets = [
    "postgres://lectern:hunter2@db.example.org/lectern refused",
    "GET https://example.org/reset/?password=hunter2&x=1 failed",
    "cannot read /account?token=hunter2",
    "no such member: hunter2@example.org",
    "hunter2hunter2hunter2hunter2hunter2hunter2 is no session",
  ];
  for (const secret of secrets) {
    const { message, stack } = occurrence(new Error("outer", { cause: new Error(secret) }));
    assert.doesNotMatch(message + stack, /hunter2/, secret);
  }
  const plain = "Is /a/b.ts:3:1 right? See getEnvelopeEndpointWithUrlEncodedAuth in @sentry/core.";
  assert.equal(withoutPrivate(plain, 500), plain);
});

test("what Postgres cannot store is not kept, and what is long is cut", () => {
  const error = new Error(`a\0b\uD800${"x ".repeat(5000)}`);
  error.name = `Odd\0${"!".repeat(500)}`;
  const { type, message } = occurrence(error);
  assert.match(type, /^Odd!{50,99}$/);
  assert.match(message, /^ab\uFFFD/);
  assert.equal(message.length <= 2000, true);
});

test("frames are read from a real stack, those of the project by their place in it", () => {
  const [first] = readFrames(new Error("no").stack ?? "");
  assert.equal(first?.file, "src/apps/operations/errors/grouping.test.ts");
  assert.equal(first.isOurs, true);
  assert.ok(readFrames(new Error("no").stack ?? "").some(({ isOurs }) => !isOurs));
});
