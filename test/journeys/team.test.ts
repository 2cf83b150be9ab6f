import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { desc, eq } from "drizzle-orm";
import { urls } from "#urls.ts";

// Mails lead to the site's own address, so that is settled before anything is loaded.
const port = await findPort();
const baseURL = `http://localhost:${port}`;
process.env.BASE_URL = baseURL;

const { site } = await import("../helpers/site.ts");
const { password } = await import("#apps/accounts/fixtures.ts");
const { canary } = await import("#apps/tutorials/fixtures.ts");
const { messages } = await import("#apps/mail/schema.ts");
const { changeSeats } = await import("#apps/teams/testing.ts");
const { db } = await import("#lib/db.ts");
const { drainTasks, knownTasks } = await import("#lib/jobs.ts");
const { findBarriers, findOverflow } = await import("../helpers/accessibility.ts");
const { journey, openBrowser } = await import("../helpers/browser.ts");
const { skip } = await import("../helpers/chromium.ts");
const { newVisitor } = await import("../helpers/visitor.ts");
await site.listen({ host: "127.0.0.1", port });

const wide = { baseURL, viewport: { width: 1280, height: 800 } };
const phone = { baseURL, viewport: { width: 375, height: 740 }, javaScriptEnabled: false };
const guarded = "/decorators/";

/** What a worker does in the meantime. */
const work = () =>
  drainTasks(knownTasks().filter(({ name, schedule }) => /^(billing|teams)\./.test(name) && !schedule));

journey("a team of three: paid, invited by mail and by link, left, and read by all of them", wide, async (page) => {
  await signIn(page, "tess", urls.joinPlan({ plan: "team" }));
  await page.getByLabel(/Seats/).fill("3");
  await press(page, "Continue to payment");
  await pay(page);
  await page.goto(urls.teamSeats());
  await page.getByText("1 of 3 seats used").waitFor();
  assert.ok(await reads(page));

  await page.goto(urls.teamSeats());
  await page.getByLabel("Mail addresses").fill("sam@example.org");
  await press(page, "Invite");
  await page.getByText("The invitations are on their way").waitFor();
  await page.getByText("2 of 3 seats used").waitFor();
  await press(page, "Make a link");
  const link = (await page.locator(".team-link code").textContent()) ?? "";
  assert.ok(link.startsWith(baseURL));

  const browser = await openBrowser();
  const [sams, ottos] = [await browser.newContext(phone), await browser.newContext(wide)];
  const [sam, otto] = [await sams.newPage(), await ottos.newPage()];
  await sam.goto(await mailedTo("sam@example.org"));
  await press(sam, "I have one: sign in", "link");
  await fillIn(sam, "sam");
  await press(sam, "Take the seat");
  await sam.getByText("The seat is yours").waitFor();
  assert.equal(await findOverflow(sam), undefined);
  assert.ok(await reads(sam));

  await otto.goto(link);
  await press(otto, "I have one: sign in", "link");
  await fillIn(otto, "otto");
  await press(otto, "Take the seat");
  await otto.getByText("The seat is yours").waitFor();
  await page.goto(urls.teamSeats());
  await page.getByText("3 of 3 seats used").waitFor();

  await sam.goto(urls.teamSeats());
  await press(sam, "Leave the team");
  await sam.getByText("You have left the team").waitFor();
  assert.ok(!(await reads(sam)));
  await page.goto(urls.teamSeats());
  await press(page, "Remove Otto Brandt");
  await page.getByText("1 of 3 seats used").waitFor();
  await sams.close();
  await ottos.close();
});

journey("a product is bought once and downloaded", wide, async (page) => {
  await page.goto(urls.store());
  await page.getByRole("link", { name: "Packaging, the whole course" }).click();
  await press(page, "I have an account: sign in", "link");
  await fillIn(page, "maya");
  await page.getByRole("button", { name: "Buy for $39" }).click();
  await pay(page);
  await page.goto(urls.product({ product: "packaging" }));
  await page.getByText("It is yours").waitFor();
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "packaging.pdf" }).click();
  assert.equal((await downloading).suggestedFilename(), "packaging.pdf");
  await page.goto(urls.purchases());
  await page.getByText("Packaging, the whole course").first().waitFor();
});

test("pages of teams, products and gates meet WCAG 2.2 AA and fit a phone", { skip }, async () => {
  const [tess, sam, otto] = [await newVisitor("tess"), await newVisitor("sam"), await newVisitor("otto")];
  await tess.post(
    urls.teamInvitations(),
    { team: "1", addresses: "somebody.with.a.long.name@example.org" },
    urls.teamSeats(),
  );
  await changeSeats(1, 1);
  const asWho = [
    { who: tess, paths: [urls.teamSeats(), urls.store()] },
    { who: sam, paths: [guarded, urls.teamSeats(), urls.product({ product: "packaging" })] },
    {
      who: otto,
      paths: [
        urls.staffMember({ id: "2" }),
        urls.staffProduct({ id: "1" }),
        urls.adminRow({ model: "plans", key: "1" }),
      ],
    },
  ];
  for (const { who, paths } of asWho) {
    const cookies = [...who.cookies].map(([name, value]) => ({ name, value, url: baseURL }));
    const addresses = paths.map((path) => baseURL + path);
    assert.deepEqual(await findBarriers(await openBrowser(), addresses, 2, cookies), []);
  }
});

async function signIn(page: Page, name: string, next: string): Promise<void> {
  await page.goto(urls.signIn({}, { next }));
  await fillIn(page, name);
  await page.waitForURL(`${baseURL}${next}`);
}

async function fillIn(page: Page, name: string): Promise<void> {
  await page.getByLabel("Mail address").fill(`${name}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).first().click();
}

async function press(page: Page, name: string, role: "button" | "link" = "button"): Promise<void> {
  await page.getByRole(role, { name, exact: true }).first().click();
}

async function pay(page: Page): Promise<void> {
  await page.waitForURL(/\/sandbox\/checkout\//);
  await page.getByRole("button", { name: /^Pay / }).click();
  await page.waitForURL(/\/done\//);
  await work();
}

async function reads(page: Page): Promise<boolean> {
  await page.goto(guarded);
  return (await page.content()).includes(canary);
}

async function mailedTo(address: string): Promise<string> {
  const [mail] = await db.select().from(messages).where(eq(messages.address, address)).orderBy(desc(messages.id));
  return /https?:\/\/\S+\/team-seat\/[\w-]+\//.exec(mail?.text ?? "")?.[0] ?? "";
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}
