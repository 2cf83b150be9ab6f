import { contentChanged, site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import { eq } from "drizzle-orm";
import type { Page } from "playwright-core";
import { entries } from "#apps/catalog/schema.ts";
import { publishWhenDue } from "#apps/editorial/publishing.ts";
import { manuscripts } from "#apps/editorial/schema.ts";
import { findNewest, saveVersion } from "#apps/editorial/versions.ts";
import { permissionNames } from "#apps/accounts/permissions.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findBarriers, findOverflow } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import { press, tabTo } from "../helpers/keyboard.ts";
import { newVisitor } from "../helpers/visitor.ts";

const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const wide = { baseURL, viewport: { width: 1440, height: 900 } };
const phone = { baseURL, viewport: { width: 375, height: 800 }, javaScriptEnabled: false };
const visitor = await newVisitor("otto");
const cookies = [...visitor.cookies].map(([name, value]) => ({ name, value, url: baseURL }));
const otto = { id: 4, name: "Otto Brandt", isMember: false, permissions: ["*", ...permissionNames] };

async function idOf(path: string): Promise<number> {
  const [entry] = await db.select().from(entries).where(eq(entries.path, path));
  assert.ok(entry, path);
  return entry.id;
}

/** Of the words in a column of the board. */
function column(page: Page, name: string) {
  return page.locator(".board-column", { has: page.getByRole("heading", { name: new RegExp(`^${name}`) }) });
}

journey(
  "an editor schedules, a task publishes, a reader reads, an old version comes back: by keyboard",
  wide,
  async (page) => {
    await page.context().addCookies(cookies);
    const entryId = await idOf("/python-lists/");
    const newest = await findNewest(entryId);
    const { title = "", summary = "", number: baseNumber = 0 } = newest ?? {};
    const source = "Lists, as they will be told from tomorrow on.";
    await saveVersion(otto, entryId, { source, title, summary, baseNumber });

    await page.goto(urls.desk());
    await press(page, "link", title);
    const at = page.getByLabel("At, by the clock of UTC");
    await tabTo(page, at);
    await page.keyboard.type("05012031");
    await page.keyboard.press("Tab");
    await page.keyboard.type("0900AM");
    await press(page, "button", "Publish");
    await page.getByText("scheduled version 2 for 2031-05-01 09:00 UTC").waitFor();

    const reader = await (await openBrowser()).newContext({ baseURL });
    const readers = await reader.newPage();
    await readers.goto("/python-lists/");
    assert.doesNotMatch((await readers.textContent("main")) ?? "", /from tomorrow on/);
    await publishWhenDue(entryId, new Date("2031-05-01T09:00:01Z"));
    await contentChanged();
    await readers.reload();
    assert.match((await readers.textContent("main")) ?? "", /from tomorrow on/);

    await page.reload();
    await press(page, "link", "All 2 versions");
    await press(page, "link", "What changed");
    await page.getByRole("heading", { name: "Version 1 and version 2" }).waitFor();
    await page.goBack();
    await press(page, "button", "Restore");
    await page.getByText("version 1 restored").waitFor();
    await press(page, "link", title);
    await press(page, "button", "Publish");
    await page.getByText("published version 3").waitFor();
    await contentChanged();
    await readers.reload();
    assert.match((await readers.textContent("main")) ?? "", /A list keeps things in order/);
    await reader.close();
  },
);

journey(
  "a card is moved with a key, and with the pointer, and says when a note is due",
  { ...wide, expects: [422] },
  async (page) => {
    await page.context().addCookies(cookies);
    await page.goto(urls.desk());
    const card = page.getByRole("link", { name: "Metaclasses" });
    await tabTo(page, card);
    await page.keyboard.press("[");
    await page.getByText("is in Outline review now").waitFor();
    await column(page, "Outline review").getByRole("link", { name: "Metaclasses" }).waitFor();
    assert.ok(await card.evaluate((element) => element === document.activeElement));
    await page.keyboard.press("]");
    await page.getByText("points of the checklist are open").waitFor();
    await page.keyboard.type("The outline is clear.");
    await page.keyboard.press("Enter");
    await column(page, "Draft").getByRole("link", { name: "Metaclasses" }).waitFor();
    const dragged = page.locator(".board-card", { has: card });
    await dragged.dragTo(column(page, "Outline review"));
    await column(page, "Outline review").getByRole("link", { name: "Metaclasses" }).waitFor();
  },
);

journey("on a phone, without JavaScript, a stage is picked and a card moved", phone, async (page) => {
  await page.context().addCookies(cookies);
  await page.goto(urls.desk());
  assert.equal(await findOverflow(page), undefined);
  await page
    .getByRole("navigation", { name: "Stages" })
    .getByRole("link", { name: /^Published/ })
    .click();
  const card = page.locator(".board-card", { hasText: "Type hints that pull" });
  await card.getByText("Move", { exact: true }).click();
  await card.getByLabel("To").selectOption({ label: "Needs update" });
  await card.getByRole("button", { name: "Move it" }).click();
  await page
    .getByRole("navigation", { name: "Stages" })
    .getByRole("link", { name: /^Needs update/ })
    .click();
  await page.getByRole("link", { name: "Type hints that pull" }).waitFor();
  const [row] = await db
    .select()
    .from(manuscripts)
    .where(eq(manuscripts.entryId, await idOf("/type-hints/")));
  assert.ok(row);
});

journey("the desk keeps nobody out", wide, async () => {
  const id = String(await idOf("/python-lists/"));
  const ways = ["side", "unified", "page"].map((way) => urls.deskComparison({ id }, { way }));
  const paths = [
    urls.desk(),
    urls.deskCalendar(),
    urls.deskEntry({ id }),
    urls.deskRevisions({ id }),
    urls.deskStages(),
    ...ways,
  ];
  const pages = paths.map((path) => baseURL + path);
  assert.deepEqual(await findBarriers(await openBrowser(), pages, 2, cookies), []);
});
