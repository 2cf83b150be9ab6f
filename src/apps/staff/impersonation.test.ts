import { site, visit } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { asc, eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { listEvents } from "#apps/accounts/security-events.ts";
import { roles, securityEvents, sessions, userRoles, users } from "#apps/accounts/schema.ts";
import { urls } from "#urls.ts";
import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";

const sam = { id: "1" };
const waitingCookie = "lectern_staff";

async function actAs(visitor: Visitor, person = sam, reason = "Message 12: cannot find a course.") {
  return visitor.post(urls.staffPersonImpersonation(person), { reason }, urls.staffPersonImpersonation(person));
}

async function stop(visitor: Visitor) {
  return visitor.post(urls.staffImpersonation(), { _method: "DELETE" });
}

async function eventsOf(userId: number) {
  const found = await db
    .select()
    .from(securityEvents)
    .where(eq(securityEvents.userId, userId))
    .orderBy(asc(securityEvents.id));
  return found.map(({ kind, actorId }) => [kind, actorId]);
}

test("staff act in a reader's place and come back to their own session", async () => {
  const otto = await newVisitor("otto");
  const own = otto.cookies.get(sessionCookie);
  const begun = await actAs(otto);
  assert.equal(begun.status, 303);
  assert.notEqual(otto.cookies.get(sessionCookie), own);
  assert.match(String(begun.headers["set-cookie"]), new RegExp(`${waitingCookie}=${own}; .*HttpOnly`));

  const page = await otto.get(urls.account());
  assert.match(page.text, /You act in the place of Sam Okafor/);
  assert.equal((await otto.get(urls.staff())).status, 404, "with a reader's rights and no more");

  const ended = await stop(otto);
  assert.equal(ended.headers.location, urls.staffPerson(sam));
  assert.equal(otto.cookies.get(sessionCookie), own);
  assert.equal(otto.cookies.has(waitingCookie), false);
  assert.equal((await otto.get(urls.staffPerson(sam))).status, 200);
  assert.equal(await db.$count(sessions, eq(sessions.method, "impersonation")), 0);
});

test("the reader finds who came, when and why, but not from where", async () => {
  const events = await listEvents(1);
  assert.deepEqual(
    events.map(({ kind, actorId, ip, userAgent }) => [kind, actorId, ip, userAgent]),
    [
      ["impersonation-ended", 4, "", ""],
      ["impersonated", 4, "", ""],
    ],
  );
  assert.equal(events[1]?.details.reason, "Message 12: cannot find a course.");
  const [kept] = await db.select().from(securityEvents).where(eq(securityEvents.kind, "impersonated"));
  assert.equal(kept?.ip, "127.0.0.1", "which the staff can look up");
});

test("what happens meanwhile carries the name of who did it", async () => {
  const otto = await newVisitor("otto");
  await actAs(otto);
  await otto.get(urls.account());
  const wrong = { address: "maya@example.org", password: "a wrong guess" };
  assert.equal((await otto.post(urls.signIn(), wrong, urls.account())).status, 422);
  assert.deepEqual((await eventsOf(2)).at(-1), ["sign-in-failed", 4]);
  await stop(otto);
});

test("nothing dangerous is done in somebody's place, whatever the address", async () => {
  const otto = await newVisitor("otto");
  await actAs(otto);
  await otto.get(urls.account());
  const dangerous = site.routes.filter(({ reauthenticate, access }) => reauthenticate && access === "viewer");
  assert.ok(dangerous.length >= 5, `${dangerous.length} dangerous routes`);
  for (const { method, pattern } of dangerous) {
    const url = pattern.replace(/:\w+/g, "1");
    const { status } = method === "GET" ? await otto.get(url) : await otto.post(url, { _method: method }, "/");
    assert.equal(status, 403, `${method} ${pattern}`);
  }
  await stop(otto);
});

test("it is for readers alone, with a reason, and for nobody who is banned", async () => {
  const otto = await newVisitor("otto");
  assert.match((await actAs(otto, sam, " ")).text, /Say why/);
  assert.match((await actAs(otto, { id: "3" })).text, /They are of the staff/);
  assert.match((await actAs(otto, { id: "4" })).text, /This is your own account/);
  await db.update(users).set({ bannedAt: new Date() }).where(eq(users.id, 5));
  assert.match((await actAs(otto, { id: "5" })).text, /They are banned/);
  await db.update(users).set({ bannedAt: null }).where(eq(users.id, 5));
  assert.equal(otto.cookies.has(waitingCookie), false);

  const [support] = await db.select().from(roles).where(eq(roles.name, "support"));
  await db.insert(userRoles).values({ userId: 5, roleId: support?.id ?? 0 });
  const tess = await newVisitor("tess");
  assert.equal((await actAs(tess)).status, 303, "support helps readers");
  await stop(tess);
  await db.delete(userRoles).where(eq(userRoles.userId, 5));
});

test("who is no longer of the staff acts for nobody any more", async () => {
  const otto = await newVisitor("otto");
  const tess = await newVisitor("tess");
  const [admin] = await db.select().from(roles).where(eq(roles.name, "admin"));
  await db.insert(userRoles).values({ userId: 5, roleId: admin?.id ?? 0 });
  await actAs(tess);
  assert.equal((await tess.get(urls.account())).status, 200);
  const taken = await otto.post(
    urls.staffPersonRoles({ id: "5" }),
    { _method: "PUT" },
    urls.staffPersonRoles({ id: "5" }),
  );
  assert.equal(taken.status, 303);
  assert.equal((await tess.get(urls.account())).status, 303);
  await stop(tess);
  assert.equal((await tess.get(urls.account())).status, 303, "their own session is over too");
});

test("after the hour there is a way back", async () => {
  const otto = await newVisitor("otto");
  await actAs(otto);
  await otto.get(urls.account());
  await db
    .update(sessions)
    .set({ expiresAt: new Date(0) })
    .where(eq(sessions.method, "impersonation"));
  assert.equal((await otto.get(urls.account())).status, 303);
  assert.equal((await stop(otto)).headers.location, urls.staffPerson(sam));
  assert.equal((await otto.get(urls.staff())).status, 200);
});

test("signing out signs both out, and signing in leaves nothing waiting", async () => {
  const otto = await newVisitor("otto");
  const own = otto.cookies.get(sessionCookie) ?? "";
  await actAs(otto);
  await otto.get(urls.account());
  await otto.post(urls.signOut());
  assert.equal(otto.cookies.has(waitingCookie) || otto.cookies.has(sessionCookie), false);
  otto.cookies.set(sessionCookie, own);
  assert.equal((await otto.get(urls.staff())).status, 303, "the session that waited is over");
  assert.deepEqual((await eventsOf(1)).at(-1), ["impersonation-ended", 4]);
});

test("a cookie that waits signs nobody in by itself", async () => {
  const otto = await newVisitor("otto");
  const own = otto.cookies.get(sessionCookie) ?? "";
  const alone = await visit(urls.account(), { headers: { cookie: `${waitingCookie}=${own}` } });
  assert.equal(alone.status, 303);
  const forged = await newVisitor("sam");
  await forged.get(urls.account());
  assert.equal((await stop(forged)).headers.location, urls.staff());
  assert.equal((await forged.get(urls.account())).status, 200, "who acts for nobody stays who they are");
});
