import { baseURL, everything } from "./house.ts";
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { journey } from "../helpers/browser.ts";

const scripted = { baseURL, viewport: { width: 1280, height: 800 } };
const plain = { ...scripted, javaScriptEnabled: false };

journey("the contents follow the reader, and a permalink names its section", scripted, async (page) => {
  await page.goto(everything);
  await page.locator(".contents").getByText("Tabs").click();
  await page.locator('.contents a[href="#tabs"][aria-current="location"]').waitFor();
  await page.mouse.wheel(0, 10_000);
  await page.locator('.contents a[aria-current="location"]:not([href="#tabs"])').waitFor();
  await page.locator("h2#pictures .permalink").click();
  assert.equal(new URL(page.url()).hash, "#pictures");
  assert.ok(await isAtTop(page, "h2#pictures"));
});

journey("copying a session takes what was typed, without prompts and output", scripted, async (page) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(everything);
  const copy = page.locator("code-block[data-session]").getByRole("button", { name: "Copy" });
  await copy.click();
  await page.locator("code-block[data-session]").getByRole("button", { name: "Copied" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, "total = 0\nfor n in range(3):\n    total += n\n\ntotal");
});

journey("hidden prompts stay hidden", scripted, async (page) => {
  await page.goto(everything);
  const session = page.locator("code-block[data-session]");
  assert.ok(await session.getByText(">>>").first().isVisible());
  await session.getByRole("button", { name: "Hide prompts" }).click();
  await page.reload();
  assert.equal(await session.getByText(">>>").first().isVisible(), false);
  assert.equal(await session.locator(".output").first().isVisible(), false);
  await session.getByRole("button", { name: "Show prompts" }).click();
  assert.ok(await session.getByText(">>>").first().isVisible());
});

journey("arrow keys move between tabs, and the choice is kept", scripted, async (page) => {
  await page.goto(everything);
  await page.getByRole("tab", { name: "macOS" }).focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Linux");
  await page.getByText("apt install it").waitFor();
  assert.equal(await page.getByText("brew install it").isVisible(), false);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "macOS");
  await page.keyboard.press("End");
  await page.reload();
  await page.getByText("winget install it").waitFor();
});

journey("a picture opens over the page, and Escape leads back to where one was", scripted, async (page) => {
  await page.goto(everything);
  const open = page.getByRole("button", { name: "Enlarge: A tower" });
  await open.click();
  const dialog = page.getByRole("dialog", { name: "A tower" });
  await dialog.locator("img").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.ok(await open.evaluate((button) => button === document.activeElement));
});

journey(
  "the theme that was chosen is there from the first frame on",
  { ...scripted, colorScheme: "light" },
  async (page) => {
    // As text, because what compiles the tests would add helpers that a page does not have.
    await page.addInitScript({
      content: `window.seen = new Set();
      requestAnimationFrame(function look() {
        if (document.body) seen.add(getComputedStyle(document.documentElement).backgroundColor);
        requestAnimationFrame(look);
      });`,
    });
    await page.goto(everything);
    const light = await paperOf(page);
    await page.getByRole("button", { name: "Theme: system" }).click();
    await page.getByRole("button", { name: "Theme: light" }).click();
    const dark = await paperOf(page);
    assert.notEqual(dark, light);
    await page.reload();
    await page.getByRole("button", { name: "Theme: dark" }).waitFor();
    await page.waitForTimeout(100);
    assert.deepEqual(await page.evaluate("[...seen]"), [dark]);
  },
);

for (const [name, settings] of [
  ["with scripts", scripted],
  ["without scripts", plain],
] as const) {
  journey(`a note is one step away, and back, ${name}`, settings, async (page) => {
    await page.goto(everything);
    await page.locator(".footnote-ref a").click();
    assert.equal(new URL(page.url()).hash, "#fn1");
    assert.ok(await page.getByText("The note itself.").isVisible());
    await page.locator("#fn1 .footnote-back").click();
    assert.equal(new URL(page.url()).hash, "#fnref1");
  });

  journey(`what is folded opens by keyboard, ${name}`, settings, async (page) => {
    await page.goto(everything);
    assert.equal(await page.getByText("Hidden at first.").isVisible(), false);
    await page.getByText("More of it").focus();
    await page.keyboard.press("Enter");
    await page.getByText("Hidden at first.").waitFor();
    await page.getByText("Solution").click();
    await page.getByText("1 + 1").waitFor();
  });
}

journey("without scripts everything can be read, and nothing pretends to work", plain, async (page) => {
  await page.goto(everything);
  for (const text of ["brew install it", "apt install it", "winget install it", "The bridge at noon", "total += n"]) {
    assert.ok(await page.getByText(text).first().isVisible(), text);
  }
  assert.equal(await page.getByRole("button", { name: /Copy|prompts|Theme|Enlarge/ }).count(), 0);
  await page.locator(".contents").getByText("Tabs").click();
  assert.ok(await isAtTop(page, "h2#tabs"));
});

journey("on paper there is the text alone, all of it, with the addresses of its links", scripted, async (page) => {
  await page.goto(everything);
  await page.emulateMedia({ media: "print" });
  for (const gone of [".head-tools", ".contents", ".share", ".code-tools"]) {
    assert.equal(await page.locator(gone).first().isVisible(), false, gone);
  }
  for (const text of ["Hidden at first.", "brew install it", "winget install it"]) {
    assert.ok(await page.getByText(text).isVisible(), text);
  }
  const after = await page
    .locator(".prose a[href^=https]")
    .first()
    .evaluate((link) => getComputedStyle(link, "::after").content);
  assert.match(after, /example\.org/);
});

for (const width of [1280, 375]) {
  journey(
    `nothing jumps while an article with pictures loads, ${width} px wide`,
    { baseURL, viewport: { width, height: 800 } },
    async (page) => {
      await page.addInitScript(() => {
        Object.assign(window, { shift: 0 });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            Object.assign(window, { shift: Reflect.get(window, "shift") + Reflect.get(entry, "value") });
        }).observe({ type: "layout-shift", buffered: true });
      });
      await page.goto(everything, { waitUntil: "load" });
      for (let step = 0; step < 8; step++) {
        await page.mouse.wheel(0, 600);
        await page.waitForTimeout(80);
      }
      await page.waitForFunction(() => [...document.images].every((image) => image.complete));
      const shift = await page.evaluate(() => Number(Reflect.get(window, "shift")));
      assert.ok(shift < 0.01, `the layout shifted by ${shift}`);
    },
  );
}

function paperOf(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
}

function isAtTop(page: Page, selector: string): Promise<boolean> {
  return page.locator(selector).evaluate((element) => {
    const { top } = element.getBoundingClientRect();
    return top >= 0 && top < innerHeight / 2;
  });
}
