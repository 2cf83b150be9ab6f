import { site } from "../helpers/site.ts";
import { newVisitor, type Visitor } from "../helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import type { BrowserContext, Page } from "playwright-core";
import { coupons, subscriptions, transactions } from "#apps/billing/schema.ts";
import { begin, join, pay, settle } from "#apps/billing/testing/buying.ts";
import { prices } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findBarriers, findOverflow } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import { skip } from "../helpers/chromium.ts";
import { press, tabTo, typeInto } from "../helpers/keyboard.ts";
import { findMarkupFaults } from "../helpers/markup.ts";

const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const phone = { baseURL, viewport: { width: 375, height: 740 } };

await db.insert(coupons).values([
  { code: "LAUNCH20", percent: 20, payments: 3 },
  { code: "STAY", percent: 30, payments: 3, isOffer: true },
]);

type Cookies = Parameters<BrowserContext["addCookies"]>[0];
const cookiesOf = ({ cookies }: Visitor): Cookies =>
  [...cookies].map(([name, value]) => ({ name, value, url: baseURL }));

async function as(page: Page, visitor: Visitor, path: string): Promise<void> {
  await page.context().addCookies(cookiesOf(visitor));
  await page.goto(path);
}

journey(
  "a plan is chosen, and a coupon applied, by keyboard on a phone without JavaScript",
  { ...phone, javaScriptEnabled: false, expects: [422] },
  async (page) => {
    await as(page, await newVisitor("otto"), urls.join());
    const yearly = page.locator('.plan[data-interval="year"]');
    const monthly = page.locator('.plan[data-interval="month"]');
    assert.deepEqual([await yearly.isVisible(), await monthly.isVisible()], [true, false]);
    await tabTo(page, page.getByLabel("Yearly", { exact: true }));
    await page.keyboard.press("ArrowLeft");
    await monthly.waitFor();
    assert.equal(await yearly.isVisible(), false);
    await press(page, "link", "Choose monthly");
    await typeInto(page, "Coupon", "nothing");
    await page.keyboard.press("Enter");
    await page.getByText("We know no such code.").waitFor();
    await typeInto(page, "Coupon", "launch20");
    await press(page, "button", "Apply");
    await page.getByText("20% off the first 3 payments").first().waitFor();
    assert.match(await page.locator(".checkout-summary").innerText(), /\$12\.00/);
    assert.equal(await findOverflow(page), undefined);
    await press(page, "button", "Continue to payment");
    await page.waitForURL(/\/sandbox\/checkout\//);
  },
);

journey("a gift is bought and redeemed by keyboard on a phone", phone, async (page) => {
  await as(page, await newVisitor("tess"), urls.gift());
  await typeInto(page, "For whom?", "sam@example.org");
  await typeInto(page, "A few words", "Enjoy the evenings.");
  await press(page, "button", "Continue to payment");
  await page.waitForURL(/\/sandbox\/checkout\//);
  await page.getByRole("button", { name: /^Pay / }).click();
  await page.waitForURL(/\/done\//);
  await settle();
  await page.getByRole("heading", { name: "Your gift is ready" }).waitFor();
  await page.goto(urls.gift());
  const code = await page.locator(".given-list code").innerText();
  await as(page, await newVisitor("sam"), urls.giftRedeem());
  await typeInto(page, "Code", code);
  await press(page, "button", "Redeem it");
  await page.getByText("Your gift is redeemed").waitFor();
  assert.match(await page.locator(".membership-next").innerText(), /until .*, from your gift of a yearly membership/);
  assert.equal(await findOverflow(page), undefined);
});

test("every page of joining, paying, leaving and giving can be used by everybody", { skip }, async () => {
  const ada = await newVisitor("ada");
  const done = await join(ada, "monthly", { next: "/decorators/" });
  await pay(
    ada,
    await begin(ada, urls.gift(), { recipient: "", message: "", day: new Date().toISOString().slice(0, 10) }),
  );
  const [other] = await db.select().from(prices).where(eq(prices.amount, 15_000));
  const [paid] = await db.select().from(transactions).orderBy(transactions.id);
  const own = [
    done,
    urls.membership(),
    urls.membershipChange(),
    urls.membershipChange({}, { price: String(other?.id) }),
    urls.membershipPause(),
    urls.membershipCancel(),
    urls.purchases(),
    urls.gift(),
    urls.giftRedeem({}, { code: "AAAAA" }),
    urls.joinPlan({ plan: "yearly" }),
  ];
  await look(ada, own);
  await look(await newVisitor("tess"), [urls.purchase({ id: String(paid?.id) })]);
  await look(await newVisitor("otto"), [urls.joinPlan({ plan: "team" }, { coupon: "none" }), urls.membership()]);
  await look(await newVisitor(), [urls.join(), urls.joinPlan({ plan: "yearly" }), urls.gift(), urls.giftRedeem()]);
  await db.update(subscriptions).set({ status: "past_due", pastDueSince: new Date() });
  await look(ada, [urls.membership()]);
});

async function look(visitor: Visitor, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const page = await visitor.get(path);
    assert.equal(page.status, 200, path);
    assert.deepEqual(await findMarkupFaults(page.html), [], path);
  }
  const addresses = paths.map((path) => baseURL + path);
  assert.deepEqual(await findBarriers(await openBrowser(), addresses, 2, cookiesOf(visitor)), []);
}
