import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { findLive, openWindow } from "../../faults/xss/looking.ts";
import { tryVectors } from "../../faults/xss/trying.ts";
import { formulas, inBundles, own, vectors } from "../../faults/xss/vectors.ts";
import { openBrowser } from "../helpers/browser.ts";
import { skip } from "../helpers/chromium.ts";

test("what runs where it is not escaped is noticed", { skip }, async () => {
  const { context, looked } = await openWindow(await openBrowser());
  const page = await context.newPage();
  let noticed = 0;
  for (const vector of own.slice(0, 60)) {
    looked.live.length = 0;
    await page.setContent(vector, { waitUntil: "load" });
    if ((await findLive(page)).length > 0 || looked.live.length > 0) noticed += 1;
  }
  await context.close();
  // Some were holes of other browsers.
  assert.ok(noticed >= 50, `${noticed} of 60`);
});

test("nothing that somebody typed runs in any page, mail, feed or export that shows it", { skip }, async () => {
  const origin = await site.listen({ host: "127.0.0.1", port: 0 });
  // Every so many of each kind; all of them in `npm run faults -- --only xss`.
  const some = vectors.filter((_vector, place) => place % 17 === 0);
  const { looked, ...found } = await tryVectors(
    await openBrowser(),
    { origin, routes: site.routes },
    {
      bundles: inBundles(some, 35),
      singles: formulas.slice(0, 2),
      forms: 1,
      echoed: own.filter((_vector, place) => place % 100 === 1),
    },
  );
  assert.deepEqual(found, { live: [], failed: [], formulas: [] });
  assert.ok(looked > 200, `${looked} pages`);
});
