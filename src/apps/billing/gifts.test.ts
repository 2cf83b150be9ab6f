import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { desc, eq } from "drizzle-orm";
import { people } from "#apps/accounts/fixtures.ts";
import { entitlements } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { applyFacts } from "./applying.ts";
import { deliverGifts, followGifts, payGift } from "./gifts.ts";
import { currentProvider } from "./providers.ts";
import { gifts, subscriptions, transactions, type Gift } from "./schema.ts";
import { begin, join, listMailed, pay, settle } from "./testing/buying.ts";

const day = 86_400_000;
const dayIn = (days: number): string => new Date(Date.now() + days * day).toISOString().slice(0, 10);
const tess = await newVisitor("tess");

/** Gives a month, the length that the form offers first; answers the gift and its code. */
async function give(fields: Record<string, string> = {}): Promise<{ gift: Gift; code: string }> {
  await pay(tess, await begin(tess, urls.gift(), { recipient: "", message: "", day: dayIn(0), ...fields }));
  const [gift] = await db.select().from(gifts).orderBy(desc(gifts.id)).limit(1);
  const mail = (await listMailed("tess@example.org")).find(({ template }) => template === "billing.gift-ready");
  const [code = ""] = /\w{5}-\w{5}-\w{5}/.exec(mail?.text ?? "") ?? [];
  assert.ok(gift && code !== "");
  return { gift, code };
}

const redeem = (visitor: Visitor, code: string) => visitor.post(urls.giftRedeem(), { code }, urls.giftRedeem());

async function entitlementOf({ id }: Gift) {
  const [found] = await db
    .select()
    .from(entitlements)
    .where(eq(entitlements.sourceKey, String(id)));
  return found?.source === "gift" ? found : undefined;
}

const daysTo = (at: Date | null | undefined): number => Math.round(((at?.getTime() ?? Number.NaN) - Date.now()) / day);
const idOf = (name: (typeof people)[number]): number => people.indexOf(name) + 1;

test("whoever is not signed in is shown what there is to give, and led to an account", async () => {
  const page = await (await newVisitor()).get(urls.gift());
  assert.match(page.text, /\$15 A month \$150 A year/);
  assert.deepEqual(await findMarkupFaults(page.html), []);
});

test("a gift is mailed to whom it is for, with its words, and opens what members may", async () => {
  const { gift, code } = await give({ recipient: "ada@example.org", message: "For your <evenings>." });
  const [mail] = await listMailed("ada@example.org");
  assert.match(mail?.subject ?? "", /Tess Molina gives you a membership/);
  assert.ok(mail?.text.includes("For your <evenings>.") && mail.text.includes(code));
  const ada = await newVisitor("ada");
  assert.equal((await ada.get("/decorators/")).status, 200);
  const done = await redeem(ada, code.toLowerCase().replaceAll("-", " "));
  assert.equal(done.headers.location, urls.membership({}, { done: "gift" }));
  assert.match((await ada.get(done.headers.location)).text, /until .*, from your gift of a monthly membership/);
  const entitlement = await entitlementOf(gift);
  assert.ok([27, 28, 29, 30, 31].includes(daysTo(entitlement?.endsAt)));
  const [kept] = await db.select().from(gifts).where(eq(gifts.id, gift.id));
  assert.equal(kept?.recipientAddress, "", "whom it was for is known by their account now");
});

test("a code is good once, for whoever comes first", async () => {
  const { code } = await give();
  const [otto, sam] = [await newVisitor("otto"), await newVisitor("sam")];
  await otto.get(urls.giftRedeem());
  await sam.get(urls.giftRedeem());
  const answers = await Promise.all([redeem(otto, code), redeem(sam, code)]);
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [303, 422],
  );
  assert.match((await redeem(await newVisitor("ada"), code)).text, /was redeemed already/);
  assert.match((await redeem(sam, "AAAAA-AAAAA-AAAAA")).text, /We know no such code/);
  assert.match((await redeem(sam, "")).text, /We know no such code/);
});

test("a gift for a later day waits for it, and is sent once", async () => {
  const { gift } = await give({ recipient: "later@example.org", day: dayIn(9) });
  assert.equal((await listMailed("later@example.org")).length, 0);
  await deliverGifts();
  assert.equal((await listMailed("later@example.org")).length, 0);
  await db
    .update(gifts)
    .set({ deliverAt: new Date(Date.now() - 1000) })
    .where(eq(gifts.id, gift.id));
  await Promise.all([deliverGifts(), deliverGifts()]);
  assert.equal((await listMailed("later@example.org")).length, 1);
});

test("what cannot be given is said beside its field, and kept", async () => {
  for (const [fields, sentence] of [
    [{ recipient: "nobody", day: dayIn(0) }, /This is no mail address/],
    [{ recipient: "", day: dayIn(-1) }, /From today on/],
    [{ recipient: "", day: dayIn(400) }, /From today on/],
  ] as const) {
    const answer = await tess.post(urls.gift(), { price: "1", message: "A word", ...fields }, urls.gift());
    assert.equal(answer.status, 422);
    assert.match(answer.text, sentence);
    assert.match(answer.html, />A word</);
    assert.deepEqual(await findMarkupFaults(answer.html), []);
  }
});

test("a gift begins when what somebody pays for is over, and moves on when that is renewed", async () => {
  const sam = await newVisitor("sam");
  await db.delete(entitlements).where(eq(entitlements.userId, idOf("sam")));
  await join(sam, "monthly");
  const { gift, code } = await give();
  assert.equal((await redeem(sam, code)).status, 303);
  const [subscription] = await db.select().from(subscriptions);
  const first = await entitlementOf(gift);
  assert.equal(first?.startsAt.getTime(), subscription?.periodEndsAt?.getTime());
  assert.match((await sam.get(urls.membership())).text, /From .* on: until .*, from your gift/);

  // It is renewed: everything is a period later.
  const provider = await currentProvider();
  const fact = await provider.find("subscription", subscription?.providerId ?? "");
  assert.ok(fact?.kind === "subscription" && fact.periodEndsAt);
  const periodEndsAt = new Date(fact.periodEndsAt.getTime() + 31 * day);
  await applyFacts("sandbox", [{ ...fact, periodEndsAt, occurredAt: new Date() }]);
  await settle();
  assert.equal((await entitlementOf(gift))?.startsAt.getTime(), periodEndsAt.getTime());

  // What has run for long is not given a second time.
  const begun = new Date(Date.now() - 20 * day);
  await db
    .update(entitlements)
    .set({ startsAt: begun })
    .where(eq(entitlements.sourceKey, String(gift.id)));
  await followGifts(idOf("sam"));
  assert.equal((await entitlementOf(gift))?.startsAt.getTime(), begun.getTime());
});

test("two gifts come one after the other", async () => {
  const otto = await newVisitor("otto");
  await db.delete(entitlements).where(eq(entitlements.userId, idOf("otto")));
  const [one, two] = [await give(), await give()];
  await redeem(otto, one.code);
  await redeem(otto, two.code);
  const [first, second] = [await entitlementOf(one.gift), await entitlementOf(two.gift)];
  assert.equal(second?.startsAt.getTime(), first?.endsAt?.getTime());
});

test("who is a member for good keeps the code for somebody else", async () => {
  const { gift, code } = await give();
  const answer = await redeem(await newVisitor("maya"), code);
  assert.equal(answer.status, 422);
  assert.match(answer.text, /member for good already. The code stays good/);
  assert.equal((await db.select().from(gifts).where(eq(gifts.id, gift.id)))[0]?.redeemedAt, null);
});

test("a gift whose money went back opens nothing any more, whether it was redeemed or not", async () => {
  const ada = await newVisitor("ada");
  const [redeemed, waiting] = [await give(), await give()];
  await redeem(ada, redeemed.code);
  assert.ok(await entitlementOf(redeemed.gift));
  for (const { gift } of [redeemed, waiting]) {
    const [paid] = await db
      .select()
      .from(transactions)
      .where(eq(transactions.id, gift.transactionId ?? 0));
    const provider = await currentProvider();
    await applyFacts("sandbox", await provider.refund(paid?.providerId ?? "", undefined, "Asked for"));
    await settle();
  }
  assert.equal(await entitlementOf(redeemed.gift), undefined);
  assert.match((await redeem(ada, waiting.code)).text, /was given back to who bought it/);
  const refunds = (await listMailed("tess@example.org")).filter(({ template }) => template === "billing.refund");
  assert.equal(refunds.length, 2);
  assert.match((await tess.get(urls.gift())).text, /given back/);
});

test("a gift that was paid at another price than was asked for is nobody's", async () => {
  const bill = await begin(tess, urls.gift(), { recipient: "", message: "", day: dayIn(0) });
  assert.match(bill, /^\/sandbox\/checkout\//);
  const [gift] = await db.select().from(gifts).orderBy(desc(gifts.id)).limit(1);
  const [paid] = await db.select().from(transactions).limit(1);
  assert.ok(gift && paid);
  const wrong = { checkoutId: gift.checkoutId, priceId: null, total: 1, status: "completed" as const };
  await db.update(transactions).set(wrong).where(eq(transactions.id, paid.id));
  await payGift(paid.id);
  assert.equal((await db.select().from(gifts).where(eq(gifts.id, gift.id)))[0]?.codeHash, null);
});
