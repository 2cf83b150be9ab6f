import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import { after } from "node:test";
import { desc, eq } from "drizzle-orm";
import type { BrowserContext, Page } from "playwright-core";
import { entries } from "#apps/catalog/schema.ts";
import { addRemark } from "#apps/editorial/remarks.ts";
import { revisions, workingCopies } from "#apps/editorial/schema.ts";
import { findNewest, saveVersion } from "#apps/editorial/versions.ts";
import { db } from "#lib/db.ts";
import { closeImages } from "#lib/images.ts";
import { photo } from "#lib/images/samples.ts";
import type { Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { findBarriers, findOverflow } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import { press, tabTo, typeInto } from "../helpers/keyboard.ts";
import { findMarkupFaults } from "../helpers/markup.ts";
import { newVisitor } from "../helpers/visitor.ts";

after(closeImages);
const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const wide = { baseURL, viewport: { width: 1440, height: 900 } };
const phone = { baseURL, viewport: { width: 375, height: 800 }, hasTouch: true };
const cut = { ...wide, mayBeSaid: "net::ERR_INTERNET_DISCONNECTED" };
const otto: Viewer = { id: 4, isMember: false, permissions: ["desk.open", "desk.review", "desk.publish"] };

async function comeAs(context: BrowserContext, name: "ada" | "otto"): Promise<void> {
  const { cookies } = await newVisitor(name);
  await context.addCookies([...cookies].map(([key, value]) => ({ name: key, value, url: baseURL })));
}

async function idOf(path: string): Promise<string> {
  const [entry] = await db.select().from(entries).where(eq(entries.path, path));
  return String(entry?.id);
}

async function openEditor(page: Page, id: string): Promise<void> {
  await page.goto(urls.deskEditor({ id }));
  await page.locator("desk-editor[data-ready]").waitFor();
}

const text = (page: Page) => page.locator(".cm-content");
const state = (page: Page, words: RegExp | string) => page.locator(".writing-state", { hasText: words }).waitFor();

async function source(page: Page): Promise<string> {
  return (await text(page).locator(".cm-line").allTextContents()).join("\n");
}

/** Writes at the end of the text. */
async function write(page: Page, words: string): Promise<void> {
  await text(page).focus();
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type(words);
}

/** Waits until the text holds these words. */
async function isInText(page: Page, words: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector(".writing-source")?.shadowRoot?.textContent.includes(wanted),
    words,
  );
}

/** Saves a version as it is, without a note. */
async function saveByKeyboard(page: Page): Promise<void> {
  await text(page).focus();
  await page.keyboard.press("ControlOrMeta+s");
  await page.getByLabel("Note").waitFor();
  await page.keyboard.press("Enter");
}

/** Waits until this browser itself keeps these words. (`waitForFunction` would take any promise for a yes.) */
async function keptHere(page: Page, words: string): Promise<void> {
  await page.evaluate(async (sought) => {
    const opening = indexedDB.open("lectern-desk");
    await new Promise((resolve) => opening.addEventListener("success", resolve));
    for (let isKept = false; !isKept;) {
      const asking: IDBRequest<{ source: string }[]> = opening.result
        .transaction("copies")
        .objectStore("copies")
        .getAll();
      await new Promise((resolve) => asking.addEventListener("success", resolve));
      isKept = asking.result.some(({ source: kept }) => kept.includes(sought));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    opening.result.close();
  }, words);
}

/** Ends a tab as a crash does: nothing of the page runs any more. */
async function kill(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent("crash");
  // What has crashed does not answer.
  void session.send("Page.crash").catch(() => undefined);
  await crashed;
  await page.close();
}

journey("an author begins a text, brings a picture, loses network and tab, and nothing else", cut, async (page) => {
  const context = page.context();
  await comeAs(context, "ada");
  await page.goto(urls.deskNew());
  await typeInto(page, "Title", "Sets in five minutes");
  await typeInto(page, "Outline", "## What a set is\n\n");
  await press(page, "button", "Begin");
  await page.locator("desk-editor[data-ready]").waitFor();
  const preview = page.frameLocator("iframe");
  await preview.getByRole("heading", { name: "Sets in five minutes" }).waitFor();

  await write(page, "A set holds everything once.\n\n");
  await preview.getByText("A set holds everything once.").waitFor();
  await page.keyboard.press("Escape");
  await tabTo(page, page.getByRole("button", { name: "Picture", exact: true }));
  const chosen = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chosen).setFiles({ name: "overlap.jpg", mimeType: "image/jpeg", buffer: await photo(320, 200) });
  await isInText(page, "![What the picture shows](/media/");
  await page.keyboard.type("Circles");
  await preview.getByRole("img", { name: "Circles" }).waitFor();
  await page.keyboard.press("ControlOrMeta+End");
  const bytes = (await photo(640, 400)).toString("base64");
  await text(page).evaluate((element, encoded) => {
    const clipboardData = new DataTransfer();
    const file = new File([Uint8Array.from(atob(encoded), (c) => c.codePointAt(0) ?? 0)], "venn.jpg", {
      type: "image/jpeg",
    });
    clipboardData.items.add(file);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, bytes);
  await isInText(page, "![What the picture shows](/media/");
  await page.keyboard.type("Two circles that overlap");
  await preview.getByRole("img", { name: "Two circles that overlap" }).waitFor();
  await state(page, /Saved/);

  await context.setOffline(true);
  await write(page, "\n\nTyped on a train.");
  await state(page, "Offline: kept in this browser");
  await write(page, "\n\nTyped in a tunnel.");
  await keptHere(page, "Typed in a tunnel.");
  const address = page.url();
  await kill(page);

  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(address);
  await again.getByText("You go on with what you typed").waitFor();
  assert.match(await source(again), /Two circles that overlap[\s\S]*Typed on a train\.[\s\S]*Typed in a tunnel\./);
  await state(again, /Saved/);
  const id = Number(/\d+/.exec(address.replace(baseURL, ""))?.[0]);
  const [copy] = await db.select().from(workingCopies).where(eq(workingCopies.entryId, id));
  assert.match(copy?.source ?? "", /Typed in a tunnel/);

  await text(again).focus();
  await again.keyboard.press("ControlOrMeta+s");
  await typeInto(again, "Note", "first words");
  await again.keyboard.press("Enter");
  await state(again, "Version 2");
  const newest = await findNewest(id);
  assert.deepEqual([newest?.number, newest?.note, newest?.author], [2, "first words", "Ada Lindqvist"]);
  assert.match(newest?.source ?? "", /Typed in a tunnel/);
  assert.equal(await db.$count(workingCopies, eq(workingCopies.entryId, id)), 0);
  await again.reload();
  await state(again, "Version 2");
  assert.equal(await again.getByText("You go on with").count(), 0);
});

journey("what was typed offline comes to the site when the network is back", cut, async (page) => {
  const id = await idOf("/your-first-package-1/");
  await comeAs(page.context(), "ada");
  await openEditor(page, id);
  await page.context().setOffline(true);
  await write(page, " In the woods.");
  await state(page, "Offline: kept in this browser");
  await page.context().setOffline(false);
  await state(page, /Saved/);
  const [copy] = await db
    .select()
    .from(workingCopies)
    .where(eq(workingCopies.entryId, Number(id)));
  assert.match(copy?.source ?? "", /In the woods\./);
});

const collides = { ...wide, expects: [409] };
journey("two editors collide: what differs is put together, what clashes is asked", collides, async (page) => {
  const id = await idOf("/python-lists/");
  await comeAs(page.context(), "ada");
  await openEditor(page, id);
  await write(page, "\n\nAda's ending.");
  await text(page).focus();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Home");
  await page.keyboard.type("In short: ");
  await state(page, /Saved/);

  const before = await findNewest(Number(id));
  assert.ok(before);
  const { title, summary } = before;
  const theirs = before.source.replace("A list keeps", "Otto says a list keeps").replace("## Slices", "## Slicing");
  await saveVersion(otto, Number(id), { title, summary, source: theirs, baseNumber: before.number });

  await saveByKeyboard(page);
  const dialog = page.getByRole("dialog", { name: "You both changed one place" });
  await dialog.getByText("In short: A list keeps").waitFor();
  await dialog.getByText("Otto says a list keeps").waitFor();
  await tabTo(page, dialog.getByRole("radio").first());
  const both = dialog.getByLabel("Both, yours first");
  for (let step = 0; step < 4 && !(await both.isChecked()); step++) await page.keyboard.press("ArrowDown");
  await press(page, "button", "Use this text");
  await page.getByText("by Otto Brandt and your text are put together").waitFor();
  const together = await source(page);
  assert.match(together, /In short: A list keeps[^\n]*\nOtto says a list keeps/);
  assert.match(together, /## Slicing/);
  await saveByKeyboard(page);
  await state(page, `Version ${before.number + 2}`);
  const saved = await findNewest(Number(id));
  assert.match(saved?.source ?? "", /Otto says a list keeps[\s\S]*## Slicing[\s\S]*Ada's ending\./);
});

journey("what somebody saved while a tab was closed is put together with what was typed there", wide, async (page) => {
  const id = await idOf("/your-first-package-2/");
  const context = page.context();
  await comeAs(context, "ada");
  await openEditor(page, id);
  await write(page, "\n\nAda's words.");
  await state(page, /Saved/);
  await page.close();
  const before = await findNewest(Number(id));
  const { title = "", summary = "", source: words = "" } = before ?? {};
  await saveVersion(otto, Number(id), { title, summary, source: `Otto's words.\n\n${words}`, baseNumber: 1 });
  const again = await context.newPage();
  await openEditor(again, id);
  await again.getByText("are put together").waitFor();
  assert.match(await source(again), /Otto's words\.[\s\S]*Ada's words\./);
});

journey("one person's second window reads until it takes over, and then has all of it", wide, async (page) => {
  const id = await idOf("/your-first-package-3/");
  const context = page.context();
  await comeAs(context, "ada");
  await openEditor(page, id);
  const second = await context.newPage();
  await openEditor(second, id);
  await second.getByText("You are writing this text in another window.").waitFor();
  assert.equal(await text(second).getAttribute("contenteditable"), "false");
  await write(page, "\n\nFrom the first window.");
  await second.getByRole("button", { name: "Write here" }).click();
  await second.getByText("You go on with what you typed").waitFor();
  assert.match(await source(second), /From the first window\./);
  await page.getByText("You are writing this text in another window.").waitFor();
  await write(second, " And the second.");
  await state(second, /Saved/);
  await second.close();
  await page.bringToFront();
});

journey("the keyboard alone writes, inserts, finds, asks for help, and leaves", wide, async (page) => {
  const id = await idOf("/decorators/");
  await comeAs(page.context(), "ada");
  await openEditor(page, id);
  await typeInto(page, "Title", "Decorators, calmly");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Functions around functions.");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("\n\n- one");
  await page.keyboard.press("Enter");
  await page.keyboard.type("two");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await page.keyboard.type("\n/war");
  await page.getByRole("option", { name: /warning/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Mind the ");
  await page.keyboard.press("ControlOrMeta+b");
  await page.keyboard.type("gap");
  assert.match(await source(page), /- one\n- two\n[\s\S]*::: warning\nMind the \*\*gap\*\*\n:::/);
  const preview = page.frameLocator("iframe");
  await preview.getByRole("heading", { name: "Decorators, calmly" }).waitFor();
  await preview.getByText("Mind the gap").waitFor();

  await page.keyboard.press("F1");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+f");
  await page.keyboard.type("two");
  await page.keyboard.press("Escape");
  // Tab indents, and Escape before it leaves.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  assert.equal(await text(page).evaluate((element) => element.matches(":focus")), false);
  await tabTo(page, page.getByRole("button", { name: "Contents" }));
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /More of it/ }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await text(page).evaluate((element) => element.matches(":focus")), true);
  await page.keyboard.press("ControlOrMeta+s");
  await page.keyboard.type("calmer");
  await page.keyboard.press("ControlOrMeta+s");
  await state(page, "Version 2");
  const [saved] = await db
    .select()
    .from(revisions)
    .where(eq(revisions.entryId, Number(id)))
    .orderBy(desc(revisions.number));
  assert.deepEqual([saved?.title, saved?.note], ["Decorators, calmly", "calmer"]);
});

journey("what a reviewer suggests is accepted beside the text, with what was typed meanwhile", wide, async (page) => {
  const id = await idOf("/type-hints/");
  const version = await findNewest(Number(id));
  assert.ok(version);
  const quote = "before the program runs";
  const startsAt = version.source.indexOf(quote);
  const place = { startsAt, endsAt: startsAt + quote.length, number: version.number };
  await addRemark(otto, Number(id), { ...place, body: "How long?", suggestion: "long before the program runs" });
  await comeAs(page.context(), "ada");
  await openEditor(page, id);
  await write(page, "\n\nTyped meanwhile.");
  await page.getByText("1 open remark").waitFor();
  await page.getByRole("button", { name: "Next remark" }).click();
  await page.getByText("How long?").waitFor();
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByText("are put together").waitFor();
  assert.match(await source(page), /long before the program runs\.[\s\S]*Typed meanwhile\./);
  await state(page, /Saved/);
  assert.match((await findNewest(Number(id)))?.source ?? "", /long before the program/);
  assert.equal(await page.getByText("open remark").count(), 0);
});

journey(
  "without a script a text is written, looked at and saved",
  { ...wide, javaScriptEnabled: false },
  async (page) => {
    const id = await idOf("/type-hints/");
    await comeAs(page.context(), "ada");
    await page.goto(urls.deskEditor({ id }));
    await page.getByLabel("Text", { exact: true }).fill("Plain words.");
    const [shown] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("button", { name: "Preview" }).click(),
    ]);
    await shown.getByText("Plain words.").waitFor();
    await page.getByLabel("Note").fill("plainer");
    await page.getByRole("button", { name: "Save version" }).click();
    await page.waitForURL(`${baseURL}${urls.deskEditor({ id })}`);
    assert.equal((await findNewest(Number(id)))?.source, "Plain words.");
  },
);

journey("the room can be used by everybody, on a phone as well", phone, async (page) => {
  const id = await idOf("/your-first-package/");
  const { cookies } = await newVisitor("otto");
  const all = [...cookies].map(([name, value]) => ({ name, value, url: baseURL }));
  await page.context().addCookies(all);
  await openEditor(page, id);
  assert.equal(await findOverflow(page), undefined);
  await page.getByRole("button", { name: "Preview", exact: true }).click();
  await page.frameLocator("iframe").getByRole("heading", { name: "Your first package" }).waitFor();
  await page.getByRole("button", { name: "Write", exact: true }).click();
  await write(page, " By phone.");
  await state(page, /Saved/);
  const pages = [urls.deskEditor({ id }), urls.deskNew()];
  for (const url of pages) {
    assert.deepEqual(await findMarkupFaults(await (await page.request.get(url)).text()), []);
  }
  const whole = pages.map((url) => `${baseURL}${url}`);
  assert.deepEqual(await findBarriers(await openBrowser(), whole, 1, all), []);
});
