import { newVisitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { cardOf } from "./card.ts";
import { lookAtCards } from "./cards.ts";
import { useProviders } from "./providers.ts";
import { billingNotices, customers, subscriptions } from "./schema.ts";
import { join, listMailed } from "./testing/buying.ts";
import { fakeProvider } from "./testing/fake-provider.ts";

const sam = await newVisitor("sam");
await join(sam, "yearly");
const provider = fakeProvider({ name: "sandbox" });
useProviders([provider]);
type Fields = Partial<typeof subscriptions.$inferInsert>;

const set = (fields: Fields) => db.update(subscriptions).set(fields);
const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000);
const card = { brand: "Visa", last4: "4242" };

beforeEach(async () => {
  await db.delete(messages);
  await db.delete(billingNotices);
  provider.asked.length = 0;
  provider.isDown = false;
  provider.paidWith = { ...card, expiresAt: inDays(9) };
  await set({
    status: "active",
    scheduledAction: null,
    scheduledAt: null,
    trialEndsAt: null,
    periodEndsAt: inDays(10),
  });
});

const subjects = async (): Promise<string[]> => (await listMailed("sam@example.org")).map(({ subject }) => subject);

/** What was mailed, and how often the provider was asked, after two runs. */
async function look(fields: Fields = { status: "active" }): Promise<[mails: number, asked: number]> {
  await set(fields);
  await lookAtCards();
  await lookAtCards();
  return [(await subjects()).length, provider.asked.length];
}

test("whose card expires before the next payment hears of it once, and the provider is asked once", async () => {
  provider.paidWith = cardOf({ brand: "visa", last4: "4242", month: 1, year: 2026 });
  assert.deepEqual(await look(), [1, 1]);
  const [mail] = await listMailed("sam@example.org");
  assert.equal(mail?.subject, "Your card expires before your next payment");
  assert.match(mail?.text ?? "", /Visa ending in 4242, is\s+good\s+until\s+the\s+end\s+of\s+January 2026/);
  assert.match(mail?.text ?? "", /\$150\.00 a year/);
});

test("the date of a payment moves, and nobody is told twice", async () => {
  assert.deepEqual(await look(), [1, 1]);
  assert.deepEqual(await look({ periodEndsAt: inDays(11) }), [1, 2]);
});

test("a card that is good for longer is no news, nor is what is paid without one", async () => {
  provider.paidWith = { ...card, expiresAt: inDays(11) };
  assert.deepEqual(await look(), [0, 1]);
  provider.paidWith = undefined;
  assert.deepEqual(await look({ periodEndsAt: inDays(9) }), [0, 2]);
});

test("free days end with a payment too", async () => {
  assert.deepEqual(await look({ status: "trialing", trialEndsAt: inDays(12), periodEndsAt: inDays(100) }), [1, 1]);
});

test("nobody is asked about what is paid later, or not at all", async () => {
  assert.deepEqual(await look({ periodEndsAt: inDays(15) }), [0, 0]);
  assert.deepEqual(await look({ status: "past_due", periodEndsAt: inDays(10) }), [0, 0]);
  const leaving = { status: "active", scheduledAction: "cancel", scheduledAt: inDays(10) } as const;
  assert.deepEqual(await look(leaving), [0, 0]);
});

test("a provider that does not answer is asked again", async () => {
  provider.isDown = true;
  assert.deepEqual(await look(), [0, 0]);
  provider.isDown = false;
  assert.deepEqual(await look(), [1, 1]);
});

test("of what nobody here owns no card is looked at", async () => {
  await db.delete(customers);
  assert.deepEqual(await look(), [0, 0]);
});
