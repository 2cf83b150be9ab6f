import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { eq, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { mailTo } from "../../../test/helpers/mailbox.ts";
import { urls } from "#urls.ts";
import { fresh } from "./door/testing.ts";
import { password } from "./fixtures.ts";
import { sessions, users } from "./schema.ts";
import { hashSecret } from "./secrets.ts";
import { endSessions } from "./sessions.ts";

beforeEach(async () => {
  await db.execute(sql`delete from limits`);
});

async function isIn(visitor: Visitor): Promise<boolean> {
  return (await visitor.get(urls.signIn())).status === 303;
}

/** Somebody else who has come by the visitor's cookie. */
async function thiefOf(visitor: Visitor): Promise<Visitor> {
  const thief = await newVisitor();
  thief.cookies.set(sessionCookie, visitor.cookies.get(sessionCookie) ?? "");
  return thief;
}

async function signIn(visitor: Visitor, name = "sam"): Promise<void> {
  const answer = await visitor.post(urls.signIn(), { address: `${name}@example.org`, password }, urls.signIn());
  assert.equal(answer.status, 303);
}

test("a token that somebody planted before the sign-in is never the reader's", async () => {
  const [reader, attacker] = [await newVisitor(), await newVisitor("tess")];
  await reader.get(urls.signIn());
  reader.cookies.set(sessionCookie, attacker.cookies.get(sessionCookie) ?? "");
  assert.ok(await isIn(reader), "the reader is the attacker until they sign in");
  reader.cookies.set(sessionCookie, "planted");
  const planted = await thiefOf(reader);
  await signIn(reader);
  assert.notEqual(reader.cookies.get(sessionCookie), "planted");
  assert.ok(!(await isIn(planted)));
});

test("a sign-in over another session ends that, and has a token of its own", async () => {
  const reader = await newVisitor("tess");
  const before = await thiefOf(reader);
  const { token } = await linkFor("sam");
  await reader.post(urls.signInLinkOpen(), { token }, urls.account());
  assert.ok(await isIn(reader));
  assert.notEqual(reader.cookies.get(sessionCookie), before.cookies.get(sessionCookie));
  assert.ok(!(await isIn(before)));
});

async function linkFor(name: string): Promise<{ token: string }> {
  const asking = await newVisitor();
  await asking.post(urls.signInLink(), { address: `${name}@example.org` }, urls.signInLink());
  return mailTo(`${name}@example.org`);
}

test("every sign-in has another token, of which only the hash is stored", async () => {
  const [one, other] = [await newVisitor(), await newVisitor()];
  await signIn(one);
  await signIn(other);
  const tokens = [one, other].map(({ cookies }) => cookies.get(sessionCookie) ?? "");
  assert.equal(new Set(tokens).size, 2);
  for (const token of tokens) {
    assert.ok(Buffer.from(token, "base64url").length >= 16, "128 bits or more: ASVS 5.0, 7.2.3");
    assert.equal(await db.$count(sessions, eq(sessions.tokenHash, token)), 0);
    assert.equal(await db.$count(sessions, eq(sessions.tokenHash, hashSecret(token))), 1);
  }
});

test("the token of who has signed out is dead", async () => {
  const reader = await newVisitor();
  await signIn(reader);
  const thief = await thiefOf(reader);
  assert.ok(await isIn(thief));
  await reader.post(urls.signOut(), {}, urls.account());
  assert.ok(!(await isIn(thief)));
});

test("a new password ends every session there was", async () => {
  const [one, other, owner] = [await newVisitor("maya"), await newVisitor("maya"), await newVisitor()];
  await owner.post(urls.reset(), { address: "maya@example.org" }, urls.reset());
  const { token } = await mailTo("maya@example.org");
  await owner.post(urls.resetOpen(), { token, password: fresh });
  assert.ok(await isIn(owner));
  assert.ok(!(await isIn(one)) && !(await isIn(other)));
});

test("all sessions but one are ended, or one alone", async () => {
  const [here, there] = [await newVisitor("ada"), await newVisitor("ada")];
  const [first] = await db
    .select()
    .from(sessions)
    .where(eq(sessions.tokenHash, hashSecret(here.cookies.get(sessionCookie) ?? "")));
  assert.equal(await endSessions(3, { except: first?.id ?? 0 }), 1);
  assert.ok((await isIn(here)) && !(await isIn(there)));
  assert.equal(await endSessions(1, { only: first?.id ?? 0 }), 0, "nobody ends a session of somebody else");
  assert.equal(await endSessions(3, { only: first?.id ?? 0 }), 1);
  assert.ok(!(await isIn(here)));
});

test("sessions of who is banned are dead at once", async () => {
  const tess = await newVisitor("tess");
  assert.ok(await isIn(tess));
  await db.update(users).set({ bannedAt: new Date() }).where(eq(users.id, 5));
  assert.ok(!(await isIn(tess)));
});

test("sessions of an account that is deleted are dead at once", async () => {
  const gone = await newVisitor();
  await db.execute(sql`insert into users (address, password_hash)
    select 'gone@example.org', password_hash from users where id = 1`);
  await signIn(gone, "gone");
  assert.ok(await isIn(gone));
  await db.delete(users).where(eq(users.address, "gone@example.org"));
  assert.ok(!(await isIn(gone)));
});

test("the token changes whenever somebody shows more of who they are", async () => {
  const ada = await newVisitor("ada", { authenticatedAt: new Date(0) });
  const before = await thiefOf(ada);
  await ada.post(urls.signInAgain(), { password }, urls.signInAgain());
  assert.ok(await isIn(ada));
  assert.notEqual(ada.cookies.get(sessionCookie), before.cookies.get(sessionCookie));
  assert.ok(!(await isIn(before)));
});

test("a session ends when it was not used for long, and some day in any case", async () => {
  const hour = 3_600_000;
  const ago = (hours: number): Date => new Date(Date.now() - hours * hour);
  const cases = [
    [{ lastSeenAt: ago(11) }, true],
    [{ lastSeenAt: ago(13) }, false],
    [{ lastSeenAt: ago(29 * 24), isPersistent: true }, true],
    [{ lastSeenAt: ago(31 * 24), isPersistent: true }, false],
    [{ expiresAt: ago(1), isPersistent: true }, false],
  ] as const;
  for (const [session, isAlive] of cases) {
    assert.equal(await isIn(await newVisitor("ada", session)), isAlive, JSON.stringify(session));
  }
});
