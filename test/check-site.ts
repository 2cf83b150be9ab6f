// Checks a running site: `node --import ./src/loader.js test/check-site.ts http://localhost:3000`. The markup of every page, what
// keeps people from using it, and every link.
import { findBarriers } from "./helpers/accessibility.ts";
import { launchChromium } from "./helpers/chromium.ts";
import { crawl, inLanes, type Ask } from "./helpers/crawl.ts";
import { findMarkupFaults } from "./helpers/markup.ts";

const origin = new URL(process.argv[2] ?? "http://localhost:3000").origin;

const ask: Ask = async (path) => {
  const response = await fetch(origin + path, { redirect: "manual" });
  const { status, headers } = response;
  const type = headers.get("content-type") ?? "";
  return { status, type, location: headers.get("location") ?? undefined, body: await response.text() };
};

const { pages, broken, addresses } = await crawl(ask, [origin]);
report(`${addresses} addresses`, "links that lead nowhere", broken);

const faults = await inLanes([...pages], async ([path, html]) =>
  (await findMarkupFaults(html)).map((fault) => `${path} ${fault}`),
);
report(`${pages.size} pages`, "faults of the markup", faults.flat());

const browser = await launchChromium();
const barriers = await findBarriers(
  browser,
  [...pages.keys()].map((path) => origin + path),
);
await browser.close();
report(`${pages.size} pages, light and dark`, "barriers", barriers);

function report(what: string, kind: string, problems: readonly string[]): void {
  for (const problem of problems) process.stdout.write(`  ${problem}\n`);
  process.stdout.write(`${what}: ${problems.length} ${kind}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
