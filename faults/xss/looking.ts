import type { Browser, BrowserContext, Frame, Page } from "playwright-core";

export interface Looked {
  /** How many pages were looked at. */
  pages: number;
  /** What ran, or would once somebody touches it: where, and what. */
  live: string[];
  /** Pages that answered with an error of ours. */
  failed: string[];
}

/** A browser window without a policy against scripts, in which whatever runs is noticed. */
export async function openWindow(browser: Browser, cookies: Parameters<BrowserContext["addCookies"]>[0] = []) {
  const context = await browser.newContext({ bypassCSP: true, acceptDownloads: false });
  await context.addCookies(cookies);
  context.setDefaultNavigationTimeout(120_000);
  const looked: Looked = { pages: 0, live: [], failed: [] };
  // This takes the place of the browser's own in every frame.
  await context.exposeBinding("alert", ({ page }) => {
    looked.live.push(`${page.url()} ran`);
  });
  // Where it is too late for that.
  context.on("dialog", (dialog) => {
    looked.live.push(`${dialog.page()?.url()} asked`);
    void dialog.dismiss();
  });
  return { context, looked };
}

export type Window = Awaited<ReturnType<typeof openWindow>>;

/** Goes to these addresses, a few at a time, and looks at what is there. */
export async function lookAt(
  { context, looked }: Window,
  addresses: readonly string[],
  then?: (page: Page) => Promise<void>,
): Promise<void> {
  const waiting = addresses.values();
  await Promise.all(
    Array.from({ length: 2 }, async () => {
      const page = await context.newPage();
      for (const address of waiting) {
        looked.pages += 1;
        const status = await goTo(page, address);
        // Where the admin has nothing at an address of ours, its vectors were not looked at.
        const isMissing = status === 404 && address.includes("/admin/");
        if (isMissing || status >= 500 || status === 429) looked.failed.push(`${address} answered ${status}`);
        await then?.(page);
        looked.live.push(...(await findLive(page)).map((what) => `${address} ${what}`));
      }
      await page.close();
    }),
  );
}

// What is sent as a file is no page.
async function goTo(page: Page, address: string): Promise<number> {
  try {
    return (await page.goto(address))?.status() ?? 200;
  } catch (error) {
    if (/Download is starting|ERR_ABORTED/.test(String(error))) return 200;
    throw error;
  }
}

/** What of a page would run once somebody touches it, and elements that only a vector can have made. */
export async function findLive(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const frame of page.frames()) found.push(...(await lookInto(frame)));
  return found;
}

// The page beside the editor is written anew whenever it is ready.
async function lookInto(frame: Frame): Promise<string[]> {
  try {
    return await frame.evaluate(findLiveElements);
  } catch (error) {
    if (!/context was destroyed|was detached/.test(String(error))) throw error;
    if (frame.isDetached()) return [];
    await frame.waitForLoadState();
    return await frame.evaluate(findLiveElements);
  }
}

function findLiveElements(): string[] {
  const addresses = "href xlink:href src action formaction data background poster to values".split(" ");
  const script = /^(?:javascript:|vbscript:|data:(?!image\/(?!svg)))/i;
  return [...document.querySelectorAll("*")].flatMap((element) => {
    const isLive =
      element.localName === "x-ray" ||
      element.localName === "base" ||
      element.matches("meta[http-equiv='refresh' i]") ||
      element.getAttributeNames().some((name) => name.startsWith("on")) ||
      addresses
        .flatMap((name) => (element.getAttribute(name) ?? "").split(";"))
        // As the browser reads an address, and more strictly, so that no space counts.
        .flatMap((address) => [URL.parse(address, document.baseURI)?.href ?? "", address.replace(/[\0-\x20]/g, "")])
        .some((address) => script.test(address));
    return isLive ? [element.outerHTML.slice(0, 120)] : [];
  });
}
