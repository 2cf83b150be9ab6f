import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { redirects } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";

const otto = await newVisitor("otto");

async function add(path: string, entryId: string) {
  const form = urls.adminNew({ model: "redirects" });
  return await otto.post(form, { path, entryId, anchor: "" }, form);
}

test("former addresses are added and deleted in the admin, by the rules of the catalog", async () => {
  assert.equal((await add("/old-lists/", "1")).status, 303);
  assert.equal((await otto.get("/old-lists/")).status, 301);
  assert.equal((await add("/old-lists/", "2")).status, 422, "it leads to another entry already");
  assert.match((await add("/python-lists/", "2")).text, /address of an entry/);
  assert.match((await add("/staff/old/", "2")).text, /an address of the site itself/);
  assert.equal((await add("no-slash", "1")).status, 422);
  assert.equal((await add("/nowhere/", "99999")).status, 422);
  const row = { model: "redirects", key: encodeURIComponent("/old-lists/") };
  const gone = await otto.post(urls.adminDelete(row), { _method: "DELETE" }, urls.adminDelete(row));
  assert.equal(gone.status, 303);
  assert.equal((await otto.get("/old-lists/")).status, 404);
  assert.ok((await db.select().from(redirects)).every(({ path }) => path !== "/old-lists/"));
});
