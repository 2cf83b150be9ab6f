import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import { site } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { getProfile } from "#apps/accounts/profiles.ts";
import { roles, userRoles } from "#apps/accounts/schema.ts";
import { saveEntry } from "#apps/catalog/saving.ts";
import { getRemark, remarksFor } from "#apps/editorial/remarks.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { findNewest } from "#apps/editorial/versions.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";

const source = "# Lists\n\nA list holds things in order.\n\n```python\nnumbers = [1, 2]\n```\n";
let made = 0;

// Tess writes as well, but nothing of what is here.
const [author] = await db.select().from(roles).where(eq(roles.name, "author"));
await db.insert(userRoles).values({ roleId: author?.id ?? 0, userId: 5 });

test("a reader finds no review, and nobody finds one of what is not there", async () => {
  const id = await begin();
  const sam = await newVisitor("sam");
  for (const page of [urls.deskRemarks({ id }), urls.deskRemark({ id: "1" })])
    assert.equal((await sam.get(page)).status, 404);
  const sent = await sam.post(urls.deskRemarks({ id }), place("in order", "Me too"), urls.account());
  assert.equal(sent.status, 404);
  assert.deepEqual(await remarksFor(Number(id), 1), []);
  const otto = await newVisitor("otto");
  for (const other of ["999999", "0", "x"]) assert.equal((await otto.get(urls.deskRemarks({ id: other }))).status, 404);
  assert.equal((await otto.get(urls.deskRemarks({ id }, { number: 7 }))).status, 404);
  assert.equal((await otto.get(urls.deskRemark({ id: "999999" }))).status, 404);
});

test("lines are chosen in a form, and what is said of them stands beside them", async () => {
  const id = await begin();
  const tess = await newVisitor("tess");
  const form = await tess.get(urls.deskRemarks({ id }, { line: 3 }));
  assert.match(form.html, /name="startsAt" value="9"/);
  assert.match(form.html, /name="endsAt" value="38"/);
  const sent = await tess.post(urls.deskRemarks({ id }), place("A list holds things in order.", "Which order?"));
  assert.equal(sent.status, 303);
  const there = await tess.get(String(sent.headers.location));
  assert.match(String(there.headers.location), new RegExp(`^/desk/${id}/remarks/#remark-\\d+$`));
  const page = await tess.get(urls.deskRemarks({ id }));
  assert.match(page.text, /A list holds things in order\. Tess Molina line 3 .* Which order\?/);
  assert.match(page.html, /<mark data-remarks="\d+">A list holds things in order\.<\/mark>/);
});

test("a place where nothing stands is refused, and what was typed is shown again", async () => {
  const id = await begin();
  const tess = await newVisitor("tess");
  const fields = { number: "1", startsAt: "7", endsAt: "9", body: "What a pity" };
  const answer = await tess.post(urls.deskRemarks({ id }), fields, urls.deskRemarks({ id }, { line: 1 }));
  assert.equal(answer.status, 422);
  assert.match(answer.text, /Choose a place where something stands/);
  assert.match(answer.html, /What a pity/);
  assert.equal((await tess.post(urls.deskRemarks({ id }), { ...fields, startsAt: "-1" })).status, 400);
  assert.equal((await tess.post(urls.deskRemarks({ id }), { ...fields, number: "9" })).status, 404);
});

test("the author answers and accepts, and the newest version has the suggestion", async () => {
  const id = await begin();
  const tess = await newVisitor("tess");
  const remarkId = await say(tess, id, { ...place("in order"), suggestion: "in the order of insertion" });
  const address = urls.deskRemark({ id: remarkId });
  assert.equal((await tess.post(address, { _method: "PATCH", state: "accepted" })).status, 404);
  const ada = await newVisitor("ada");
  const page = await ada.get(urls.deskRemarks({ id }));
  assert.match(page.html, /<ins>the <\/ins>|<ins>[^<]*insertion[^<]*<\/ins>/);
  assert.equal((await ada.post(address, { body: "Good one." })).status, 303);
  const accepted = await ada.post(address, { _method: "PATCH", state: "accepted" });
  assert.equal(accepted.headers.location, `/desk/${id}/remarks/?saved=2#line-3`);
  assert.match((await ada.get(accepted.headers.location)).text, /Version 2 has the suggestion\./);
  assert.match((await findNewest(Number(id)))?.source ?? "", /holds things in the order of insertion\./);
  const again = await ada.post(address, { _method: "PATCH", state: "accepted" });
  assert.equal(again.status, 422);
  assert.match(again.text, /It was accepted already/);
  assert.match((await ada.get(urls.deskRemarks({ id }, { show: "all" }))).text, /Accepted by Ada Lindqvist/);
});

test("an editor settles what is said of any text, an author what is said of their own", async () => {
  const id = await begin();
  const ada = await newVisitor("ada");
  const own = await say(ada, id, place("in order", "Mine."));
  const tess = await newVisitor("tess");
  const otto = await newVisitor("otto");
  await tess.get(urls.deskRemarks({ id }));
  const settle = (by: Visitor, state: string) =>
    by.post(urls.deskRemark({ id: own }), { _method: "PATCH", state }, urls.deskRemarks({ id }));
  assert.equal((await settle(tess, "resolved")).status, 404);
  assert.equal((await tess.post(urls.deskRemark({ id: own }), { _method: "DELETE" })).status, 404);
  assert.equal((await tess.post(urls.deskRemark({ id: own }), { _method: "PATCH", body: "Not mine" })).status, 404);
  assert.equal((await settle(otto, "resolved")).status, 303);
  assert.doesNotMatch((await otto.get(urls.deskRemarks({ id }))).text, /Mine\./);
  assert.match((await otto.get(urls.deskRemarks({ id }, { show: "all" }))).text, /Mine\./);
  assert.equal((await settle(ada, "open")).status, 303);
  assert.equal((await getRemark(Number(own))).state, "open");
  assert.equal((await otto.post(urls.deskRemark({ id: own }), { _method: "DELETE" })).status, 303);
  assert.equal((await settle(ada, "resolved")).status, 404);
});

test("the editor adds and settles remarks by JSON", async () => {
  const id = await begin();
  const otto = await newVisitor("otto");
  const page = urls.deskRemarks({ id }, { line: 1 });
  const said = { number: 1, startsAt: 2, endsAt: 7, body: "", suggestion: "Tuples" };
  const added = await otto.postJson(urls.deskRemarks({ id }), said, page);
  assert.equal(added.status, 201);
  const remark: { id: number } = JSON.parse(added.html);
  const other = await otto.postJson(urls.deskRemarks({ id }), { ...said, suggestion: "Arrays" }, page);
  const rival: { id: number } = JSON.parse(other.html);
  assert.deepEqual(
    (await remarksFor(Number(id), 1)).map(({ startsAt, endsAt, quote, author }) => ({
      startsAt,
      endsAt,
      quote,
      author,
    })),
    [remark, rival].map(() => ({ startsAt: 2, endsAt: 7, quote: "Lists", author: "Otto Brandt" })),
  );
  assert.equal(
    (await otto.postJson(urls.deskRemark({ id: String(remark.id) }), { body: "Or arrays?" }, page)).status,
    200,
  );
  assert.deepEqual(await patch(otto, remark.id, { state: "accepted" }), { status: 200, body: { number: 2 } });
  const late = await patch(otto, rival.id, { state: "accepted" });
  assert.equal(late.status, 409);
  assert.match(late.body.problem ?? "", /Other words stand there now/);
  assert.equal((await patch(otto, rival.id, { state: "gone" })).status, 400);
  assert.equal((await otto.postJson(urls.deskRemarks({ id }), { number: "one" }, page)).status, 400);
  const told = async (body: string): Promise<number> =>
    (await otto.postJson(urls.deskRemarks({ id }), { ...said, body }, page)).status;
  assert.equal(await told("a\0b"), 400);
  assert.equal(await told(String.raw`Why \u0000 here?`), 201);
});

test("what is said is text, whatever it looks like", async () => {
  const id = await begin(`# <script>alert(1)</script>\n\n${"x".repeat(300)}\n`);
  const otto = await newVisitor("otto");
  await say(otto, id, {
    number: "1",
    startsAt: "0",
    endsAt: "20",
    body: "<img src=x onerror=alert(2)>",
    suggestion: "</p><b>",
  });
  const { html } = await otto.get(urls.deskRemarks({ id }));
  assert.doesNotMatch(html, /<script>alert|<img src=x|<\/p><b>/);
});

async function begin(text = source): Promise<string> {
  const { id: profileId } = await getProfile("ada");
  const path = `/reviewed-${(made += 1)}/`;
  const credits = [{ profileId, role: "author" }] as const;
  const entry = await saveEntry({ kind: "tutorial", title: "Reviewed", path, publishedAt: null, credits });
  await saveText(entry, text, "test", { refresh: false });
  return String(entry.id);
}

function place(quote: string, body = ""): Record<string, string> {
  const startsAt = source.indexOf(quote);
  return { number: "1", startsAt: String(startsAt), endsAt: String(startsAt + quote.length), body };
}

async function say(visitor: Visitor, id: string, fields: Record<string, string>): Promise<string> {
  const sent = await visitor.post(urls.deskRemarks({ id }), fields, urls.deskRemarks({ id }, { line: 1 }));
  assert.equal(sent.status, 303, sent.text);
  return /remarks\/(\d+)/.exec(String(sent.headers.location))?.[1] ?? "";
}

async function patch(
  visitor: Visitor,
  id: number,
  body: object,
): Promise<{ status: number; body: { number?: number; problem?: string } }> {
  const { html } = await visitor.get(urls.staff());
  const page = html.includes('name="csrf"') ? html : (await visitor.get(urls.account())).html;
  const response = await site.fastify.inject({
    method: "PATCH",
    url: urls.deskRemark({ id: String(id) }),
    payload: JSON.stringify(body),
    headers: {
      host: "localhost",
      origin: "http://localhost",
      accept: "application/json",
      "content-type": "application/json",
      "x-csrf-token": /name="csrf" value="([\w-]+)"/.exec(page)?.[1] ?? "",
      cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    },
  });
  return { status: response.statusCode, body: JSON.parse(response.body) };
}
