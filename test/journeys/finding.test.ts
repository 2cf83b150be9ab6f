import { baseURL } from "./house.ts";
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { canary } from "#apps/tutorials/fixtures.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { journey } from "../helpers/browser.ts";

const ways = [
  ["with scripts", { baseURL }],
  ["without scripts", { baseURL, javaScriptEnabled: false }],
] as const;

for (const [name, settings] of ways) {
  journey(`a reader goes through a series and back, ${name}`, settings, async (page) => {
    await page.goto("/your-first-package/");
    await follow(page, "Lay out the folder", "/your-first-package-1/");
    assert.equal(await page.locator(".turn .previous").count(), 0);
    await page.locator(".turn .next").click();
    await page.waitForURL("**/your-first-package-2/");
    await page.locator(".turn .next").click();
    await page.waitForURL("**/your-first-package-3/");
    assert.equal(await page.locator(".turn .next").count(), 0);
    await page.locator(".turn .previous").click();
    await page.waitForURL("**/your-first-package-2/");
  });

  journey(`a reader turns the pages of a topic to an article and its author, ${name}`, settings, async (page) => {
    await page.goto("/topics/");
    await follow(page, /Many things/, "/tutorials/many/");
    await page.getByRole("link", { name: "Next" }).click();
    await page.waitForURL("**/tutorials/many/?page=2");
    await page.locator("main .card a").first().click();
    await page.locator("article.entry h1").waitFor();
    await page.goto("/python-lists/");
    await page.locator(".byline").getByRole("link", { name: "Ada Lindqvist" }).click();
    await page.waitForURL("**/team/ada/");
    await follow(page, "Decorators without tears", "/decorators/");
  });

  journey(`a former address leads to the place that it meant, ${name}`, settings, async (page) => {
    await page.goto("/lists/");
    const { pathname, hash } = new URL(page.url());
    assert.equal(pathname + hash, "/python-lists/#slices");
  });

  journey(`a missing page suggests what was meant, ${name}`, { ...settings, expects: [404] }, async (page) => {
    await page.goto("/2019/python-lists.html");
    await page.getByRole("heading", { name: "Page not found" }).waitFor();
    await follow(page, "Python lists from the ground up", "/python-lists/");
  });

  journey(`the search page narrows, orders and corrects, ${name}`, settings, async (page) => {
    await page.goto("/");
    await page.locator("main input[type=search]").fill("list");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/search/?q=list");
    assert.match((await page.locator("main .card").first().textContent()) ?? "", /Python lists from the ground up/);
    assert.ok((await page.locator("main mark").count()) > 0);
    await page.goto("/search/?q=start");
    const topic = page.getByRole("list", { name: "Topic" }).getByRole("link").nth(1);
    await topic.click();
    await page.waitForURL(/topic=/);
    await page.getByRole("link", { name: "Newest first" }).click();
    await page.waitForURL(/order=newest/);
    await page.goto("/search/?q=decoratrs");
    await page.getByText(/Did you mean|Nothing has “decoratrs”/).waitFor();
    assert.match((await page.locator("main .card").first().textContent()) ?? "", /Decorators without tears/);
  });

  journey(`a gate shows the teaser alone, and opens for members, ${name}`, settings, async (page) => {
    await page.goto("/decorators/");
    await page.getByText("A decorator is a function that takes a function.").waitFor();
    await page.getByText("The rest of this tutorial is for members.").waitFor();
    assert.ok(!(await page.content()).includes(canary));
    await page.context().addCookies([{ name: sessionCookie, value: "maya", url: baseURL }]);
    await page.reload();
    await page.getByRole("heading", { name: canary }).waitFor();
    assert.equal(await page.locator(".gate").count(), 0);
  });
}

for (const keys of ["/", "Control+k"]) {
  journey(`${keys} opens the search, arrows choose and Enter opens`, { baseURL }, async (page) => {
    await page.goto("/");
    await page.keyboard.press(keys);
    const input = page.getByRole("combobox", { name: "Search" });
    await input.waitFor();
    assert.equal(await input.inputValue(), "");
    const answered = page.waitForResponse((response) => new URL(response.url()).searchParams.get("q") === "start");
    await page.keyboard.type("start");
    // Whoever types slowly is shown what the first letters find.
    await answered;
    await page.getByRole("option").nth(1).waitFor();
    await page.keyboard.press("ArrowDown");
    const chosen = page.locator('[role=option][aria-selected="true"]');
    assert.equal(await chosen.getAttribute("id"), "site-result1");
    assert.equal(await input.getAttribute("aria-activedescendant"), "site-result1");
    const href = await chosen.getAttribute("href");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${href ?? "nowhere"}`);
  });
}

journey("what was chosen while an answer was on its way stays chosen", { baseURL }, async (page) => {
  await page.goto("/");
  await page.keyboard.press("/");
  const answer = () => page.waitForResponse((response) => new URL(response.url()).searchParams.get("q") === "start");
  const first = answer();
  await page.keyboard.type("start");
  await first;
  await page.getByRole("option").nth(1).waitFor();
  const { promise: isFree, resolve: free } = Promise.withResolvers<void>();
  await page.route("**/search/api/**", async (route) => {
    await isFree;
    // A question that was typed on is given up.
    await route.continue().catch(() => undefined);
  });
  const second = answer();
  await page.keyboard.press("Backspace");
  await page.keyboard.type("t");
  await page.keyboard.press("ArrowDown");
  const chosen = page.locator('[role=option][aria-selected="true"]');
  const href = await chosen.getAttribute("href");
  assert.notEqual(href, await page.getByRole("option").first().getAttribute("href"));
  await page
    .getByRole("option")
    .first()
    .evaluate((option) => option.setAttribute("data-old", ""));
  free();
  await second;
  await page.locator("[data-old]").waitFor({ state: "detached" });
  assert.equal(await chosen.getAttribute("href"), href);
});

journey("Escape closes the search, and a slash that is typed is a slash", { baseURL }, async (page) => {
  await page.goto("/search/");
  await page.locator("main input[type=search]").focus();
  await page.keyboard.type("and/or");
  assert.equal(await page.locator("main input[type=search]").inputValue(), "and/or");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Search" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Search" }).waitFor({ state: "hidden" });
});

async function follow(page: Page, name: string | RegExp, path: string): Promise<void> {
  await page.locator("main").getByRole("link", { name }).first().click();
  await page.waitForURL(`**${path}`);
}
