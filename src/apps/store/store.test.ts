import { site, visit, visitOk } from "../../../test/helpers/site.ts";
import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { eq } from "drizzle-orm";
import { checkouts } from "#apps/billing/schema.ts";
import { putEntitlement } from "#apps/members/entitlements.ts";
import { products } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { mostBytes } from "./files.ts";
import { downloadPath } from "./links.ts";
import { downloads, productFiles } from "./schema.ts";

const page = urls.product({ product: "packaging" });
const staffPage = urls.staffProduct({ id: "1" });
const sam = 1;
const startsAt = new Date(Date.now() - 86_400_000);

beforeEach(async () => {
  await db.update(products).set({ isOffered: true }).where(eq(products.id, 1));
  await putEntitlement("purchase", "sam", null);
});

test("the store shows what can be bought, and a product what is in it, to everybody", async () => {
  const store = await visitOk(urls.store());
  assert.match(store.text, /Packaging, the whole course \$39 Three evenings/);
  const shown = await visitOk(page);
  assert.match(
    shown.text,
    /Buy for \$39 .*Files packaging\.pdf 23 bytes .*What you read here with it Series Basics Your first package/,
  );
  assert.ok(shown.html.includes(`href="${urls.register({}, { next: page })}"`));
  assert.doesNotMatch(shown.html, /\/store\/files\//);
  for (const { html } of [store, shown]) assert.deepEqual(await findMarkupFaults(html), []);
  assert.equal((await visit(urls.product({ product: "nothing" }))).status, 404);
});

test("who has it downloads its files by a link that says whose it is, and does not pay twice", async () => {
  const reader = await newVisitor("sam");
  assert.match((await reader.get(page)).html, /name="price"/);
  await buy();
  const shown = await reader.get(page);
  assert.match(shown.text, /It is yours\. Download packaging\.pdf/);
  assert.doesNotMatch(shown.html, /name="price"/);
  assert.deepEqual(await findMarkupFaults(shown.html), []);
  assert.match((await reader.get(urls.store())).text, /Yours Packaging, the whole course Open/);
  const path = linkIn(shown.html);

  const before = await db.$count(downloads);
  const file = await visit(path);
  assert.equal(file.status, 200);
  assert.equal(file.html, "%PDF-1.4 a book to keep");
  assert.equal(file.headers["content-disposition"], "attachment; filename*=UTF-8''packaging.pdf");
  assert.equal(file.headers["cache-control"], "private, no-store");
  assert.equal(file.headers["content-type"], "application/pdf");
  await visit(path, { method: "HEAD" });
  assert.equal((await db.$count(downloads)) - before, 1);

  const again = await reader.post(page, { price: "17" });
  assert.deepEqual([again.status, again.headers.location], [303, page]);
  assert.equal(await db.$count(checkouts), 0);
});

test("a link is good for an hour, for one file, for whom it was made, and while they have the product", async () => {
  await buy();
  const good = downloadPath(1, sam);
  assert.equal((await visit(downloadPath(1, sam, Date.now() - 3_700_000))).status, 410);
  assert.equal((await visit(downloadPath(1, 2))).status, 403, "maya has not bought it");
  const changed = [
    good.replace("files/1/", "files/2/"),
    good.replace("user=1", "user=2"),
    good.replace(/until=\d/, "until=9"),
    good.replace(/s=./, "s=A"),
    good.replace(/&s=.*/, ""),
    good.replace("user=1&", ""),
    urls.download({ file: "1" }),
  ];
  for (const path of changed) {
    if (path !== good) assert.equal((await visit(path)).status, 404, path);
  }
  assert.equal((await visit(good)).status, 200);
  // All of the money went back.
  await buy(new Date());
  assert.equal((await visit(good)).status, 403);
  assert.match((await (await newVisitor("sam")).get(page)).html, /name="price"/);
});

test("what is not sold any more is there for those who have it alone", async () => {
  await buy();
  await db.update(products).set({ isOffered: false }).where(eq(products.id, 1));
  const reader = await newVisitor("sam");
  assert.match((await reader.get(page)).text, /It is yours/);
  assert.equal((await visit(page)).status, 404);
  assert.equal((await (await newVisitor("maya")).get(page)).status, 404);
});

test("a price that is not asked for any more is not paid", async () => {
  const reader = await newVisitor("sam");
  const answer = await reader.post(page, { price: "1" }, page);
  assert.equal(answer.status, 409);
  assert.match(answer.text, /The price has changed meanwhile/);
  assert.equal((await reader.post(page, { price: "x" })).status, 400);
  assert.equal(await db.$count(checkouts), 0);
});

test("the staff add files under their own names and remove them, and see who downloaded what", async () => {
  await buy();
  await visit(downloadPath(1, sam));
  const otto = await newVisitor("otto");
  assert.match(
    (await otto.get(staffPage)).text,
    /packaging\.pdf application\/pdf 23 bytes .*Sam Okafor packaging\.pdf/,
  );
  assert.equal((await upload(otto, "C:\\books\\Scripts “all”.zip", "PK")).status, 303);
  const [, added] = await db.select().from(productFiles).orderBy(productFiles.id);
  assert.deepEqual([added?.name, added?.contentType], ["Scripts “all”.zip", "application/zip"]);
  const file = await visit(downloadPath(added?.id ?? 0, sam));
  assert.match(String(file.headers["content-disposition"]), /filename\*=UTF-8''Scripts%20%E2%80%9Call%E2%80%9D\.zip/);
  assert.equal((await upload(otto, "page.html", "<script>1</script>")).status, 303);
  const [, , html] = await db.select().from(productFiles).orderBy(productFiles.id);
  assert.equal(html?.contentType, "application/octet-stream");
  const empty = await upload(otto, "empty.pdf", "");
  assert.equal(empty.status, 422);
  assert.match(empty.text, /Choose a file that is not empty/);
  assert.deepEqual(await findMarkupFaults((await otto.get(staffPage)).html), []);

  const removed = urls.staffProductFile({ id: "1", file: String(added?.id) });
  assert.equal((await otto.post(removed, { _method: "DELETE" }, staffPage)).status, 303);
  assert.equal((await visit(downloadPath(added?.id ?? 0, sam))).status, 404);
  assert.equal((await otto.post(removed, { _method: "DELETE" })).status, 404);
  assert.equal((await (await newVisitor("sam")).get(staffPage)).status, 404);
});

test("a file that is too large is refused", async () => {
  const otto = await newVisitor("otto");
  assert.equal((await upload(otto, "large.zip", "x".repeat(mostBytes + 20_000))).status, 413);
});

async function buy(endsAt: Date | null = null): Promise<void> {
  const derived = { userId: sam, label: "purchase", productId: 1, opens: [5], startsAt, endsAt };
  await putEntitlement("purchase", "sam", derived);
}

function linkIn(html: string): string {
  return (/href="(\/store\/files\/[^"]+)"/.exec(html)?.[1] ?? "").replaceAll("&amp;", "&");
}

async function upload(visitor: Visitor, name: string, text: string): Promise<{ status: number; text: string }> {
  const { html } = await visitor.get(staffPage);
  const form = new FormData();
  form.set("csrf", /name="csrf" value="([\w-]+)"/.exec(html)?.[1] ?? "");
  form.set("file", new File([text], name));
  const body = new Response(form);
  const answer = await site.fastify.inject({
    method: "POST",
    url: staffPage,
    payload: Buffer.from(await body.bytes()),
    headers: {
      host: "localhost",
      origin: "http://localhost",
      "content-type": body.headers.get("content-type") ?? "",
      cookie: [...visitor.cookies].map(([key, value]) => `${key}=${value}`).join("; "),
    },
  });
  return { status: answer.statusCode, text: answer.body };
}
