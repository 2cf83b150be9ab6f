import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { topics } from "#apps/catalog/schema.ts";
import { knownModels } from "#lib/admin.ts";
import { db, queryCount } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findBarriers } from "../../../test/helpers/accessibility.ts";
import { openBrowser } from "../../../test/helpers/browser.ts";
import { skip } from "../../../test/helpers/chromium.ts";
import { inLanes } from "../../../test/helpers/crawl.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { site } from "../../../test/helpers/site.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";

const otto = await newVisitor("otto");
const entry = { model: "entries", key: "1" };
// Something in the history, and an entry with a former address.
await otto.post(urls.adminRow(entry), { title: "Python Lists" }, urls.adminRow(entry));
const changed = await otto.get(urls.adminRow({ model: "topics", key: "1" }));
const version = /name="version" value="([^"]+)"/.exec(changed.html)?.[1] ?? "";
await otto.post(urls.adminRow({ model: "topics", key: "1" }), {
  name: "Python!",
  slug: "python",
  version,
  position: "0",
});

const fixed = [
  urls.admin(),
  urls.adminSearch({}, { q: "python" }),
  urls.adminSearch({}, { q: "nothing is called so" }),
  urls.adminList({ model: "entries" }, { filter: ["kind:tutorial", "publishedAt:2026"], order: "-title" }),
  urls.adminList({ model: "entries" }, { q: "nothing is called so" }),
  urls.adminImport({ model: "topics" }),
  urls.adminRow(entry),
  urls.adminDelete(entry),
  urls.adminHistory(entry),
  urls.adminRow({ model: "topics", key: "1" }),
  urls.adminHistory({ model: "topics", key: "1" }),
  urls.adminDelete({ model: "topics", key: "1" }),
  urls.adminRow({ model: "users", key: "1" }),
  urls.adminRow({ model: "profiles", key: "1" }),
];
const lists = [...knownModels().values()].map(({ name }) => urls.adminList({ model: name }));
const forms = [...knownModels().values()]
  .filter(({ without = [] }) => !without.includes("add"))
  .map(({ name }) => urls.adminNew({ model: name }));
const pages = [...fixed, ...lists, ...forms];

test("the markup of every page of the admin is valid", async () => {
  const faults = await inLanes(pages, async (path) => {
    const page = await otto.get(path);
    assert.equal(page.status, 200, `${path} answered ${page.status}: ${page.text.slice(0, 300)}`);
    return (await findMarkupFaults(page.html)).map((fault) => `${path} ${fault}`);
  });
  assert.deepEqual(faults.flat(), []);
});

test(
  "every page of the admin can be used by everybody, in light and dark, and none is wider than a phone",
  { skip },
  async () => {
    const origin = await site.listen({ host: "127.0.0.1", port: 0 });
    const cookies = [...otto.cookies].map(([name, value]) => ({ name, value, url: origin }));
    const barriers = await findBarriers(
      await openBrowser(),
      pages.map((path) => origin + path),
      2,
      cookies,
    );
    assert.deepEqual(barriers, []);
  },
);

test("a list takes as many queries with many rows as with few", async () => {
  const few = await queriesOfList();
  await db.insert(topics).values(Array.from({ length: 45 }, (_, n) => ({ slug: `many-${n}`, name: `Many ${n}` })));
  assert.equal(await queriesOfList(), few);
  assert.ok(few <= 6, `${few} queries`);
  await db.delete(topics).where(eq(topics.summary, ""));
});

async function queriesOfList(): Promise<number> {
  const before = queryCount();
  assert.equal((await otto.get(urls.adminList({ model: "topics" }))).status, 200);
  return queryCount() - before;
}
