import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BrowserContext } from "playwright-core";
import type { people } from "#apps/accounts/fixtures.ts";
import { listRolesOf } from "#apps/accounts/roles.ts";
import { blocks } from "#apps/staff/schema.ts";
import { db } from "#lib/db.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { findBarriers, findOverflow } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import { skip } from "../helpers/chromium.ts";
import { openSections, press, tabTo, typeInto } from "../helpers/keyboard.ts";
import { findMarkupFaults } from "../helpers/markup.ts";
import { newVisitor } from "../helpers/visitor.ts";

const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const phone = { baseURL, viewport: { width: 375, height: 740 } };
const plainPhone = { ...phone, javaScriptEnabled: false };
const wide = { baseURL, viewport: { width: 1280, height: 800 } };

const sam = { id: "1" };
const pages = [
  urls.staff(),
  urls.staffPeople(),
  urls.staffPeople({}, { q: "nobody at all" }),
  urls.staffPerson(sam),
  urls.staffPersonBan(sam),
  urls.staffPersonImpersonation(sam),
  urls.staffPersonRoles(sam),
  urls.staffPersonMerge(sam),
  urls.staffPersonMerge(sam, { other: "maya@example.org" }),
  urls.staffRoles(),
  urls.staffRole({ id: "new" }),
  urls.staffRole({ id: "2" }),
  urls.staffEvents(),
  urls.staffEvents({}, { person: "nobody" }),
  urls.staffBlocks(),
];

test(
  "the pages of the staff are valid, can be used by everybody, and are no wider than a phone",
  { skip },
  async () => {
    await db.insert(blocks).values({ kind: "network", value: "192.0.2.0/24", reason: "Guesses passwords." });
    await newVisitor("sam", {
      userAgent: "Mozilla/5.0 (X11; Linux) Firefox/128.0",
      ip: "2001:db8:85a3:8d3:1319:8a2e:370:7348",
    });
    const otto = await newVisitor("otto");
    for (const page of pages) {
      const { status, html } = await otto.get(page);
      assert.equal(status, 200, page);
      assert.deepEqual(await findMarkupFaults(html), [], page);
    }
    const cookies = [{ name: sessionCookie, value: otto.cookies.get(sessionCookie) ?? "", url: baseURL }];
    const browser = await openBrowser();
    const addresses = pages.map((page) => baseURL + page);
    assert.deepEqual(await findBarriers(browser, addresses, 2, cookies), []);
    const context = await browser.newContext({ ...phone, viewport: { width: 320, height: 700 } });
    await context.addCookies(cookies);
    const page = await context.newPage();
    for (const address of pages) {
      await page.goto(address);
      assert.equal(await findOverflow(page), undefined, address);
    }
    await context.close();
  },
);

journey(
  "a reader is found and helped in their place, by keyboard on a phone, without a script",
  plainPhone,
  async (page) => {
    await enter(page.context(), "otto");
    await page.goto(urls.staff());
    await openSections(page);
    await press(page, "link", "People");
    await typeInto(page, "Address, name or number", "okafor");
    await page.keyboard.press("Enter");
    await press(page, "link", "Sam Okafor");
    await press(page, "link", "Act in their place");
    await typeInto(page, "Reason", "Message 12: cannot find a course");
    await page.keyboard.press("Enter");
    await page.getByText("You act in the place of Sam Okafor").waitFor();
    await page.goto(urls.accountHistory());
    await page.getByText("Message 12: cannot find a course").first().waitFor();
    assert.equal(await findOverflow(page), undefined);
    await press(page, "button", "Stop");
    await page.waitForURL(`**${urls.staffPerson(sam)}`);
    await page.getByRole("heading", { name: "Sam Okafor" }).waitFor();
    assert.equal(await page.getByText("You act in the place of").count(), 0);
  },
);

journey("an owner gives a role by keyboard", wide, async (page) => {
  await enter(page.context(), "otto");
  await page.goto(urls.staffPerson({ id: "5" }));
  await press(page, "link", "Change roles");
  await tabTo(page, page.getByRole("checkbox", { name: /^support/ }));
  await page.keyboard.press("Space");
  await press(page, "button", "Save");
  await page.waitForURL(`**${urls.staffPerson({ id: "5" })}`);
  assert.deepEqual(
    (await listRolesOf(5)).map(({ name }) => name),
    ["support"],
  );
});

async function enter(context: BrowserContext, name: (typeof people)[number]): Promise<void> {
  const { cookies } = await newVisitor(name);
  await context.addCookies([{ name: sessionCookie, value: cookies.get(sessionCookie) ?? "", url: baseURL }]);
}
