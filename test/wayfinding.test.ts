import { contentChanged, maya, sam, site, visitOk } from "./helpers/site.ts";
import { newVisitor } from "./helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { plans, products } from "#apps/members/schema.ts";
import { db, queryCount } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { journey } from "./helpers/browser.ts";
import { openSections, tabTo } from "./helpers/keyboard.ts";

const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const toStore = `href="${urls.store()}"`;
const toPlans = `href="${urls.join()}"`;
const headOf = (html: string): string => /<header[\s\S]*?<\/header>/.exec(html)?.[0] ?? "";
const footOf = (html: string): string => /<footer class="foot"[\s\S]*?<\/footer>/.exec(html)?.[0] ?? "";

test("the header leads to the plans who is no member, also from a page that is kept", async () => {
  for (const path of [urls.home(), "/python-lists/", urls.store()]) {
    const fresh = await visitOk(path);
    const before = queryCount();
    const kept = await visitOk(path);
    assert.equal(queryCount(), before, `${path} is kept`);
    assert.equal(kept.html, fresh.html);
    assert.ok(headOf(kept.html).includes(toPlans), path);
    assert.ok(headOf((await visitOk(path, { as: sam })).html).includes(toPlans), path);
    assert.ok(!headOf((await visitOk(path, { as: maya })).html).includes(toPlans), path);
  }
  assert.match(headOf((await visitOk(urls.join())).html), /href="\/join\/" aria-current="true"/);
  assert.ok(!(await visitOk(urls.home(), { as: maya })).text.includes("See the plans"));
});

test("pages lead to the store and to the plans as long as something is for sale there", async () => {
  for (const path of [urls.home(), "/python-lists/"]) assert.ok(footOf((await visitOk(path)).html).includes(toStore));
  await db.update(products).set({ isOffered: false });
  await db.update(plans).set({ isOffered: false });
  await contentChanged();
  for (const as of [undefined, sam]) {
    for (const path of [urls.home(), "/python-lists/"]) {
      const { html } = await visitOk(path, as && { as });
      assert.ok(!footOf(html).includes(toStore), path);
      assert.ok(!headOf(html).includes(toPlans), path);
    }
  }
  await db.update(products).set({ isOffered: true });
  await db.update(plans).set({ isOffered: true });
  await contentChanged();
});

const phone = { baseURL, viewport: { width: 375, height: 740 }, javaScriptEnabled: false };

journey("on a phone the sections of the staff are a menu, by keyboard and without JavaScript", phone, async (page) => {
  const otto = await newVisitor("otto");
  await page.context().addCookies([...otto.cookies].map(([name, value]) => ({ name, value, url: baseURL })));
  await page.goto(urls.staffPaymentEvents());
  const menu = page.getByRole("navigation", { name: "Staff" });
  const people = menu.getByRole("link", { name: "People" });
  assert.ok(!(await people.isVisible()));
  assert.match(await menu.locator("summary").innerText(), /Staff\s+Payments/);
  await openSections(page);
  await tabTo(page, people);
  await page.keyboard.press("Enter");
  await page.waitForURL(baseURL + urls.staffPeople());
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.ok(await people.isVisible());
  assert.ok(!(await menu.locator("summary").isVisible()));
});
