import assert from "node:assert/strict";
import { test } from "node:test";
import { findBarriers } from "./accessibility.ts";
import { launchChromium, skip } from "./chromium.ts";
import { crawl, type Ask } from "./crawl.ts";
import { findMarkupFaults } from "./markup.ts";

const page = (body: string): string =>
  `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page</title></head><body>${body}</body></html>`;

test("the crawler finds what leads nowhere, wherever it is said", async () => {
  const site: Record<string, string> = {
    "/": page(
      '<a href="/a/#there">a</a> <a href="/a/#gone">b</a> <a href="/moved/#gone">c</a> <a href="https://other.example/x">d</a>' +
        '<img alt="" src="/no.png" srcset="/no-1.png 1x, /no-2.png?s=1&amp;t=2 2x"><link rel="icon" href="/no.svg">' +
        '<script src="/no.js"></script>',
    ),
    "/a/": page('<h2 id="there">There</h2>'),
    "/sitemap.xml": "<urlset><url><loc>http://here.example/no-page/</loc></url></urlset>",
  };
  const ask: Ask = async (path) => {
    if (path === "/moved/") return { status: 301, type: "text/html", location: "/a/", body: "" };
    const type = path.endsWith(".xml") ? "application/xml" : "text/html; charset=utf-8";
    return { status: path in site ? 200 : 404, type, body: site[path] ?? "" };
  };
  const { broken, pages } = await crawl(ask, ["http://here.example"], ["/", "/sitemap.xml"]);
  assert.deepEqual(
    broken.map((sentence) => /leads to ([^ ,]+)/.exec(sentence)?.[1]).toSorted((a = "", b = "") => (a < b ? -1 : 1)),
    ["/a/#gone", "/moved/#gone", "/no-1.png", "/no-2.png?s=1&t=2", "/no-page/", "/no.js", "/no.png", "/no.svg"],
  );
  assert.deepEqual([...pages.keys()], ["/", "/a/"]);
});

test("faults of the markup are found", async () => {
  assert.deepEqual(await findMarkupFaults(page('<p id="x">One</p>')), []);
  for (const faulty of [
    '<p id="x">1</p><p id="x">2</p>',
    "<p><div>1</div></p>",
    "<ul><p>1</p></ul>",
    "<img src='x'>",
  ]) {
    assert.notDeepEqual(await findMarkupFaults(page(faulty)), [], faulty);
  }
});

test("barriers and pages that are too wide are found", { skip }, async () => {
  const browser = await launchChromium();
  try {
    const faulty = page('<main><p style="color:#bbb">Pale.</p><div style="width:2000px">Wide.</div></main>');
    const found = await findBarriers(browser, [`data:text/html,${encodeURIComponent(faulty)}`]);
    assert.ok(found.some((barrier) => barrier.includes("color-contrast")));
    assert.ok(found.some((barrier) => /is \d+ px wide/.test(barrier)));
    const style = "<style>@media (width < 400px) and (prefers-color-scheme: dark) { p { color: #bbb } }</style>";
    const pale = page(`${style}<main><p>Pale at night.</p></main>`);
    const atNight = await findBarriers(browser, [`data:text/html,${encodeURIComponent(pale)}`]);
    assert.equal(atNight.length, 1);
    assert.match(atNight[0] ?? "", /\(dark, 375 px\) color-contrast/);
  } finally {
    await browser.close();
  }
});
