import assert from "node:assert/strict";
import { test } from "node:test";
import type { Server } from "#lib/http.ts";
import { findBarriers } from "./accessibility.ts";
import { openBrowser } from "./browser.ts";
import { skip } from "./chromium.ts";
import { crawl, inLanes, type Ask } from "./crawl.ts";
import { findMarkupFaults } from "./markup.ts";

/** What must be true of every page of a site. `unlinked` are pages that no link leads to. */
export async function testPages(site: Server, unlinked: readonly string[]): Promise<void> {
  const start = ["/", "/sitemap.xml", "/llms.txt", "/robots.txt", "/rss.xml", "/feed.json", ...unlinked];
  const { pages, broken, addresses } = await crawl(askOf(site), ["http://localhost"], start);

  test("no link, picture or anchor leads nowhere", () => {
    assert.ok(addresses > 50, `${addresses} addresses were found`);
    assert.deepEqual(broken, []);
  });

  test("the markup of every page is valid", async () => {
    const faults = await inLanes([...pages], async ([path, html]) =>
      (await findMarkupFaults(html)).map((fault) => `${path} ${fault}`),
    );
    assert.deepEqual(faults.flat(), []);
  });

  test("every page can be used by everybody, in light and dark, and none is wider than a phone", { skip }, async () => {
    const origin = await site.listen({ host: "127.0.0.1", port: 0 });
    assert.deepEqual(
      await findBarriers(
        await openBrowser(),
        [...pages.keys()].map((path) => origin + path),
      ),
      [],
    );
  });
}

function askOf(site: Server): Ask {
  return async (path) => {
    const { statusCode, headers, body } = await site.fastify.inject({ url: path, headers: { host: "localhost" } });
    return { status: statusCode, type: headers["content-type"] ?? "", location: headers.location, body };
  };
}
