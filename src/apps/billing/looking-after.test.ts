import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { ProviderError } from "./provider.ts";
import { currentProvider, useProviders } from "./providers.ts";
import { billingNotices, coupons, subscriptions, transactions, type Subscription } from "./schema.ts";
import { join, listMailed, settle } from "./testing/buying.ts";

const sandbox = await currentProvider();
const away = () => Promise.reject(new ProviderError("unreachable", "It is away."));

async function only(): Promise<Subscription> {
  const [found] = await db.select().from(subscriptions).where(eq(subscriptions.quantity, 1)).orderBy(subscriptions.id);
  assert.ok(found);
  return found;
}

async function act(visitor: Visitor, address: string, fields: Record<string, string> = {}): Promise<string> {
  const answer = await visitor.post(address, fields, urls.membership());
  assert.equal(answer.status, 303, answer.text);
  await settle();
  return String(answer.headers.location);
}

const sam = await newVisitor("sam");
const mailsOf = async (kind: string): Promise<number> =>
  (await listMailed("sam@example.org")).filter(({ template }) => template === `billing.${kind}`).length;

test("who pays for nothing is shown what there is, and nothing can be done", async () => {
  const ada = await newVisitor("ada");
  assert.match((await ada.get(urls.membership())).text, /You have no membership yet/);
  for (const address of [urls.membershipChange(), urls.membershipPause(), urls.membershipCancel()])
    assert.match((await ada.get(address)).text, /There is no membership that this can be done with/, address);
  for (const address of [urls.membershipCancel(), urls.membershipResume(), urls.membershipOffer()]) {
    const answer = await ada.post(address, {}, urls.membership());
    assert.equal(answer.headers.location, urls.membership(), address);
  }
});

test("a plan is changed after its price was shown", async () => {
  await join(sam, "monthly");
  assert.match((await sam.get(urls.membership())).text, /Monthly Active Renews on .* for \$15.00 a month/);
  const choice = await sam.get(urls.membershipChange());
  const price = /name="price" value="(\d+)"/.exec(choice.html)?.[1] ?? "";
  const preview = await sam.get(urls.membershipChange({}, { price }));
  assert.match(preview.text, /Due now \$13\d\.\d\d From .* on \$150.00 a year Change and pay/);
  assert.deepEqual(await findMarkupFaults(preview.html), []);
  const done = await act(sam, urls.membershipChange(), { price, quantity: "1" });
  assert.equal(done, urls.membership({}, { done: "changed" }));
  assert.match((await sam.get(done)).text, /Your plan is changed. Yearly Active Renews on .* for \$150.00 a year/);
  const before = await db.$count(transactions);
  await act(sam, urls.membershipChange(), { price, quantity: "1" });
  assert.equal(await db.$count(transactions), before, "what was sent twice is charged once");
});

test("whoever asks for another plan proves again who it is", async () => {
  const old = await newVisitor("sam", { authenticatedAt: new Date(Date.now() - 3_600_000) });
  assert.match(String((await old.get(urls.membershipChange())).headers.location), /^\/sign-in\/again\//);
  const answer = await old.post(urls.membershipPayment(), {}, urls.membership());
  assert.match(String(answer.headers.location), /^\/sign-in\/again\//);
});

test("somebody of the staff who acts in a reader's place changes nothing", async () => {
  const acting = await newVisitor("sam", { impersonatorId: 4 });
  for (const address of [urls.membershipCancel(), urls.membershipPause(), urls.membershipResume()])
    assert.equal((await acting.post(address, {}, urls.membership())).status, 403, address);
});

test("leaving takes as many steps as joining, and is taken back with one", async () => {
  const page = await sam.get(urls.membershipCancel());
  assert.match(page.text, /Everything stays open until .*, and nothing more is charged/);
  assert.deepEqual(await findMarkupFaults(page.html), []);
  await act(sam, urls.membershipCancel(), { reason: "time", words: "A child was born." });
  await act(sam, urls.membershipCancel(), { reason: "time", words: "A child was born." });
  const left = await only();
  assert.equal(left.scheduledAction, "cancel");
  assert.equal(left.cancelReason, "I have no time for it: A child was born.");
  assert.match((await sam.get(urls.membership())).text, /Yearly Ends soon Everything stays open until/);
  assert.equal(await mailsOf("canceled"), 1);

  await act(sam, urls.membershipResume());
  assert.equal((await only()).scheduledAction, null);
  await act(sam, urls.membershipCancel());
  assert.equal(await mailsOf("canceled"), 2, "whoever leaves again is told again");
  await act(sam, urls.membershipResume());
});

test("a membership rests from the end of what is paid until the day that was chosen", async () => {
  assert.match((await sam.get(urls.membershipPause())).text, /What you have paid for stays open until/);
  await act(sam, urls.membershipPause(), { months: "2" });
  assert.equal((await only()).scheduledAction, "pause");
  assert.match((await sam.get(urls.membership())).text, /Pauses soon It rests from .* on/);
  await act(sam, urls.membershipResume());
  assert.equal((await only()).scheduledAction, null);
});

test("who is about to leave is offered something once", async () => {
  assert.match((await sam.get(urls.membershipCancel())).text, /Or let it rest/);
  await db.insert(coupons).values({ code: "STAY", percent: 30, payments: 3, isOffer: true });
  assert.match((await sam.get(urls.membershipCancel())).text, /Or stay for less: 30% off the next 3 payments/);
  const down = { ...sandbox, discount: away };
  useProviders([down]);
  assert.equal((await sam.post(urls.membershipOffer(), {}, urls.membershipCancel())).status, 503);
  useProviders([sandbox]);
  const [one, other] = [await act(sam, urls.membershipOffer()), await act(sam, urls.membershipOffer())];
  assert.equal(one, other);
  assert.match((await sam.get(urls.membershipCancel())).text, /Or let it rest/);
  assert.notEqual((await only()).offerTakenAt, null);
});

test("while the provider is away nothing is lost, and the page says so", async () => {
  useProviders([{ ...sandbox, cancel: away, pause: away, portal: away, previewChange: away, invoice: away }]);
  for (const address of [urls.membershipCancel(), urls.membershipPause(), urls.membershipPayment()]) {
    const answer = await sam.post(address, {}, urls.membership());
    assert.equal(answer.status, 503, address);
    assert.match(answer.text, /does not answer just now/);
  }
  const choice = await sam.get(urls.membershipChange());
  const price = /name="price" value="(\d+)"/.exec(choice.html)?.[1] ?? "";
  assert.equal((await sam.get(urls.membershipChange({}, { price }))).status, 503);
  const [paid] = await db.select().from(transactions).orderBy(transactions.id);
  assert.equal((await sam.get(urls.purchaseInvoice({ id: String(paid?.id) }))).status, 503);
  useProviders([sandbox]);
  assert.match((await sam.get(urls.membership())).text, /Yearly Active/);
});

test("a payment that failed is said at once, with the way to mend it", async () => {
  await db.update(subscriptions).set({ status: "past_due", pastDueSince: new Date() });
  const page = await sam.get(urls.membership());
  assert.match(page.text, /Your last payment failed .* Everything stays open until .* Mend the payment/);
  assert.match((await sam.get(urls.membershipChange())).text, /There is no membership that this can be done with/);
  const portal = await act(sam, urls.membershipPayment());
  assert.match(portal, /^\/sandbox\/portal\//);
  assert.equal((await sam.get(portal)).status, 200);
  await db.update(subscriptions).set({ status: "active", pastDueSince: null });
});

test("what was paid is listed with receipts for who paid it, and for nobody else", async () => {
  const list = await sam.get(urls.purchases());
  assert.match(list.text, /Monthly membership \$15.00 Receipt/);
  assert.deepEqual(await findMarkupFaults(list.html), []);
  const [paid] = await db.select().from(transactions).orderBy(transactions.id);
  const id = String(paid?.id);
  const receipt = await sam.get(urls.purchase({ id }));
  assert.match(receipt.text, /To Sam Okafor, sam@example.org .* Paid \$15.00/);
  assert.deepEqual(await findMarkupFaults(receipt.html), []);
  assert.match(String((await sam.get(urls.purchaseInvoice({ id }))).headers.location), /\/sandbox\/invoices\//);
  const ada = await newVisitor("ada");
  for (const each of [urls.purchase({ id }), urls.purchaseInvoice({ id }), urls.purchase({ id: "x" })])
    assert.equal((await ada.get(each)).status, 404, each);
});

test("a team's owner changes the number of its seats", async () => {
  const tess = await newVisitor("tess");
  await join(tess, "team", { quantity: "3" });
  const page = await tess.get(urls.membership());
  assert.match(page.text, /Team Active Renews on .* for \$360.00 a year/);
  const choice = await tess.get(urls.membershipChange({}, { for: "team" }));
  const price = /name="price" value="(\d+)"/.exec(choice.html)?.[1] ?? "";
  assert.equal((await tess.get(urls.membershipChange({}, { for: "team", price, quantity: "0" }))).status, 422);
  const preview = await tess.get(urls.membershipChange({}, { for: "team", price, quantity: "5" }));
  assert.match(preview.text, /Team, 5 seats Due now \$240.00 From .* on \$600.00 a year/);
  await act(tess, urls.membershipChange(), { for: "team", price, quantity: "5" });
  assert.match((await tess.get(urls.membership())).text, /for \$600.00 a year/);
  assert.ok((await db.select().from(billingNotices)).some(({ kind }) => kind === "welcome"));
});
