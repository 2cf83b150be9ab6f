import { newVisitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { addRow, changeRow, type Saved } from "#lib/admin/writing.ts";
import type { Row } from "#lib/admin.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { couponsModels } from "./coupons-admin.ts";
import { coupons, providerCoupons } from "./schema.ts";

const writing = { record: async () => undefined };
const fields: Row = { code: "SPRING", percent: 20, amount: null, currency: null, payments: null, limit: null };

function model() {
  const [first] = couponsModels;
  assert.ok(first);
  return first;
}

const add = (more: Row): Promise<Saved> => addRow(model(), { values: { ...fields, planIds: [], ...more } }, writing);

function problemOf(saved: Saved): string {
  return saved.state === "wrong" ? Object.values(saved.errors).join(" ") : saved.state;
}

test("a coupon that makes no sense is refused with a sentence", async () => {
  assert.match(problemOf(await add({ code: "a b" })), /A code has 3 to 40 letters/);
  assert.match(problemOf(await add({ percent: null })), /takes off a share, or an amount/);
  assert.match(problemOf(await add({ amount: 500, currency: "USD" })), /takes off a share, or an amount/);
  assert.match(problemOf(await add({ percent: 101 })), /A share is 1 to 100/);
  assert.match(problemOf(await add({ percent: null, amount: 500 })), /An amount has a currency/);
  assert.match(problemOf(await add({ payments: 0 })), /for one payment at least/);
  assert.match(problemOf(await add({ limit: 0 })), /used once at least/);
  assert.match(problemOf(await add({ planIds: ["999"] })), /One of these plans is not there/);
  assert.equal(await db.$count(coupons), 0);
});

test("what a coupon takes off stays as it is once a provider was told", async () => {
  assert.equal((await add({ planIds: ["1"] })).state, "saved");
  const [coupon] = await db.select().from(coupons);
  assert.ok(coupon);
  const key = String(coupon.id);
  assert.equal((await changeRow(model(), { key }, { values: { percent: 25 } }, writing)).state, "saved");
  await db.insert(providerCoupons).values({ provider: "sandbox", providerId: "dsc_1", couponId: coupon.id });
  const changed = await changeRow(model(), { key }, { values: { percent: 90 } }, writing);
  assert.match(problemOf(changed), /cannot change once it was used/);
  assert.equal((await changeRow(model(), { key }, { values: { isActive: false } }, writing)).state, "saved");
  assert.equal((await db.select().from(coupons))[0]?.percent, 25);
});

test("coupons and gifts have their pages in the admin", async () => {
  const otto = await newVisitor("otto");
  for (const name of ["coupons", "gifts"]) assert.equal((await otto.get(urls.adminList({ model: name }))).status, 200);
  assert.equal((await otto.get(urls.adminNew({ model: "gifts" }))).status, 404);
});
