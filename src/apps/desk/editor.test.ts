import { newVisitor } from "../../../test/helpers/visitor.ts";
import { site, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { and, eq } from "drizzle-orm";
import { entries } from "#apps/catalog/schema.ts";
import { media } from "#apps/media/schema.ts";
import { workingCopies } from "#apps/editorial/schema.ts";
import { findNewest } from "#apps/editorial/versions.ts";
import { db } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { closeImages } from "#lib/images.ts";
import { urls } from "#urls.ts";

after(closeImages);

async function idOf(path: string): Promise<number> {
  const [entry] = await db.select().from(entries).where(eq(entries.path, path));
  return entry?.id ?? 0;
}
const id = String(await idOf("/python-lists/"));
const about = String(await idOf("/about/"));
const edit = urls.deskEditor({ id });
const ada = await newVisitor("ada");
const otto = await newVisitor("otto");

type Method = "GET" | "POST" | "PUT" | "DELETE";
async function ask(visitor: typeof ada, method: Method, url: string, body?: unknown) {
  const [, csrf = ""] = /name="csrf" value="([\w-]+)"/.exec((await visitor.get(urls.deskNew())).html) ?? [];
  const response = await site.fastify.inject({
    method,
    url,
    headers: {
      host: "localhost",
      origin: "http://localhost",
      accept: "application/json",
      cookie: [...visitor.cookies].map((pair) => pair.join("=")).join("; "),
      "x-csrf-token": csrf,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  return { status: response.statusCode, body: response.body, json: () => JSON.parse(response.body) };
}

test("a reader learns of no editor, an author of their own texts' alone, an editor of all", async () => {
  const sam = await newVisitor("sam");
  const nobody = await newVisitor();
  for (const url of [urls.deskNew(), edit, urls.deskWorkingCopy({ id })]) {
    assert.equal((await nobody.get(url)).status, 303);
    assert.equal((await sam.get(url)).status, 404);
  }
  const ways = [edit, urls.deskWorkingCopy({ id: about }), urls.deskEditor({ id: "999999" }), "/desk/x/edit/"];
  assert.deepEqual(await Promise.all(ways.map(async (url) => (await ada.get(url)).status)), [200, 404, 404, 404]);
  assert.equal((await ada.get(urls.deskEditor({ id: about }))).status, 404);
  assert.equal((await otto.get(urls.deskEditor({ id: about }))).status, 200);
  const text = { title: "T", summary: "", source: "S" };
  const copy = { ...text, baseNumber: 1, sequence: 1, after: [] };
  const about404: [Method, string, unknown][] = [
    ["PUT", urls.deskWorkingCopy({ id: about }), copy],
    ["DELETE", urls.deskWorkingCopy({ id: about }), undefined],
    ["POST", urls.deskPreview({ id: about }), text],
    ["POST", urls.deskEditor({ id: about }), { ...text, baseNumber: 1 }],
  ];
  for (const [method, url, body] of about404) {
    assert.equal((await ask(ada, method, url, body)).status, 404, `${method} ${url}`);
  }
});

test("a form begins a text, or says what is wrong and keeps what was typed", async () => {
  const bad = await ada.post(urls.deskNew(), { kind: "tutorial", title: "", outline: "## Kept" }, urls.deskNew());
  assert.equal(bad.status, 422);
  assert.match(bad.text, /Give it a title/);
  assert.match(bad.html, /## Kept/);
  const taken = await ada.post(urls.deskNew(), { kind: "tutorial", title: "Lists", path: "/python-lists/" });
  assert.equal(taken.status, 422);
  assert.match(taken.text, /already the address of/);
  const odd = await ada.post(urls.deskNew(), { kind: "podcast", title: "Lists" });
  assert.equal(odd.status, 422);
  const begun = await ada.post(urls.deskNew(), { kind: "tutorial", title: "Déjà vu: généràteurs", outline: "## Why" });
  assert.equal(begun.status, 303);
  const page = await ada.get(String(begun.headers.location));
  assert.match(page.html, /## Why/);
  assert.match(page.html, /\/deja-vu-generateurs\//);
});

test("without a script a form saves a version, and the public page stays", async () => {
  const before = await findNewest(Number(id));
  const fields = { title: "Lists", summary: "Short.", source: "New words.\r\nMore.", note: "shorter", name: "First" };
  const saved = await ada.post(edit, { ...fields, baseNumber: String(before?.number) }, edit);
  assert.equal(saved.status, 303);
  const newest = await findNewest(Number(id));
  assert.deepEqual(
    [newest?.source, newest?.title, newest?.note, newest?.name, newest?.author],
    ["New words.\nMore.", "Lists", "shorter", "First", "Ada Lindqvist"],
  );
  assert.doesNotMatch((await visitOk("/python-lists/")).text, /New words/);
});

test("without a script a form that is late is put together, with marks where both changed the same", async () => {
  const base = String((await findNewest(Number(id)))?.number);
  const fields = { title: "Lists", summary: "Short.", note: "", name: "", baseNumber: base };
  assert.equal((await otto.post(edit, { ...fields, source: "Otto's words.\nMore." }, edit)).status, 303);
  const late = await ada.post(edit, { ...fields, source: "Ada's words.\nMore." }, edit);
  assert.equal(late.status, 409);
  assert.match(late.text, /Somebody has saved a version meanwhile/);
  assert.match(late.text, /<<<<<<< yours Ada's words\. ======= Otto's words\. >>>>>>> theirs More\./);
  const number = /name="baseNumber" value="(\d+)"/.exec(late.html)?.[1];
  assert.equal(number, String(Number(base) + 1));
});

test("a text that cannot be saved is shown again as it was typed", async () => {
  const refused = await ada.post(edit, { title: " ", summary: "", source: "Not lost.", baseNumber: "1" }, edit);
  assert.equal(refused.status, 422);
  assert.match(refused.html, /Not lost\./);
  assert.match(refused.text, /Give it a title/);
});

test("a script keeps copies, is told of strangers, and saves versions", async () => {
  const url = urls.deskWorkingCopy({ id });
  const copy = { title: "Lists", summary: "", source: "Typed.", baseNumber: 1, sequence: 5, after: [] };
  assert.equal((await ask(ada, "PUT", url, copy)).status, 200);
  const other = await ask(ada, "PUT", url, { ...copy, source: "Elsewhere.", sequence: 6 });
  assert.equal(other.status, 409);
  assert.equal(other.json().other.source, "Typed.");
  const state = (await ask(ada, "GET", `${url}?base=1`)).json();
  assert.equal(state.copy.source, "Typed.");
  assert.match(state.base.source, /A list keeps things in order/);
  for (const wrong of [{ ...copy, sequence: -1 }, { ...copy, source: 1 }, { ...copy, after: ["x"] }, []]) {
    assert.equal((await ask(ada, "PUT", url, wrong)).status, 422);
  }
  const { title, summary, source } = copy;
  const stale = await ask(ada, "POST", edit, { title, summary, source, baseNumber: 1 });
  assert.equal(stale.status, 409);
  assert.equal(stale.json().newestNumber, state.newest.number);
  const saved = await ask(ada, "POST", edit, { title, summary, source, baseNumber: state.newest.number });
  assert.deepEqual(saved.json(), { number: state.newest.number + 1 });
  const left = and(eq(workingCopies.entryId, Number(id)), eq(workingCopies.userId, 3));
  assert.equal(await db.$count(workingCopies, left), 0);
});

test("a preview is the page of the kind with the text that was sent, for nobody else and no cache", async () => {
  const text = { title: "A working title", summary: "Of it.", source: "Draft words.\n\n## Part\n\n<script>x</script>" };
  const preview = await ask(ada, "POST", urls.deskPreview({ id }), text);
  assert.equal(preview.status, 200);
  assert.match(preview.body, /<h1>A working title<\/h1>/);
  assert.match(preview.body, /<p data-line="1">Draft words/);
  assert.match(preview.body, /By <a[^>]*>Ada Lindqvist|Ada Lindqvist/);
  assert.doesNotMatch(preview.body, /<script>x/);
  assert.doesNotMatch((await visitOk("/python-lists/")).html, /Draft words|data-line/);
  const form = await ada.post(urls.deskPreview({ id }), text, edit);
  assert.match(form.html, /Draft words/);
  assert.match(String(form.headers["cache-control"]), /no-store/);
  assert.doesNotMatch(form.html, /data-line/);
});

test("a draft that was never published has a preview as well", async () => {
  const draft = String(await idOf("/metaclasses/"));
  const preview = await ask(ada, "POST", urls.deskPreview({ id: draft }), { title: "M", summary: "", source: "Soon." });
  assert.equal(preview.status, 200);
  assert.match(preview.body, /Soon\./);
});

async function upload(visitor: typeof ada, bytes: Uint8Array, name: string) {
  const [, csrf = ""] = /name="csrf" value="([\w-]+)"/.exec((await visitor.get(edit)).html) ?? [];
  const form = new FormData();
  form.append("picture", new Blob([bytes.slice()]), name);
  const encoded = new Response(form);
  const response = await site.fastify.inject({
    method: "POST",
    url: urls.deskPictures(),
    headers: {
      host: "localhost",
      origin: "http://localhost",
      "x-csrf-token": csrf,
      cookie: [...visitor.cookies].map((pair) => pair.join("=")).join("; "),
      "content-type": encoded.headers.get("content-type") ?? "",
    },
    payload: Buffer.from(await encoded.arrayBuffer()),
  });
  return { status: response.statusCode, json: JSON.parse(response.body) };
}

test("a picture is stored and answered as a text names it; what is none is refused with a sentence", async () => {
  const { status, json } = await upload(ada, await photo(310, 200), "My Diagram.jpg");
  assert.equal(status, 201);
  assert.match(json.src, /^\/media\/[0-9a-f]{16}\/my-diagram\.jpg$/);
  assert.equal(await db.$count(media, eq(media.name, "my-diagram.jpg")), 1);
  const refused = await upload(ada, Buffer.from("not a picture"), "x.png");
  assert.equal(refused.status, 422);
  assert.match(refused.json.problem, /\w+ .*\.$/);
});
