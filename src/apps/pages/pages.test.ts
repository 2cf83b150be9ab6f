import { sam, visit, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { queryCount } from "#lib/db.ts";

test("a page shows its title and text, at the cost of one query", async () => {
  const before = queryCount();
  const page = await visitOk("/about/", { as: sam });
  assert.equal(queryCount() - before, 1);
  assert.match(page.html, /<h1>About this site<\/h1>/);
  assert.match(page.text, /people who learn by doing/);
});

test("a page is found without its last slash", async () => {
  const page = await visit("/about");
  assert.equal(page.status, 308);
  assert.equal(page.headers.location, "/about/");
});

test("a page is also Markdown", async () => {
  const page = await visitOk("/about.md");
  assert.match(page.html, /^# About this site\n\nWe write about \[Python\]\(\/tutorials\/python\/\)/);
});
