import { baseURL } from "./house.ts";
import assert from "node:assert/strict";
import { subscriberToken } from "#apps/mail/links.ts";
import { sampler } from "#apps/mail/sampler.tsx";
import { deliverMessage, sendMail } from "#apps/mail/sending.ts";
import { listPreferences, unsubscribe } from "#apps/mail/suppressions.ts";
import { Button } from "#lib/mail/parts.tsx";
import { urls } from "#urls.ts";
import { findBarriers, findOverflow } from "../helpers/accessibility.ts";
import { journey, openBrowser } from "../helpers/browser.ts";
import type { JourneyOptions } from "../helpers/browser.ts";

const { list } = sampler;
const wide = { baseURL, viewport: { width: 1280, height: 800 } };
const plain = { ...wide, javaScriptEnabled: false };
const phone = { baseURL, viewport: { width: 320, height: 640 } };

const tokenOf = (address: string): string => subscriberToken({ address, list: list.name });

async function send(subject: string, address = "sam@example.org", about: Partial<typeof sampler> = {}): Promise<void> {
  const template = {
    ...sampler,
    ...about,
    transactional: true,
    because: "you asked for it",
    subject: () => subject,
  } as const;
  const id = await sendMail(template, { address }, { name: "Sam" });
  assert.ok(id !== undefined);
  await deliverMessage(id);
}

async function wants(address: string): Promise<boolean | undefined> {
  return (await listPreferences(address)).find(({ name }) => name === list.name)?.wanted;
}

journey("what the site sends appears in the mailbox by itself, and is read there", wide, async (page) => {
  await page.goto(urls.devMail());
  await page.getByRole("link", { name: "Everything a mail can hold, Sam" }).waitFor();
  await send("Sent while somebody watches");
  await page.getByRole("link", { name: "Sent while somebody watches" }).click();
  await page.getByRole("heading", { level: 1, name: "Sent while somebody watches" }).waitFor();
  await page.getByText("sam@example.org").first().waitFor();
  const frame = page.frameLocator("iframe");
  await frame.getByRole("heading", { name: "Hello Sam, this is a mail" }).waitFor();
  assert.match((await page.locator("pre").textContent()) ?? "", /^Hello Sam, this is a mail\n=+\n/);
});

journey("a link in a mail opens where the reader is, although its frame runs no script", wide, async (page) => {
  await send("With a link", "sam@example.org", {
    Body: () => Button({ href: `${baseURL}/about/`, children: "About us" }),
  });
  await page.goto(urls.devMail());
  await page.getByRole("link", { name: "With a link" }).click();
  await page.frameLocator("iframe").getByRole("link", { name: "About us" }).click();
  await page.waitForURL(`${baseURL}/about/`);
});

for (const [how, options] of [
  ["with", wide],
  ["without", plain],
] as [string, JourneyOptions][]) {
  journey(`who follows the link leaves a list by one more click, ${how} JavaScript`, options, async (page) => {
    const address = `leaves.${how}@example.org`;
    await page.goto(urls.mailUnsubscribe({}, { token: tokenOf(address) }));
    assert.equal(await wants(address), true);
    await page.getByRole("button", { name: "Unsubscribe" }).click();
    await page.getByRole("heading", { name: "You have unsubscribed" }).waitFor();
    assert.equal(await wants(address), false);
    await page.getByRole("link", { name: "Choose what you get" }).click();
    assert.equal(await page.getByLabel(list.title).isChecked(), false);
  });

  journey(`preferences are changed and kept, ${how} JavaScript`, options, async (page) => {
    const address = `chooses.${how}@example.org`;
    await unsubscribe({ address, list: list.name });
    await page.goto(urls.mailPreferences({}, { token: tokenOf(address) }));
    await page.getByText(/c…\u2060@example\.org/).waitFor();
    await page.getByLabel(list.title).check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    assert.equal(await wants(address), true);
    await page.getByLabel(list.title).uncheck();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.reload();
    assert.equal(await page.getByLabel(list.title).isChecked(), false);
    assert.equal(await wants(address), false);
  });
}

journey("a link that is not whole says so", { ...wide, expects: [400] }, async (page) => {
  await page.goto(urls.mailPreferences({}, { token: tokenOf("sam@example.org").slice(0, -1) }));
  await page.getByText("open it from the mail again").waitFor();
});

const pages = [
  urls.devMail(),
  urls.devLetter({ id: "1" }),
  urls.devMailPreview({ template: sampler.name }),
  urls.mailUnsubscribe({}, { token: tokenOf("sam@example.org") }),
  urls.mailPreferences({}, { token: tokenOf("sam@example.org") }),
];

journey("mail is read on a phone without scrolling sideways, long words and all", phone, async (page) => {
  await send(
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    `${"x".repeat(64)}@example.org`,
  );
  const [newest] = await page.goto(urls.devMail()).then(() => page.locator(".letters a").all());
  const letter = (await newest?.getAttribute("href")) ?? "";
  for (const path of [...pages, letter]) {
    await page.goto(path);
    assert.equal(await findOverflow(page), undefined, path);
  }
});

journey("pages of mail keep nobody out", wide, async () => {
  const whole = pages.map((path) => new URL(path, baseURL).href);
  assert.deepEqual(await findBarriers(await openBrowser(), whole), []);
});
