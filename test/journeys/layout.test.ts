import { baseURL, everything } from "./house.ts";
import assert from "node:assert/strict";
import { findOverflow } from "../helpers/accessibility.ts";
import { journey } from "../helpers/browser.ts";

const lists = ["/", "/tutorials/", "/tutorials/many/", "/topics/", "/levels/basics/", "/team/", "/team/ada/"];
const entries = [everything, "/long/", "/decorators/", "/your-first-package/", "/your-first-package-2/", "/about/"];
const answers = ["/search/", "/search/?q=list", "/search/?q=zzzzzz", "/nowhere/at-all/"];

for (const width of [320, 375, 768, 1024]) {
  journey(`no page is wider than a window of ${width} px`, { baseURL, expects: [404] }, async (page) => {
    await page.setViewportSize({ width, height: 700 });
    for (const path of [...lists, ...entries, ...answers]) {
      await page.goto(path);
      const overflow = await findOverflow(page);
      assert.equal(overflow, undefined, `${path} ${overflow}`);
    }
  });
}
