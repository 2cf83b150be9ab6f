import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import type { people } from "#apps/accounts/fixtures.ts";
import { getProfile } from "#apps/accounts/profiles.ts";
import { saveEntry } from "#apps/catalog/saving.ts";
import { addRemark, answerRemark, resolveRemark } from "#apps/editorial/remarks.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { findNewest, saveVersion } from "#apps/editorial/versions.ts";
import { sessionCookie, type Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { findBarriers, findOverflow } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import { skip } from "../helpers/chromium.ts";
import { press, tabTo, typeInto } from "../helpers/keyboard.ts";
import { findMarkupFaults } from "../helpers/markup.ts";
import { newVisitor } from "../helpers/visitor.ts";

const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const wide = { baseURL, viewport: { width: 1440, height: 900 } };
const phone = { baseURL, viewport: { width: 375, height: 740 }, javaScriptEnabled: false };

const permissions = ["desk.open", "desk.write", "desk.review", "desk.publish"];
const otto: Viewer = { id: 4, isMember: false, permissions, name: "Otto Brandt" };
const source = `# Lists

A list holds things in order.
It may hold the same thing twice.

\`\`\`python title="numbers.py"
numbers = [1, 2, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765, 10946, 17711, 28657]
\`\`\`

Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsvorsitzender
`;
let made = 0;

for (const [settings, how] of [
  [wide, "by keyboard"],
  [phone, "by keyboard on a phone, without a script"],
] as const) {
  journey(`a reviewer remarks and suggests, the author answers and accepts, ${how}`, settings, async (page) => {
    const id = await begin();
    await enter(page.context(), "otto");
    await page.goto(urls.deskRemarks({ id }));
    await chooseLines(page, "3", "4");
    await typeInto(page, "On lines 3 to 4", "One sentence would do.");
    await openDetails(page, "Suggest other words");
    await typeInto(page, "Instead of what stands there", "A list holds things in order, twice if need be.");
    await press(page, "button", "Say it");
    await heard(page, "One sentence would do.");
    await chooseLines(page, "1", "1");
    await typeInto(page, "On line 1", "Too short a title.");
    await press(page, "button", "Say it");
    await heard(page, "Too short a title.");
    assert.equal(await findOverflow(page), undefined);

    await enter(page.context(), "ada");
    await page.goto(urls.deskRemarks({ id }));
    const card = page.getByRole("article", { name: "Otto Brandt on line 3" });
    await tabTo(page, card.locator("summary", { hasText: "Answer" }));
    await page.keyboard.press("Enter");
    await tabTo(page, card.getByLabel("Your answer"));
    await page.keyboard.type("Yes, better.");
    await tabTo(page, card.getByRole("button", { name: "Send" }));
    await page.keyboard.press("Enter");
    await heard(page, "Yes, better.");
    await tabTo(page, card.getByRole("button", { name: "Accept" }));
    await page.keyboard.press("Enter");
    await page.getByText("Version 2 has the suggestion.").waitFor();
    await page.locator(".review p", { hasText: "A list holds things in order, twice if need be." }).waitFor();
    assert.equal(await card.count(), 0);
    await page.getByRole("article", { name: "Otto Brandt on line 1" }).waitFor();
    assert.match((await findNewest(Number(id)))?.source ?? "", /^# Lists\n\nA list holds things in order, twice/);
    assert.equal(await findOverflow(page), undefined);
  });
}

journey("what is selected is remarked on, and n and p go from remark to remark", wide, async (page) => {
  const id = await begin();
  await say(id, "# Lists", "First.");
  await say(id, "same thing", "Second.");
  await say(id, "numbers =", "Third.");
  await enter(page.context(), "otto");
  await page.goto(urls.deskRemarks({ id }));
  const inFocus = (words: string): Promise<unknown> =>
    page.waitForFunction((wanted) => document.activeElement?.textContent.includes(wanted), words);
  for (const [key, words] of [
    ["n", "First."],
    ["n", "Second."],
    ["n", "Third."],
    ["n", "First."],
    ["p", "Third."],
  ] as const) {
    await page.keyboard.press(key);
    await inFocus(words);
  }
  await page.locator("mark.current", { hasText: "numbers =" }).waitFor();
  await page.locator("mark", { hasText: "same thing" }).click();
  await inFocus("Second.");

  // Two words that begin inside of one line's mark and end in the line below.
  await page.locator("#line-3 p").evaluate((line) => {
    const [end] = document.querySelectorAll("#line-4 p mark");
    const [start, stop] = [line.firstChild, end?.firstChild];
    if (start && stop) document.getSelection()?.setBaseAndExtent(start, 20, stop, 4);
  });
  await page.getByRole("link", { name: "Remark on this" }).click();
  const quote = page.locator("#new-remark .remark-quote");
  assert.equal(await quote.textContent(), "in order.\nIt may hold the same");
  await page.locator("#new-body:focus").waitFor();
  await page.keyboard.type("n and p are letters here.");
  await press(page, "button", "Say it");
  await heard(page, "n and p are letters here.");
});

test("the pages of a review are valid, can be used by everybody, and are no wider than a phone", { skip }, async () => {
  const id = await begin();
  const asked = await say(id, "in order", "Which order?");
  await answerRemark(otto, asked, "That of insertion.");
  await say(id, "It may hold the same thing twice.", "", "Twice is fine.");
  await say(id, "the same thing", "", "a thing");
  const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(3);
  await resolveRemark(otto, await say(id, "numbers =", long));
  await say(id, "Donaudampfschifffahrts", "Gone soon.", long);
  const text = source.replace(/\nDonau.*\n/, "").replace("the same", "one");
  await saveVersion(otto, Number(id), { source: text, title: "Reviewed", summary: "", baseNumber: 1 });
  const pages = [
    urls.deskRemarks({ id }),
    urls.deskRemarks({ id }, { show: "all", line: 3, to: 6 }),
    urls.deskRemarks({ id }, { number: 1 }),
  ];
  const visitor = await newVisitor("otto");
  for (const page of pages) {
    const { status, html } = await visitor.get(page);
    assert.equal(status, 200, page);
    assert.deepEqual(await findMarkupFaults(html), [], page);
  }
  const cookies = [{ name: sessionCookie, value: visitor.cookies.get(sessionCookie) ?? "", url: baseURL }];
  const browser = await openBrowser();
  assert.deepEqual(
    await findBarriers(
      browser,
      pages.map((page) => baseURL + page),
      2,
      cookies,
    ),
    [],
  );
  const context = await browser.newContext({ ...phone, viewport: { width: 320, height: 700 } });
  await context.addCookies(cookies);
  const page = await context.newPage();
  for (const address of pages) {
    await page.goto(address);
    assert.equal(await findOverflow(page), undefined, address);
  }
  await context.close();
});

async function begin(): Promise<string> {
  const { id: profileId } = await getProfile("ada");
  const path = `/reviewed-${(made += 1)}/`;
  const credits = [{ profileId, role: "author" }] as const;
  const entry = await saveEntry({ kind: "tutorial", title: "Lists, reviewed", path, publishedAt: null, credits });
  await saveText(entry, source, "test", { refresh: false });
  return String(entry.id);
}

async function say(id: string, quote: string, body: string, suggestion?: string): Promise<number> {
  const startsAt = source.indexOf(quote);
  const place = { number: 1, startsAt, endsAt: startsAt + quote.length };
  return (await addRemark(otto, Number(id), { ...place, body, suggestion: suggestion ?? null })).id;
}

async function heard(page: Page, words: string): Promise<void> {
  await page.locator(".remark-said", { hasText: words }).waitFor();
}

async function chooseLines(page: Page, from: string, to: string): Promise<void> {
  await typeInto(page, "Lines", from);
  await typeInto(page, "to", to);
  await press(page, "button", "Remark on them");
  // The browser goes to the place that the address names until everything is loaded.
  await page.locator("#new-body:focus").waitFor();
  await page.waitForLoadState("load");
}

async function openDetails(page: Page, name: string): Promise<void> {
  await tabTo(page, page.locator("summary", { hasText: name }));
  await page.keyboard.press("Enter");
}

async function enter(context: BrowserContext, name: (typeof people)[number]): Promise<void> {
  const { cookies } = await newVisitor(name);
  await context.addCookies([{ name: sessionCookie, value: cookies.get(sessionCookie) ?? "", url: baseURL }]);
}
