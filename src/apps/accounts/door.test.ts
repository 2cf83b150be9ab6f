import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { desc, eq, sql } from "drizzle-orm";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { verifyPassword } from "#lib/passwords.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import { listMails, mailTo } from "../../../test/helpers/mailbox.ts";
import type { Visit } from "../../../test/helpers/site.ts";
import { urls } from "#urls.ts";
import { cheapHash, countQueries, fresh } from "./door/testing.ts";
import { password } from "./fixtures.ts";
import { oneTimeTokens, securityEvents, sessions, users } from "./schema.ts";

// Whoever tries a lot is slowed down, and all of these come from one address.
beforeEach(async () => {
  await db.execute(sql`delete from limits`);
  await db.delete(messages);
});

async function eventsOf(userId: number): Promise<string[]> {
  const found = await db
    .select()
    .from(securityEvents)
    .where(eq(securityEvents.userId, userId))
    .orderBy(securityEvents.id);
  return found.map(({ kind }) => kind);
}

async function register(visitor: Visitor, address: string, more: Record<string, string> = {}): Promise<Visit> {
  return visitor.post(urls.register(), { address, password: fresh, name: "Nia", ...more }, urls.register());
}

const isSignedIn = async (visitor: Visitor): Promise<boolean> => (await visitor.get(urls.signIn())).status === 303;
/** A page without what is different each time. */
const bare = ({ html }: Visit): string => html.replace(/name="csrf" value="[^"]*"|data-token="[^"]*"/g, "");

test("nobody has an account before the address is confirmed, by the code in the browser that asked", async () => {
  const nia = await newVisitor();
  const asked = await register(nia, "Nia@Example.org", { next: "/type-hints/#continue" });
  assert.equal(asked.status, 303);
  assert.equal(asked.headers.location, urls.registerConfirm());
  assert.equal(await db.$count(users, eq(users.address, "nia@example.org")), 0);
  const page = await nia.get(urls.registerConfirm());
  assert.match(page.text, /Look into your mail/);
  const { code } = await mailTo("nia@example.org");
  const wrong = await nia.post(urls.registerConfirm(), { code: code === "000000" ? "111111" : "000000" });
  assert.equal(wrong.status, 422);
  const right = await nia.post(urls.registerConfirm(), { code });
  assert.equal(right.status, 303);
  assert.equal(right.headers.location, "/type-hints/#continue");
  assert.ok(await isSignedIn(nia));
  const [user] = await db.select().from(users).where(eq(users.address, "nia@example.org"));
  assert.equal(user?.name, "Nia");
  assert.deepEqual(await eventsOf(user.id), ["registered", "sign-in"]);
});

test("in another browser the code is no good, and the link asks for the password that was chosen", async () => {
  const [here, there] = [await newVisitor(), await newVisitor()];
  await register(here, "other@example.org");
  const { link, token, code } = await mailTo("other@example.org");
  assert.equal((await there.post(urls.registerConfirm(), { code }, urls.registerConfirm())).status, 422);
  const page = await there.get(link);
  assert.match(page.text, /The one that you chose/);
  const wrong = await there.post(urls.registerConfirm(), { token, password: "something else" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /not the password that was chosen/);
  assert.equal((await there.post(urls.registerConfirm(), { token })).status, 422);
  const right = await there.post(urls.registerConfirm(), { token, password: fresh });
  assert.equal(right.headers.location, urls.welcome());
  assert.ok(await isSignedIn(there));
});

test("in the same browser the link takes one button, works once, and its page changes nothing", async () => {
  const nia = await newVisitor();
  await register(nia, "same@example.org");
  const { link, token } = await mailTo("same@example.org");
  const page = await nia.get(link);
  assert.doesNotMatch(page.html, /type="password"/);
  assert.match(page.text, /s…\u2060@example.org/);
  assert.match(String(page.headers["cache-control"]), /no-store/);
  assert.equal(page.headers["referrer-policy"], "same-origin");
  await nia.get(link);
  assert.equal((await nia.post(urls.registerConfirm(), { token })).status, 303);
  const once = await newVisitor();
  assert.equal((await once.get(link)).status, 410);
  assert.equal((await once.post(urls.registerConfirm(), { token }, urls.signIn())).status, 410);
});

test("new readers without a wish are welcomed, and go on from there to where they came from", async () => {
  const nia = await newVisitor();
  const page = await nia.get(urls.register(), { referer: "http://localhost/python-lists/?page=2" });
  assert.match(page.html, /name="from" value="\/python-lists\/\?page=2"/);
  await nia.post(urls.register(), { address: "wish@example.org", password: fresh, from: "/python-lists/?page=2" });
  const { code } = await mailTo("wish@example.org");
  const confirmed = await nia.post(urls.registerConfirm(), { code }, urls.registerConfirm());
  assert.equal(confirmed.headers.location, urls.welcome({}, { next: "/python-lists/?page=2" }));
});

test("an address that has an account gets the same answer, and a mail that says so", async () => {
  const [one, other] = [await newVisitor(), await newVisitor()];
  const known = await register(one, "sam@example.org");
  const unknown = await register(other, "nobody@example.org");
  assert.deepEqual([known.status, known.headers.location], [unknown.status, unknown.headers.location]);
  const wrongKnown = await one.post(urls.registerConfirm(), { code: "000000" }, urls.registerConfirm());
  const wrongUnknown = await other.post(urls.registerConfirm(), { code: "000000" }, urls.registerConfirm());
  assert.equal(bare(wrongKnown), bare(wrongUnknown));
  const { subject, text } = await mailTo("sam@example.org");
  assert.match(subject, /have an account/);
  assert.ok(text.includes(urls.signIn()) && text.includes(urls.reset()));
  assert.doesNotMatch(text, /token=|^ {4}\d{6}$/m);
});

test("registering is the same work, whoever has the address", async () => {
  const visitor = await newVisitor();
  await visitor.get(urls.register());
  const ask = (address: string) => () => visitor.post(urls.register(), { address, password: fresh });
  assert.equal(await countQueries(ask("sam@example.org")), await countQueries(ask("nobody@example.org")));
});

test("who was slower with the same address is told so, and changes nothing", async () => {
  const [stranger, owner] = [await newVisitor(), await newVisitor()];
  await register(stranger, "race@example.org", { password: "the stranger's own choice" });
  const { link: strangers } = await mailTo("race@example.org");
  await register(owner, "race@example.org");
  const { code } = await mailTo("race@example.org");
  assert.equal((await owner.post(urls.registerConfirm(), { code }, urls.registerConfirm())).status, 303);
  assert.equal((await stranger.get(strangers)).status, 410, "what else waited for the address is dropped");
  const late = await newVisitor();
  await register(late, "late@example.org");
  const { code: lateCode } = await mailTo("late@example.org");
  await db.insert(users).values({ address: "late@example.org" });
  const refused = await late.post(urls.registerConfirm(), { code: lateCode }, urls.registerConfirm());
  assert.equal(refused.status, 409);
  assert.match(refused.text, /Nothing was changed/);
  assert.equal((await db.select().from(users).where(eq(users.address, "late@example.org")))[0]?.passwordHash, null);
});

test("what cannot be registered with is said beside its field, and the password is not put back", async () => {
  const nia = await newVisitor();
  const cases = [
    [{ address: "no address", password: fresh }, /not a mail address/],
    [{ address: "", password: fresh }, /Type your mail address/],
    [{ address: "x@example.org", password: "short" }, /at least 8 characters/],
    [{ address: "x@example.org", password: "password1" }, /first that anybody would try/],
    [{ address: "nia.long@example.org", password: "nia.long@example.org" }, /must not be your address/],
    [{ address: "x@example.org", password: fresh, name: "n".repeat(71) }, /at most 70/],
  ] as const;
  for (const [fields, sentence] of cases) {
    const page = await nia.post(urls.register(), fields, urls.register());
    assert.equal(page.status, 422);
    assert.match(page.text, sentence);
    assert.match(page.html, /aria-invalid="true"/);
    assert.deepEqual(await findMarkupFaults(page.html), []);
    assert.ok(!page.html.includes(`value="${fields.password}"`) || fields.password.includes("@"));
  }
  assert.deepEqual(await listMails(), []);
});

test("a name keeps no marks that would turn what stands beside it around", async () => {
  const nia = await newVisitor();
  await register(nia, "turned@example.org", { name: "Nia \u202Egro.elpmaxe\u202C\tDiop" });
  await nia.post(urls.registerConfirm(), { code: (await mailTo("turned@example.org")).code }, urls.registerConfirm());
  const [user] = await db.select().from(users).where(eq(users.address, "turned@example.org"));
  assert.equal(user?.name, "Nia gro.elpmaxe Diop");
});

test("a NUL, which nobody types, is refused", async () => {
  const visitor = await newVisitor();
  assert.equal((await register(visitor, "nul@example.org", { name: "a\0b" })).status, 400);
  assert.equal((await visitor.post(urls.signIn(), { address: "\0", password })).status, 400);
});

test("a robot that fills in everything is thanked, and nothing comes of it", async () => {
  const robot = await newVisitor();
  const answer = await register(robot, "robot@example.org", { website: "https://spam.example/" });
  assert.equal(answer.headers.location, urls.registerConfirm());
  assert.deepEqual(await listMails(), []);
  assert.equal(await db.$count(oneTimeTokens, eq(oneTimeTokens.address, "robot@example.org")), 0);
});

test("an address and a password sign in, and lead back to the page", async () => {
  const sam = await newVisitor();
  const page = await sam.get(urls.signIn(), { referer: "http://localhost/python-lists/" });
  assert.match(page.html, /name="from" value="\/python-lists\/"/);
  const answer = await sam.post(urls.signIn(), { address: " SAM@example.org", password, from: "/python-lists/" });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.location, "/python-lists/");
  const [session] = await db.select().from(sessions).where(eq(sessions.userId, 1)).orderBy(desc(sessions.id));
  assert.equal(session?.method, "password");
  assert.equal(session.isPersistent, false);
  assert.equal(session.hasSecondFactor, false);
  const again = await sam.get(urls.signIn({}, { next: "/about/" }));
  assert.equal(again.headers.location, "/about/");
});

test("who wants to stay signed in does", async () => {
  const sam = await newVisitor();
  await sam.post(urls.signIn(), { address: "sam@example.org", password, stay: "yes" }, urls.signIn());
  const [session] = await db.select().from(sessions).where(eq(sessions.userId, 1)).orderBy(desc(sessions.id));
  assert.equal(session?.isPersistent, true);
});

test("pages of the door, and of other sites, are nothing to go back to", async () => {
  const visitor = await newVisitor();
  for (const referer of [
    "http://localhost/register/",
    "http://localhost/sign-in/link/open/?token=secret",
    "http://localhost/reset/",
    "https://evil.example/python-lists/",
    "http://localhost//evil.example/",
    "no address",
  ]) {
    const page = await visitor.get(urls.signIn(), { referer });
    assert.doesNotMatch(page.html, /name="from"/, referer);
  }
});

test("a wrong password, an unknown address, and one without a password get the same page, after the same work", async () => {
  await db.update(users).set({ passwordHash: null }).where(eq(users.id, 5));
  const visitor = await newVisitor();
  await visitor.get(urls.signIn());
  const pages: string[] = [];
  const works: number[] = [];
  for (const address of ["who@example.org", "maya@example.org", "tess@example.org"]) {
    const queries = await countQueries(async () => {
      const page = await visitor.post(urls.signIn(), { address, password: "not the password" });
      assert.equal(page.status, 422);
      assert.match(page.text, /do not belong together/);
      assert.deepEqual(await findMarkupFaults(page.html), []);
      pages.push(bare(page).replaceAll(address, "somebody"));
    });
    works.push(queries);
  }
  assert.equal(new Set(pages).size, 1);
  const [unknown = 0, ...known] = works;
  assert.deepEqual(known, [unknown + 1, unknown + 1], "but for a note, which nobody waits for");
});

test("a failed sign-in is noted where there is an account, and holds nothing that was typed", async () => {
  const visitor = await newVisitor();
  await visitor.post(urls.signIn(), { address: "maya@example.org", password: "not the password" }, urls.signIn());
  while (!(await eventsOf(2)).includes("sign-in-failed")) await turn();
  const [event] = await db.select().from(securityEvents).where(eq(securityEvents.kind, "sign-in-failed"));
  assert.deepEqual(event?.details, { method: "password" });
});

test("a hash of another price is made again at the next sign-in", async () => {
  const old = cheapHash(fresh);
  await db.insert(users).values({ address: "old@example.org", passwordHash: old });
  const visitor = await newVisitor();
  const answer = await visitor.post(urls.signIn(), { address: "old@example.org", password: fresh }, urls.signIn());
  assert.equal(answer.status, 303);
  const [user] = await db.select().from(users).where(eq(users.address, "old@example.org"));
  assert.match(user?.passwordHash ?? "", /m=19456,t=2/);
  assert.ok(await verifyPassword(user?.passwordHash ?? "", fresh));
});

test("who is banned is told so, once the password is right", async () => {
  await db.insert(users).values({ address: "ban@example.org", bannedAt: new Date(), banReason: "Spam." });
  await db.execute(sql`update users set password_hash = (select password_hash from users where id = 1)
    where address = 'ban@example.org'`);
  const visitor = await newVisitor();
  const wrong = await visitor.post(urls.signIn(), { address: "ban@example.org", password: fresh }, urls.signIn());
  assert.doesNotMatch(wrong.text, /Spam/);
  const right = await visitor.post(urls.signIn(), { address: "ban@example.org", password }, urls.signIn());
  assert.equal(right.status, 403);
  assert.match(right.text, /closed\. The reason: Spam\./);
});

test("after many wrong passwords the form asks the browser to work, and keeps the address", async () => {
  const visitor = await newVisitor();
  await visitor.get(urls.signIn());
  const fields = { address: "maya@example.org", password: "not the password" };
  const statuses = new Set<number>();
  for (let tries = 0; tries < 12; tries += 1) statuses.add((await visitor.post(urls.signIn(), fields)).status);
  assert.deepEqual([...statuses], [422, 429]);
  const asked = await visitor.post(urls.signIn(), { ...fields, password });
  assert.equal(asked.status, 429);
  assert.match(asked.html, /<proof-of-work/);
  assert.deepEqual(await findMarkupFaults(asked.html), []);
  assert.match(asked.html, /value="maya@example.org"/);
});

test("signing out takes one form, leads home, and leaves the browser known", async () => {
  const sam = await newVisitor();
  await sam.post(urls.signIn(), { address: "sam@example.org", password }, urls.signIn());
  const device = sam.cookies.get("lectern_device");
  const answer = await sam.post(urls.signOut(), {}, urls.account());
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.location, "/");
  assert.ok(!(await isSignedIn(sam)));
  assert.equal(sam.cookies.get("lectern_device"), device);
  assert.equal((await eventsOf(1)).at(-1), "sign-out");
});
