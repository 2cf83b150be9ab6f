import { newVisitor } from "../../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { db, queryCount } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { devices, securityEvents, sessions, users } from "../schema.ts";
import { listEvents, noOrigin, recordEvent } from "../security-events.ts";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

test("sessions are listed with place and device, this one marked, and ended one by one or all", async () => {
  const maya = await newVisitor("maya", { userAgent: firefox, ip: "192.0.2.17", country: "NL" });
  const phone = await newVisitor("maya", { userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)" });
  const tablet = await newVisitor("maya");
  const page = await maya.get(urls.accountSessions());
  assert.match(page.text, /Firefox on Linux This one 192\.0\.2\.17, Netherlands Signed in with the password/);
  const ids = await db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, 2)).orderBy(sessions.id);
  const one = urls.accountSession({ id: String(ids[1]?.id) });
  assert.equal((await maya.post(one, { _method: "DELETE" })).headers.location, urls.accountSessions({}, { ended: 1 }));
  assert.equal((await phone.get(urls.account())).status, 303);
  assert.equal((await tablet.get(urls.account())).status, 200);
  assert.equal((await listEvents(2))[0]?.kind, "session-ended");

  await maya.post(urls.accountSessions(), { _method: "DELETE" });
  assert.equal((await tablet.get(urls.account())).status, 303);
  assert.doesNotMatch((await maya.get(urls.accountSessions())).text, /End all others/);
});

test("nobody ends a session of somebody else", async () => {
  const [sam, ada] = [await newVisitor("sam"), await newVisitor("ada")];
  const [session] = await db.select().from(sessions).where(eq(sessions.userId, 3));
  const address = urls.accountSession({ id: String(session?.id) });
  const answer = await sam.post(address, { _method: "DELETE" }, urls.accountSessions());
  assert.equal(answer.headers.location, urls.accountSessions({}, { ended: 0 }));
  assert.equal((await ada.get(urls.account())).status, 200);
  const support = await newVisitor("ada", { impersonatorId: 4, method: "impersonation" });
  assert.equal((await support.post(address, { _method: "DELETE" }, urls.accountSessions())).status, 403);
});

test("ending this session signs out", async () => {
  const tess = await newVisitor("tess");
  const [session] = await db.select().from(sessions).where(eq(sessions.userId, 5));
  const address = urls.accountSession({ id: String(session?.id) });
  assert.equal((await tess.post(address, { _method: "DELETE" }, urls.accountSessions())).headers.location, urls.home());
  assert.equal((await tess.get(urls.account())).status, 303);
});

test("a known device is forgotten by its owner alone", async () => {
  const [sam, maya] = [await newVisitor("sam"), await newVisitor("maya")];
  const [device] = await db.insert(devices).values({ userId: 1, tokenHash: "x", userAgent: firefox }).returning();
  const fields = { _method: "DELETE", device: String(device?.id) };
  await maya.post(urls.accountSessions(), fields, urls.accountSessions());
  assert.match((await sam.get(urls.accountSessions())).text, /Known devices .* Firefox on Linux/);
  await sam.post(urls.accountSessions(), fields);
  assert.equal(await db.$count(devices, eq(devices.userId, 1)), 0);
});

test("the history has what happened to the account, by pages, and nothing of others", async () => {
  await db.delete(securityEvents);
  for (let count = 0; count < 60; count += 1) await recordEvent("sign-in", { userId: 1 }, noOrigin);
  const details = { method: "password", secondFactor: true };
  await recordEvent("sign-in", { userId: 1, details }, { ip: "192.0.2.17", country: "NL", userAgent: firefox });
  await recordEvent("banned", { userId: 2 }, noOrigin);
  const sam = await newVisitor("sam");
  const first = await sam.get(urls.accountHistory());
  assert.match(first.text, /Signed in method: password · second factor Firefox on Linux · 192\.0\.2\.17, Netherlands/);
  assert.doesNotMatch(first.text, /banned/);
  assert.equal(first.html.match(/Signed in\b/g)?.length, 50);
  const older = /href="([^"]+)" rel="next"/.exec(first.html)?.[1] ?? "";
  const second = await sam.get(older);
  assert.equal(second.html.match(/Signed in\b/g)?.length, 11);
  assert.match(second.text, /Newest/);
  assert.equal((await sam.get(urls.accountHistory({}, { before: "x" }))).status, 400);
});

test("times are by the owner's clock", async () => {
  await db.update(users).set({ timeZone: "Asia/Tokyo" }).where(eq(users.id, 5));
  await db.insert(securityEvents).values({ kind: "registered", userId: 5, at: new Date("2026-11-27T20:00:00Z") });
  const tess = await newVisitor("tess");
  assert.match((await tess.get(urls.accountHistory())).text, /28 Nov 2026, 05:00/);
});

test("a page of the account asks the database as often however much there is", async () => {
  const sam = await newVisitor("sam");
  const count = async (path: string): Promise<number> => {
    const before = queryCount();
    assert.equal((await sam.get(path)).status, 200);
    return queryCount() - before;
  };
  const paths = [urls.account(), urls.accountSessions(), urls.accountHistory()];
  const few = [];
  for (const path of paths) few.push(await count(path));
  for (let more = 0; more < 5; more += 1) {
    await newVisitor("sam");
    await db.insert(devices).values({ userId: 1, tokenHash: String(more) });
    await recordEvent("sign-in", { userId: 1 }, noOrigin);
  }
  const many = [];
  for (const path of paths) many.push(await count(path));
  assert.deepEqual(many, few);
  for (const each of many) assert.ok(each <= 4, `${each} queries`);
});

test("the overview says how the account stands", async () => {
  await db.update(users).set({ passwordHash: null }).where(eq(users.id, 3));
  const ada = await newVisitor("ada");
  const { text } = await ada.get(urls.account());
  assert.match(text, /Mail address ada@example\.org Change Password None Set one Second factor Off Set up/);
  assert.equal((await (await newVisitor()).get(urls.account())).status, 303);
});
