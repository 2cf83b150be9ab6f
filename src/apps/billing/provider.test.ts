import { alsoRun, begin, drain, listEntitled, priceIds, sam } from "./testing/scene.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { desc, eq, gt } from "drizzle-orm";
import { entitlements, plans } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { randomNumbers } from "../../../bench/random.ts";
import { applyFacts } from "./applying.ts";
import type { Fact } from "./facts.ts";
import { receiveEvent } from "./inbox.ts";
import { openPaddleProvider } from "./paddle/provider.ts";
import { findArticle } from "./pricing.ts";
import { noticesTasks } from "./notices-tasks.ts";
import type { Provider } from "./provider.ts";
import { useProviders } from "./providers.ts";
import { publishPrice } from "./publishing.ts";
import { payCheckout, readBill } from "./sandbox/checkouts.ts";
import { addMonths } from "./sandbox/dates.ts";
import { sandbox } from "./sandbox/provider.ts";
import { sandboxTasks } from "./sandbox/tasks.ts";
import { adjustments, providerPrices, subscriptions, transactions } from "./schema.ts";
import type { Outbox } from "./testing/outbox.ts";
import { startPaddle } from "./testing/paddle-server.ts";
import { startStripe } from "./testing/stripe-server.ts";
import { openStripeProvider } from "./stripe/provider.ts";

// One story, told by each provider in its own words, must lead to the same access at each step.

interface Stage {
  provider: Provider;
  pay: (checkout: string) => unknown;
  /** Where it keeps what it has to tell; the sandbox tells by tasks. */
  outbox?: Outbox;
}

const paddle = await startPaddle();
const stripe = await startStripe();
after(() => Promise.all([paddle.close(), stripe.close()]));
alsoRun([...sandboxTasks, ...noticesTasks]);
await db.delete(providerPrices);

const stages: readonly Stage[] = [
  { provider: sandbox, pay: paySandbox },
  { provider: openPaddleProvider(paddle.keys), pay: (id) => paddle.pay(id), outbox: paddle.outbox },
  { provider: openStripeProvider(stripe.keys), pay: (id) => stripe.pay(id), outbox: stripe.outbox },
];
const random = randomNumbers(7);
const chapters: string[][] = [];

for (const stage of stages) {
  const { provider } = stage;
  test(`${provider.label}: join, change, pause, resume, cancel, and everything given back`, async () => {
    useProviders([provider]);
    const said: string[] = [];
    const note = async (chapter: string): Promise<void> => void said.push(`${chapter}: ${await inWords()}`);
    const act = async (facts: Promise<readonly Fact[]>): Promise<void> => {
      const outcomes = await applyFacts(provider.name, await facts);
      assert.ok(
        outcomes.every(({ outcome }) => outcome !== "refused"),
        JSON.stringify(outcomes),
      );
    };

    const yearly = await published(provider, "pri_year");
    const checkout = await open(provider);
    await note("before it is paid");
    await stage.pay(checkout);
    await deliver(stage);
    await note("paid");
    const [{ providerId: id } = { providerId: "" }] = await db.select().from(subscriptions);

    const preview = await provider.previewChange(id, { price: yearly, quantity: 1 });
    assert.equal(preview.currency, "USD");
    assert.ok(preview.dueNow > 0 && preview.recurring > 0, JSON.stringify(preview));
    await act(provider.changePlan(id, { price: yearly, quantity: 1 }));
    await deliver(stage);
    await note("changed");

    await act(provider.pause(id, undefined));
    await note("to be paused");
    await deliver(stage);
    await note("to be paused, told again");
    await act(provider.resume(id));
    await deliver(stage);
    await note("goes on");
    await act(provider.cancel(id, "periodEnd"));
    await deliver(stage);
    await note("to be cancelled");
    await act(provider.resume(id));
    await deliver(stage);
    await note("stays");

    const paid = await db.select().from(transactions).where(gt(transactions.total, 0));
    for (const { providerId } of paid) await act(provider.refund(providerId, 100, "A part"));
    await approve(provider);
    await deliver(stage);
    await note("a part given back");
    await act(provider.cancel(id, "now"));
    await deliver(stage);
    await note("cancelled at once");
    for (const { providerId, total } of paid) await act(provider.refund(providerId, total - 100, "The rest"));
    await approve(provider);
    await deliver(stage);
    await note("all given back");

    const listed = await Array.fromAsync(provider.list(new Date(Date.now() - 86_400_000)));
    const before = await listEntitled();
    await applyFacts(provider.name, listed, { askedAt: new Date(Date.now() + 1000) });
    assert.deepEqual(await listEntitled(), before, "what is listed says the same");
    chapters.push(said);
  });

  test(`${provider.label}: of two checkouts that were both paid the second is ended and given back`, async () => {
    useProviders([provider]);
    for (const checkout of [await open(provider), await open(provider)]) {
      await stage.pay(checkout);
      await deliver(stage);
    }
    await approve(provider);
    await deliver(stage);
    const known = await db.select().from(subscriptions).orderBy(subscriptions.startedAt, subscriptions.id);
    assert.deepEqual(
      known.map(({ status }) => status),
      ["active", "canceled"],
    );
    const paid = await db.select().from(transactions).where(gt(transactions.total, 0));
    const second = paid.find(({ subscriptionProviderId }) => subscriptionProviderId === known[1]?.providerId);
    const back = await db.select().from(adjustments);
    assert.deepEqual(
      back.map(({ transactionProviderId, amount, status }) => [transactionProviderId, amount, status]),
      [[second?.providerId, second?.total, "approved"]],
    );
    assert.equal(await inWords(), "monthly for a month and 7 days");
  });
}

test("all three tell the same story", () => {
  const [first] = chapters;
  assert.deepEqual(
    chapters,
    stages.map(() => first),
  );
  assert.deepEqual(first, [
    "before it is paid: nothing",
    "paid: monthly for a month and 7 days",
    "changed: yearly for a year and 7 days",
    "to be paused: yearly for a year",
    "to be paused, told again: yearly for a year",
    "goes on: yearly for a year and 7 days",
    "to be cancelled: yearly for a year",
    "stays: yearly for a year and 7 days",
    "a part given back: yearly for a year and 7 days",
    "cancelled at once: yearly for a year",
    "all given back: nothing",
  ]);
});

/** A checkout of the monthly plan that Sam has begun; answers the provider's name of it. */
async function open(provider: Provider): Promise<string> {
  const { id } = await provider.checkout({
    token: await begin(sam, { provider: provider.name, priceId: priceIds.pri_1 ?? 0 }),
    price: await published(provider, "pri_1"),
    coupon: undefined,
    quantity: 1,
    trialDays: 0,
    isSubscription: true,
    buyer: { address: "sam@example.org", name: "Sam", country: "DE", customer: undefined },
    successUrl: "https://learn.example.org/checkout/done/",
    cancelUrl: "https://learn.example.org/join/",
  });
  return id;
}

async function paySandbox(id: string): Promise<void> {
  const bill = await readBill(id);
  assert.ok(bill);
  await payCheckout(bill);
}

async function published(provider: Provider, name: string): Promise<string> {
  const article = await findArticle(priceIds[name] ?? 0);
  assert.ok(article);
  return await publishPrice(provider, article);
}

// Everything arrives three times, and in any order.
async function deliver({ provider, outbox }: Stage): Promise<void> {
  await outbox?.deliver(({ body, headers }) => receiveEvent(provider.name, Buffer.from(body), headers), {
    times: 3,
    shuffle: random,
  });
  await drain();
}

// Only Paddle looks at refunds before it makes them.
async function approve({ name }: Provider): Promise<void> {
  if (name !== "paddle") return;
  for (const { providerId } of await db.select().from(adjustments).where(eq(adjustments.status, "pending"))) {
    paddle.approve(providerId);
  }
}

async function planOfSam() {
  const [found] = await db
    .select({ slug: plans.slug, endsAt: entitlements.endsAt })
    .from(entitlements)
    .innerJoin(plans, eq(plans.id, entitlements.planId))
    .where(eq(entitlements.userId, sam))
    .orderBy(desc(entitlements.endsAt));
  return found;
}

async function inWords(): Promise<string> {
  const found = await planOfSam();
  if (!found?.endsAt || found.endsAt <= new Date()) return "nothing";
  const [length, months] = found.slug === "yearly" ? ["a year", 12] : ["a month", 1];
  const days = Math.round((found.endsAt.getTime() - addMonths(new Date(), months).getTime()) / 86_400_000);
  return `${found.slug} for ${length}${days === 0 ? "" : ` and ${days} days`}`;
}
