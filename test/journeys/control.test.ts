import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { addMedia } from "#apps/media/media.ts";
import { mailings, mailingRecipients, messages, suppressions } from "#apps/mail/schema.ts";
import { saveErrors } from "#apps/operations/errors/groups.ts";
import { searches } from "#apps/search/schema.ts";
import { db } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { drainTasks, task } from "#lib/jobs.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { findBarriers } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import { skip } from "../helpers/chromium.ts";
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
