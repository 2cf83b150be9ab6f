import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after } from "node:test";
import type { Page } from "playwright-core";
import { startProvider } from "#lib/oidc/testing/provider.ts";
import { urls } from "#urls.ts";

// A provider leads back to the one address that it was told, so the site's is settled before anything is loaded.
const port = await findPort();
const baseURL = `http://localhost:${port}`;
const provider = await startProvider({ redirectUris: [baseURL + urls.signInCallback({ provider: "university" })] });
after(() => provider.stop());
const { clientId, clientSecret, issuer } = provider;
process.env.BASE_URL = baseURL;
process.env.SIGN_IN_OIDC = `University=${issuer.replace("://", `://${clientId}:${clientSecret}@`)}`;

const { site } = await import("../helpers/site.ts");
const { password } = await import("#apps/accounts/fixtures.ts");
const { findBarriers, findOverflow } = await import("../helpers/accessibility.ts");
const { journey, openBrowser } = await import("../helpers/browser.ts");
await site.listen({ host: "127.0.0.1", port });

provider.answer = "ask";
const hosts = [new URL(issuer).host];
const wide = { baseURL, hosts, viewport: { width: 1280, height: 800 } };
const plain = { ...wide, javaScriptEnabled: false };
const phone = { baseURL, hosts, viewport: { width: 375, height: 740 } };

for (const [how, options] of [
  ["with", wide],
  ["without", plain],
] as const) {
  journey(`somebody new comes by a provider, leaves, and comes again, ${how} JavaScript`, options, async (page) => {
    is(`new-${how}`, `nora.${how}@example.net`);
    await page.goto("/python-lists/");
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign in with University" }).click();
    await page.getByRole("link", { name: "Continue as Nora" }).click();
    await page.waitForURL(`${baseURL}/python-lists/`);
    await page.goto(urls.accountIdentities());
    await page.getByText(`nora.${how}@example.net`).first().waitFor();

    await page.context().clearCookies({ name: "lectern_session" });
    await page.goto(urls.signIn({}, { next: "/type-hints/" }));
    await page.getByRole("button", { name: "Sign in with University" }).click();
    await page.waitForURL(`${baseURL}/type-hints/`);
  });
}

journey("who has an account shows once that it is theirs, by keyboard on a phone", phone, async (page) => {
  is("maya-there", "maya@example.org");
  await page.goto(urls.signIn({}, { next: "/python-lists/" }));
  await press(page, "button", "Sign in with University");
  await page.getByRole("link", { name: "Continue as Nora" }).waitFor();
  await press(page, "link", "Continue as Nora");
  await page.getByRole("heading", { name: "You have an account here already" }).waitFor();
  assert.equal(await findOverflow(page), undefined);
  await press(page, "link", "Sign in to connect University");
  await page.getByLabel("Mail address").waitFor();
  await page.keyboard.type("maya@example.org");
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.getByText("sign in to the account of").waitFor();
  assert.equal(await findOverflow(page), undefined);
  await press(page, "button", "Yes, connect University");
  await page.waitForURL(`${baseURL}/python-lists/`);

  await page.context().clearCookies({ name: "lectern_session" });
  await page.goto(urls.signIn({}, { next: urls.accountIdentities() }));
  await press(page, "button", "Sign in with University");
  await press(page, "button", "Disconnect University");
  await page.getByRole("button", { name: "Disconnect University" }).waitFor({ state: "detached" });
});

journey("who changes their mind over there is told so here", { ...wide, expects: [403] }, async (page) => {
  await page.goto(urls.register());
  await page.getByRole("button", { name: "Register with University" }).click();
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByText("You did not let University tell us who you are.").waitFor();
  await page.getByRole("link", { name: "Sign in another way" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

journey("the way through a provider keeps nobody out", wide, async (page) => {
  is("axe", "axe@example.net");
  await page.goto(urls.signIn({}, { next: urls.accountIdentities() }));
  await page.getByRole("button", { name: "Sign in with University" }).click();
  await page.getByRole("link", { name: "Continue as Nora" }).click();
  await page.waitForURL(baseURL + urls.accountIdentities());
  const pages = [urls.accountIdentities(), urls.accountIdentities({}, { claimed: "yes" })];
  const callback = `${urls.signInCallback({ provider: "university" })}?code=x&state=y`;
  const whole = [...pages, callback].map((path) => baseURL + path);
  const cookies = await page.context().cookies(baseURL);
  assert.deepEqual(await findBarriers(await openBrowser(), whole, 2, cookies), []);
});

function is(sub: string, email: string): void {
  provider.person = { sub, email, email_verified: true, name: "Nora" };
}

/** Goes there with the Tab key, and presses Enter. */
async function press(page: Page, role: "button" | "link", name: string): Promise<void> {
  const target = page.getByRole(role, { name, exact: true });
  await target.waitFor();
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) return page.keyboard.press("Enter");
  }
  assert.fail(`The keyboard does not reach ${name}.`);
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
