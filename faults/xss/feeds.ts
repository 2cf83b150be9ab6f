import { urls } from "#urls.ts";
import { findLive, type Window } from "./looking.ts";

/** Reads every feed as programs that read feeds do, and looks at what they would show. */
export async function lookAtFeeds({ context, looked }: Window, origin: string): Promise<void> {
  const page = await context.newPage();
  for (const path of [urls.atom(), urls.rss(), urls.jsonFeed()]) {
    looked.pages += 1;
    await page.goto(origin + path);
    const items = await page.evaluate(readItems);
    if (items.length === 0) looked.failed.push(`${path} shows nothing, or is broken off`);
    await page.evaluate(showItems, items);
    looked.live.push(...(await findLive(page)).map((what) => `${path} ${what}`));
  }
  await page.close();
}

/** What a format calls HTML; titles are plain text in all of them. */
async function readItems(): Promise<string[]> {
  const feed = await (await fetch(location.href)).text();
  if (feed.startsWith("{"))
    return JSON.parse(feed).items.map(({ content_html }: { content_html: string }) => content_html);
  const xml = new DOMParser().parseFromString(feed, "application/xml");
  if (xml.querySelector("parsererror") !== null) return [];
  const encoded = xml.getElementsByTagNameNS("http://purl.org/rss/1.0/modules/content/", "encoded");
  return [...xml.querySelectorAll("content[type=html], item > description"), ...encoded].map(
    ({ textContent }) => textContent,
  );
}

async function showItems(items: readonly string[]): Promise<void> {
  const frames = items.map((srcdoc) => Object.assign(document.createElement("iframe"), { srcdoc }));
  const loaded = frames.map(
    (frame) => new Promise((resolve) => frame.addEventListener("load", resolve, { once: true })),
  );
  document.body.replaceChildren(...frames);
  await Promise.all(loaded);
}
