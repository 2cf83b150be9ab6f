import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { topics } from "#apps/catalog/schema.ts";
import { messages, suppressions } from "#apps/mail/schema.ts";
import { saveErrors } from "#apps/operations/errors/groups.ts";
import { searches } from "#apps/search/schema.ts";
import { models } from "#apps.ts";
import { db } from "#lib/db.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { findOverflow } from "../helpers/accessibility.ts";
import { journey } from "../helpers/browser.ts";
import { press, tabTo } from "../helpers/keyboard.ts";
import { newVisitor } from "../helpers/visitor.ts";

const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const phone = { baseURL, viewport: { width: 375, height: 740 } };
const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

async function fill(): Promise<void> {
  await db.insert(topics).values({ slug: long.toLowerCase(), name: long, summary: `${long} `.repeat(4), position: 9 });
  const error = { type: "TypeError", message: long, stack: "", context: { method: "GET", route: "/search/" } };
  await saveErrors([{ ...error, fingerprint: "00000000000000aa", count: 31, lastSeenAt: new Date() }]);
  const mail = { subject: long, html: "h", text: "t", headers: {}, template: "news.letter", name: "" };
  const address = `${long.toLowerCase().replace("ä", "ae")}@books.example`;
  await db.insert(messages).values({ ...mail, address, state: "unknown", reason: "The process that sent it died." });
  await db.insert(suppressions).values({ address, reason: "bounce", since: new Date() });
  const day = new Date().toISOString().slice(0, 10);
  await db.insert(searches).values({ day, query: long, times: 5, empty: 4, lastAt: new Date() });
}

async function enter(page: Page): Promise<void> {
  const { cookies } = await newVisitor("otto");
  await page.context().addCookies([{ name: sessionCookie, value: cookies.get(sessionCookie) ?? "", url: baseURL }]);
}

/** Cells of which a reader would not know what they are, and tables that are wider than the window. */
async function findFlaws(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".in-cards")].flatMap((table) => {
      const name = table.getAttribute("aria-label") ?? "";
      const bare = [...table.querySelectorAll<HTMLElement>("tbody td:not(.pick)")].filter(
        (cell) =>
          cell.offsetParent !== null &&
          cell.innerText.trim() !== "" &&
          getComputedStyle(cell, "::before").content === "none" &&
          cell.querySelector("a, button, .badge") === null,
      );
      const [row] = table.querySelectorAll("tbody tr");
      const seen = [...(row?.children ?? [])].filter((cell) => cell.checkVisibility() && !cell.matches(".pick"));
      const [top] = seen.toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
      return [
        ...(table.scrollWidth > table.clientWidth ? [`${name} is wider than the window`] : []),
        ...bare.map((cell) => `${name} does not say what “${cell.innerText}” is`),
        ...(top?.localName === "td" && !table.closest("inline-rows") ? [`${name} has no head`] : []),
      ];
    }),
  );
}

journey("on a phone every list is cards that say what they show, and nothing scrolls sideways", phone, async (page) => {
  await fill();
  await enter(page);
  const lists = [...models.keys()].map((model) => urls.adminList({ model }));
  const staff = [
    urls.staffPeople(),
    urls.staffPerson({ id: "1" }),
    urls.staffEvents(),
    urls.staffRoles(),
    urls.staffTasks(),
    urls.staffErrors(),
    urls.staffMail(),
    urls.staffSearches(),
    urls.staffMedia(),
    urls.deskMetadata(),
    urls.adminRow({ model: "entries", key: "1" }),
    urls.adminRow({ model: "topics", key: "1" }),
  ];
  for (const address of [...lists, ...staff]) {
    await page.goto(address);
    assert.equal(await findOverflow(page), undefined, address);
    assert.deepEqual(await findFlaws(page), [], address);
  }
});

journey("on a phone rows are put in order, chosen, and done something with, by keyboard", phone, async (page) => {
  await enter(page);
  await page.goto(urls.adminList({ model: "topics" }));
  await press(page, "link", "Name");
  await page.waitForURL(/order=name/);
  await page.goto(urls.adminList({ model: "entries" }));
  await tabTo(page, page.locator("tbody input[type=checkbox]").first());
  await page.keyboard.press("Space");
  // The row of buttons stays in sight as long as something is chosen.
  const publish = page.getByRole("button", { name: "Publish now" });
  await publish.and(page.locator(":visible")).waitFor();
  const box = await publish.boundingBox();
  assert.ok(box !== null && box.y + box.height <= 740, JSON.stringify(box));
  await press(page, "button", "Publish now");
  await page.getByText("Publish 1 entry now?").waitFor();
});
