import { baseURL, everything } from "./house.ts";
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { eq } from "drizzle-orm";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { entries } from "#apps/catalog/schema.ts";
import { password } from "#apps/accounts/fixtures.ts";
import { findReading } from "#apps/progress/readings.ts";
import { db } from "#lib/db.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { findBarriers, findOverflow } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import { tabTo, typeInto } from "../helpers/keyboard.ts";
import { findMarkupFaults } from "../helpers/markup.ts";
import { newVisitor } from "../helpers/visitor.ts";

const phone = { baseURL, viewport: { width: 375, height: 800 } };

journey("who meets the wall signs in by keyboard, and goes on at the same paragraph", phone, async (page) => {
  await page.goto("/type-hints/");
  const wall = page.getByRole("region", { name: "For registered readers" });
  const register = await wall.getByRole("link", { name: "Create a free account" }).getAttribute("href");
  assert.equal(register, urls.register({}, { next: "/type-hints/#site-continue" }));
  await press(wall.getByRole("link", { name: "Sign in" }));
  await signIn(page, "sam@example.org");
  await page.waitForURL("**/type-hints/#site-continue");
  assert.equal(await wall.count(), 0);
  const place = await page.locator("#site-continue").evaluate((element) => element.getBoundingClientRect().top);
  assert.ok(place >= 0 && place < 400, `it is ${place} px from the top`);
});

journey("a reader stops, goes on elsewhere, completes, saves, and has it forgotten", phone, async (page) => {
  await enter(page.context(), "maya");

  // Read as far as the third section, and leave.
  await page.goto(everything);
  assert.equal(await page.getByText("You stopped at").count(), 0);
  await page.locator("#tabs").evaluate((heading) => heading.scrollIntoView());
  await page.goto(urls.dashboard());
  await untilMayaStoppedAt("tabs");

  // Elsewhere it is known where that was.
  const elsewhere = await (await openBrowser()).newContext({ baseURL, viewport: { width: 1280, height: 800 } });
  try {
    await enter(elsewhere, "maya");
    const other = await elsewhere.newPage();
    await other.goto(everything);
    await other.getByText("You stopped at “Tabs”.").waitFor();
    await press(other.getByRole("link", { name: "Continue there" }));
    await other.waitForURL("**/#tabs");
    assert.ok(await other.locator("#tabs").evaluate((heading) => heading.getBoundingClientRect().top < 400));
  } finally {
    await elsewhere.close();
  }

  // So it is on the dashboard; the way back there is one key.
  await page.reload();
  assert.equal(await findOverflow(page), undefined);
  const begun = page.getByRole("region", { name: "Go on reading" });
  await press(begun.getByRole("link", { name: "Tabs" }));
  await page.waitForURL(`**${everything}#tabs`);

  // The buttons answer in place, and keep the focus.
  await press(page.getByRole("button", { name: "Mark as completed" }));
  await page.getByText("You completed this tutorial on").waitFor();
  assert.equal(await focused(page), "Undo: not completed yet");
  await press(page.getByRole("button", { name: "Save for later" }));
  await page.getByRole("button", { name: "Saved: remove it from your list" }).waitFor();
  assert.equal(new URL(page.url()).pathname, everything);

  await page.goto(urls.dashboard());
  for (const shelf of ["Saved for later", "Completed"]) {
    const section = page.locator("section", { has: page.getByRole("heading", { name: shelf }) }).last();
    assert.ok(await section.getByRole("link", { name: "Everything a text can have" }).isVisible(), shelf);
  }

  // What was opened is forgotten, what was done is not.
  await press(page.getByRole("link", { name: "What you have read" }));
  await page.getByRole("link", { name: /Opened [1-9]/ }).waitFor();
  await press(page.getByText("Clear the history"));
  await press(page.getByRole("button", { name: "Clear all of it" }));
  await page.getByRole("heading", { name: "Nothing here yet" }).waitFor();
  await press(page.getByRole("link", { name: /Completed 1/ }));
  await page.getByRole("link", { name: "Everything a text can have" }).waitFor();
});

journey(
  "without scripts the buttons lead back to where they stood",
  { ...phone, javaScriptEnabled: false },
  async (page) => {
    await enter(page.context(), "tess");
    await page.goto(everything);
    await press(page.getByRole("button", { name: "Save for later" }));
    await page.getByRole("button", { name: "Saved: remove it from your list" }).waitFor();
    await press(page.getByRole("button", { name: "Mark as completed" }));
    await page.waitForURL(`**${everything}#site-completion`);
    await press(page.getByRole("button", { name: "Undo: not completed yet" }));
    await page.getByRole("button", { name: "Mark as completed" }).waitFor();
  },
);

journey("the first day: two questions by keyboard, and the dashboard goes by them", phone, async (page) => {
  await enter(page.context(), "tess");
  await page.goto(urls.welcome({}, { next: urls.dashboard() }));
  // Of several of which one can be chosen, Tab reaches the one that is.
  await tabTo(page, page.getByRole("radio", { name: "I cannot say" }));
  for (let step = 0; step < 3; step += 1) await page.keyboard.press("ArrowUp");
  await tabTo(page, page.getByRole("checkbox", { name: "Python" }));
  await page.keyboard.press("Space");
  await press(page.getByRole("button", { name: "Save" }));
  await page.getByText("your interests: Python, basics").waitFor();
  await page.getByRole("link", { name: "Your first package" }).waitFor();
});

journey("a reader's own pages have valid markup, fit a phone, and can be used by everybody", phone, async (page) => {
  const context = page.context();
  await enter(context, "tess");
  const visitor = await newVisitor("tess");
  const profile = { name: "Tess Molina", timeZone: "UTC", bio: "Teaches.", isPublic: "yes", slug: "tess" };
  await visitor.post(urls.accountProfile(), profile, urls.accountProfile());
  const addresses = [
    urls.dashboard(),
    urls.dashboardHistory(),
    urls.dashboardHistory({}, { show: "completed" }),
    urls.welcome(),
    urls.accountProfile(),
    urls.reader({ slug: "tess" }),
    everything,
    "/your-first-package/",
  ];
  for (const address of addresses)
    assert.deepEqual(await findMarkupFaults((await visitor.get(address)).html), [], address);
  const whole = addresses.map((address) => baseURL + address);
  assert.deepEqual(await findBarriers(await openBrowser(), whole, 2, await context.cookies(baseURL)), []);
});

/** Signs a browser in as somebody of the small world. */
async function enter(context: BrowserContext, name: "maya" | "tess"): Promise<void> {
  const { cookies } = await newVisitor(name);
  await context.addCookies([{ name: sessionCookie, value: cookies.get(sessionCookie) ?? "", url: baseURL }]);
}

async function signIn(page: Page, address: string): Promise<void> {
  await typeInto(page, "Mail address", address);
  await typeInto(page, "Password", password);
  await page.keyboard.press("Enter");
}

/** As somebody does who has no mouse. */
async function press(target: Locator): Promise<void> {
  await tabTo(target.page(), target);
  await target.page().keyboard.press("Enter");
}

/** What a page sends while it is left arrives when it likes. */
async function untilMayaStoppedAt(anchor: string): Promise<void> {
  const [entry] = await db.select({ id: entries.id }).from(entries).where(eq(entries.path, everything));
  for (let round = 0; round < 500; round += 1) {
    const reading = await findReading({ id: 2, isMember: false, permissions: [] }, entry?.id ?? 0);
    if (reading?.anchor === anchor) return;
    await pause(20);
  }
  assert.fail(`It was not noted that Maya stopped at ${anchor}.`);
}

function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
}
