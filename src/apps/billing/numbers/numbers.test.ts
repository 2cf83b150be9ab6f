import { newVisitor } from "../../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { eq } from "drizzle-orm";
import { db, queryCount } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findMarkupFaults } from "../../../../test/helpers/markup.ts";
import type { Provider } from "../provider.ts";
import { currentProvider, useProviders } from "../providers.ts";
import { adjustments, subscriptions, transactions } from "../schema.ts";
import { now, on, tell } from "../testing/history.ts";
import { listCurrencies, listRows, monthOf, readNumbers } from "./numbers.ts";

const month = (monthsAgo: number): string => monthOf(on(monthsAgo, 1));

before(async () => {
  await tell({
    name: "=anna",
    plan: "monthly",
    canceledAt: on(1, 10),
    payments: [
      { at: on(3, 10), until: on(2, 10), total: 1500 },
      { at: on(2, 10), until: on(1, 10), total: 1500 },
    ],
  });
  await tell({
    name: "ben",
    plan: "yearly",
    payments: [{ at: on(3, 10), until: on(-9, 10), total: 17_850, tax: 2850, country: "DE" }],
  });
  await tell({
    name: "cleo",
    plan: "monthly",
    payments: [
      { at: on(2, 10), until: on(1, 10), total: 750, discount: 750 },
      { at: on(1, 13), billedAt: on(1, 10), until: on(-1, 13), total: 1500, back: on(1, 20) },
    ],
  });
  await tell({
    name: "dora",
    plan: "monthly",
    startedAt: on(2, 1),
    trialEndsAt: on(2, 15),
    payments: [{ at: on(2, 15), until: on(1, 15), total: 1500 }],
  });
  await tell({
    name: "emil",
    plan: "monthly",
    startedAt: on(2, 3),
    trialEndsAt: on(2, 17),
    canceledAt: on(2, 17),
    payments: [],
  });
  // Ended at once, in the middle of what was paid.
  await tell({
    name: "ida",
    plan: "monthly",
    canceledAt: on(4, 20),
    payments: [{ at: on(4, 10), until: on(3, 10), total: 1500 }],
  });
  await tell({ name: "fay", plan: "lifetime", payments: [{ at: on(2, 20), total: 40_000 }] });
  await tell({
    name: "gert",
    plan: "monthly",
    currency: "EUR",
    payments: [{ at: on(2, 1), until: on(1, 1), total: 1400 }],
  });
});

test("figures of each month are what a small history comes to by hand", async () => {
  const { months } = await readNumbers("USD", now);
  assert.equal(months.length, 12);
  const figures = (monthsAgo: number): string[] =>
    Object.entries(months.at(-1 - monthsAgo)?.figures ?? {})
      .filter(([, { count }]) => count > 0)
      .map(([name, { count, amount }]) => `${name} ${count} ${amount}`);
  assert.equal(months.at(-4)?.month, month(3));
  assert.deepEqual(figures(5), []);
  assert.deepEqual(figures(4), ["new 1 1500", "churned 1 1500", "revenue 1 1500"]);
  assert.deepEqual(figures(3), ["recurring 2 2750", "new 2 2750", "revenue 2 19350"]);
  assert.deepEqual(figures(2), ["recurring 4 5000", "new 2 2250", "trials 2 0", "converted 1 1500", "revenue 4 43750"]);
  assert.deepEqual(figures(1), [
    "recurring 1 1250",
    "churned 1 1500",
    "recovered 1 1500",
    "refunds 1 1500",
    "revenue 1 1500",
  ]);
  assert.deepEqual(figures(0), ["recurring 1 1250"]);
});

test("what recurs now is shared out by plan and by country", async () => {
  const { byPlan, byCountry } = await readNumbers("USD", now);
  assert.deepEqual(byPlan, [{ name: "Yearly", slug: "yearly", count: 1, amount: 1250 }]);
  assert.deepEqual(byCountry, [{ name: "DE", slug: "DE", count: 1, amount: 1250 }]);
});

test("of each month's newcomers it is known who stayed", async () => {
  const { cohorts } = await readNumbers("USD", now);
  assert.deepEqual(cohorts, [
    { month: month(4), size: 1, kept: [0, 0, 0, 0, 0] },
    { month: month(3), size: 2, kept: [2, 2, 1, 1] },
    { month: month(2), size: 2, kept: [2, 0, 0] },
  ]);
});

test("the rows behind a figure are as many as it says and come to as much", async () => {
  const { months } = await readNumbers("USD", now);
  for (const { month: each, figures } of months) {
    for (const [number, { count, amount }] of Object.entries(figures)) {
      // The keys of a record are those of its type.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const name = number as keyof typeof figures;
      const rows = await listRows({ number: name, currency: "USD", month: each, limit: 100 });
      const sum = rows.reduce((all, row) => all + (row.amount ?? 0), 0);
      assert.deepEqual([rows.length, sum], [count, amount], `${number} of ${each}`);
    }
  }
});

test("a dispute that was won comes back in the month in which it was", async () => {
  const of = { provider: "sandbox", transactionProviderId: "txn_ben_0", currency: "USD", amount: 17_850 } as const;
  const taken = { ...of, providerId: "adj_1", action: "chargeback", status: "reversed", decidedAt: on(2, 5) } as const;
  const back = {
    ...of,
    providerId: "adj_2",
    action: "chargeback_reverse",
    status: "approved",
    decidedAt: on(1, 5),
  } as const;
  await db.insert(adjustments).values([
    { ...taken, occurredAt: now },
    { ...back, occurredAt: now },
  ]);
  const { months } = await readNumbers("USD", now);
  assert.deepEqual(months.at(-3)?.figures.refunds, { count: 1, amount: 17_850 });
  assert.deepEqual(months.at(-2)?.figures.refunds, { count: 2, amount: -16_350 });
  assert.equal(months.at(-1)?.figures.recurring.amount, 1250);
  await db.delete(adjustments).where(eq(adjustments.transactionProviderId, "txn_ben_0"));
});

test("currencies are kept apart, the one most used first", async () => {
  assert.deepEqual(await listCurrencies(), ["USD", "EUR"]);
  const { months } = await readNumbers("EUR", now);
  assert.deepEqual(months.at(-3)?.figures.new, { count: 1, amount: 1400 });
});

test("where money moves, payments of a sandbox count for nothing", async () => {
  const sandbox = await currentProvider();
  const live: Provider = { ...sandbox, name: "paddle", isLive: true };
  await tell({
    name: "hans",
    plan: "monthly",
    isTest: false,
    payments: [{ at: on(1, 2), until: on(-1, 2), total: 1500 }],
  });
  useProviders([live]);
  try {
    const { months, cohorts } = await readNumbers("USD", now);
    assert.deepEqual(months.at(-1)?.figures.recurring, { count: 1, amount: 1500 });
    assert.deepEqual(await listCurrencies(), ["USD"]);
    assert.deepEqual(cohorts, [{ month: month(1), size: 1, kept: [1, 1] }]);
  } finally {
    useProviders([sandbox]);
    await db.delete(transactions).where(eq(transactions.providerId, "txn_hans_0"));
    await db.delete(subscriptions).where(eq(subscriptions.providerId, "sub_hans"));
  }
});

test("the page and its exports show them to the owner alone, in as many queries however much there is", async () => {
  const otto = await newVisitor("otto");
  const page = await otto.get(urls.staffNumbers());
  assert.equal(page.status, 200);
  assert.match(page.text, /\$12\.50/);
  assert.match(page.text, /Who stays/);
  assert.deepEqual(await findMarkupFaults(page.html), []);
  const sam = await newVisitor("sam");
  assert.equal((await sam.get(urls.staffNumbers())).status, 404);

  const before = queryCount();
  await readNumbers("USD", now);
  assert.ok(queryCount() - before <= 3);

  const file = await otto.get(urls.staffNumbers({}, { format: "csv" }));
  assert.match(String(file.headers["content-type"]), /^text\/csv/);
  assert.match(
    file.html,
    new RegExp(`^${month(2)},4,50\\.00,2,22\\.50,0,0\\.00,0,0\\.00,0,0\\.00,2,1,15\\.00,4,437\\.50\r$`, "m"),
  );
});

test("the rows behind a number name who they are about, and cells that a spreadsheet would run are text", async () => {
  const otto = await newVisitor("otto");
  const address = urls.staffNumber({ number: "churned" }, { month: month(1), currency: "USD" });
  const page = await otto.get(address);
  assert.match(page.text, /=anna/);
  assert.deepEqual(await findMarkupFaults(page.html), []);
  const { html } = await otto.get(`${address}&format=csv`);
  assert.match(html, /,'=anna,/);
  const german = urls.staffNumber({ number: "recurring" }, { currency: "USD", country: "DE" });
  assert.match((await otto.get(german)).text, /ben/);
  const indian = urls.staffNumber({ number: "recurring" }, { currency: "USD", country: "IN" });
  assert.match((await otto.get(indian)).text, /There is none/);
  assert.equal((await otto.get(urls.staffNumber({ number: "luck" }))).status, 404);
  assert.equal((await otto.get(`${urls.staffNumbers()}?currency=usd`)).status, 400);
});
