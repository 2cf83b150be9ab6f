import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import type { Page } from "playwright-core";
import { z } from "zod";
import { addMedia } from "#apps/media/media.ts";
import { media } from "#apps/media/schema.ts";
import { mailings, mailingRecipients, messages, suppressions } from "#apps/mail/schema.ts";
import { saveErrors } from "#apps/operations/errors/groups.ts";
import { searches } from "#apps/search/schema.ts";
import { db } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { drainTasks, task } from "#lib/jobs.ts";
import { getJob } from "#lib/jobs/listing.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { findBarriers } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import { skip } from "../helpers/chromium.ts";
import { press, tabTo, typeInto } from "../helpers/keyboard.ts";
import { findMarkupFaults } from "../helpers/markup.ts";
import { newVisitor } from "../helpers/visitor.ts";

const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const otto = await newVisitor("otto");
const cookies = [{ name: sessionCookie, value: otto.cookies.get(sessionCookie) ?? "", url: baseURL }];

const frail = task("test.frail", { input: z.object({ page: z.number() }), retry: { limit: 0 } }, async () => {
  throw new Error("The disk is full, and so is the one beside it, at the moment in which this was tried.");
});

/** A site with something wrong of each kind; answers all pages about it. */
async function fill(): Promise<string[]> {
  const job = (await frail.later({ page: 7 })) ?? "";
  await frail.later({ page: 8 });
  await drainTasks([frail]);
  const fingerprint = "00000000000000aa";
  const error = { type: "TypeError", message: "Cannot read properties of undefined (reading 'slug')" };
  const where = { stack: "    at show (src/apps/a/b.ts:1:2)", context: { method: "GET", route: "/search/" } };
  await saveErrors([{ ...error, ...where, fingerprint, count: 31, lastSeenAt: new Date() }]);
  const text = { subject: "What is new in November", html: "h", text: "t", headers: {}, template: "news.letter" };
  const to = { address: "reader@books.example", name: "", reason: "The process that sent it died." };
  await db.insert(messages).values([
    { ...text, ...to, state: "unknown" },
    { ...text, ...to, state: "refused", reason: "550 5.1.1 No such user here" },
    { ...text, ...to, state: "accepted" },
  ]);
  const row = { ...text, list: "news", key: "k", candidates: 3, stoppedBecause: "Rejected for each of 10." };
  const [mailing] = await db.insert(mailings).values(row).returning();
  await db.insert(mailingRecipients).values(
    (["accepted", "unknown", "queued"] as const).map((state) => {
      return { mailingId: mailing?.id ?? 0, address: `${state}@books.example`, name: "", state };
    }),
  );
  await db.insert(suppressions).values({ address: "gone@books.example", reason: "bounce", since: new Date() });
  const day = new Date().toISOString().slice(0, 10);
  await db.insert(searches).values({ day, query: "monads", times: 5, empty: 4, lastAt: new Date() });
  const pictures = [];
  for (const width of [600, 300, 450]) pictures.push(await addMedia(await photo(width, 400), { name: "a-boat.jpg" }));
  return [
    urls.staff(),
    urls.staffTasks(),
    urls.staffTasks({}, { standing: "dead", task: "test.frail" }),
    urls.staffJob({ job }),
    urls.staffErrors(),
    urls.staffErrors({}, { standing: "mended" }),
    urls.staffError({ fingerprint }),
    urls.staffMail(),
    urls.staffMail({}, { q: "nobody" }),
    urls.staffSearches(),
    urls.staffMedia(),
    urls.staffMedia({}, { q: "nothing" }),
    urls.staffPicture({ picture: String(pictures[0]?.id) }),
    urls.staffSettings(),
  ];
}

test("the pages of what is not a table are valid, and can be used by everybody on any window", { skip }, async () => {
  const pages = await fill();
  for (const page of pages) {
    const { status, html } = await otto.get(page);
    assert.equal(status, 200, page);
    // Only a picture that is a button tells, without a script, where it was pressed.
    const faults = (await findMarkupFaults(html)).filter((fault) => !/^prefer-button: .*type="image"/.test(fault));
    assert.deepEqual(faults, [], page);
  }
  const browser = await openBrowser();
  assert.deepEqual(
    await findBarriers(
      browser,
      pages.map((page) => baseURL + page),
      2,
      cookies,
    ),
    [],
  );
});

journey("several pictures are chosen and sent one after another", { baseURL }, async (page) => {
  await page.context().addCookies(cookies);
  await page.goto(urls.staffMedia());
  const files = await Promise.all(
    [111, 112].map(async (width) => ({
      name: `sent-${width}.jpg`,
      mimeType: "image/jpeg",
      buffer: await photo(width, 80),
    })),
  );
  await page.setInputFiles("#files", files);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByText("sent-112.jpg").and(page.locator(".library span")).waitFor();
  assert.equal(await page.locator(".library img").count(), 5);
});

journey("a focal point is pressed in the picture", { baseURL, javaScriptEnabled: false }, async (page) => {
  await page.context().addCookies(cookies);
  await page.goto(urls.staffMedia());
  await page.locator(".library a").last().click();
  await page.locator("input[type=image]").click({ position: { x: 76, y: 30 } });
  await page.getByText("It was saved.").waitFor();
  assert.equal(await page.locator("#focusX").inputValue(), "25");
});

const phone = { baseURL, viewport: { width: 375, height: 740 } };
const plainPhone = { ...phone, javaScriptEnabled: false };

/** Presses a button of the card that says these words. */
async function pressIn(page: Page, words: string, name: RegExp): Promise<void> {
  await tabTo(page, page.locator("tr, .mailings li", { hasText: words }).getByRole("button", { name }));
  await page.keyboard.press("Enter");
}

journey("a dead job is retried, cancelled, and asked for again, by keyboard on a phone", phone, async (page) => {
  const job = await frail.later({ page: 9 });
  const other = await frail.later({ page: 10 });
  await drainTasks([frail]);
  await page.context().addCookies(cookies);
  await page.goto(urls.staffTasks({}, { standing: "dead", task: "test.frail" }));
  await tabTo(page, page.locator(`a[href="${urls.staffJob({ job: job ?? "" })}"]`));
  await page.keyboard.press("Enter");
  await press(page, "button", "Retry");
  await press(page, "button", "Cancel");
  await page.locator("dd", { hasText: "cancelled" }).waitFor();
  await tabTo(page, page.locator(".crumbs a"));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Tasks" }).waitFor();
  await pressIn(page, "test.frail", /^Retry the dead/);
  await page.getByText("Its dead jobs wait again").waitFor();
  assert.equal((await getJob(other ?? "")).standing, "waiting");
  assert.equal((await getJob(job ?? "")).standing, "cancelled");
});

journey("an address is released, and a mail in doubt decided, by keyboard on a phone", plainPhone, async (page) => {
  await page.context().addCookies(cookies);
  const address = "stuck@books.example";
  await db.insert(suppressions).values({ address, reason: "bounce", since: new Date() });
  await page.goto(urls.staffMail());
  await typeInto(page, "Part of an address", "stuck");
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=stuck/);
  await pressIn(page, address, /^Release/);
  await page.getByText("Mail is sent to this address again.").waitFor();
  assert.equal(await db.$count(suppressions, eq(suppressions.address, address)), 0);
  const inDoubt = eq(messages.state, "unknown");
  const before = await db.$count(messages, inDoubt);
  await pressIn(page, "The process that sent it died.", /^Leave/);
  await page.getByText("It was decided.").waitFor();
  assert.equal(await db.$count(messages, inDoubt), before - 1);
});

journey("a picture gets its focal point and its description by keyboard on a phone", plainPhone, async (page) => {
  await page.context().addCookies(cookies);
  await page.goto(urls.staffMedia());
  await tabTo(page, page.locator(".library a").first());
  await page.keyboard.press("Enter");
  await typeInto(page, "From the left, %", "20");
  await typeInto(page, "From the top, %", "80");
  await typeInto(page, "Description", "A boat on a lake");
  await press(page, "button", "Save");
  await page.getByText("It was saved.").waitFor();
  const [picture] = await db.select().from(media).where(eq(media.alt, "A boat on a lake"));
  assert.deepEqual([picture?.focusX, picture?.focusY], [20, 80]);
  // Enter in a field saves what was typed, and does not press the picture, whose point would be its corner.
  await typeInto(page, "From the left, %", "30");
  await page.keyboard.press("Enter");
  await page.getByText("It was saved.").waitFor();
  const [again] = await db.select().from(media).where(eq(media.alt, "A boat on a lake"));
  assert.deepEqual([again?.focusX, again?.focusY], [30, 80]);
});
