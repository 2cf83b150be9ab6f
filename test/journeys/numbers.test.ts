import { newVisitor } from "../helpers/visitor.ts";
import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { on, tell } from "#apps/billing/testing/history.ts";
import { urls } from "#urls.ts";
import { findBarriers } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import { skip } from "../helpers/chromium.ts";

const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });

/** A year of a small business. */
async function fill(): Promise<void> {
  for (const [index, country] of ["US", "DE", "GB", "US", "IN", "US", "FR", "US"].entries()) {
    const age = 10 - index;
    const gone = index % 4 === 1 ? 4 : -1;
    const paid = Array.from({ length: age - gone }, (_, each) => age - each);
    await tell({
      name: `reader ${index}`,
      plan: "monthly",
      canceledAt: gone === 4 ? on(gone, 10) : undefined,
      payments: paid.map((monthsAgo) => ({
        at: on(monthsAgo, 10),
        until: on(monthsAgo - 1, 10),
        total: 1500,
        country,
        billedAt: on(monthsAgo, monthsAgo === 2 ? 7 : 10),
        back: index === 3 && monthsAgo === 3 ? on(3, 20) : undefined,
      })),
    });
  }
  for (const [name, monthsAgo] of [
    ["yara", 6],
    ["yuri", 2],
  ] as const) {
    const payments = [
      { at: on(monthsAgo, 15), until: on(monthsAgo - 12, 15), total: 17_850, tax: 2850, country: "DE" },
    ];
    await tell({ name, plan: "yearly", startedAt: on(monthsAgo, 1), trialEndsAt: on(monthsAgo, 15), payments });
  }
}

const cookies = async () => {
  const otto = await newVisitor("otto");
  return [...otto.cookies].map(([name, value]) => ({ name, value, url: baseURL }));
};

journey("each number opens the rows behind it", { baseURL, viewport: { width: 375, height: 740 } }, async (page) => {
  await page.context().addCookies(await cookies());
  await page.goto(urls.staffNumbers());
  await page.getByText("Nobody has paid yet").waitFor();
  await fill();
  await page.goto(urls.staffNumbers());
  const bar = page.locator(".month-bars").first().getByRole("link").last();
  const [, amount = ""] = /: (.+)$/.exec((await bar.getAttribute("aria-label")) ?? "") ?? [];
  await bar.focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/staff\/numbers\/recurring\//);
  assert.equal(await page.locator(".sum-row .right").innerText(), amount);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export as CSV" }).click();
  assert.match((await downloading).suggestedFilename(), /^recurring-\d{4}-\d\d-USD\.csv$/);
});

test("the numbers meet WCAG 2.2 AA and fit a phone", { skip }, async () => {
  const pages = [urls.staffNumbers(), urls.staffNumber({ number: "revenue" })];
  const found = await findBarriers(
    await openBrowser(),
    pages.map((path) => baseURL + path),
    2,
    await cookies(),
  );
  assert.deepEqual(found, []);
});
