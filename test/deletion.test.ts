import { newVisitor } from "./helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq, like, sql } from "drizzle-orm";
import { tasks } from "#apps.ts";
import { deleteDueAccounts } from "#apps/accounts/deletion.ts";
import { password } from "#apps/accounts/fixtures.ts";
import { deletionHolds, profiles, userRoles, users } from "#apps/accounts/schema.ts";
import { listEvents } from "#apps/accounts/security-events.ts";
import { findUser, getUser } from "#apps/accounts/users.ts";
import { mailings, mailingRecipients, messages, optOuts, webhooks } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { drainTasks } from "#lib/jobs.ts";
import { urls } from "#urls.ts";
import { findTraces, leaveTraces } from "./helpers/person.ts";

const tess = { id: 5, address: "tess-quagmire@example.org", name: "Tess Quagmire" };

test("an account closes at once, can be kept for 14 days, and is kept when its owner says so", async () => {
  const [sam, elsewhere] = [await newVisitor("sam"), await newVisitor("sam")];
  await sam.get(urls.accountDeletion());
  const unsure = await sam.post(urls.accountDeletion());
  assert.equal(unsure.status, 422);
  assert.match(unsure.text, /Tick this if you are sure/);

  const asked = await sam.post(urls.accountDeletion(), { understood: "yes" });
  assert.deepEqual([asked.status, asked.headers.location], [303, urls.accountDeletion()]);
  assert.match((await sam.get(urls.accountDeletion())).text, /Your account is closed/);
  for (const visitor of [sam, elsewhere]) assert.equal((await visitor.get(urls.account())).status, 303);
  const { deletionAt } = await getUser(1);
  assert.equal(Math.round(((deletionAt?.getTime() ?? 0) - Date.now()) / 86_400_000), 14);
  const [mail] = await db.select().from(messages).where(eq(messages.template, "accounts.deletion"));
  assert.match(mail?.subject ?? "", /^Your account will be deleted on \d+ \w+ 20\d\d$/);

  const back = await newVisitor();
  const signedIn = await back.post(urls.signIn(), { address: "sam@example.org", password }, urls.signIn());
  assert.equal(signedIn.headers.location, urls.accountDeletion());
  assert.match((await back.get(urls.account())).text, /Your account will be deleted on .* Keep my account/);
  assert.match((await back.get(urls.accountDeletion())).text, /Keep your account\?/);
  const kept = await back.post(urls.accountDeletion(), { _method: "DELETE" });
  assert.equal(kept.headers.location, urls.account());
  await db
    .update(users)
    .set({ createdAt: sql`now() - interval '15 days'` })
    .where(eq(users.id, 1));
  await deleteDueAccounts();
  assert.equal((await getUser(1)).deletionAt, null);
  assert.deepEqual(
    (await listEvents(1)).slice(0, 3).map(({ kind }) => kind),
    ["deletion-withdrawn", "sign-in", "deletion-asked"],
  );
});

test("nobody deletes an account without proving who they are, nor in another's place", async () => {
  const stale = await newVisitor("maya", { authenticatedAt: new Date(Date.now() - 3_600_000) });
  const answer = await stale.post(urls.accountDeletion(), { understood: "yes" }, urls.accountDeletion());
  assert.match(String(answer.headers.location), /^\/sign-in\/again\//);
  const support = await newVisitor("maya", { impersonatorId: 4, method: "impersonation" });
  assert.equal((await support.post(urls.accountDeletion(), { understood: "yes" }, urls.accountDeletion())).status, 403);
  await db
    .update(users)
    .set({ deletionAt: new Date(Date.now() + 1e9) })
    .where(eq(users.id, 2));
  assert.equal((await support.post(urls.accountDeletion(), { _method: "DELETE" }, urls.accountDeletion())).status, 403);
  assert.notEqual((await getUser(2)).deletionAt, null);
});

test("the last one who may do everything stays", async () => {
  const otto = await newVisitor("otto");
  const answer = await otto.post(urls.accountDeletion(), { understood: "yes" }, urls.accountDeletion());
  assert.equal(answer.status, 422);
  assert.match(answer.text, /Make somebody else an owner first/);
  const [owner] = await db.select().from(userRoles).where(eq(userRoles.userId, 4));
  await db.insert(userRoles).values({ userId: 1, roleId: owner?.roleId ?? 0 });
  const asked = await otto.post(urls.accountDeletion(), { understood: "yes" });
  assert.equal(asked.headers.location, urls.accountDeletion());
  // Whoever is about to leave is none of those who stay.
  const sam = await newVisitor("sam");
  assert.equal((await sam.post(urls.accountDeletion(), { understood: "yes" }, urls.accountDeletion())).status, 422);
});

test("nothing of somebody is left in any table once the account is deleted", async () => {
  await db
    .update(users)
    .set({ address: tess.address, name: tess.name, banReason: tess.name })
    .where(eq(users.id, tess.id));
  const tables = await leaveTraces(tess);
  for (const table of ["sessions", "passkeys", "security_events", "reading_events", "profiles", "learners"]) {
    assert.ok(tables.includes(table), table);
  }
  await leaveMail();
  const visitor = await newVisitor();
  await visitor.post(urls.signIn(), { address: tess.address, password }, urls.signIn());
  await visitor.post(
    urls.register(),
    { address: tess.address, password: "a ladder of lamps", name: tess.name },
    urls.register(),
  );
  const asking = await newVisitor("tess");
  await asking.post(urls.accountAddress(), { address: "tess@elsewhere.example" }, urls.accountAddress());
  await asking.post(urls.accountDeletion(), { understood: "yes" }, urls.accountDeletion());

  await deleteDueAccounts();
  assert.ok(await findUser(tess.id), "not before its time");
  await db
    .update(users)
    .set({ deletionAt: sql`now()` })
    .where(eq(users.id, tess.id));
  await deleteDueAccounts();
  assert.ok(await findUser(tess.id), "not while something holds it");
  await db.delete(deletionHolds);
  await deleteDueAccounts();
  await drainTasks(tasks);
  assert.equal(await findUser(tess.id), undefined);
  assert.deepEqual(await findTraces(tess), []);
  const typed = await findTraces({ ...tess, address: "tess@elsewhere.example" });
  assert.deepEqual(typed, ["mail_opt_outs says tess@elsewhere.example"]);
  assert.equal(await db.$count(profiles, like(profiles.slug, "former-%")), 0, "who wrote nothing is no former author");
  assert.equal(await db.$count(mailingRecipients), 1, "a mailing still counts whom it was for");
});

test("what a former author wrote for everybody stays, without the name", async () => {
  const ada = await newVisitor("ada");
  assert.match((await ada.get("/python-lists/")).text, /Ada Lindqvist/);
  await ada.post(urls.accountDeletion(), { understood: "yes" }, urls.accountDeletion());
  await db
    .update(users)
    .set({ deletionAt: sql`now()` })
    .where(eq(users.id, 3));
  await deleteDueAccounts();
  await drainTasks(tasks);
  const page = await (await newVisitor("maya")).get("/python-lists/");
  assert.equal(page.status, 200);
  assert.match(page.text, /A former author/);
  assert.doesNotMatch(page.html, /Ada Lindqvist|ada@example/);
  const left = await db.select().from(profiles).where(eq(profiles.slug, "ada"));
  assert.deepEqual(left, []);
});

async function leaveMail(): Promise<void> {
  const text = { subject: `For ${tess.name}`, html: tess.address, text: tess.address, headers: {} };
  await db.insert(messages).values({ ...text, template: "x", address: tess.address, name: tess.name });
  const [mailing] = await db
    .insert(mailings)
    .values({ key: "x", template: "x", list: "x", subject: "x", html: "x", text: "x", headers: {}, candidates: 1 })
    .returning();
  await db
    .insert(mailingRecipients)
    .values({ mailingId: mailing?.id ?? 0, address: tess.address, name: tess.name, state: "queued" });
  // Somebody whose address she only typed has left a list, and that is none of hers.
  await db.insert(optOuts).values({ address: "tess@elsewhere.example", list: "weekly" });
  await db.insert(webhooks).values({ hash: "x", body: JSON.stringify([{ email: tess.address, event: "delivered" }]) });
}
