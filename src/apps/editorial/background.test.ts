import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eq } from "drizzle-orm";
import { saveEntry } from "#apps/catalog/saving.ts";
import { bodies, type Entry } from "#apps/catalog/schema.ts";
import { addMedia, mediaPath } from "#apps/media/media.ts";
import { files, originalKey } from "#apps/media/files.ts";
import { media } from "#apps/media/schema.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { closeImages } from "#lib/images.ts";
import { photo } from "#lib/images/samples.ts";
import { drainTasks } from "#lib/jobs.ts";
import { testDatabase } from "../../../test/helpers/database.ts";
import { checkLinks, findProblem, listBrokenLinks, listLinks } from "./links.ts";
import { sweepMedia } from "./media-use.ts";
import { checkTexts, renderStale, renderTexts } from "./rendering.ts";
import { linkChecks } from "./schema.ts";
import { saveText } from "./texts.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  closeImages();
  await disconnect();
  await database.drop();
});

const day = 86_400_000;

async function publish(path: string, source: string): Promise<Entry> {
  const entry = await saveEntry({ kind: "page", path, title: path, publishedAt: new Date(Date.now() - day) });
  await saveText(entry, source, "test");
  return entry;
}

test("a few stale texts are rendered at once, many by a worker", async () => {
  const entry = await publish("/stale/", "Some words.");
  const makeStale = () => db.update(bodies).set({ renderedWith: "old" }).where(eq(bodies.id, entry.id));
  await makeStale();
  assert.match((await checkTexts()) ?? "", /1 texts were rendered by another version/);
  await renderStale();
  assert.equal(await checkTexts(), undefined);
  await makeStale();
  await renderTexts.later({});
  assert.equal(await renderTexts.later({}), undefined);
  await drainTasks([renderTexts]);
  assert.equal(await checkTexts(), undefined);
});

test("a picture that nothing has shown for 30 days is removed with its file, one of a former text stays", async () => {
  const orphan = await addMedia(await photo(300, 200), { name: "orphan.jpg" });
  const former = await addMedia(await photo(301, 200), { name: "former.jpg" });
  const entry = await publish("/pictures/", `![A former picture](${mediaPath(former)})`);
  await saveText(entry, "No picture any more.", "test");
  const today = new Date();
  await sweepMedia.now({ slot: today });
  await sweepMedia.now({ slot: new Date(today.getTime() + 29 * day) });
  assert.equal(await db.$count(media, eq(media.id, orphan.id)), 1);
  await sweepMedia.now({ slot: new Date(today.getTime() + 31 * day) });
  assert.equal(await db.$count(media, eq(media.id, orphan.id)), 0);
  assert.equal(await files.has(originalKey(orphan.hash)), false);
  assert.equal(await db.$count(media, eq(media.id, former.id)), 1);
});

test("a picture that is brought again before it is removed is kept", async () => {
  const bytes = await photo(302, 200);
  const picture = await addMedia(bytes, { name: "again.jpg" });
  const now = new Date();
  await sweepMedia.now({ slot: now });
  await addMedia(bytes, { name: "again.jpg" });
  await sweepMedia.now({ slot: new Date(now.getTime() + 31 * day) });
  assert.equal(await db.$count(media, eq(media.id, picture.id)), 1);
});

test("links of published text are known, and those inside that lead nowhere are found", async () => {
  await publish(
    "/linking/",
    "[in](/linking/#a) [gone](/gone/) [search](/search/?q=x) [out](https://example.org/page#b)",
  );
  const links = await listLinks(new Date());
  assert.deepEqual(links, ["/gone/", "/linking/", "/search/?q=x", "https://example.org/page"]);
  assert.equal(await findProblem("/linking/"), undefined);
  assert.equal(await findProblem("/search/?q=x"), undefined);
  assert.equal(await findProblem("/gone/"), "Nothing on this site has this address.");
});

test("the weekly look keeps what it found, and forgets what is linked no more", async () => {
  await db.insert(linkChecks).values([
    { url: "/forgotten/", problem: "Nothing is there.", checkedAt: new Date() },
    { url: "https://example.org/page", checkedAt: new Date() },
  ]);
  await checkLinks.now({ slot: new Date() });
  const found = await db.select().from(linkChecks).orderBy(linkChecks.url);
  assert.deepEqual(
    found.map(({ url, problem }) => [url, problem === null]),
    [
      ["/gone/", false],
      ["/linking/", true],
      ["/search/?q=x", true],
      ["https://example.org/page", true],
    ],
  );
});

test("a link to an address of the own network is not asked for", async () => {
  const network = { resolve: async () => ["10.0.0.1"], isPublic: () => false };
  assert.match((await findProblem("http://intranet.example.org/", network)) ?? "", /not a public address/);
});

test("a broken link is listed with the entries that have it", async () => {
  const [broken] = await listBrokenLinks();
  assert.deepEqual([broken?.url, broken?.on], ["/gone/", ["/linking/"]]);
});
