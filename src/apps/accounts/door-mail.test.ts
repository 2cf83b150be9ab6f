import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { desc, eq, sql } from "drizzle-orm";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { verifyPassword } from "#lib/passwords.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { listMails, mailTo } from "../../../test/helpers/mailbox.ts";
import { urls } from "#urls.ts";
import { countQueries, fresh } from "./door/testing.ts";
import { oneTimeTokens, securityEvents, sessions, users } from "./schema.ts";

beforeEach(async () => {
  await db.execute(sql`delete from limits`);
  await db.delete(messages);
});

async function askFor(visitor: Visitor, url: string, address: string, next = ""): Promise<string> {
  const answer = await visitor.post(url, { address, ...(next && { next }) }, url);
  assert.equal(answer.status, 303);
  return String(answer.headers.location);
}

async function newestSession(userId: number) {
  const [session] = await db.select().from(sessions).where(eq(sessions.userId, userId)).orderBy(desc(sessions.id));
  return session;
}

test("the link in the mail signs in by one button, once, and says as whom", async () => {
  const [asking, opening] = [await newVisitor(), await newVisitor()];
  assert.equal(await askFor(asking, urls.signInLink(), "Sam@example.org", "/about/"), urls.signInCode());
  const { link, token } = await mailTo("sam@example.org");
  const page = await opening.get(link);
  assert.match(page.text, /Sign in as s…\u2060@example.org/);
  assert.match(String(page.headers["cache-control"]), /no-store/);
  assert.equal(page.headers["referrer-policy"], "same-origin");
  const answer = await opening.post(urls.signInLinkOpen(), { token, stay: "yes" });
  assert.equal(answer.headers.location, "/about/");
  const session = await newestSession(1);
  assert.deepEqual([session?.method, session?.isPersistent], ["link", true]);
  assert.equal((await asking.get(link)).status, 410);
  assert.equal((await asking.post(urls.signInLinkOpen(), { token }, urls.signIn())).status, 410);
});

test("the code signs in where it was asked for, and nowhere else", async () => {
  const [asking, other] = [await newVisitor(), await newVisitor()];
  await askFor(asking, urls.signInLink(), "sam@example.org");
  const { code } = await mailTo("sam@example.org");
  assert.equal((await other.post(urls.signInCode(), { code }, urls.signInCode())).status, 422);
  const typed = `${code.slice(0, 3)} ${code.slice(3)}`;
  const answer = await asking.post(urls.signInCode(), { code: typed }, urls.signInCode());
  assert.equal(answer.headers.location, urls.dashboard());
  assert.equal((await asking.post(urls.signInCode(), { code }, urls.account())).status, 422, "it worked once");
});

test("five wrong codes end it", async () => {
  const sam = await newVisitor();
  await askFor(sam, urls.signInLink(), "sam@example.org");
  const { code } = await mailTo("sam@example.org");
  await sam.get(urls.signInCode());
  const wrong = code === "123456" ? "654321" : "123456";
  for (let tries = 0; tries < 5; tries += 1) await sam.post(urls.signInCode(), { code: wrong });
  assert.equal((await sam.post(urls.signInCode(), { code })).status, 422);
});

test("an address without an account gets the same answer and no mail", async () => {
  const visitor = await newVisitor();
  for (const [ask, then] of [
    [urls.signInLink(), urls.signInCode()],
    [urls.reset(), urls.resetOpen()],
  ] as const) {
    assert.equal(await askFor(visitor, ask, "nobody@example.org"), then);
    assert.match((await visitor.get(then)).text, /If there is an account/);
  }
  assert.deepEqual(await listMails(), []);
  assert.equal(await db.$count(oneTimeTokens, eq(oneTimeTokens.address, "nobody@example.org")), 0);
});

test("asking for a mail is the same work, whoever asks", async () => {
  const visitor = await newVisitor();
  await visitor.get(urls.signInLink());
  for (const url of [urls.signInLink(), urls.reset()]) {
    const ask = (address: string) => () => visitor.post(url, { address });
    assert.equal(await countQueries(ask("sam@example.org")), await countQueries(ask("nobody@example.org")));
  }
});

test("what is no address is said so, with the address kept", async () => {
  const visitor = await newVisitor();
  const page = await visitor.post(urls.signInLink(), { address: "sam@" }, urls.signIn());
  assert.equal(page.status, 422);
  assert.match(page.html, /value="sam@"/);
});

test("a link never skips the second factor", async () => {
  await db.update(users).set({ requiresSecondFactor: true }).where(eq(users.id, 2));
  const maya = await newVisitor();
  await askFor(maya, urls.signInLink(), "maya@example.org");
  const { token } = await mailTo("maya@example.org");
  const answer = await maya.post(urls.signInLinkOpen(), { token }, urls.signInLinkOpen({}, { token }));
  assert.equal(answer.headers.location, urls.signInSecondFactor());
  assert.equal((await maya.get(urls.account())).status, 303);
  assert.equal(await newestSession(2), undefined);
});

test("a new password ends all sessions, whatever was asked for, and the owner hears of it", async () => {
  const [elsewhere, ada, stale] = [await newVisitor("ada"), await newVisitor(), await newVisitor()];
  await askFor(stale, urls.signInLink(), "ada@example.org");
  const old = await mailTo("ada@example.org");
  assert.equal(await askFor(ada, urls.reset(), "ada@example.org", "/about/"), urls.resetOpen());
  const { link, token, subject } = await mailTo("ada@example.org");
  assert.match(subject, /Set a new password/);
  const page = await ada.get(link);
  assert.equal(page.headers["referrer-policy"], "same-origin");
  const weak = await ada.post(urls.resetOpen(), { token, password: "ada@example.org" });
  assert.equal(weak.status, 422);
  assert.match(weak.text, /must not be your address/);
  assert.deepEqual(await findMarkupFaults(weak.html), []);
  const answer = await ada.post(urls.resetOpen(), { token, password: fresh });
  assert.equal(answer.headers.location, "/about/");
  assert.equal((await elsewhere.get(urls.account())).status, 303, "the other session is over");
  assert.equal((await ada.get(urls.signIn())).status, 303, "this one has begun");
  assert.equal((await stale.get(old.link)).status, 410, "a link from before is dead");
  assert.equal((await stale.get(link)).status, 410, "so is this one");
  const [user] = await db.select().from(users).where(eq(users.id, 3));
  assert.ok(await verifyPassword(user?.passwordHash ?? "", fresh));
  const events = await db.select().from(securityEvents).where(eq(securityEvents.userId, 3));
  assert.deepEqual(events.map(({ kind }) => kind).toSorted(), ["password-reset", "sign-in"]);
  assert.ok((await listMails()).includes("Your password was changed"));
});

test("the code leads to the new password, too", async () => {
  const tess = await newVisitor();
  await askFor(tess, urls.reset(), "tess@example.org");
  const { code } = await mailTo("tess@example.org");
  const wrong = await tess.post(urls.resetOpen(), { code: code === "111111" ? "222222" : "111111" }, urls.resetOpen());
  assert.equal(wrong.status, 422);
  const right = await tess.post(urls.resetOpen(), { code });
  assert.equal(right.status, 303);
  const page = await tess.get(String(right.headers.location));
  assert.match(page.text, /t…\u2060@example.org/);
  const [, token = ""] = /name="token" value="([^"]+)"/.exec(page.html) ?? [];
  const answer = await tess.post(urls.resetOpen(), { token, password: fresh });
  assert.equal(answer.status, 303);
});

test("links that are not whole are dead, and change nothing", async () => {
  const visitor = await newVisitor();
  for (const url of [urls.signInLinkOpen(), urls.resetOpen(), urls.registerConfirm()]) {
    const page = await visitor.get(`${url}?token=none`);
    assert.equal(page.status, 410, url);
    assert.deepEqual(await findMarkupFaults(page.html), []);
    assert.equal((await visitor.post(url, { token: "none" }, urls.signIn())).status, 410, url);
  }
});
