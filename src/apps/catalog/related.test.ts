import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { desc, eq } from "drizzle-orm";
import { atomic, connect, db, disconnect } from "#lib/db.ts";
import { testDatabase, type TestDatabase } from "../../../test/helpers/database.ts";
import { refreshRelated } from "./related.ts";
import { saveBody, saveEntry, type EntryInput } from "./saving.ts";
import { entries, related } from "./schema.ts";

let database: TestDatabase;

before(async () => {
  database = await testDatabase();
  connect(database.url);
});

after(async () => {
  await disconnect();
  await database.drop();
});

test("what says much about the same things is related, and the older entry learns of the newer one", async () => {
  const closures = await save("Closures explained", "A closure keeps a variable. A decorator is made of a closure.");
  await save("Sorting numbers", "Order numbers by size, quickly.");
  const decorators = await save("A primer on decorators", "A decorator wraps a function with a closure.");
  assert.deepEqual(await titles(decorators), ["Closures explained"]);
  assert.deepEqual(await titles(closures), ["A primer on decorators"]);
});

test("a shared topic relates, parts of one series and what is not listed do not", async () => {
  const topics = [{ slug: "web", name: "Web" }];
  const series = await save("Whole course", "x");
  const part = await save("Part one", "same words here", { topics, parentId: series });
  await save("Part two", "same words here", { topics, parentId: series });
  await save("Hidden", "same words here", { topics, listed: false });
  const other = await save("Other", "nothing alike", { topics });
  assert.deepEqual(await titles(part), ["Other"]);
  assert.deepEqual(await titles(other), ["Part one", "Part two"]);
});

test("entries that are saved at once wait for each other", async () => {
  const saved = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      save(`Lighthouse ${index}`, `lantern beacon harbour new${index} word${9 - index}`),
    ),
  );
  for (const id of saved) assert.equal((await titles(id)).length, 7);
});

async function save(title: string, text: string, fields: Partial<EntryInput> = {}): Promise<number> {
  return atomic(async () => {
    const path = `/${title.toLowerCase().replaceAll(" ", "-")}/`;
    const { id } = await saveEntry({ kind: "tutorial", path, title, publishedAt: new Date("2026-01-01"), ...fields });
    await saveBody(id, {
      source: text,
      html: text,
      teaser: text,
      headings: [],
      features: {},
      renderedWith: "",
      readingMinutes: 1,
      sections: [{ anchor: "", heading: "", text, code: "", teaser: true }],
      images: [],
    });
    await refreshRelated(id);
    return id;
  });
}

async function titles(id: number): Promise<string[]> {
  const rows = await db
    .select({ title: entries.title })
    .from(related)
    .innerJoin(entries, eq(entries.id, related.relatedId))
    .where(eq(related.entryId, id))
    .orderBy(desc(related.score), related.relatedId);
  return rows.map(({ title }) => title);
}
