import { sam, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EntryCard } from "#apps/catalog/entries.ts";
import { config } from "#config.ts";
import { queryCount } from "#lib/db.ts";
import { HomePage } from "./views/home.tsx";

test("the front page shows the newest tutorials, the series, topics, levels and pages, at the cost of six queries", async () => {
  const before = queryCount();
  const page = await visitOk("/", { as: sam });
  assert.equal(queryCount() - before, 6);
  assert.ok(page.html.includes(`<h1>${config.SITE_TAGLINE}</h1>`));
  for (const words of [
    "Your first package",
    "Decorators without tears",
    "Data structures",
    "Intermediate",
    "About this site",
  ]) {
    assert.ok(page.text.includes(words), words);
  }
});

test("an empty site says what to do next", () => {
  const { value } = <HomePage newest={[]} total={0} series={[]} topics={[]} pages={[]} />;
  assert.match(value, /Nothing to read yet.*\.\/manage import FOLDER/s);
  assert.doesNotMatch(value, /<section/);
});

test("a site with one tutorial puts it in front and promises no others", () => {
  const { value } = <HomePage newest={[card]} total={1} series={[]} topics={[]} pages={[]} />;
  assert.match(value, /class="featured".*First light/s);
  assert.doesNotMatch(value, /Newest<\/h2>|All tutorials/);
});

const card: EntryCard = {
  id: 1,
  kind: "tutorial",
  path: "/first-light/",
  title: "First light",
  summary: "",
  access: "public",
  level: null,
  readingMinutes: 3,
  publishedAt: new Date("2026-01-01T09:00:00Z"),
  updatedAt: new Date("2026-01-01T09:00:00Z"),
  topics: [],
  image: null,
};
