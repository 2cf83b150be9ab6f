import { maya } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { anonymous } from "#lib/viewer.ts";
import { findArticle } from "./articles.ts";
import { listCards, listEntries } from "./entries.ts";

test("every list has the same card of an entry: its topics in their order, and how long its parts take", async () => {
  const { cards } = await listEntries({ kinds: ["series"] }, { limit: 10 });
  const [series] = cards;
  assert.ok(series);
  assert.deepEqual(series.topics, [
    { slug: "python", name: "Python" },
    { slug: "packaging", name: "Packaging" },
  ]);
  assert.equal(series.readingMinutes, 4);
  assert.deepEqual(await listCards([series.id]), [series]);
  const decorators = await findArticle(anonymous, "/decorators/");
  assert.deepEqual(
    decorators?.related.find((entry) => entry.id === series.id),
    series,
  );
});

test("a list can be narrowed by topic, level, person and series", async () => {
  const { cards } = await listEntries({ kinds: ["tutorial"], level: "intermediate" }, { limit: 10 });
  assert.deepEqual(
    cards.map((entry) => entry.path),
    ["/type-hints/"],
  );
  const series = await findArticle(anonymous, "/your-first-package/");
  const parts = await listEntries({ parentId: series?.id ?? 0 }, { limit: 2 });
  assert.equal(parts.total, 3);
  assert.deepEqual(
    parts.cards.map((entry) => entry.title),
    ["Lay out the folder", "Write the tests"],
  );
});

test("the ends of a series have one neighbour", async () => {
  const first = await findArticle(anonymous, "/your-first-package-1/");
  const { part, previous, next } = first?.series ?? {};
  assert.deepEqual([part, previous, next?.path], [1, null, "/your-first-package-2/"]);
});

test("an article that is not published is not found", async () => {
  assert.equal(await findArticle(maya, "/metaclasses/"), undefined);
});
