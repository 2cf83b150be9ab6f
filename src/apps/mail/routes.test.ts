import { site, visit, visitOk } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { after, test } from "node:test";
import { eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { createServer } from "#lib/http.ts";
import { drainTasks } from "#lib/jobs.ts";
import { signatureHeader, timestampHeader } from "#lib/mail/events.ts";
import { raw } from "#lib/jsx/jsx-runtime.ts";
import { log } from "#lib/log.ts";
import { config, readConfig } from "#config.ts";
import { urls } from "#urls.ts";
import { readToken, subscriberToken } from "./links.ts";
import { countRecipients, prepareMailing } from "./mailings.ts";
import { addWebhook } from "./routes.tsx";
import { sampler } from "./sampler.tsx";
import { mailEvents, mailingRecipients, optOuts, suppressions } from "./schema.ts";
import { everything } from "./suppressions.ts";
import { readWebhook } from "./tasks.ts";
import { hasMailbox } from "./transport.ts";

const { list } = sampler;
const isFull = process.env.FAULTS === "full";

async function post(url: string, payload = "List-Unsubscribe=One-Click", headers: Record<string, string> = {}) {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return await site.fastify.inject({
    method: "POST",
    url,
    payload,
    headers: { host: "localhost", ...type, ...headers },
  });
}

async function listsLeft(address: string): Promise<string[]> {
  const rows = await db.select().from(optOuts).where(eq(optOuts.address, address));
  return rows.map((row) => row.list).toSorted((one, other) => one.localeCompare(other));
}

test("one click leaves the list, however it is coded and however often it comes; a visit changes nothing", async () => {
  const url = urls.mailUnsubscribe({}, { token: subscriberToken({ address: "click@example.org", list: list.name }) });
  const page = await visitOk(url);
  assert.match(page.text, /Do you want no more of the sampler/);
  assert.match(String(page.headers["cache-control"]), /no-store/);
  assert.equal(page.headers["referrer-policy"], "no-referrer");
  assert.deepEqual(await listsLeft("click@example.org"), []);
  const answers = await Promise.all(Array.from({ length: isFull ? 1000 : 50 }, () => post(url)));
  assert.ok(answers.every(({ statusCode }) => statusCode === 200));
  const multipart = '--x\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n';
  assert.equal((await post(url, multipart, { "content-type": "multipart/form-data; boundary=x" })).statusCode, 200);
  assert.deepEqual(await listsLeft("click@example.org"), [list.name]);
});

test("no forged token is believed", async () => {
  const token = subscriberToken({ address: "forged@example.org", list: list.name });
  assert.deepEqual(readToken(token), { address: "forged@example.org", list: list.name });
  const [text = "", signature = ""] = token.split(".");
  const other = Buffer.from(JSON.stringify(["other@example.org", list.name])).toString("base64url");
  const forged = [
    `${other}.${signature}`,
    `${text}.`,
    text,
    "",
    ".",
    `${token}=`,
    `${token}.x`,
    `${text}.${"A".repeat(22)}`,
  ];
  for (let n = 0; n < (isFull ? 100_000 : 500); n += 1) forged.push(`${text}.${randomBytes(16).toString("base64url")}`);
  for (const each of forged) assert.equal(readToken(each), undefined, each);
  for (const each of forged.slice(0, 8)) {
    const answer = await post(urls.mailUnsubscribe({}, { token: each }));
    assert.equal(answer.statusCode, 400);
    assert.match(answer.body, /This link is not whole/);
  }
});

test("preferences are changed without signing in, and say whose they are to nobody else", async () => {
  const address = "chooser@example.org";
  const url = urls.mailPreferences({}, { token: subscriberToken({ address, list: list.name }) });
  const page = await visitOk(url);
  assert.match(page.html, /value="sampler" checked/);
  assert.ok(!page.text.includes(address));
  await post(url, "");
  assert.deepEqual(await listsLeft(address), [everything, list.name]);
  assert.doesNotMatch((await visitOk(url)).html, /checked/);
  assert.match((await post(url, "list=sampler&list=unknown")).body, /Saved/);
  assert.deepEqual(await listsLeft(address), []);
});

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const key = publicKey.export({ format: "der", type: "spki" }).toString("base64");
const hook = await createServer({
  apps: [{ name: "mail", routes: (router) => addWebhook(router, key) }],
  baseUrl: "http://localhost",
  logger: log,
  errorPage: ({ message }) => raw(message),
});
after(() => hook.close());

async function tell(events: readonly object[], change: (body: string) => string = (body) => body): Promise<number> {
  const body = JSON.stringify(events);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = sign("sha256", Buffer.from(timestamp + body), privateKey).toString("base64");
  const answer = await hook.fastify.inject({
    method: "POST",
    url: urls.mailEvents(),
    payload: change(body),
    headers: {
      host: "localhost",
      "content-type": "application/json",
      [signatureHeader]: signature,
      [timestampHeader]: timestamp,
    },
  });
  return answer.statusCode;
}

test("events count once, however often and in whatever order they come, and end mail to who bounced or complained", async () => {
  const types = ["delivered", "bounce", "spamreport", "open"];
  const events = Array.from({ length: isFull ? 5000 : 40 }, (_, n) => ({
    sg_event_id: `event-${n}`,
    event: types[n % types.length],
    email: `event.${n}@example.org`,
    timestamp: 1_700_000_000 + n,
    reference: "message-0",
  }));
  for (let start = 0; start < events.length; start += 1000) {
    assert.equal(await tell(events.slice(start, start + 1000)), 200);
    for (let again = 0; again < (isFull ? 46 : 5); again += 1) {
      const some = events
        .slice(start, start + 1000)
        .toSorted((one, other) => ((one.sg_event_id.length * 7 + again) % 3) - (other.timestamp % 3));
      assert.equal(await tell(some), 200);
    }
  }
  assert.equal(await tell(events, (body) => `${body} `), 403);
  assert.equal(await tell(events, (body) => body.replace("bounce", "opened")), 403);
  await drainTasks([readWebhook]);
  assert.equal(await db.$count(mailEvents), events.length);
  assert.equal(await db.$count(suppressions), events.length / 2);
});

test("events resolve what was unknown", async () => {
  const recipients = ["delivered", "dropped", "silent"].map((name) => ({ address: `${name}@unknown.example.org` }));
  const mailing = await prepareMailing(sampler, { name: "all" }, { key: "unknown", recipients });
  await db.update(mailingRecipients).set({ state: "unknown" }).where(eq(mailingRecipients.mailingId, mailing.id));
  const told = ["delivered", "dropped"].map((event) => ({
    sg_event_id: `resolves-${event}`,
    event,
    email: `${event}@unknown.example.org`,
    timestamp: 1_700_000_000,
    reference: `mailing-${mailing.id}`,
  }));
  assert.equal(await tell(told), 200);
  await drainTasks([readWebhook]);
  assert.deepEqual(await countRecipients(mailing.id), { accepted: 1, refused: 1, unknown: 1 });
});

test("without a key nobody can tell of events", async () => {
  assert.equal((await post(urls.mailEvents(), "[]", { "content-type": "application/json" })).statusCode, 405);
});

test("the mailbox shows what was sent, as HTML, as text and with its headers", async () => {
  assert.match((await visitOk(urls.devMail())).text, /Everything a mail can hold, Sam/);
  const letter = await visitOk(urls.devLetter({ id: "1" }));
  assert.match(letter.text, /List-Unsubscribe-Post/);
  assert.match(letter.text, /Hello Sam, this is a mail =+/);
  assert.match(String(letter.headers["content-security-policy"]), /frame-src 'self'/);
  const html = await visitOk(urls.devLetterHtml({ id: "1" }));
  assert.match(String(html.headers["content-security-policy"]), /^default-src 'none'; style-src 'unsafe-inline'/);
  assert.doesNotMatch(String(html.headers["content-security-policy"]), /script-src/);
  assert.equal((await visit(urls.devLetter({ id: "999" }))).status, 404);
  assert.equal((await visit(urls.devLetter({ id: "1e3" }))).status, 404);
  assert.equal((await visitOk(urls.devMailNewest())).html, "1");
});

test("nobody but this machine reads the mailbox, and nobody when mail goes out", () => {
  const { BASE_URL: baseUrl } = config;
  const cases: [string, string | undefined, boolean][] = [
    ["http://localhost:3000", undefined, true],
    ["http://127.0.0.1:3000", undefined, true],
    ["https://learn.example.org", undefined, false],
    ["https://localhost.example.org", undefined, false],
    ["http://localhost:3000", "smtp://mail.example.org", false],
  ];
  for (const [url, mailUrl, expected] of cases) {
    Object.assign(config, { BASE_URL: url, MAIL_URL: mailUrl });
    assert.equal(hasMailbox(), expected, `${url} ${mailUrl}`);
  }
  Object.assign(config, { BASE_URL: baseUrl, MAIL_URL: undefined });
});

test("mail settings that are wrong are said at start", () => {
  const wrong = { MAIL_URL: "ftp://example.org", MAIL_FROM: "nobody", MAIL_WEBHOOK_KEY: "nonsense" };
  assert.throws(() => readConfig(wrong), /MAIL_URL: must be .*\n.*MAIL_FROM: must be .*\n.*MAIL_WEBHOOK_KEY: must be /);
  const right = { MAIL_URL: "sendgrid://SG.x", MAIL_FROM: "Lectern <mail@example.org>", MAIL_WEBHOOK_KEY: key };
  assert.equal(readConfig({ ...right, SECRET_KEY: "x".repeat(32) }).MAIL_URL, "sendgrid://SG.x");
});
