import { newVisitor } from "../helpers/visitor.ts";
import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { eq } from "drizzle-orm";
import { generate } from "otplib";
import { password, people } from "#apps/accounts/fixtures.ts";
import { makeRecoveryCodes, turnOnSecondFactor } from "#apps/accounts/second-factor.ts";
import { sessions } from "#apps/accounts/schema.ts";
import { noOrigin } from "#apps/accounts/security-events.ts";
import { getUser } from "#apps/accounts/users.ts";
import { db } from "#lib/db.ts";
import { newTotpSecret } from "#lib/totp.ts";
import { urls } from "#urls.ts";
import { findBarriers, findOverflow } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import { openSections, press, tabTo, typeInto } from "../helpers/keyboard.ts";
import { mailTo } from "../helpers/mailbox.ts";
import { findMarkupFaults } from "../helpers/markup.ts";

const baseURL = await site.listen({ host: "127.0.0.1", port: 0 });
const phone = { baseURL, viewport: { width: 375, height: 740 } };
const wide = { baseURL, viewport: { width: 1280, height: 800 } };
const plain = { ...wide, javaScriptEnabled: false };

journey(
  "a new password is weighed while it is typed, seen, and changed by keyboard on a phone",
  { ...phone, expects: [422] },
  async (page) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(`${request.method()} ${request.url()}`));
    await enter(page, "sam", urls.accountPassword());
    assert.ok(!asked.some((line) => line.includes("password-strength")), "what is large comes when it is needed");
    await typeInto(page, "Current password", password);
    await typeInto(page, "New password", "trustno1");
    const words = page.locator(".strength-words");
    await page.getByText("Among the first that anybody would try").waitFor();
    await typeInto(page, "New password", "short");
    await page.getByText("At least 8 characters", { exact: true }).waitFor();
    await typeInto(page, "New password", "sam@example.org1");
    await page.getByText("Among the first that anybody would try").waitFor();
    await typeInto(page, "New password", "a lamp, nine ladders and a quiet morning");
    await page.getByText("Very hard to guess").waitFor();
    assert.equal(await words.getAttribute("role"), "status");
    assert.equal(asked.filter((line) => line.startsWith("POST")).length, 0, "nothing of it is sent");

    const show = page.getByRole("button", { name: "Show password" }).last();
    await tabTo(page, show);
    await page.keyboard.press("Enter");
    assert.equal(await show.getAttribute("aria-pressed"), "true");
    assert.equal(await page.locator("#password").getAttribute("type"), "text");
    await press(page, "button", "Change the password");
    await page.getByText("Your password is changed").waitFor();
    assert.equal(await findOverflow(page), undefined);
  },
);

journey(
  "a second factor is set up and its codes kept, by keyboard on a phone",
  { ...phone, expects: [422] },
  async (page) => {
    await enter(page, "maya", urls.accountSecondFactor());
    const secret = (await page.locator(".key").innerText()).replaceAll(/\s/g, "");
    await typeInto(page, "Code", "000000");
    await page.keyboard.press("Enter");
    await page.getByText("This is not what the app shows").waitFor();
    await typeInto(page, "Code", await generate({ secret }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Recovery codes" }).waitFor();
    const codes = await page.locator(".codes code").allInnerTexts();
    assert.equal(codes.length, 10);
    const downloading = page.waitForEvent("download");
    await press(page, "link", "Download");
    const file = readFileSync(await (await downloading).path(), "utf8");
    for (const code of codes) assert.ok(file.includes(code), code);
    await page.getByRole("button", { name: "Print" }).waitFor();
    await press(page, "button", "I have kept them");
    await page.getByText("You have 10 left").waitFor();
    await press(page, "button", "Turn the second factor off");
    await page.getByText("Scan this with your app").waitFor();
  },
);

journey("sessions are ended by keyboard on a phone", phone, async (page) => {
  await newVisitor("tess");
  await newVisitor("tess");
  await enter(page, "tess", urls.accountSessions());
  await page
    .getByRole("button", { name: /^End the session of/ })
    .first()
    .waitFor();
  await tabTo(page, page.getByRole("button", { name: /^End the session of/ }).first());
  await page.keyboard.press("Enter");
  await page.getByText("One session ended").waitFor();
  await press(page, "button", "End all others");
  await page.getByText("One session ended").waitFor();
  assert.equal(await db.$count(sessions, eq(sessions.userId, 5)), 1);
});

for (const [how, options] of [
  ["with", phone],
  ["without", plain],
] as const) {
  journey(
    `a reader changes the address by codes, takes all data along and leaves, ${how} JavaScript`,
    options,
    async (page) => {
      const name = how === "with" ? "tess" : "ada";
      await enter(page, name, urls.account());
      await press(page, "link", "Mail address: Change");
      await typeInto(page, "New address", `${name}@example.net`);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: `On its way to ${name}@example.net` }).waitFor();
      for (const side of ["org", "net"]) {
        const { code } = await mailTo(`${name}@example.${side}`);
        await page
          .getByRole("form", { name: side === "org" ? "Code from the old address" : "Code from the new address" })
          .getByLabel("Code")
          .fill(code);
        await page.keyboard.press("Enter");
        await page.getByText(side === "org" ? "Confirmed" : "Your account has its new address").waitFor();
      }

      await openSections(page);
      await press(page, "link", "Your data");
      const downloading = page.waitForEvent("download");
      await press(page, "button", "Download everything");
      assert.match((await downloading).suggestedFilename(), /^localhost-\d{4}-\d\d-\d\d\.zip$/);

      await press(page, "link", "Delete the account");
      await tabTo(page, page.getByRole("checkbox"));
      await page.keyboard.press("Space");
      await press(page, "button", "Delete my account");
      await page.getByRole("heading", { name: "Your account is closed" }).waitFor();
      await press(page, "link", "Sign in to keep it");
      await typeInto(page, "Mail address", `${name}@example.net`);
      await typeInto(page, "Password", password);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Keep your account?" }).waitFor();
      await press(page, "button", "Keep my account");
      await page.getByRole("heading", { name: "Your account" }).waitFor();
      assert.equal((await getUser(people.indexOf(name) + 1)).deletionAt, null);
    },
  );
}

journey("the pages of an account keep nobody out", wide, async (page) => {
  const otto = await getUser(4);
  await turnOnSecondFactor(otto, { secret: await newTotpSecret(), step: 1 }, noOrigin);
  await makeRecoveryCodes(otto, noOrigin);
  await enter(page, "maya", urls.accountAddress());
  await typeInto(page, "New address", "a-rather-long-name-of-somebody@a-rather-long-name-of-a-company.example.net");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /On its way/ }).waitFor();
  const own = [urls.account(), urls.accountPassword(), urls.accountAddress(), urls.accountSecondFactor()];
  const others = [urls.accountSessions(), urls.accountHistory(), urls.accountExport(), urls.accountDeletion()];
  const cookies = await page.context().cookies();
  await check([...own, ...others], cookies);
  await enter(page, "otto", urls.accountSecondFactor());
  await press(page, "button", "Make new recovery codes");
  await page.getByRole("heading", { name: "Recovery codes" }).waitFor();
  await check([urls.accountSecondFactor(), urls.accountRecoveryCodes()], await page.context().cookies());
  await check([urls.accountDeletion()], []);
});

async function check(paths: readonly string[], cookies: Awaited<ReturnType<ReturnType<Page["context"]>["cookies"]>>) {
  const addresses = paths.map((path) => baseURL + path);
  assert.deepEqual(await findBarriers(await openBrowser(), addresses, 2, cookies), []);
  const header = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  for (const address of addresses) {
    const answer = await fetch(address, { headers: { cookie: header } });
    assert.equal(answer.status, 200, address);
    assert.deepEqual(await findMarkupFaults(await answer.text()), [], address);
  }
}

/** Opens a page as somebody who has just signed in. */
async function enter(page: Page, name: (typeof people)[number], path: string): Promise<void> {
  const visitor = await newVisitor(name);
  const cookies = [...visitor.cookies].map(([cookie, value]) => ({ name: cookie, value, url: baseURL }));
  await page.context().addCookies(cookies);
  await page.goto(path);
}
