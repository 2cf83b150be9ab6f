import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { changes } from "#apps/admin/schema.ts";
import { roles, userRoles, rolePermissions } from "#apps/accounts/schema.ts";
import { entries } from "#apps/catalog/schema.ts";
import { manuscripts, stages } from "#apps/editorial/schema.ts";
import { mailings, mailingRecipients, messages, suppressions } from "#apps/mail/schema.ts";
import { addUser } from "#apps/accounts/users.ts";
import { searches } from "#apps/search/schema.ts";
import { db, queryCount } from "#lib/db.ts";
import { drainTasks, task } from "#lib/jobs.ts";
import { getJob, listJobs } from "#lib/jobs/listing.ts";
import { urls } from "#urls.ts";
import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import { saveErrors } from "./errors/groups.ts";
import { errorGroups } from "./schema.ts";

const otto = await newVisitor("otto");
const watcher = await visitorWith("operations.view");

/** Somebody who may do this and nothing else. */
async function visitorWith(...permissions: string[]): Promise<Visitor> {
  const name = permissions.join(" ");
  const user = await addUser({ address: `${Math.random()}@example.org`, name });
  const [role] = await db.insert(roles).values({ name, about: "" }).returning();
  assert.ok(user && role);
  await db.insert(userRoles).values({ userId: user.id, roleId: role.id });
  await db.insert(rolePermissions).values(permissions.map((permission) => ({ roleId: role.id, permission })));
  return await newVisitor("sam", { userId: user.id });
}

const frail = task(
  "test.frail",
  { input: z.object({ token: z.string(), page: z.number() }), retry: { limit: 0 } },
  async () => {
    throw new Error("The page at https://a.example/?token=hunter2 is gone.");
  },
);

async function dead(): Promise<string> {
  const id = (await frail.later({ token: "hunter2", page: 7 })) ?? "";
  await drainTasks([frail]);
  return id;
}

test("tasks are counted by state, and a job shows its error and its input without secrets", async () => {
  const job = await dead();
  const list = await otto.get(urls.staffTasks({}, { standing: "dead", task: "test.frail" }));
  assert.equal(list.status, 200);
  assert.match(list.text, /test\.frail No task has this name: what is here waits\. 0 0 0 1 0/);
  assert.match(list.text, /editorial\.sweep-media 20 4 \* \* \*/);
  assert.ok(list.html.includes(urls.staffJob({ job })));
  const page = await otto.get(urls.staffJob({ job }));
  assert.match(page.text, /"page": 7/);
  assert.match(page.text, /is gone/);
  assert.doesNotMatch(page.html, /hunter2/);
});

test("a dead job is retried, one that waits is cancelled, and what cannot be is said", async () => {
  const job = await dead();
  const deed = (act: string) => otto.post(urls.staffJob({ job }), { act }, urls.staffJob({ job }));
  assert.equal((await deed("retry")).status, 303);
  assert.equal((await getJob(job)).standing, "waiting");
  const again = await deed("retry");
  assert.deepEqual([again.status, /is waiting, not dead/.test(again.text)], [409, true]);
  assert.equal((await deed("cancel")).status, 303);
  assert.equal((await getJob(job)).standing, "cancelled");
  assert.equal((await deed("dance")).status, 400);
  for (const nowhere of ["x", "00000000-0000-0000-0000-000000000000"]) {
    assert.equal((await otto.get(urls.staffJob({ job: nowhere }))).status, 404);
  }
});

const act = (fields: Record<string, string>) => otto.post(urls.staffTasks(), fields, urls.staffTasks());

test("all dead jobs of a task are asked for again, and a schedule runs now, once", async () => {
  await dead();
  await dead();

  assert.equal((await act({ act: "requeue", task: "test.frail" })).status, 303);
  assert.equal((await listJobs({ task: "test.frail", standing: "dead" })).length, 0);
  const first = await act({ act: "run", task: "mail.sweep" });
  assert.match(String(first.headers.location), /done=asked/);
  assert.match(String((await act({ act: "run", task: "mail.sweep" })).headers.location), /done=under-way/);
  assert.equal((await listJobs({ task: "mail.sweep" })).length, 1);
  assert.equal((await act({ act: "run", task: "mail.send" })).status, 400);
});

test("errors are listed by kind, marked as mended and opened again", async () => {
  const fingerprint = "00000000000000aa";
  const error = { type: "TypeError", message: "<b>no</b>", stack: "at a (b.ts:1:2)", context: { task: "a.b" } };
  await saveErrors([{ ...error, fingerprint, count: 3, lastSeenAt: new Date() }]);
  assert.match((await otto.get(urls.staffErrors())).html, /TypeError: &lt;b&gt;no/);
  const page = urls.staffError({ fingerprint });
  assert.match((await otto.get(page)).text, /b\.ts:1:2/);
  assert.equal((await otto.post(page, { act: "resolve" }, page)).status, 303);
  assert.match((await otto.get(urls.staffErrors())).text, /No error is open/);
  assert.match((await otto.get(urls.staffErrors({}, { standing: "mended" }))).text, /TypeError/);
  assert.equal((await otto.post(page, { act: "reopen" }, page)).status, 303);
  const [row] = await db.select().from(errorGroups).where(eq(errorGroups.fingerprint, fingerprint));
  assert.equal(row?.resolvedAt, null);
  assert.equal((await otto.get(urls.staffError({ fingerprint: "%" }))).status, 404);
  assert.equal((await otto.post(page, { act: "dance" }, page)).status, 400);
});

async function addDoubt(): Promise<number> {
  const text = { subject: "Hello", html: "h", text: "t", headers: {}, template: "a.b" };
  const [row] = await db
    .insert(messages)
    .values({ ...text, address: "reader@books.example", name: "", state: "unknown", reason: "No answer came." })
    .returning();
  return row?.id ?? 0;
}

test("mail in doubt is sent once more or left, once, and that is kept", async () => {
  const [left, again] = [await addDoubt(), await addDoubt()];
  assert.match((await otto.get(urls.staffMail())).text, /reader@books\.example No answer came\./);
  const settle = (id: number, verdict: string) =>
    otto.post(urls.staffMail(), { act: "settle", id: String(id), verdict }, urls.staffMail());
  assert.equal((await settle(left, "accepted")).status, 303);
  assert.equal((await settle(again, "queued")).status, 303);
  const states = new Map((await db.select().from(messages)).map(({ id, state }) => [id, state]));
  assert.deepEqual([states.get(left), states.get(again)], ["accepted", "queued"]);
  const asked = (await listJobs({ task: "mail.send" })).map(({ input }) => JSON.stringify(input));
  assert.ok(asked.includes(`{"messageId":${again}}`) && !asked.includes(`{"messageId":${left}}`), String(asked));
  assert.equal((await settle(left, "queued")).status, 409);
  assert.equal((await settle(left, "burned")).status, 400);
  const kept = await db.select().from(changes).where(eq(changes.model, "mail_messages"));
  assert.deepEqual(kept.map(({ action }) => action).toSorted(), ["left as sent", "sent once more"]);
});

test("a mailing that stands still goes on, and its doubts are settled", async () => {
  const text = { subject: "News", html: "h", text: "t", headers: {}, template: "a.b", list: "news", key: "k" };
  const [mailing] = await db
    .insert(mailings)
    .values({ ...text, candidates: 1, stoppedBecause: "All bounced." })
    .returning();
  const mailingId = mailing?.id ?? 0;
  await db.insert(mailingRecipients).values({ mailingId, address: "a@books.example", name: "", state: "unknown" });
  assert.match((await otto.get(urls.staffMail())).text, /News stands still .* All bounced\./);
  const act = (fields: Record<string, string>) =>
    otto.post(urls.staffMail(), { id: String(mailingId), ...fields }, urls.staffMail());
  assert.equal((await act({ act: "resume" })).status, 303);
  assert.equal((await act({ act: "resume" })).status, 409);
  assert.equal((await act({ act: "settle-mailing", verdict: "accepted" })).status, 303);
  assert.equal((await db.select().from(mailingRecipients))[0]?.state, "accepted");
});

const release = (visitor: Visitor) =>
  visitor.post(urls.staffMail(), { act: "release", address: "gone@books.example" }, urls.account());

test("suppressed addresses are found and released; who may not see people sees none of them", async () => {
  const since = new Date();
  await db.insert(suppressions).values([
    { address: "gone@books.example", reason: "bounce", since },
    { address: "100%@books.example", reason: "by hand", since },
  ]);
  const found = await otto.get(urls.staffMail({}, { q: "100%" }));
  assert.match(found.text, /100%@books/);
  assert.doesNotMatch(found.text, /gone@books/);
  const seen = await watcher.get(urls.staffMail());
  assert.equal(seen.status, 200);
  assert.doesNotMatch(seen.html, /@books\.example/);
  const mender = await visitorWith("operations.view", "operations.manage");
  assert.equal((await release(mender)).status, 403);
  assert.equal((await release(otto)).status, 303);
  assert.deepEqual(
    (await db.select().from(suppressions)).map(({ address }) => address),
    ["100%@books.example"],
  );
});

test("settings are shown with where they come from, and secrets never", async () => {
  const page = await otto.get(urls.staffSettings());
  assert.equal(page.status, 200);
  assert.match(page.text, /SECRET_KEY set What it does/);
  for (const name of ["SECRET_KEY", "DATABASE_URL"]) {
    const value = process.env[name];
    if (value) assert.ok(!page.html.includes(value), name);
  }
});

test("what was searched in vain is listed until it is dismissed", async () => {
  const row = { day: new Date().toISOString().slice(0, 10), query: "monads", times: 5, empty: 4, lastAt: new Date() };
  await db.insert(searches).values(row);
  assert.match((await otto.get(urls.staffSearches())).text, /monads 4 5/);
  const act = (act: string) => otto.post(urls.staffSearches(), { act, query: "monads" }, urls.staffSearches());
  assert.equal((await act("dismiss")).status, 303);
  assert.match((await otto.get(urls.staffSearches())).text, /Everybody found something.*Dismissed: 1/);
  assert.equal((await act("recall")).status, 303);
  assert.match((await otto.get(urls.staffSearches())).text, /monads 4 5/);
  assert.equal((await act("dance")).status, 400);
});

test("who may only look finds no buttons, and nothing behind them", async () => {
  for (const page of [urls.staffTasks(), urls.staffMail(), urls.staffErrors(), urls.staffSettings()]) {
    const { status, html } = await watcher.get(page);
    assert.equal(status, 200, page);
    assert.doesNotMatch(html.slice(html.indexOf("desk-main")), /method="post"/, page);
  }
  for (const page of [urls.staffTasks(), urls.staffMail()]) {
    assert.equal((await watcher.post(page, { act: "run" }, urls.account())).status, 404, page);
  }
  assert.equal((await (await newVisitor("sam")).get(urls.staffTasks())).status, 404);
});

const count = async (visitor: Visitor) => {
  const before = queryCount();
  const page = await visitor.get(urls.staff());
  assert.equal(page.status, 200);
  return { ...page, queries: queryCount() - before };
};

async function waitForReview(): Promise<void> {
  const [stage] = await db.select().from(stages).where(eq(stages.slug, "technical-review"));
  const [entry] = await db.select().from(entries).limit(1);
  await db.insert(manuscripts).values({ entryId: entry?.id ?? 0, stageId: stage?.id ?? 0 });
}

test("the first page says what needs somebody, as far as the viewer may see it, in as many queries however much that is", async () => {
  const before = await count(otto);
  for (let index = 0; index < 5; index += 1) await dead();
  await addDoubt();
  await waitForReview();
  const after = await count(otto);
  assert.equal(after.queries, before.queries);
  assert.match(after.text, /\d tasks are dead 1 mail is in doubt/);
  assert.match(after.text, /1 text waits for a review/);
  assert.match(after.text, /Searches 5 5 today/);
  assert.match(after.text, /sent once more by Otto Brandt/);
  const seen = await count(watcher);
  assert.match(seen.text, /\d tasks are dead/);
  assert.doesNotMatch(seen.text, /New accounts|Sign-ins|second factor|Last actions/);
});
