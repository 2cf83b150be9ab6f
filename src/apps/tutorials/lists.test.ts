import { contentChanged, sam, visit, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { saveEntry } from "#apps/catalog/saving.ts";
import { queryCount } from "#lib/db.ts";

test("the list of all tutorials has the newest first", async () => {
  const cards = titles((await visitOk("/tutorials/")).html);
  assert.equal(cards.at(-1), "/python-lists/");
  assert.equal(cards.indexOf("/decorators/") < cards.indexOf("/type-hints/"), true);
});

test("a topic lists its tutorials, also by level", async () => {
  const topic = await visitOk("/tutorials/python/");
  assert.match(topic.html, /<h1>Python<\/h1>/);
  assert.match(topic.html, /href="\/tutorials\/python\/atom.xml"/);
  const advanced = await visitOk("/tutorials/python/?level=advanced");
  assert.deepEqual(titles(advanced.html), ["/decorators/"]);
  assert.match(advanced.html, /<link rel="canonical" href="http:\/\/localhost\/tutorials\/python\/">/);
});

test("a level lists its tutorials", async () => {
  assert.deepEqual(titles((await visitOk("/levels/intermediate/")).html), ["/type-hints/"]);
});

test("the topics are listed with how much they have", async () => {
  const page = await visitOk("/topics/");
  assert.match(page.text, /Data structures 1 Packaging 4 Python \d+ Typing 1/);
});

test("what does not exist is not found, and what makes no sense is refused", async () => {
  for (const path of [
    "/tutorials/no-such-topic/",
    "/levels/heroic/",
    "/tutorials/?page=9",
    "/tutorials/python/?page=2",
  ]) {
    assert.equal((await visit(path)).status, 404, path);
  }
  for (const path of ["/tutorials/?page=0", "/tutorials/?page=x", "/tutorials/python/?level=heroic"]) {
    assert.equal((await visit(path)).status, 400, path);
  }
});

test("a list costs as many queries however long it is, and goes on over pages", async () => {
  const few = await queriesOf("/tutorials/");
  for (let number = 1; number <= 30; number += 1) {
    await saveEntry({
      kind: "tutorial",
      path: `/filler-${number}/`,
      title: `Filler ${number}`,
      publishedAt: new Date(),
    });
  }
  await contentChanged();
  assert.equal(await queriesOf("/tutorials/"), few);
  const [first, second] = [await visitOk("/tutorials/"), await visitOk("/tutorials/?page=2")];
  assert.equal(titles(first.html).length, 24);
  assert.match(first.html, /<link rel="next" href="\/tutorials\/\?page=2">/);
  assert.match(second.html, /<link rel="canonical" href="http:\/\/localhost\/tutorials\/\?page=2">/);
  assert.match(second.html, /<a class="button" rel="prev" href="\/tutorials\/">/);
  assert.deepEqual(new Set([...titles(first.html), ...titles(second.html)]).size, 37);
});

async function queriesOf(path: string): Promise<number> {
  const before = queryCount();
  await visitOk(path, { as: sam });
  return queryCount() - before;
}

function titles(html: string): string[] {
  return [...html.matchAll(/class="card-title"><a href="([^"]+)"/g)].map((match) => match[1] ?? "");
}
