import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { count, sql } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { entries } from "#apps/catalog/schema.ts";
import { listRows, sortable } from "#lib/admin/listing.ts";
import { knownModels } from "#lib/admin.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";

const otto = await newVisitor("otto");
const models = [...knownModels().values()];

const hostile = [
  "' or 1=1 --",
  "'; drop table entries; --",
  '" or ""="',
  "1) union select password_hash from users --",
  "1 and (select 1 from pg_sleep(5))",
  "(select case when 1=1 then pg_sleep(5) end)",
  "title, (select password_hash from users limit 1)",
  "%27%20or%201=1",
  "\0",
  "\u0000access",
  "\uD800",
  "%",
  "_",
  "\\",
  "${7*7}",
  "{{7*7}}",
  "__proto__",
  "constructor",
  "password_hash",
  "passwordHash",
  "totpSecret",
  "-passwordHash",
  "99999999999999999999",
  "-1",
  "1e309",
  "NaN",
  "0x10",
  "2026-99-99",
  "2026-02-30",
  "0000",
  "9999-12-31",
  "é".repeat(190),
  "a".repeat(5000),
  "<script>alert(1)</script>",
  "\r\nset-cookie: a=b",
];
const keys = [
  "id",
  "title",
  "access",
  "publishedAt",
  "parentId",
  "passwordHash",
  "__proto__",
  "toString",
  "",
  "path",
  "kind",
];

// The same every time, so that what fails can be looked at.
function* addresses(): Generator<string> {
  let seed = 7;
  const pick = <T>(list: readonly T[]): T | undefined => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return list[seed % list.length];
  };
  for (let n = 0; n < 500; n++) {
    const model = pick(models);
    const declared = [...(model?.filters ?? []), ...(model === undefined ? [] : sortable(model)), model?.dates ?? "id"];
    const key = pick([...keys, ...declared]) ?? "";
    const value = pick(hostile) ?? "";
    const query = new URLSearchParams();
    for (const name of ["filter", "filter[]"]) query.append(name, `${key}:${value}`);
    query.append("order", pick([value, `-${key}`, key, `${key},${value}`]) ?? "");
    if (n % 2 === 0) query.append("q", value);
    query.append("done", value);
    query.append("page", pick(["1", "2", value, "0", "-5", "1e9", "201"]) ?? "");
    yield `${urls.adminList({ model: model?.name ?? "" })}?${query.toString()}`;
  }
}

test("no filter, order, search or page breaks a list, and nothing that is not declared does anything", async () => {
  const before = await counts();
  for (const address of addresses()) {
    const page = await otto.get(address);
    // What the parser of addresses cannot read is told so.
    assert.ok(page.status === 200 || page.status === 400, `${address} answered ${page.status}`);
    assert.doesNotMatch(page.html, /<script>alert|\$argon2id/, address);
  }
  assert.deepEqual(await counts(), before);
});

test("rows, exports, choices and searches hold out the same way", async () => {
  for (const value of hostile) {
    const key = encodeURIComponent(value.toWellFormed().slice(0, 300));
    const places = models.flatMap(({ name }) => [`/admin/${name}/${key}/`, `/admin/${name}/choices?q=${key}`]);
    places.push(`/admin/search/?q=${key}`, `/admin/${key}/`, `/admin/entries/export/${key}`);
    places.push(`/admin/entries/export/csv?filter=${key}&q=${key}`, `/admin/entries/${key}/history/`);
    for (const place of places) {
      const page = await otto.get(place);
      assert.ok(page.status < 500, `${place} answered ${page.status}`);
    }
  }
});

test("columns that are not declared neither narrow nor order, whatever they are called", async () => {
  const ofUsers = knownModels().get("users");
  assert.ok(ofUsers);
  for (const key of ["passwordHash", "totpSecret", "password_hash", "handle", "id", "__proto__", "constructor"]) {
    const found = await listRows(ofUsers, {
      q: "",
      filter: [`${key}:`, `${key}:*`, `${key}:1`],
      order: [key, `-${key}`],
      page: 1,
    });
    assert.deepEqual([found.filters.size, found.order], [0, ["-createdAt"]], key);
  }
});

test("what is hidden cannot be found by a search that tries its letters", async () => {
  await db
    .update(users)
    .set({ totpSecret: "zzsecretzz" })
    .where(sql`id = 5`);
  const page = await otto.get(urls.adminList({ model: "users" }, { q: "zzsecretzz" }));
  assert.match(page.text, /No accounts are like this/);
});

async function counts() {
  const [one] = await db.select({ entries: count() }).from(entries);
  const [other] = await db.select({ users: count() }).from(users);
  return { ...one, ...other };
}
