import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { backUpNightly } from "#apps/operations/backup-tasks.ts";
import { listBackups } from "#apps/operations/backups.ts";
import { backups } from "#apps/operations/schema.ts";
import { nameBackup } from "#lib/backup.ts";
import { withClient } from "#lib/backup/database.ts";
import { databaseUrl, db } from "#lib/db.ts";
import { drainTasks } from "#lib/jobs.ts";
import { liftHold, placeHold } from "#lib/jobs/hold.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { findBarriers } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import { skip } from "../helpers/chromium.ts";
import { press, tabTo } from "../helpers/keyboard.ts";
import { findMarkupFaults } from "../helpers/markup.ts";
import { newVisitor } from "../helpers/visitor.ts";

const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const otto = await newVisitor("otto");
const cookies = [{ name: sessionCookie, value: otto.cookies.get(sessionCookie) ?? "", url: baseURL }];

test(
  "the page of backups is valid, and can be used by everybody on any window, full, empty and held",
  { skip },
  async () => {
    const page = urls.staffBackups();
    const look = async (): Promise<void> => {
      const { status, html } = await otto.get(page);
      assert.equal(status, 200);
      assert.deepEqual(await findMarkupFaults(html), []);
      assert.deepEqual(await findBarriers(await openBrowser(), [baseURL + page], 2, cookies), []);
    };
    await look();
    const whole = { sizeBytes: 123_456_789, tableCount: 66, rowCount: 1_234_567, objectCount: 4321 };
    await db.insert(backups).values([
      at(1),
      {
        ...at(25),
        ...whole,
        finishedAt: new Date(),
        error: "It does not become what it was: public.users has 3 rows and had 4.",
      },
      { ...at(49), ...whole, finishedAt: new Date(), verifiedAt: new Date(), missing: ["originals/ab/c"] },
      { ...at(73), finishedAt: new Date(), sizeBytes: 5000 },
    ]);
    await withClient(databaseUrl(), (client) => placeHold(client, new Date()));
    await look();
    await liftHold();
    await db.delete(backups);
  },
);

function at(hoursAgo: number): { name: string; startedAt: Date } {
  const startedAt = new Date(Date.now() - hoursAgo * 3_600_000);
  return { name: nameBackup(startedAt, { encrypted: true }), startedAt };
}

journey(
  "with the keyboard alone a backup is asked for, and taken away",
  { baseURL, javaScriptEnabled: false },
  async (page) => {
    await page.context().addCookies(cookies);
    await page.goto(urls.staffBackups());
    await press(page, "button", "Back up now");
    await page.getByText("It was asked for").waitFor();
    await drainTasks([backUpNightly]);
    await page.goto(urls.staffBackups());
    await page.getByText("Restored and equal").waitFor();
    const [made] = await listBackups();
    const button = page.getByRole("button", { name: /^Download/ });
    await tabTo(page, button);
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.equal(download.suggestedFilename(), made?.name);
  },
);
