import { after, test, type TestContext } from "node:test";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { launchChromium, skip } from "./chromium.ts";

let launched: Promise<Browser> | undefined;
after(async () => (await launched)?.close());

/** The one browser of this test file. */
export function openBrowser(): Promise<Browser> {
  return (launched ??= launchChromium());
}

export interface JourneyOptions extends BrowserContextOptions {
  /** Answers of 400 and above that are part of the journey. */
  expects?: readonly number[];
  /** Other hosts that the reader goes to. */
  hosts?: readonly string[];
  /** What else the console may say, in part: that the network is gone, where that is part of the journey. */
  mayBeSaid?: string;
}

/**
 * A test in a browser window of its own. It fails as well when a script throws, the console tells of an error or a
 * breach of the content security policy, another host is asked, or an answer is an error. Without a Chromium it is
 * skipped, or, with CI=true, fails.
 */
export function journey(
  name: string,
  options: JourneyOptions,
  act: (page: Page, t: TestContext) => Promise<void>,
): void {
  test(name, { skip }, async (t) => {
    const { expects = [], hosts = [], mayBeSaid, ...settings } = options;
    const context = await (await openBrowser()).newContext(settings);
    try {
      const troubles = watch(context, [new URL(settings.baseURL ?? "http://localhost").host, ...hosts], {
        expects,
        mayBeSaid,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      await act(page, t);
      t.assert.deepEqual(troubles, []);
    } finally {
      await context.close();
    }
  });
}

function watch(
  context: BrowserContext,
  hosts: readonly string[],
  { expects, mayBeSaid }: { expects: readonly number[]; mayBeSaid: string | undefined },
): string[] {
  const troubles: string[] = [];
  context.on("weberror", (error) => troubles.push(`a script threw ${error.error().message}`));
  context.on("console", (message) => {
    const allowed = [
      ...expects.map((status) => `status of ${status}`),
      ...(mayBeSaid === undefined ? [] : [mayBeSaid]),
    ];
    const isExpected = allowed.some((words) => message.text().includes(words));
    if (message.type() === "error" && !isExpected) troubles.push(`the console says ${message.text()}`);
  });
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && !hosts.includes(url.host))
      troubles.push(`another host is asked: ${url.href}`);
  });
  context.on("response", (response) => {
    const status = response.status();
    if (status >= 400 && !expects.includes(status)) troubles.push(`${response.url()} answered ${status}`);
  });
  return troubles;
}
