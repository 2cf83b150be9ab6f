import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";

/** Goes there with the Tab key alone, if it is not there yet. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let step = 0; step < 200; step += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`The keyboard does not reach ${String(target)}.`);
}

/** Presses Enter on a button or a link. */
export async function press(page: Page, role: "button" | "link", name: string): Promise<void> {
  await tabTo(page, page.getByRole(role, { name, exact: true }));
  await page.keyboard.press("Enter");
}

/** Opens the menu of the sections, where there is no room for them beside the page. */
export async function openSections(page: Page): Promise<void> {
  const menu = page.locator(".section-menu > summary");
  if (!(await menu.isVisible())) return;
  await tabTo(page, menu);
  await page.keyboard.press("Enter");
}

/** Types into the field with this label, over what is in it. */
export async function typeInto(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}
