import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { and, asc, eq, gt } from "drizzle-orm";
import { people } from "#apps/accounts/fixtures.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { checks } from "./checks.ts";
import { endDouble, noteDoubles } from "./doubles.ts";
import { ProviderError } from "./provider.ts";
import { currentProvider, useProviders } from "./providers.ts";
import { adjustments, customers, subscriptions, transactions } from "./schema.ts";
import { begin, listMailed, pay, settle } from "./testing/buying.ts";

const sandbox = await currentProvider();

const listOwned = async (name: (typeof people)[number]) =>
  (
    await db
      .select({ subscription: subscriptions })
      .from(subscriptions)
      .innerJoin(customers, eq(customers.id, subscriptions.customerId))
      .where(eq(customers.userId, people.indexOf(name) + 1))
      .orderBy(asc(subscriptions.id))
  ).map(({ subscription }) => subscription);

async function listReturned(name: (typeof people)[number]): Promise<number[]> {
  const rows = await db
    .select({ amount: adjustments.amount, total: transactions.total })
    .from(adjustments)
    .innerJoin(transactions, eq(transactions.providerId, adjustments.transactionProviderId))
    .innerJoin(customers, eq(customers.id, transactions.customerId))
    .where(and(eq(customers.userId, people.indexOf(name) + 1), gt(transactions.total, 0)));
  return rows.map(({ amount, total }) => total - amount);
}

async function saidOf(check: string): Promise<string> {
  return (await checks.find(({ name }) => name === check)?.run()) ?? "nothing";
}

async function buyTwice(visitor: Visitor): Promise<void> {
  const bills = [
    await begin(visitor, urls.joinPlan({ plan: "monthly" })),
    await begin(visitor, urls.joinPlan({ plan: "monthly" })),
  ];
  for (const bill of bills) await pay(visitor, bill);
}

test("of two checkouts that were open, the second that is paid is ended and given back, once, and everybody is told", async () => {
  assert.equal(await saidOf("second memberships"), "nothing");
  const sam = await newVisitor("sam");
  await buyTwice(sam);
  const [first, second] = await listOwned("sam");
  assert.deepEqual([first?.status, first?.isDouble], ["active", false]);
  assert.deepEqual([second?.status, second?.isDouble], ["canceled", true]);
  assert.deepEqual(await listReturned("sam"), [0]);
  assert.match((await sam.get(urls.membership())).text, /Monthly/);
  const mails = (await listMailed("sam@example.org")).map(({ template }) => template).toSorted();
  assert.deepEqual(mails, [
    "billing.double",
    "billing.receipt",
    "billing.receipt",
    "billing.refund",
    "billing.welcome",
  ]);
  assert.match(await saidOf("second memberships"), /^1 second memberships of the last days were ended/);
  assert.equal(await saidOf("paid twice"), "nothing");
  const [back] = await db.select().from(adjustments);
  await db.update(adjustments).set({ status: "rejected" });
  await db.update(subscriptions).set({ updatedAt: new Date(Date.now() - 7_200_000) });
  assert.match(await saidOf("second memberships"), /^1 second memberships could not be undone/);
  await db.update(adjustments).set({ status: back?.status ?? "approved" });

  for (const { id } of await listOwned("sam")) {
    assert.deepEqual(await noteDoubles(id), []);
    await endDouble(id);
  }
  await settle();
  assert.deepEqual(await listReturned("sam"), [0]);
  assert.equal((await listOwned("sam"))[0]?.status, "active");
});

test("while the provider is away it waits, and what was done before a death is not done again", async () => {
  const tess = await newVisitor("tess");
  let isAway = true;
  let asked = 0;
  useProviders([
    {
      ...sandbox,
      cancel: async (id, when) => {
        asked += 1;
        if (isAway) throw new ProviderError("unreachable", "It is away.");
        return await sandbox.cancel(id, when);
      },
    },
  ]);
  await buyTwice(tess);
  const [first, second] = await listOwned("tess");
  assert.equal(second?.status, "active");
  assert.equal(second.isDouble, true);
  // Its owner leaves meanwhile, and says why.
  await db.update(subscriptions).set({ cancelReason: "I have it twice." }).where(eq(subscriptions.id, second.id));
  assert.ok(asked > 0);
  isAway = false;
  // It was cancelled and one half given back there, and nobody came to note that here.
  await sandbox.cancel(second.providerId, "now");
  await db.$client.query("update pgboss.job set start_after = now() where state = 'retry'");
  await settle();
  useProviders([sandbox]);
  assert.deepEqual(
    (await listOwned("tess")).map(({ status }) => status),
    ["active", "canceled"],
  );
  assert.deepEqual(await listReturned("tess"), [0]);
  assert.equal(first?.isDouble, false);
});

test("what began long ago, or beside one that is leaving, is left to its owner and the staff", async () => {
  const otto = await newVisitor("otto");
  const bills = [
    await begin(otto, urls.joinPlan({ plan: "monthly" })),
    await begin(otto, urls.joinPlan({ plan: "monthly" })),
  ];
  await pay(otto, bills[0] ?? "");
  await otto.post(urls.membershipCancel(), { reason: "" }, urls.membershipCancel());
  await settle();
  const [leaving] = await listOwned("otto");
  assert.equal(leaving?.scheduledAction, "cancel");
  await pay(otto, bills[1] ?? "");
  assert.deepEqual(
    (await listOwned("otto")).map(({ status }) => status),
    ["active", "active"],
  );
  await db
    .update(subscriptions)
    .set({ scheduledAction: null, startedAt: new Date(Date.now() - 86_400_000 * 9) })
    .where(eq(subscriptions.id, leaving.id));
  const [, other] = await listOwned("otto");
  await db
    .update(subscriptions)
    .set({ startedAt: new Date(Date.now() - 86_400_000 * 4) })
    .where(eq(subscriptions.id, other?.id ?? 0));
  assert.deepEqual(await noteDoubles(leaving.id), []);
});
