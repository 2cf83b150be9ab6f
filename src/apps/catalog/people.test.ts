import { visit, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { queryCount } from "#lib/db.ts";

test("the people who worked on something published are listed", async () => {
  const page = await visitOk("/team/");
  assert.match(page.html, /href="\/team\/ada\/"/);
  assert.match(page.text, /Otto Brandt Reads every line twice \d entries/);
});

test("a person's page shows who they are and what they wrote", async () => {
  const before = queryCount();
  const page = await visitOk("/team/ada/");
  assert.equal(queryCount() - before, 3);
  assert.match(page.html, /<h1>Ada Lindqvist<\/h1>/);
  assert.match(page.text, /She collects slide rules/);
  assert.match(page.html, /"@type":"Person","name":"Ada Lindqvist"/);
  assert.match(page.html, /href="\/decorators\/"/);
  assert.match(page.html, /href="\/team\/ada\/atom.xml"/);
});

test("only links to the web are shown, and they vouch for nothing", async () => {
  const page = await visitOk("/team/ada/");
  assert.match(page.html, /href="https:\/\/ada.example.org\/" rel="me nofollow noopener"/);
  assert.doesNotMatch(page.html, /javascript:|Not a website/);
});

test("nobody's page is not found", async () => {
  assert.equal((await visit("/team/nobody/")).status, 404);
  assert.equal((await visit("/team/ada/?page=9")).status, 404);
});
