import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Page } from "playwright-core";
import { generate } from "otplib";
import { urls } from "#urls.ts";

// Mails lead to the site's own address, so that is settled before anything is loaded.
const port = await findPort();
const baseURL = `http://localhost:${port}`;
process.env.BASE_URL = baseURL;

const { site } = await import("../helpers/site.ts");
const { password } = await import("#apps/accounts/fixtures.ts");
const { turnOnSecondFactor } = await import("#apps/accounts/second-factor.ts");
const { noOrigin } = await import("#apps/accounts/security-events.ts");
const { getUser } = await import("#apps/accounts/users.ts");
const { sendMessage } = await import("#apps/mail/tasks.ts");
const { drainTasks } = await import("#lib/jobs.ts");
const { newTotpSecret } = await import("#lib/totp.ts");
const { findBarriers, findOverflow } = await import("../helpers/accessibility.ts");
const { journey, openBrowser } = await import("../helpers/browser.ts");
const { press, tabTo, typeInto } = await import("../helpers/keyboard.ts");
const { mailTo } = await import("../helpers/mailbox.ts");
const { findMarkupFaults } = await import("../helpers/markup.ts");
await site.listen({ host: "127.0.0.1", port });

const fresh = "a lamp over every desk";
const wide = { baseURL, viewport: { width: 1280, height: 800 } };
const plain = { ...wide, javaScriptEnabled: false };
const phone = { baseURL, viewport: { width: 375, height: 740 } };

/** Opens the newest mail to an address in the mailbox of the site, and follows the button in it. */
async function followMail(page: Page, address: string, button: string): Promise<void> {
  const { subject } = await mailTo(address);
  await drainTasks([sendMessage]);
  await page.goto(urls.devMail());
  await page.getByRole("link", { name: subject }).first().click();
  await page.getByText(address).first().waitFor();
  await page.frameLocator("iframe").getByRole("link", { name: button }).click();
}

async function isFree(page: Page): Promise<void> {
  assert.equal(await findOverflow(page), undefined);
  assert.deepEqual(await findMarkupFaults(await (await page.request.get(page.url())).text()), []);
}

async function signIn(page: Page, name: string, next = "/about/", word = password): Promise<void> {
  await page.goto(urls.signIn({}, { next }));
  await typeInto(page, "Mail address", `${name}@example.org`);
  await typeInto(page, "Password", word);
  await page.keyboard.press("Enter");
}

for (const [how, options] of [
  ["with", wide],
  ["without", plain],
] as const) {
  journey(`a reader registers at the wall and reads on where it stood, ${how} JavaScript`, options, async (page) => {
    const address = `nia.${how}@example.net`;
    await page.goto("/type-hints/");
    await page.getByRole("link", { name: "Create a free account" }).click();
    await page.getByLabel("Mail address").fill(address);
    await page.getByLabel("Password", { exact: true }).fill(fresh);
    await page.getByRole("button", { name: "Create an account" }).click();
    await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
    await followMail(page, address, "Confirm your address");
    await page.getByRole("button", { name: "Confirm and sign in" }).click();
    await page.waitForURL(`${baseURL}/type-hints/#site-continue`);
    await page.getByText("What only registered read").first().waitFor();
    const top = await page.locator("#site-continue").evaluate((element) => element.getBoundingClientRect().top);
    assert.ok(top >= 0 && top < 800, `The paragraph is at ${top} px.`);
  });
}

journey("a reader registers by keyboard on a phone, and types the code", { ...phone, expects: [422] }, async (page) => {
  await page.goto("/type-hints/");
  await press(page, "link", "Create a free account");
  await typeInto(page, "Mail address", "kim@example.net");
  await typeInto(page, "Password", "password1");
  await page.keyboard.press("Enter");
  await page.getByText("one of the first that anybody would try").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "password", "what is wrong has the focus");
  await isFree(page);
  await typeInto(page, "Password", fresh);
  await page.getByText("guess").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
  await isFree(page);
  const { code } = await mailTo("kim@example.net");
  await typeInto(page, "The code from the mail", code);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${baseURL}/type-hints/#site-continue`);
});

journey(
  "a wrong password is said in place, and a link by mail is one press away",
  { ...phone, expects: [422] },
  async (page) => {
    await signIn(page, "maya", "/python-lists/", "not the password");
    await page.getByRole("alert").getByText("do not belong together").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "password");
    assert.equal(await page.getByLabel("Mail address").inputValue(), "maya@example.org");
    await isFree(page);
    await press(page, "button", "Mail me a link instead");
    await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
    await followMail(page, "maya@example.org", "Sign in");
    await page.getByRole("button", { name: /Sign in as m…/ }).waitFor();
    await isFree(page);
    await tabTo(page, page.getByLabel("Stay signed in"));
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${baseURL}/python-lists/`);
    const cookies = await page.context().cookies();
    assert.ok((cookies.find(({ name }) => name === "lectern_session")?.expires ?? 0) > Date.now() / 1000 + 86_400);
  },
);

journey("who signs in by keyboard comes back to the page, and signs out from the menu", phone, async (page) => {
  await page.goto("/python-lists/");
  await page.getByRole("link", { name: "Sign in" }).first().focus();
  await page.keyboard.press("Enter");
  await typeInto(page, "Mail address", "tess@example.org");
  await typeInto(page, "Password", password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${baseURL}/python-lists/`);
  assert.equal(await findOverflow(page), undefined);
  await press(page, "button", "Your account");
  await press(page, "button", "Sign out");
  await page.waitForURL(`${baseURL}/`);
  await page.getByRole("link", { name: "Sign in" }).first().waitFor();
});

journey("the second factor is a code of the app, or a recovery code", { ...phone, expects: [422] }, async (page) => {
  const secret = await newTotpSecret();
  const [recovery = ""] = await turnOnSecondFactor(await getUser(3), { secret, step: 0 }, noOrigin);
  await signIn(page, "ada");
  await page.getByRole("heading", { name: "Your second factor" }).waitFor();
  await typeInto(page, "The code from your app", "12345");
  await page.keyboard.press("Enter");
  await page.getByText("This code is wrong").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "code");
  await isFree(page);
  await typeInto(page, "The code from your app", await generate({ secret }));
  await page.keyboard.press("Enter");
  await page.waitForURL(`${baseURL}/about/`);

  await page.context().clearCookies({ name: "lectern_session" });
  await signIn(page, "ada");
  await tabTo(page, page.getByText("Use a recovery code"));
  await page.keyboard.press("Enter");
  await typeInto(page, "Recovery code", recovery.toUpperCase());
  await page.keyboard.press("Enter");
  await page.waitForURL(`${baseURL}/about/`);
  assert.match((await mailTo("ada@example.org")).subject, /A recovery code was used|new device/);
});

for (const [how, options] of [
  ["with", phone],
  ["without", { ...phone, javaScriptEnabled: false }],
] as const) {
  journey(
    `a forgotten password is set anew by keyboard, ${how} JavaScript`,
    { ...options, expects: [422] },
    async (page) => {
      await page.goto(urls.signIn({}, { next: "/about/" }));
      await press(page, "link", "Forgotten your password?");
      await typeInto(page, "Mail address", "sam@example.org");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
      await followMail(page, "sam@example.org", "Set a new password");
      await typeInto(page, "New password", "sam@example.org");
      await page.keyboard.press("Enter");
      await page.getByText("must not be your address").waitFor();
      assert.equal(await findOverflow(page), undefined);
      await typeInto(page, "New password", `${fresh}, ${how}`);
      await page.keyboard.press("Enter");
      await page.waitForURL(`${baseURL}/about/`);
      await page.context().clearCookies();
      await signIn(page, "sam", "/about/", `${fresh}, ${how}`);
      await page.waitForURL(`${baseURL}/about/`);
    },
  );
}

journey("who is about to do something delicate proves who it is", { ...phone, expects: [422] }, async (page) => {
  await signIn(page, "tess");
  await page.waitForURL(`${baseURL}/about/`);
  await page.goto(urls.signInAgain({}, { next: "/python-lists/" }));
  await isFree(page);
  await typeInto(page, "Password", "not the password");
  await page.keyboard.press("Enter");
  await page.getByText("This is not your password.").waitFor();
  await typeInto(page, "Password", password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${baseURL}/python-lists/`);
});

journey("the door keeps nobody out", wide, async (page) => {
  await page.goto(urls.register());
  await page.getByLabel("Mail address").fill("axe@example.net");
  await page.getByLabel("Password", { exact: true }).fill(fresh);
  await page.getByRole("button", { name: "Create an account" }).click();
  const links = [(await mailTo("axe@example.net")).link];
  for (const ask of [urls.signInLink(), urls.reset()]) {
    await page.goto(ask);
    await page.getByLabel("Mail address").fill("otto@example.org");
    await page.getByRole("button", { name: "Send the mail" }).click();
    await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
    links.push((await mailTo("otto@example.org")).link);
  }
  await turnOnSecondFactor(await getUser(4), { secret: await newTotpSecret(), step: 0 }, noOrigin);
  await signIn(page, "otto");
  await page.getByRole("heading", { name: "Your second factor" }).waitFor();
  const pages = [
    urls.signIn({}, { next: "/about/" }),
    urls.register(),
    urls.registerConfirm(),
    urls.signInLink(),
    urls.signInCode(),
  ];
  const half = await page.context().cookies(baseURL);
  const whole = [...pages, ...links, urls.reset(), urls.resetOpen(), urls.signInSecondFactor()].map(
    (path) => baseURL + path,
  );
  assert.deepEqual(await findBarriers(await openBrowser(), whole, 2, half), []);

  await page.context().clearCookies();
  await signIn(page, "maya");
  await page.waitForURL(`${baseURL}/about/`);
  const again = [`${baseURL}${urls.signInAgain()}`];
  assert.deepEqual(await findBarriers(await openBrowser(), again, 2, await page.context().cookies(baseURL)), []);
});

async function findPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
