import { site } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { contentVersion, entries } from "#apps/catalog/schema.ts";
import { revisions } from "#apps/editorial/schema.ts";
import { addMedia, mediaPath } from "#apps/media/media.ts";
import { media, type Media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import { changes } from "./schema.ts";

const otto = await newVisitor("otto");

async function add(width: number, name: string): Promise<Media> {
  return await addMedia(await photo(width, 60), { name });
}

async function bring(files: readonly [name: string, bytes: Buffer][], accept = "text/html") {
  const [, csrf = ""] = /data-csrf="([\w-]+)"/.exec((await otto.get(urls.staffMedia())).html) ?? [];
  const form = new FormData();
  form.append("csrf", csrf);
  for (const [name, bytes] of files) form.append("files", new Blob([new Uint8Array(bytes)]), name);
  const request = new Request("http://localhost/", { method: "POST", body: form });
  return await site.fastify.inject({
    method: "POST",
    url: urls.staffMedia(),
    headers: {
      host: "localhost",
      origin: "http://localhost",
      accept,
      "x-csrf-token": csrf,
      cookie: [...otto.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      "content-type": request.headers.get("content-type") ?? "",
    },
    payload: Buffer.from(await request.arrayBuffer()),
  });
}

test("several pictures are added at once, without a script", async () => {
  const answer = await bring([
    ["One.jpg", await photo(70, 50)],
    ["two.jpg", await photo(71, 50)],
  ]);
  assert.deepEqual([answer.statusCode, answer.headers.location], [303, urls.staffMedia({}, { done: "added" })]);
  const page = await otto.get(urls.staffMedia());
  assert.match(page.text, /two\.jpg 71 × 50, not described one\.jpg 70 × 50/);
  assert.match(page.html, /loading="lazy"/);
  assert.equal((await db.select().from(changes).where(eq(changes.action, "added"))).length, 2);
});

test("what is no picture is refused in a sentence, and what is one comes in beside it", async () => {
  const answer = await bring([
    ["evil.svg", Buffer.from("<html>")],
    ["three.jpg", await photo(72, 50)],
  ]);
  assert.equal(answer.statusCode, 422);
  assert.match(answer.body, /evil\.svg: /);
  assert.match(answer.body, /three\.jpg/);
  const told = await bring([["evil.jpg", Buffer.from("x")]], "application/json");
  assert.equal(told.statusCode, 422);
  assert.match(told.body, /"file":"evil\.jpg","problem":"/);
  assert.equal((await bring([])).statusCode, 422);
});

const found = async (query: Record<string, string>) => (await otto.get(urls.staffMedia({}, query))).text;

test("pictures are found by name and description, and by what is not known of them", async () => {
  const cat = await add(80, "cat.jpg");
  await db.update(media).set({ alt: "A cat 100% asleep" }).where(eq(media.id, cat.id));
  await db.update(entries).set({ imageId: cat.id }).where(eq(entries.id, 1));
  assert.match(await found({ q: "100% ASLEEP" }), /cat\.jpg/);
  assert.match(await found({ q: "CAT" }), /cat\.jpg/);
  assert.match(await found({ q: "dog" }), /There is no such picture/);
  assert.doesNotMatch(await found({ filter: "undescribed" }), /cat\.jpg/);
  assert.doesNotMatch(await found({ filter: "unused" }), /cat\.jpg/);
});

const version = async () => (await db.select().from(contentVersion))[0]?.version;

test("a picture is described, and its focal point is pressed or typed; pages show it at once", async () => {
  const picture = await add(90, "boat.jpg");
  const page = urls.staffPicture({ picture: String(picture.id) });
  const before = await version();
  const fields = { alt: "A [boat]", focusX: "10", focusY: "90" };
  assert.equal((await otto.post(page, fields, page)).status, 303);
  const read = async () => (await db.select().from(media).where(eq(media.id, picture.id)))[0];
  assert.deepEqual([(await read())?.alt, (await read())?.focusX, (await read())?.focusY], ["A [boat]", 10, 90]);
  assert.notEqual(await version(), before);
  assert.ok((await otto.get(page)).html.includes(`![A \\[boat\\]](${mediaPath(picture)})`));
  await otto.post(page, { ...fields, "at.x": "152", "at.y": "0" }, page);
  assert.deepEqual([(await read())?.focusX, (await read())?.focusY], [50, 0]);
  const wrong = await otto.post(page, { ...fields, focusX: "101" }, page);
  assert.deepEqual([wrong.status, /From 0 to 100/.test(wrong.text)], [422, true]);
});

test("only what no page and no former text shows is deleted", async () => {
  const [shown, former, spare] = [await add(91, "shown.jpg"), await add(92, "former.jpg"), await add(93, "spare.jpg")];
  await db.update(entries).set({ imageId: shown.id }).where(eq(entries.id, 2));
  await db.insert(revisions).values({ entryId: 2, number: 99, source: `![](${mediaPath(former)})`, note: "" });
  const remove = (picture: Media) => {
    const page = urls.staffPicture({ picture: String(picture.id) });
    return otto.post(page, { _method: "DELETE" }, page);
  };
  const page = await otto.get(urls.staffPicture({ picture: String(shown.id) }));
  assert.match(page.text, /Where it is shown .* cover/);
  assert.doesNotMatch(page.html, /Delete for good/);
  assert.equal((await remove(shown)).status, 409);
  assert.equal((await remove(former)).status, 409);
  assert.equal((await remove(spare)).status, 303);
  assert.equal((await remove(spare)).status, 404);
  assert.equal((await otto.get(mediaPath(spare))).status, 404);
});

test("it is there for who may manage pictures only", async () => {
  for (const address of [urls.staffMedia(), urls.staffPicture({ picture: "1" })]) {
    assert.equal((await (await newVisitor("sam")).get(address)).status, 404);
  }
  for (const picture of ["0", "x", "99999999999", "999999"]) {
    assert.equal((await otto.get(urls.staffPicture({ picture }))).status, 404, picture);
  }
});
