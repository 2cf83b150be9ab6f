import axe, { type RunOnly } from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";

const everyRule: RunOnly = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };
// What depends on colours and on room; the rest is the same in any window.
const looks: RunOnly = {
  type: "rule",
  values: ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"],
};

const windows = [
  { runOnly: everyRule, colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { runOnly: looks, colorScheme: "dark", viewport: { width: 375, height: 800 } },
] as const;

/** How a page comes to be as it is to be looked at. */
export interface Staging {
  /** Before any page is asked for, such as to stand in for another site. */
  before?: (context: BrowserContext) => Promise<void>;
  /** Once a page is there. */
  once?: (page: Page) => Promise<void>;
}

/**
 * What keeps people from using these pages by WCAG 2.2 AA, as axe finds it, and what is wider than the window, in a
 * large and light one and in a small and dark one. For who has `cookies`, such as those of a page that is signed in.
 */
export async function findBarriers(
  browser: Browser,
  urls: readonly string[],
  lanes = 3,
  cookies: Parameters<BrowserContext["addCookies"]>[0] = [],
  { before, once }: Staging = {},
): Promise<string[]> {
  // The policy of the site does not allow what axe injects.
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: "reduce" });
  await context.addCookies(cookies);
  await before?.(context);
  const waiting = urls.values();
  const barriers: string[] = [];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const page = await context.newPage();
      for (const url of waiting) barriers.push(...(await inspect(page, url, once)));
    }),
  );
  await context.close();
  return barriers;
}

// The page is loaded once: what it looks like in a window is for its style sheets, which follow when the window changes.
async function inspect(page: Page, url: string, once: Staging["once"]): Promise<string[]> {
  const barriers: string[] = [];
  for (const [index, { runOnly, colorScheme, viewport }] of windows.entries()) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    if (index === 0) {
      await page.goto(url, { waitUntil: "domcontentloaded" });
      await once?.(page);
      await page.evaluate(axe.source);
    }
    const found = [...(await runAxe(page, runOnly)), await findOverflow(page)];
    const name = `${url} (${colorScheme}, ${viewport.width} px)`;
    barriers.push(...found.flatMap((barrier) => (barrier === undefined ? [] : [`${name} ${barrier}`])));
  }
  return barriers;
}

async function runAxe(page: Page, runOnly: RunOnly): Promise<string[]> {
  const { violations } = await page.evaluate(async (rules) => {
    // Two frames, after which scripts have seen the window as well.
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    return window.axe.run({ runOnly: rules, resultTypes: ["violations"] });
  }, runOnly);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) =>
      `${id}: ${html.slice(0, 160)} ${failureSummary ?? ""}`.replace(/\s+/g, " "),
    ),
  );
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
