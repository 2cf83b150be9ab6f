import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { raw } from "../jsx/jsx-runtime.ts";
import { inWords, Limited } from "./problems.ts";
import { tryServer } from "./try.ts";

const refuse = (): never => {
  throw new Limited("There were too many tries.", 150);
};
const trial = await tryServer(
  (router) => {
    router.get("/page/", { access: "anyone" }, refuse);
    router.get("/api/", { access: "anyone" }, refuse);
  },
  { errorPage: ({ message, retryAfterSeconds }) => raw(`${message} ${retryAfterSeconds}`) },
);
after(() => trial.server.close());

test("whoever has done something too often is told when to come back, by a page and by a header", async () => {
  const { status, headers, text } = await trial.ask("/page/");
  assert.equal(status, 429);
  assert.equal(headers["retry-after"], "150");
  assert.equal(headers["cache-control"], "no-store");
  assert.equal(text, "There were too many tries. Please try again in 3 minutes. 150");
});

test("a program is told by a problem document", async () => {
  const { headers, text } = await trial.ask("/api/");
  assert.match(String(headers["content-type"]), /problem\+json/);
  const { status, detail, retryAfterSeconds } = { ...JSON.parse(text) };
  assert.deepEqual(
    [status, detail, retryAfterSeconds],
    [429, "There were too many tries. Please try again in 3 minutes.", 150],
  );
});

test("a time is said as one says it, and never shorter than it is", () => {
  const cases: [seconds: number, words: string][] = [
    [1, "1 second"],
    [59.2, "60 seconds"],
    [90, "90 seconds"],
    [91, "2 minutes"],
    [3600, "60 minutes"],
    [5401, "2 hours"],
    [86_400, "24 hours"],
  ];
  for (const [seconds, words] of cases) assert.equal(inWords(seconds), words);
});
