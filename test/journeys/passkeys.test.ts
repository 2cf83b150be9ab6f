import { site } from "../helpers/site.ts";
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { password } from "#apps/accounts/fixtures.ts";
import { sessions } from "#apps/accounts/schema.ts";
import { addUser, getUser } from "#apps/accounts/users.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { findBarriers, findOverflow } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";

// A passkey belongs to a name, so the site is not visited by its number.
const baseURL = (await site.listen({ host: "127.0.0.1", port: 0 })).replace("127.0.0.1", "localhost");
const phone = { baseURL, viewport: { width: 375, height: 740 } };

/** A device that holds passkeys. It answers by itself, or when it is told to. */
async function addDevice(page: Page, { isVerified = true } = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: isVerified,
      automaticPresenceSimulation: true,
    },
  });
  return {
    setPresent: (enabled: boolean) => cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled }),
    setVerified: (isUserVerified: boolean) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    forgets: () => new Promise<void>((resolve) => cdp.once("WebAuthn.credentialDeleted", () => resolve())),
    count: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length,
  };
}

async function signInByPassword(page: Page, address: string, next = urls.accountPasskeys()): Promise<void> {
  await typePassword(page, address, next);
  await page.waitForURL(baseURL + next);
}

async function typePassword(page: Page, address: string, next: string): Promise<void> {
  await page.goto(urls.signIn({}, { next }));
  await page.getByLabel("Mail address").waitFor();
  await page.keyboard.type(address);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

async function signOut(page: Page): Promise<void> {
  await page.context().clearCookies({ name: "lectern_session" });
}

// What another browser knows less than this one.
const withoutAutofill = (page: Page): Promise<unknown> =>
  page.addInitScript("PublicKeyCredential.isConditionalMediationAvailable = async () => false");
const withoutPasskeys = (page: Page): Promise<unknown> => page.addInitScript("delete window.PublicKeyCredential");

journey("a passkey is added on a phone by keyboard, and is a second way in after signing out", phone, async (page) => {
  const device = await addDevice(page);
  await withoutAutofill(page);
  await signInByPassword(page, "sam@example.org");
  assert.equal(await findOverflow(page), undefined);
  await press(page, "Add a passkey");
  await page.getByText("signs you in from now on").waitFor();
  assert.equal(await device.count(), 1);
  assert.equal(await findOverflow(page), undefined);

  await signOut(page);
  await page.goto(urls.signIn({}, { next: "/python-lists/" }));
  await press(page, "Sign in with a passkey");
  await page.waitForURL(`${baseURL}/python-lists/`);

  // Another passkey for the same account on the same device would be of no use.
  await page.goto(urls.accountPasskeys());
  await press(page, "Add another passkey");
  await page.getByText("This device holds a passkey for your account already.").waitFor();
});

journey("the field for the address offers passkeys by itself", phone, async (page) => {
  await addDevice(page);
  await signInByPassword(page, "maya@example.org");
  await press(page, "Add a passkey");
  await page.getByText("signs you in from now on").waitFor();
  await signOut(page);
  await page.goto(urls.signIn({}, { next: "/python-lists/" }));
  await page.waitForURL(`${baseURL}/python-lists/`);
  await page.goto(urls.accountPasskeys());
  await page.getByText("last used").waitFor();
});

journey("who types a password is not held up by the offer of a passkey", phone, async (page) => {
  const device = await addDevice(page);
  await signInByPassword(page, "ada@example.org");
  await press(page, "Add a passkey");
  await page.getByText("signs you in from now on").waitFor();
  await device.setPresent(false);
  await signOut(page);
  await signInByPassword(page, "ada@example.org", "/python-lists/");
});

journey("a passkey that is not used is told in a sentence, and the form works on", phone, async (page) => {
  const device = await addDevice(page);
  await withoutAutofill(page);
  await signInByPassword(page, "tess@example.org");
  await press(page, "Add a passkey");
  await page.getByText("signs you in from now on").waitFor();
  await signOut(page);
  await device.setVerified(false);
  await page.goto(urls.signIn());
  await press(page, "Sign in with a passkey");
  await page.getByText("No passkey was used").waitFor();
  await device.setVerified(true);
  await press(page, "Sign in with a passkey");
  await page.waitForURL(baseURL + urls.dashboard());
});

journey("a passkey is renamed, removed, and then refused and forgotten", { ...phone, expects: [404] }, async (page) => {
  const device = await addDevice(page);
  await withoutAutofill(page);
  await signInByPassword(page, "otto@example.org");
  await press(page, "Add a passkey");
  await page.getByText("signs you in from now on").waitFor();
  const named = await page.locator(".passkey strong").innerText();
  await page.getByLabel(`Rename ${named}`).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("My phone");
  await page.keyboard.press("Enter");
  await page.getByText("My phone", { exact: true }).waitFor();
  await press(page, "Remove My phone");
  await page.getByText("My phone").waitFor({ state: "detached" });

  await signOut(page);
  const forgotten = device.forgets();
  await page.goto(urls.signIn());
  await press(page, "Sign in with a passkey");
  await page.getByText("not known here, or not any more").waitFor();
  await Promise.race([forgotten, page.waitForTimeout(15_000)]);
  assert.equal(await device.count(), 0);
});

journey("without passkeys in the browser nothing of them is seen but a hint", phone, async (page) => {
  await withoutPasskeys(page);
  await signInByPassword(page, "sam@example.org");
  assert.equal(await page.getByRole("button", { name: /^Add .*passkey$/ }).isVisible(), false);
  await page.getByText("open this page in a browser that knows them").waitFor();
  await signOut(page);
  await page.goto(urls.signIn());
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Sign in with a passkey" }).isVisible(), false);
  await signInByPassword(page, "otto@example.org", urls.dashboard());
  assert.equal(await page.getByText("Sign in faster next time.").isVisible(), false);
});

journey(
  "without JavaScript nothing of them is seen but a hint",
  { ...phone, javaScriptEnabled: false },
  async (page) => {
    await signInByPassword(page, "sam@example.org");
    assert.equal(await page.getByRole("button", { name: /^Add .*passkey$/ }).isVisible(), false);
    await page.getByText("open this page in a browser that knows them").waitFor();
  },
);

for (const answer of ["Add a passkey", "Not now"]) {
  journey(`a passkey is offered once to who signs in without: ${answer}`, phone, async (page) => {
    const address = `${answer.replace(/\W/g, "")}@example.org`;
    const { passwordHash } = await getUser(1);
    await addUser({ address, passwordHash });
    await addDevice(page);
    await signInByPassword(page, address, urls.dashboard());
    await page.getByText("Sign in faster next time.").waitFor();
    assert.equal(await findOverflow(page), undefined);
    await press(page, answer);
    if (answer === "Add a passkey") await page.getByText("signs you in from now on").waitFor();
    else await page.getByText("Sign in faster next time.").waitFor({ state: "detached" });
    await page.goto(urls.dashboard());
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.equal(await page.getByText("Sign in faster next time.").count(), 0);
  });
}

journey("a passkey is the second factor of a password, by keyboard on a phone", phone, async (page) => {
  const address = "both@example.org";
  const { passwordHash } = await getUser(1);
  await addUser({ address, passwordHash });
  await addDevice(page);
  await withoutAutofill(page);
  await signInByPassword(page, address);
  await press(page, "Add a passkey");
  await page.getByText("signs you in from now on").waitFor();
  await press(page, "Ask for a passkey every time");
  await page.getByRole("heading", { name: "Recovery codes" }).waitFor();
  await press(page, "I have kept them");
  await page.goto(urls.accountPasskeys());
  await page.getByText("you have 10 left").waitFor();
  assert.equal(await findOverflow(page), undefined);

  await signOut(page);
  await typePassword(page, address, "/python-lists/");
  await page.getByRole("heading", { name: "Your second factor" }).waitFor();
  await press(page, "Use a passkey");
  await page.waitForURL(`${baseURL}/python-lists/`);
});

journey(
  "who has not shown for a while who it is does so before a passkey is added",
  { ...phone, expects: [401] },
  async (page) => {
    await addDevice(page);
    await signInByPassword(page, "sam@example.org");
    await db.update(sessions).set({ authenticatedAt: new Date(Date.now() - 3_600_000) });
    await press(page, /^Add .*passkey$/);
    await page.getByRole("heading", { name: "Is it you?" }).waitFor();
  },
);

journey("the page of passkeys keeps nobody out", { ...phone, viewport: { width: 1280, height: 800 } }, async (page) => {
  await addDevice(page);
  await signInByPassword(page, "maya@example.org");
  await page.goto(urls.accountPasskeys());
  const cookies = await page.context().cookies(baseURL);
  const whole = [urls.accountPasskeys()].map((path) => baseURL + path);
  assert.deepEqual(await findBarriers(await openBrowser(), whole, 2, cookies), []);
});

/** Goes there with the Tab key, and presses Enter. */
async function press(page: Page, name: string | RegExp): Promise<void> {
  const target = page.getByRole("button", { name, exact: true });
  await target.waitFor();
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return page.keyboard.press("Enter");
  }
  assert.fail(`The keyboard does not reach ${name}.`);
}
