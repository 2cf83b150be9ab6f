import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { createLog, onError, readable, type LoggedError } from "./log.ts";

function written(write: (log: ReturnType<typeof createLog>) => void): string {
  let lines = "";
  write(createLog({ level: "info", stream: { write: (line) => (lines += line) } }));
  return lines;
}

test("a record is one line of JSON with its time and level", () => {
  const line = written((log) => log.info({ path: "/", status: 200 }, "request"));
  const { time, ...rest }: { time?: string } = { ...JSON.parse(line) };
  assert.match(time ?? "", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(rest, { level: "info", path: "/", status: 200, msg: "request" });
  assert.equal(line.trim().split("\n").length, 1);
});

test("secrets are not written at any depth, whatever their name is spelled like", () => {
  const line = written((log) =>
    log.info({
      password: "hunter2",
      request: { headers: { Cookie: "hunter2", authorization: "hunter2", "set-cookie": ["hunter2"] } },
      items: [{ sessionToken: "hunter2" }, { apiKey: "hunter2", sig: "hunter2" }],
      kept: { author: "ada", keys: 3 },
    }),
  );
  assert.doesNotMatch(line, /hunter2/);
  assert.match(line, /"author":"ada","keys":3/);
});

test("an error keeps its stack and causes, but neither query parameters nor rows", () => {
  const cause = Object.assign(new Error("duplicate key"), { code: "23505", detail: "(email)=(maya@example.org)" });
  const error = new Error("Failed query: insert into accounts\nparams: maya@example.org,hunter2", { cause });
  for (const name of ["error", "err"]) {
    const line = written((log) => log.error({ [name]: error }, "failed"));
    assert.doesNotMatch(line, /maya@example|hunter2/);
    assert.match(line, /insert into accounts/);
    assert.match(line, /log\.test\.ts/);
    assert.match(line, /"code":"23505"/);
  }
});

test("a parameter of many lines is left out whole, of the message and of the stack", () => {
  const error = new Error("Failed query: select 1\nparams: one,first line\nsecond line\n    at hunter2 (file.ts:1:1)");
  const line = written((log) => log.error({ error }, "failed"));
  assert.doesNotMatch(line, /first line|second line|hunter2/);
  assert.match(line, /log\.test\.ts/);
});

test("who listens hears of errors only, with what their loggers know, whatever is written", () => {
  const heard: LoggedError[] = [];
  const stop = onError((logged) => heard.push(logged));
  let lines = "";
  const log = createLog({ level: "silent", stream: { write: (line) => (lines += line) } });
  log.child({ task: "mail.send" }).error({ error: new TypeError("no"), token: "hunter2", path: "/a/" }, "task");
  log.fatal("the end");
  log.warn("not this");
  stop();
  log.error("nor this");
  assert.equal(lines, "");
  assert.deepEqual(
    heard.map(({ message, error, fields }) => [message, error?.type, fields]),
    [
      ["task", "TypeError", { task: "mail.send", token: "[Redacted]", path: "/a/" }],
      ["the end", undefined, {}],
    ],
  );
});

test("a record that refers to itself is cut, not followed for ever", () => {
  const loop: Record<string, unknown> = { name: "loop" };
  loop.self = loop;
  assert.match(
    written((log) => log.info({ loop }, "still here")),
    /still here/,
  );
});

test("a person reads the time, the level, the message, the fields, and a stack below", () => {
  let shown = "";
  const log = createLog({ level: "info", stream: readable({ write: (text) => (shown += text) }) });
  log.info({ status: 200, path: "/a b" }, "request");
  log.error({ error: new Error("outer", { cause: new Error("inner") }) }, "failed");
  const plain = stripVTControlCharacters(shown);
  assert.match(plain, /^\d\d:\d\d:\d\d info {2}request status=200 path=\/a b\n/);
  assert.match(plain, /error failed\n {2}Error: outer\n(.*\n)+ {2}caused by\n {2}Error: inner/);
});
