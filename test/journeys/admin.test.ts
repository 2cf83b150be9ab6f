import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { asc, eq } from "drizzle-orm";
import type { Page } from "playwright-core";
import { profiles, securityEvents, users } from "#apps/accounts/schema.ts";
import { credits, topics } from "#apps/catalog/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { journey } from "../helpers/browser.ts";
import { tabTo } from "../helpers/keyboard.ts";
import { site } from "../helpers/site.ts";
import { newVisitor } from "../helpers/visitor.ts";

const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const evil = `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`;
await db.insert(topics).values({ slug: "evil", name: evil, summary: `"'</textarea>${evil}`, position: 9 });
await db
  .insert(profiles)
  .values(Array.from({ length: 60 }, (_, n) => ({ slug: `person-${n}`, name: `Person ${n} ${n === 42 ? evil : ""}` })));

async function signIn(page: Page): Promise<void> {
  const otto = await newVisitor("otto");
  await page.context().addCookies([...otto.cookies].map(([name, value]) => ({ name, value, url: baseURL })));
}

journey("a row is found, opened, changed and saved by the keyboard alone", { baseURL }, async (page) => {
  await signIn(page);
  await page.goto(urls.admin());
  await page.keyboard.press("Control+k");
  await page.keyboard.type("topics");
  await page.locator('.palette [role="option"][aria-selected="true"]').waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(`**${urls.adminList({ model: "topics" })}`);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("x");
  assert.equal(await page.locator('input[name="key[]"]:checked').count(), 1);
  // The box has the focus now, and the row is still the same.
  await page.locator("a.row-link").first().focus();
  await page.keyboard.press("Enter");
  await page.locator("#field-name").focus();
  await page.keyboard.press("End");
  await page.keyboard.type(" and more");
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/done=saved/);
  assert.match(await page.innerText(".admin-table"), /and more/);
  await page.keyboard.press("/");
  await page.keyboard.type("evil");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=evil/);
  assert.equal(await page.locator("a.row-link").count(), 1);
});

journey("a person is searched for by name, and put first among those who are credited", { baseURL }, async (page) => {
  await signIn(page);
  await page.goto(urls.adminRow({ model: "entries", key: "2" }));
  const rows = page.locator('inline-rows[data-name="credits"]');
  await rows.getByRole("button", { name: "Add another" }).click();
  const added = rows.locator("tbody tr").last();
  await added.getByRole("combobox").first().fill("person 42");
  await added.locator('[role="option"]').first().waitFor();
  await page.keyboard.press("Enter");
  assert.match(await added.getByRole("combobox").first().inputValue(), /^Person 42/);
  await added.locator("select").selectOption("illustrator");
  const places = await rows.locator("tbody tr").count();
  await added.getByRole("button", { name: "Up" }).focus();
  // The row moves, and the button keeps the focus.
  for (let place = 1; place < places; place++) await page.keyboard.press("Enter");
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/done=saved/);
  const team = await db.select().from(credits).where(eq(credits.entryId, 2)).orderBy(asc(credits.position));
  assert.equal(team[0]?.role, "illustrator");
});

journey("a list is narrowed by one of many rows that is searched for by name", { baseURL }, async (page) => {
  const many = Array.from({ length: 60 }, (_, n) => ({ address: `reader-${n}@example.org` }));
  const added = await db.insert(users).values(many).returning();
  const userId = added[7]?.id ?? 0;
  await db.insert(securityEvents).values([
    { userId, kind: "signed-in" },
    { userId: 1, kind: "signed-in" },
  ]);
  await signIn(page);
  await page.goto(urls.adminList({ model: "security_events" }));
  const field = page.getByRole("combobox", { name: "User" });
  await tabTo(page, field);
  await page.keyboard.type("reader-7@");
  await page.getByRole("option", { name: "reader-7@example.org" }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.getAll("filter[]").includes(`userId:${userId}`));
  assert.equal(await page.locator("tbody tr").count(), 1);
  assert.equal(await field.inputValue(), "reader-7@example.org");
  await tabTo(page, field);
  await page.keyboard.press("Delete");
  await page.keyboard.press("ArrowDown");
  const found = page.getByRole("listbox", { name: "User" });
  await found.getByRole("option", { name: "Empty", exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.searchParams.getAll("filter[]").includes("userId:"));
});

journey("what somebody typed is text on every page of the admin", { baseURL, expects: [404] }, async (page) => {
  await signIn(page);
  const [topic] = await db.select().from(topics).where(eq(topics.slug, "evil"));
  const of = { model: "topics", key: String(topic?.id) };
  const form = urls.adminRow(of);
  await page.goto(form);
  await page.fill("#field-position", "8");
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/done=saved/);
  const pages = [urls.admin(), urls.adminList({ model: "topics" }), form, urls.adminDelete(of), urls.adminHistory(of)];
  for (const address of [
    ...pages,
    urls.adminSearch({}, { q: "img" }),
    urls.adminList({ model: "profiles" }, { q: "person 42" }),
  ]) {
    await page.goto(address);
    assert.doesNotMatch(await page.title(), /^broken/, address);
  }
  await page.keyboard.press("Control+k");
  await page.keyboard.type("onerror");
  await page.locator('.palette [role="option"]').first().waitFor();
  assert.doesNotMatch(await page.title(), /^broken/);
});
