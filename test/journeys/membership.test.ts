import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { urls } from "#urls.ts";

// Mails lead to the site's own address, so that is settled before anything is loaded.
const port = await findPort();
const baseURL = `http://localhost:${port}`;
process.env.BASE_URL = baseURL;

const { site } = await import("../helpers/site.ts");
const { password } = await import("#apps/accounts/fixtures.ts");
const { canary } = await import("#apps/tutorials/fixtures.ts");
const { listOwnCustomers } = await import("#apps/billing/sandbox/owners.ts");
const { sendMessage } = await import("#apps/mail/tasks.ts");
const { drainTasks, knownTasks } = await import("#lib/jobs.ts");
const { findBarriers } = await import("../helpers/accessibility.ts");
const { journey, openBrowser } = await import("../helpers/browser.ts");
const { skip } = await import("../helpers/chromium.ts");
const { mailTo } = await import("../helpers/mailbox.ts");
const { newVisitor } = await import("../helpers/visitor.ts");
await site.listen({ host: "127.0.0.1", port });

const fresh = "a lamp over every desk";
const wide = { baseURL, viewport: { width: 1280, height: 800 } };
const plain = { ...wide, javaScriptEnabled: false };
const guarded = "/decorators/";

/** What a worker does in the meantime. */
const work = () => drainTasks(knownTasks().filter(({ name, schedule }) => name.startsWith("billing.") && !schedule));

async function press(page: Page, name: string, role: "button" | "link" = "button"): Promise<void> {
  await page.getByRole(role, { name, exact: true }).first().click();
}

async function signIn(page: Page, name: string, next: string): Promise<void> {
  await page.goto(urls.signIn({}, { next }));
  await page.getByLabel("Mail address").fill(`${name}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).first().click();
  await page.waitForURL(`${baseURL}${next}`);
}

/** Does something on the sandbox's page, and lets the site hear of it. */
async function inSandbox(page: Page, ...deeds: string[]): Promise<void> {
  await page.goto(urls.sandbox());
  for (const deed of deeds) {
    await press(page, deed);
    await page.waitForURL(/\/sandbox\//);
  }
  // The page looks again by itself while the site has not heard of it.
  await page.goto("about:blank");
  await work();
}

async function mayRead(page: Page): Promise<boolean> {
  await page.goto(guarded);
  return (await page.content()).includes(canary);
}

async function pay(page: Page): Promise<void> {
  await page.waitForURL(/\/sandbox\/checkout\//);
  await page.getByRole("button", { name: /^Pay / }).click();
  await page.waitForURL(/\/done\//);
  await work();
}

for (const [how, options] of [
  ["with", wide],
  ["without", plain],
] as const) {
  journey(`a reader joins, changes, fails to pay, pays, and leaves, ${how} JavaScript`, options, async (page) => {
    const address = `nia.${how}@example.net`;
    assert.equal(await mayRead(page), false);
    await page.getByRole("link", { name: /^Join from/ }).click();
    await page.getByText("Monthly", { exact: true }).first().click();
    await page.locator('.plan[data-interval="month"] a.button').click();
    await press(page, "Create an account", "link");
    await page.getByLabel("Mail address").fill(address);
    await page.getByLabel("Password", { exact: true }).fill(fresh);
    await press(page, "Create an account");
    await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
    const { link } = await mailTo(address);
    await drainTasks([sendMessage]);
    await page.goto(link);
    await press(page, "Confirm and sign in");
    await page.waitForURL(/\/join\/monthly\//);

    await press(page, "Continue to payment");
    await pay(page);
    await page.getByRole("heading", { name: "Welcome" }).waitFor();
    await page.getByRole("link", { name: "Go on reading" }).click();
    await page.waitForURL(`${baseURL}${guarded}#site-continue`);
    await page.getByText(canary).first().waitFor();

    await page.goto(urls.membershipChange());
    await page.getByLabel("Yearly").check();
    await press(page, "See what it costs");
    await page.getByRole("button", { name: /^Change and pay/ }).click();
    await page.getByText("Your plan is changed").waitFor();
    await work();

    await inSandbox(page, "Let the next payment fail", "Until something happens");
    assert.equal(await mayRead(page), true);
    await page.goto(urls.membership());
    await page.getByText("Your last payment failed").waitFor();
    await press(page, "Mend the payment");
    await page.getByText("could not be collected").waitFor();
    await page.getByRole("button", { name: /^Save the card and pay/ }).click();
    await page.waitForURL(`${baseURL}${urls.membership()}`);
    await work();
    await page.goto(urls.membership());
    await page.getByText("Active", { exact: true }).waitFor();

    await press(page, "Cancel", "link");
    await page.getByRole("button", { name: /Cancel/ }).click();
    await page.getByText("Nothing more is charged").waitFor();
    await work();
    await inSandbox(page, "A month", "A month", "A week");
    assert.equal(await mayRead(page), true);
    await inSandbox(page, "Until something happens");
    assert.equal(await mayRead(page), false);
    await page.getByText(/Your yearly plan ended on/).waitFor();
  });
}

journey("what was given back opens nothing any more", { ...wide, expects: [422] }, async (page) => {
  await signIn(page, "ada", urls.joinPlan({ plan: "lifetime" }));
  await press(page, "Continue to payment");
  await page.waitForURL(/\/sandbox\/checkout\//);
  await page.getByLabel("The card is declined").check();
  await page.getByRole("button", { name: /^Pay / }).click();
  await page.getByText("Nothing was charged").waitFor();
  await page.getByLabel("The bank asks first").check();
  await page.getByRole("button", { name: /^Pay / }).click();
  await page.getByRole("button", { name: "It is me" }).click();
  await page.waitForURL(/\/done\//);
  await work();
  await page.getByRole("heading", { name: "Welcome" }).waitFor();
  await page.goto(urls.sandbox());
  await page.getByText("for good").waitFor();
  await inSandbox(page, "Dispute");
  await page.goto(urls.sandbox());
  await page.getByText("You are no member just now").waitFor();
  await inSandbox(page, "Win the dispute");
  await page.goto(urls.sandbox());
  await page.getByText("You are a member").waitFor();
  await inSandbox(page, "Refund");
  await page.goto(urls.sandbox());
  await page.getByText("You are no member just now").waitFor();
});

journey("a gift opens everything to whom it was for, until it is given back", wide, async (page) => {
  await signIn(page, "maya", urls.gift());
  await page.getByLabel("For whom?").fill("sam@example.org");
  await press(page, "Continue to payment");
  await pay(page);
  await page.getByRole("heading", { name: "Your gift is ready" }).waitFor();
  await page.goto(urls.gift());
  const code = await page.locator(".given-list code").innerText();
  await page.context().clearCookies();
  await signIn(page, "sam", urls.giftRedeem({}, { code }));
  await press(page, "Redeem it");
  await page.getByText("Your gift is redeemed").waitFor();
  assert.equal(await mayRead(page), true);
  await page.context().clearCookies();
  await signIn(page, "maya", urls.sandbox());
  await inSandbox(page, "Refund");
  await page.context().clearCookies();
  await signIn(page, "sam", urls.account());
  assert.equal(await mayRead(page), false);
});

test("the pages of the sandbox meet WCAG 2.2 AA and fit a phone", { skip }, async () => {
  const tess = await newVisitor("tess");
  const join = urls.joinPlan({ plan: "monthly" });
  const order = { price: /name="price" value="(\d+)"/.exec((await tess.get(join)).html)?.[1] ?? "" };
  const { headers } = await tess.post(join, order);
  const checkout = String(headers.location);
  const other = String((await tess.post(join, order, join)).headers.location);
  await tess.post(checkout, { way: "fails-later" }, checkout);
  await tess.post(urls.sandboxClock(), { step: "renewal" }, urls.sandbox());
  await work();
  const { html } = await tess.get(urls.sandbox());
  const invoice = /\/sandbox\/invoices\/[^"]+/.exec(html)?.[0] ?? "";
  const [customer] = await listOwnCustomers({ id: 5, isMember: true, permissions: [] });
  const portal = urls.sandboxPortal({ customer: customer ?? "" });
  const pages = [urls.sandbox(), checkout, other, portal, invoice];
  const cookies = [...tess.cookies].map(([name, value]) => ({ name, value, url: baseURL }));
  assert.deepEqual(
    await findBarriers(
      await openBrowser(),
      pages.map((path) => baseURL + path),
      2,
      cookies,
    ),
    [],
  );
});

async function findPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}
