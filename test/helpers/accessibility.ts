import axe from "axe-core";
import type { Browser, Page } from "playwright-core";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** A wide window with light colours and a narrow one with dark ones: between them everything of a page is seen. */
const windows = [
  { colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { colorScheme: "dark", viewport: { width: 375, height: 800 } },
] as const;

/** What keeps people from using these pages by WCAG 2.2 AA, as axe finds it, and what is wider than the window. */
export async function findBarriers(browser: Browser, urls: readonly string[], lanes = 2): Promise<string[]> {
  const found = await Promise.all(
    windows.map(async (settings) => {
      // The policy of the site does not allow what axe injects.
      const context = await browser.newContext({ ...settings, bypassCSP: true, reducedMotion: "reduce" });
      const waiting = urls.values();
      const barriers: string[] = [];
      await Promise.all(
        Array.from({ length: lanes }, async () => {
          const page = await context.newPage();
          for (const url of waiting) {
            const name = `${url} (${settings.colorScheme}, ${settings.viewport.width} px)`;
            for (const barrier of await inspect(page, url)) barriers.push(`${name} ${barrier}`);
          }
        }),
      );
      await context.close();
      return barriers;
    }),
  );
  return found.flat();
}

async function inspect(page: Page, url: string): Promise<string[]> {
  await page.goto(url, { waitUntil: "domcontentloaded" });
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (values) => window.axe.run({ runOnly: { type: "tag", values }, resultTypes: ["violations"] }),
    tags,
  );
  const barriers = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) =>
      `${id}: ${html.slice(0, 160)} ${failureSummary ?? ""}`.replace(/\s+/g, " "),
    ),
  );
  const overflow = await findOverflow(page);
  return overflow === undefined ? barriers : [...barriers, overflow];
}

/** What is wider than the window, if the page can be scrolled sideways. */
export function findOverflow(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return undefined;
    const widest = [...document.body.querySelectorAll("*")].find(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    );
    return `is ${scrollWidth} px wide, because of ${widest?.outerHTML.slice(0, 160) ?? "something"}`;
  });
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
