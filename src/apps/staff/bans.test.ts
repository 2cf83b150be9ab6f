import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq, inArray } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { password } from "#apps/accounts/fixtures.ts";
import { oneTimeTokens, profiles, roles, securityEvents, sessions, userRoles, users } from "#apps/accounts/schema.ts";
import { issueToken } from "#apps/accounts/tokens.ts";
import { urls } from "#urls.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";

const sam = { id: "1" };

test("a ban ends sessions and links at once, says its reason at the door, and can be lifted", async () => {
  const [otto, reader] = [await newVisitor("otto"), await newVisitor("sam")];
  await issueToken("reset", 60, { userId: 1 });
  const banned = await otto.post(
    urls.staffPersonBan(sam),
    { reason: " Sells <shoes> in comments. " },
    urls.staffPersonBan(sam),
  );
  assert.equal(banned.headers.location, urls.staffPerson(sam));
  assert.equal((await reader.get(urls.account())).status, 303);
  assert.equal(await db.$count(sessions, eq(sessions.userId, 1)), 0);
  assert.equal(await db.$count(oneTimeTokens, eq(oneTimeTokens.userId, 1)), 0);
  assert.match((await otto.get(urls.staffPerson(sam))).html, /They read: “Sells &lt;shoes&gt; in comments\.”/);

  const door = await newVisitor();
  const refused = await door.post(urls.signIn(), { address: "sam@example.org", password }, urls.signIn());
  assert.equal(refused.status, 403);
  assert.match(refused.text, /This account is closed\. The reason: Sells <shoes> in comments\./);

  const lifted = await otto.post(urls.staffPersonBan(sam), { _method: "DELETE" }, urls.staffPerson(sam));
  assert.equal(lifted.status, 303);
  assert.equal((await door.post(urls.signIn(), { address: "sam@example.org", password }, urls.signIn())).status, 303);
  const events = await db
    .select()
    .from(securityEvents)
    .where(inArray(securityEvents.kind, ["banned", "unbanned"]))
    .orderBy(securityEvents.id);
  assert.deepEqual(
    events.map(({ kind, userId, actorId }) => [kind, userId, actorId]),
    [
      ["banned", 1, 4],
      ["unbanned", 1, 4],
    ],
  );
  assert.equal(events[0]?.details.reason, "Sells <shoes> in comments.");
});

test("a profile that may not be shown any more leaves the cache of pages", async () => {
  const otto = await newVisitor("otto");
  await db.insert(profiles).values({ slug: "maya", name: "Maya", userId: 2 });
  const waiting = "select count(*)::int as jobs from pgboss.job where name = 'catalog.follow-profiles'";
  const count = async () => (await db.$client.query<{ jobs: number }>(waiting)).rows[0]?.jobs;
  await otto.post(urls.staffPersonBan({ id: "2" }), { reason: "Sells." }, urls.staffPersonBan({ id: "2" }));
  assert.equal(await count(), 1);
  await otto.post(urls.staffPersonBan({ id: "2" }), { _method: "DELETE" }, urls.staffPerson({ id: "2" }));
  assert.equal(await count(), 2);
  await otto.post(urls.signOut());
});

test("a session that was begun as a ban came is of no use", async () => {
  const reader = await newVisitor("maya");
  await db.update(users).set({ bannedAt: new Date() }).where(eq(users.id, 2));
  assert.equal((await reader.get(urls.account())).status, 303);
  await db.update(users).set({ bannedAt: null }).where(eq(users.id, 2));
});

test("a ban has a reason, and is not for oneself, the last owner, or who may do more", async () => {
  const otto = await newVisitor("otto");
  const ban = async (visitor: typeof otto, id: string, reason = "Because.") =>
    visitor.post(urls.staffPersonBan({ id }), { reason }, urls.staffPersonBan({ id }));
  const silent = await ban(otto, "1", "  ");
  assert.equal(silent.status, 422);
  assert.match(silent.text, /Say why/);
  assert.match((await ban(otto, "4")).text, /Nobody bans themselves/);

  const [admin] = await db.select().from(roles).where(eq(roles.name, "admin"));
  await db.insert(userRoles).values({ userId: 5, roleId: admin?.id ?? 0 });
  const tess = await newVisitor("tess");
  assert.match((await ban(tess, "4")).text, /The last owner stays/);
  const [owner] = await db.select().from(roles).where(eq(roles.name, "owner"));
  await db.insert(userRoles).values({ userId: 1, roleId: owner?.id ?? 0 });
  const refused = await ban(tess, "4");
  assert.equal(refused.status, 422);
  assert.match(refused.text, /They may do more here than you/);
  const ended = await tess.post(urls.staffPersonSessions({ id: "4" }), { _method: "DELETE" });
  assert.equal(ended.status, 403);
  assert.equal(await db.$count(sessions, eq(sessions.userId, 4)), 2);
});
