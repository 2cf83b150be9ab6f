import { visit } from "../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { disconnect, queryCount } from "#lib/db.ts";
import { showProblem, wordsOf } from "./problem-page.tsx";

test("a missing page offers what the words in its address may have meant", async () => {
  const page = await visit("/2019/03/decorators-tears.html");
  assert.equal(page.status, 404);
  assert.match(page.html, /<a href="\/decorators\/">Decorators without tears<\/a>/);
  assert.match(page.html, /name="q" value="decorators tears"/);
  assert.match(page.html, /<meta name="robots" content="noindex">/);
});

test("a missing page without words asks nothing of the database", async () => {
  const before = queryCount();
  const { value } = await showProblem({
    status: 404,
    title: "Page not found",
    message: "Nothing here.",
    path: "/2019/",
  });
  assert.equal(queryCount(), before);
  assert.doesNotMatch(value, /Perhaps/);
});

test("a failure says a sentence and its number, and asks nothing of the database", async () => {
  const before = queryCount();
  const { value } = await showProblem({
    status: 503,
    title: "Service unavailable",
    message: "The site cannot answer right now.",
    path: "/decorators/",
    requestId: "q7",
  });
  assert.equal(queryCount(), before);
  assert.match(value, /The site cannot answer right now\..*<code>q7<\/code>/s);
});

test("whoever was too busy is told that waiting is all there is to do", async () => {
  const before = queryCount();
  const { value } = await showProblem({
    status: 429,
    title: "Too Many Requests",
    message: "There was a lot to do. Please try again in 3 minutes.",
    path: "/search/",
    retryAfterSeconds: 150,
  });
  assert.equal(queryCount(), before);
  assert.match(value, /Please try again in 3 minutes\..*Nothing is wrong with your account/s);
});

test("what an address contains stays text", async () => {
  const page = await visit("/%22%3E%3Cscript%3Ealert(1)%3C/script%3E/");
  assert.equal(page.status, 404);
  assert.doesNotMatch(page.html, /<script>alert/);
  assert.equal(wordsOf("/%E0%A4%A/broken"), "E0 A4 A broken");
});

test("a missing page is a page while the database is down", async () => {
  await disconnect();
  const { value } = await showProblem({
    status: 404,
    title: "Page not found",
    message: "Nothing here.",
    path: "/lists/",
  });
  assert.match(value, /name="q" value="lists"/);
});
