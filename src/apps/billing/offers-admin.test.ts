import { contentChanged, visitOk } from "../../../test/helpers/site.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { asc, eq } from "drizzle-orm";
import { prices } from "#apps/members/schema.ts";
import { addRow, changeRow, type Saved } from "#lib/admin/writing.ts";
import type { Row } from "#lib/admin.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { offersModels } from "./offers-admin.ts";

const yearly = "2";
const ofYearly = (): Promise<Row[]> =>
  db
    .select()
    .from(prices)
    .where(eq(prices.planId, Number(yearly)))
    .orderBy(asc(prices.id));

test("an amount stays as it is, and another price takes its place, which pages show at once", async () => {
  const [first, ...others] = await ofYearly();
  assert.equal(
    problemOf(await savePrices([{ ...first, amount: 1 }, ...others])).split(",")[0],
    "An amount never changes",
  );
  assert.match(problemOf(await savePrices(others)), /^A price stays/);
  assert.match(problemOf(await savePrices([...others, { ...first }, made({ currency: "ABC" })])), /^A currency has/);
  assert.match(
    problemOf(await savePrices([...others, { ...first }, made({ countries: ["India"] })])),
    /^A country has/,
  );
  assert.match((await visitOk("/decorators/")).text, /Yearly \$150 a year/);

  const saved = await savePrices([{ ...first, isOffered: false }, ...others, made({ amount: 180_00 })]);
  assert.equal(saved.state, "saved");
  await contentChanged();
  // The first that is offered everywhere is the one in euros now.
  assert.match((await visitOk("/decorators/")).text, /Yearly €140 a year/);
  assert.equal((await ofYearly()).length, 5);
});

test("a plan that is paid once has no interval, and a product opens entries that are there", async () => {
  const interval = await changeRow(modelOf("plans"), { key: yearly }, { values: { interval: null } }, writing);
  assert.match(problemOf(interval), /^A lifetime plan has no interval/);
  for (const opens of [["999999"], ["a"]]) {
    const saved = await addRow(modelOf("products"), { values: { slug: "x", name: "X", opens } }, writing);
    assert.match(problemOf(saved), /entr/);
  }
  const course = { slug: "course", name: "Course", opens: ["4"], summary: "" };
  assert.equal((await addRow(modelOf("products"), { values: course }, writing)).state, "saved");
});

test("plans, products and entitlements have their pages in the admin", async () => {
  const otto = await newVisitor("otto");
  for (const model of ["plans", "products", "entitlements"]) {
    assert.equal((await otto.get(urls.adminList({ model }))).status, 200, model);
    assert.equal((await otto.get(urls.adminRow({ model, key: "1" }))).status, 200, model);
  }
  assert.equal((await otto.get(urls.adminNew({ model: "entitlements" }))).status, 404);
});

const writing = { record: async () => undefined };

function modelOf(name: string) {
  const model = offersModels.find((each) => each.name === name);
  assert.ok(model);
  return model;
}

function savePrices(rows: readonly Row[]): Promise<Saved> {
  return changeRow(modelOf("plans"), { key: yearly }, { values: {}, inlines: { prices: rows } }, writing);
}

function made(more: Row): Row {
  return { currency: "USD", amount: 180_00, countries: [], isOffered: true, ...more };
}

function problemOf(saved: Saved): string {
  return saved.state === "wrong" ? Object.values(saved.errors).join(" ") : saved.state;
}
