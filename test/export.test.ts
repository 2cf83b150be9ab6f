import { newVisitor } from "./helpers/visitor.ts";
import { site } from "./helpers/site.ts";
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { inflateRawSync } from "node:zlib";
import { eq, sql } from "drizzle-orm";
import { sessions, securityEvents, users } from "#apps/accounts/schema.ts";
import { makeRecoveryCodes } from "#apps/accounts/second-factor.ts";
import { hashSecret } from "#apps/accounts/secrets.ts";
import { listEvents, noOrigin } from "#apps/accounts/security-events.ts";
import { exportPersonalData } from "#apps/accounts/personal-data.ts";
import { issueToken } from "#apps/accounts/tokens.ts";
import { getUser } from "#apps/accounts/users.ts";
import { customers, transactions } from "#apps/billing/schema.ts";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { csrfField } from "#lib/http/forgery.ts";
import { hashRecoveryCode } from "#lib/totp.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { findTraces, leaveTraces } from "./helpers/person.ts";

const tess = { id: 5, address: "tess@example.org", name: "Tess Molina" };

test("the owner downloads a ZIP of everything, and is told of it", async () => {
  const visitor = await newVisitor("tess");
  const page = await visitor.get(urls.accountExport());
  const csrf = /name="csrf" value="([\w-]+)"/.exec(page.html)?.[1] ?? "";
  const answer = await site.fastify.inject({
    method: "POST",
    url: urls.accountExport(),
    payload: new URLSearchParams({ [csrfField]: csrf }).toString(),
    headers: {
      host: "localhost",
      origin: "http://localhost",
      "content-type": "application/x-www-form-urlencoded",
      cookie: `${sessionCookie}=${visitor.cookies.get(sessionCookie)}`,
    },
  });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers["content-type"], "application/zip");
  assert.match(
    String(answer.headers["content-disposition"]),
    /^attachment; filename="localhost-\d{4}-\d\d-\d\d\.zip"$/,
  );
  const files = unzip(answer.rawPayload);
  assert.match(files.get("README.txt") ?? "", /What Lectern keeps about tess@example\.org/);
  assert.deepEqual(
    rows(files, "users.json").map(({ id, address, name }) => ({ id, address, name })),
    [tess],
  );
  assert.equal((await listEvents(5))[0]?.kind, "exported");
  const [mail] = await db.select().from(messages).where(eq(messages.address, tess.address));
  assert.equal(mail?.subject, "Your data was downloaded");
  assert.deepEqual(
    readdirSync(tmpdir()).filter((name) => name.startsWith(`lectern-personal-data-${process.pid}-`)),
    [],
  );
});

test("the export has a file for every table with rows of the person, also for tables that came later", async () => {
  await db.$client.query(`
    create table letters_to_the_editor (id integer primary key, user_id integer not null references users, text text not null,
      token_hash text not null default 'SECRET');
    create table replies (letter_id integer not null references letters_to_the_editor on delete cascade, text text not null);
    insert into letters_to_the_editor (id, user_id, text) values (1, 5, 'mine'), (2, 1, 'somebody else''s');
    insert into replies values (1, 'to mine'), (2, 'to somebody else''s')`);
  const tables = await leaveTraces(tess);
  const files = await exported(5);
  for (const table of tables) {
    const isThere = [...files.keys()].some(
      (name) => name === `${table}.json` || name.startsWith(`what-you-did/${table}-`),
    );
    assert.ok(isThere, table);
  }
  assert.ok(files.has("what-you-did/blocks-created_by.json"));
  assert.deepEqual(
    rows(files, "letters_to_the_editor.json").filter(({ text }) => text === "mine"),
    [{ id: 1, user_id: 5, text: "mine" }],
  );
  assert.deepEqual(rows(files, "replies.json"), [{ letter_id: 1, text: "to mine" }]);
  assert.doesNotMatch([...files.values()].join(""), /SECRET|somebody else's/);
  await db.$client.query("drop table replies, letters_to_the_editor");
});

test("what somebody paid is there, although it stays in the books without them", async () => {
  const customer = { provider: "sandbox", providerId: "ctm_tess", userId: 5 } as const;
  const [known] = await db.insert(customers).values(customer).returning();
  const payment = { provider: "sandbox", status: "completed", currency: "USD", occurredAt: new Date() } as const;
  await db.insert(transactions).values([
    { ...payment, providerId: "txn_tess", total: 15_00, customerId: known?.id ?? 0 },
    { ...payment, providerId: "txn_another", total: 16_00 },
  ]);
  assert.deepEqual(
    rows(await exported(5), "transactions.json").map(({ provider_id, total }) => [provider_id, total]),
    [["txn_tess", 15_00]],
  );
});

test("what would let somebody in is left out", async () => {
  const user = await getUser(5);
  const codes = await makeRecoveryCodes(user, noOrigin);
  const { token } = await issueToken("reset", 60, { userId: 5, data: { passwordHash: "$argon2id$put-aside" } });
  const own = await db.select().from(sessions).where(eq(sessions.userId, 5));
  const hashes = [...codes.map(hashRecoveryCode), hashSecret(token), ...own.map(({ tokenHash }) => tokenHash)];
  const text = [...(await exported(5)).values()].join("");
  for (const secret of [
    user.passwordHash ?? "",
    user.handle,
    ...hashes.filter((hash) => /^[0-9a-f]{64}$/.test(hash)),
  ]) {
    assert.ok(!text.includes(secret), secret);
  }
  assert.doesNotMatch(
    text,
    /"(password_hash|token_hash|code_hash|totp_secret|passwordHash|handle|public_key|credential_id)"/,
  );
});

test("mails are there without what is in them", async () => {
  const text = { html: "the-link", text: "the-link", headers: {}, template: "x", name: "" };
  await db.insert(messages).values({ ...text, subject: "Your code is 314159", address: tess.address });
  const files = await exported(5);
  assert.doesNotMatch([...files.values()].join(""), /the-link|314159/);
  assert.ok(rows(files, "mail_messages.json").some(({ subject }) => subject === "Your code is …"));
});

test("the staff who had to do with somebody are not in their data, nor where they sat", async () => {
  const staff = { ip: "203.0.113.99", userAgent: "StaffBrowser", country: "SE" };
  await db
    .insert(securityEvents)
    .values({ kind: "banned", userId: 2, actorId: 5, ...staff, details: { reason: "said-why" } });
  await db.insert(sessions).values({
    ...staff,
    userId: 2,
    impersonatorId: 5,
    method: "impersonation",
    tokenHash: "impersonated",
    expiresAt: sql`now() + interval '1 hour'`,
  });
  const theirs = await exported(2);
  assert.doesNotMatch([...theirs.values()].join(""), /203\.0\.113\.99|StaffBrowser|actor_id|impersonator_id/);
  assert.match(theirs.get("security_events.json") ?? "", /said-why/);
  const own = await exported(5);
  assert.doesNotMatch(own.get("what-you-did/security_events-actor_id.json") ?? "", /said-why|user_id/);
  assert.match(own.get("what-you-did/security_events-actor_id.json") ?? "", /"banned"/);
});

test("many rows are all there", async () => {
  await db.$client.query(
    "insert into security_events (kind, user_id) select 'sign-in', 1 from generate_series(1, 1700)",
  );
  assert.equal(rows(await exported(1), "security_events.json").length, 1700);
});

test("an export changes nothing and needs a fresh proof of who asks", async () => {
  const stale = await newVisitor("sam", { authenticatedAt: new Date(Date.now() - 3_600_000) });
  assert.equal((await stale.get(urls.accountExport())).status, 303);
  const support = await newVisitor("sam", { impersonatorId: 4, method: "impersonation" });
  assert.equal((await support.get(urls.accountExport())).status, 403);
  assert.ok((await findTraces({ ...tess, id: 5 })).length > 0);
  assert.equal(await db.$count(users), 5);
});

async function exported(userId: number): Promise<Map<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of await exportPersonalData(await getUser(userId)))
    if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return unzip(Buffer.concat(chunks));
}

function rows(files: ReadonlyMap<string, string>, name: string): Record<string, unknown>[] {
  return JSON.parse(files.get(name) ?? "[]");
}

/** The files of a ZIP by its central directory: APPNOTE.TXT, 4.3.12. */
function unzip(zip: Buffer): Map<string, string> {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const files = new Map<string, string>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [packed, nameLength] = [zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const body = zip.subarray(start, start + packed);
    files.set(name, (zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(body) : body).toString());
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}
