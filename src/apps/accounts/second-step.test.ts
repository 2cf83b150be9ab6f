import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { desc, eq, sql } from "drizzle-orm";
import { generate } from "otplib";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { newTotpSecret } from "#lib/totp.ts";
import type { Visit } from "../../../test/helpers/site.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { listMails, mailTo } from "../../../test/helpers/mailbox.ts";
import { urls } from "#urls.ts";
import { password } from "./fixtures.ts";
import { passkeys, securityEvents, sessions, users } from "./schema.ts";
import { turnOnSecondFactor } from "./second-factor.ts";
import { noOrigin } from "./security-events.ts";
import { getUser } from "./users.ts";

const secret = await newTotpSecret();
let recoveryCodes: string[] = [];

beforeEach(async () => {
  await db.execute(sql`delete from limits`);
  recoveryCodes = await turnOnSecondFactor(await getUser(1), { secret, step: 0 }, noOrigin);
  await db.delete(messages);
});

const code = (): Promise<string> => generate({ secret });

async function wrongCode(): Promise<string> {
  return (await code()) === "123456" ? "654321" : "123456";
}

/** Sam, who has shown the password. */
async function halfWay(next = ""): Promise<Visitor> {
  const sam = await newVisitor();
  const answer = await sam.post(urls.signIn(), { address: "sam@example.org", password, next }, urls.signIn());
  assert.equal(answer.headers.location, urls.signInSecondFactor());
  await sam.get(urls.signInSecondFactor());
  return sam;
}

const show = (visitor: Visitor, fields: Record<string, string>): Promise<Visit> =>
  visitor.post(urls.signInSecondFactor(), fields);

async function newestSession(userId: number) {
  const [session] = await db.select().from(sessions).where(eq(sessions.userId, userId)).orderBy(desc(sessions.id));
  return session;
}

async function countEvents(kind: string): Promise<number> {
  return db.$count(securityEvents, eq(securityEvents.kind, kind));
}

test("the code of the app is asked for after the password, and leads on", async () => {
  const sam = await halfWay("/about/");
  assert.equal((await sam.get(urls.account())).status, 303, "nobody is signed in half way");
  const wrong = await show(sam, { code: await wrongCode() });
  assert.equal(wrong.status, 422);
  assert.match(wrong.html, /aria-invalid="true"/);
  assert.deepEqual(await findMarkupFaults(wrong.html), []);
  assert.equal(await countEvents("second-factor-failed"), 1);
  const right = await show(sam, { code: await code() });
  assert.equal(right.headers.location, "/about/");
  const session = await newestSession(1);
  assert.deepEqual([session?.method, session?.hasSecondFactor], ["password", true]);
});

test("a code works once, also for two who have it at the same time", async () => {
  const pair = [await halfWay(), await halfWay(), await halfWay()];
  const shared = await code();
  const answers = await Promise.all(pair.map((visitor) => show(visitor, { code: shared })));
  assert.equal(answers.filter(({ status }) => status === 303).length, 1);
});

test("a recovery code works once, and the owner hears of it", async () => {
  const [one, other] = [await halfWay(), await halfWay()];
  const typed = recoveryCodes[0]?.toUpperCase().replaceAll("-", " ") ?? "";
  assert.equal((await show(one, { recovery: typed })).status, 303);
  assert.ok((await listMails()).includes("A recovery code was used"));
  const again = await show(other, { recovery: typed });
  assert.equal(again.status, 422);
  assert.match(again.html, /<details[^>]* open/);
  assert.deepEqual(await findMarkupFaults(again.html), []);
  assert.equal((await show(other, { recovery: recoveryCodes[1] ?? "" })).status, 303);
});

test("after five wrong codes one begins again, and the right one is of no use", async () => {
  const sam = await halfWay("/about/");
  const wrong = await wrongCode();
  const answers = await Promise.all(Array.from({ length: 8 }, () => show(sam, { code: wrong })));
  assert.equal(answers.filter(({ status }) => status === 422).length, 5);
  const late = await show(sam, { code: await code() });
  assert.equal(late.status, 410);
  assert.match(late.text, /Begin once more/);
  assert.equal((await sam.get(urls.account())).status, 303);
});

test("the fifth try may be the right one", async () => {
  const sam = await halfWay();
  for (let tries = 0; tries < 4; tries += 1) assert.equal((await show(sam, { code: await wrongCode() })).status, 422);
  assert.equal((await show(sam, { code: await code() })).headers.location, urls.dashboard());
});

test("without a sign-in that waits there is nothing to show", async () => {
  const visitor = await newVisitor();
  const page = await visitor.get(urls.signInSecondFactor({}, { next: "/about/" }));
  assert.equal(page.headers.location, urls.signIn({}, { next: "/about/" }));
  const sam = await newVisitor("sam");
  assert.equal((await sam.get(urls.signInSecondFactor({}, { next: "/about/" }))).headers.location, "/about/");
});

test("staff who are signed in without a second factor show it once, and get a new session token", async () => {
  const otto = await newVisitor("otto", { hasSecondFactor: false });
  const ottos = await newTotpSecret();
  await turnOnSecondFactor(await getUser(4), { secret: ottos, step: 0 }, noOrigin);
  const before = otto.cookies.get("lectern_session");
  const asked = await otto.get(urls.staffUptime());
  assert.equal(asked.headers.location, urls.signInSecondFactor({}, { next: urls.staffUptime() }));
  const page = await otto.get(asked.headers.location);
  assert.match(page.text, /The code from your app/);
  const answer = await show(otto, { code: await generate({ secret: ottos }), next: urls.staffUptime() });
  assert.equal(answer.headers.location, urls.staffUptime());
  assert.notEqual(otto.cookies.get("lectern_session"), before);
  assert.equal((await otto.get(urls.staffUptime())).status, 200);
});

test("staff without any second factor are led to where they set one up", async () => {
  const ada = await newVisitor("ada", { hasSecondFactor: false });
  const page = await ada.get(urls.signInSecondFactor());
  assert.match(page.text, /Staff need a second factor/);
  assert.ok(page.html.includes(`href="${urls.accountSecondFactor()}"`));
});

test("who has proved nothing for a while shows the password once more, and gets a new session token", async () => {
  const maya = await newVisitor("maya", { authenticatedAt: new Date(0) });
  const before = maya.cookies.get("lectern_session");
  await maya.get(urls.signInAgain({}, { next: "/about/" }));
  const wrong = await maya.post(urls.signInAgain(), { password: "not the password", next: "/about/" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /not your password/);
  const right = await maya.post(urls.signInAgain(), { password, next: "/about/" });
  assert.equal(right.headers.location, "/about/");
  assert.notEqual(maya.cookies.get("lectern_session"), before);
  const session = await newestSession(2);
  assert.ok((session?.authenticatedAt.getTime() ?? 0) > Date.now() - 60_000);
});

test("a code of the app proves it as well, and is the second factor of the session", async () => {
  const sam = await newVisitor("sam", { authenticatedAt: new Date(0), hasSecondFactor: false });
  await sam.get(urls.signInAgain());
  assert.equal((await sam.post(urls.signInAgain(), { code: await wrongCode() })).status, 422);
  assert.equal((await sam.post(urls.signInAgain(), { code: await code() })).status, 303);
  assert.equal((await newestSession(1))?.hasSecondFactor, true);
});

test("who has neither password nor second factor gets a code by mail; others do not", async () => {
  await db.update(users).set({ passwordHash: null }).where(eq(users.id, 5));
  const tess = await newVisitor("tess", { authenticatedAt: new Date(0) });
  const page = await tess.get(urls.signInAgain({}, { next: "/about/" }));
  assert.match(page.text, /Mail me a code/);
  const sent = await tess.post(urls.signInAgain(), { send: "yes", next: "/about/" });
  assert.equal(sent.headers.location, urls.signInAgain({}, { next: "/about/", sent: "yes" }));
  const { code: mailed } = await mailTo("tess@example.org");
  assert.deepEqual(await findMarkupFaults((await tess.get(sent.headers.location)).html), []);
  const answer = await tess.post(urls.signInAgain(), { mailed, next: "/about/" });
  assert.equal(answer.headers.location, "/about/");

  const sam = await newVisitor("sam");
  assert.doesNotMatch((await sam.get(urls.signInAgain())).text, /Mail me a code/);
  await sam.post(urls.signInAgain(), { send: "yes" });
  assert.deepEqual(await listMails(), ["Your code for Lectern"], "only hers was sent");
});

test("a code that was mailed to somebody else proves nothing", async () => {
  await db.update(users).set({ passwordHash: null }).where(eq(users.id, 5));
  const tess = await newVisitor("tess", { authenticatedAt: new Date(0) });
  await tess.post(urls.signInLink(), { address: "maya@example.org" }, urls.signInLink());
  const { code: mayas } = await mailTo("maya@example.org");
  const answer = await tess.post(urls.signInAgain(), { mailed: mayas }, urls.signInAgain());
  assert.equal(answer.status, 422);
});

test("who acts in a reader's place proves nothing, whatever they know", async () => {
  const otto = await newVisitor("sam", { impersonatorId: 4, authenticatedAt: new Date(0) });
  assert.equal((await otto.get(urls.signInAgain())).status, 403);
  assert.equal((await otto.post(urls.signInAgain(), { password }, urls.account())).status, 403);
});

test("a passkey is offered to who has one, at both places", async () => {
  await db.insert(passkeys).values({ userId: 1, credentialId: "x", publicKey: "x", counter: 0, name: "Phone" });
  const sam = await halfWay();
  const page = await sam.get(urls.signInSecondFactor());
  assert.match(page.html, /<passkey-sign-in/);
  assert.doesNotMatch(page.html, /data-stay/);
  const staying = await newVisitor();
  await staying.post(urls.signIn(), { address: "sam@example.org", password, stay: "yes" }, urls.signIn());
  assert.match((await staying.get(urls.signInSecondFactor())).html, /data-stay/);
  const signedIn = await newVisitor("sam");
  assert.match((await signedIn.get(urls.signInAgain())).html, /<passkey-sign-in/);
});
