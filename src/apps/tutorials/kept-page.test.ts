import { maya, sam, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { touchContent } from "#apps/catalog/content-version.ts";
import { entries } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";

const lists = "/python-lists/";

test("a page that is kept for readers who are signed in has nothing of the one who came first", async () => {
  const [ada, tess] = [await newVisitor("ada"), await newVisitor("tess")];
  const [entry] = await db.select({ id: entries.id }).from(entries).where(eq(entries.path, lists));
  await ada.get(lists);
  await ada.post(urls.completion({ id: String(entry?.id) }));
  const [first, second] = [await ada.get(lists), await tess.get(lists)];
  assert.match(first.text, /Ada Lindqvist Dashboard/);
  assert.match(first.html, /<div hidden>[^]*Mark as completed/);
  assert.doesNotMatch(second.html, /Ada Lindqvist<\/p>/);
  assert.match(second.html, /<div><form[^>]*completion[^]*Mark as completed/);
  const [one, other] = [first, second].map(({ html }) => [...html.matchAll(/name="csrf" value="([\w-]+)"/g)]);
  const tokens = [one, other].map((found) => new Set(found?.map(([, token]) => token)));
  // One for all forms of a page, and no two pages have the same.
  assert.deepEqual([tokens[0]?.size, tokens[1]?.size], [1, 1]);
  assert.ok(tokens[0]?.isDisjointFrom(tokens[1] ?? new Set()));
});

test("what a member has opened is not what another reader gets", async () => {
  const whole = await visitOk("/decorators/", { as: maya });
  const teaser = await visitOk("/decorators/", { as: sam });
  const stranger = await visitOk("/decorators/", { headers: { cookie: "lectern_session=" } });
  assert.doesNotMatch(whole.text, /is for members/);
  for (const page of [teaser, stranger]) {
    assert.match(page.text, /is for members/);
    assert.ok(page.html.length < whole.html.length);
  }
  assert.match(stranger.text, /Already a member\? Sign in/);
  assert.doesNotMatch(teaser.text, /Already a member/);
});

test("a page that is kept is of the content as it is", async () => {
  await visitOk(lists, { as: sam });
  await db.update(entries).set({ title: "Lists, corrected" }).where(eq(entries.path, lists));
  await touchContent();
  assert.match((await visitOk(lists, { as: sam })).html, /<h1>Lists, corrected<\/h1>/);
});
