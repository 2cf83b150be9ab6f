import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { urls } from "#urls.ts";
import { findMarkupFaults } from "../../../test/helpers/markup.ts";
import {
  comeBack,
  db,
  depart,
  lastMailTo,
  leaveFor,
  newVisitor,
  signIn,
  signInAs,
  usersWith,
  work,
} from "./providers/testing.ts";
import { identities, oneTimeTokens, passkeys, securityEvents, sessions, users } from "./schema.ts";

test("an address that has an account is connected by who signs in to it, and by nobody else", async () => {
  const visitor = await newVisitor();
  work.person = { ...work.person, email: "maya@example.org" };
  const page = await signIn(visitor, "work", { next: "/tutorials/" });
  assert.match(page.text, /You have an account here already/);
  await signInAs(visitor, "maya", { method: "password" });
  assert.match((await visitor.get(urls.accountIdentities())).text, /Shall Work \( ?maya@example.org ?\) sign in/);
  const connected = await visitor.post(urls.accountIdentities());
  assert.equal(connected.headers.location, "/tutorials/");
  assert.doesNotMatch((await visitor.get(urls.accountIdentities())).text, /Shall Work/);

  const later = await newVisitor();
  assert.equal((await signIn(later, "work")).status, 303);
  const [maya] = await usersWith("maya@example.org");
  assert.notEqual(maya?.passwordHash, null);
  assert.match(await lastMailTo("maya@example.org"), /Another way to sign in/);
});

test("a password that was there before the owner of the address is dead once they have shown the address", async () => {
  const [victim] = await db
    .insert(users)
    .values({ address: "victim@example.org", passwordHash: "what the attacker chose" })
    .returning();
  await db.insert(securityEvents).values({ kind: "password-changed", userId: victim?.id ?? 0 });
  const attacker = {
    userId: victim?.id ?? 0,
    tokenHash: "the attacker's",
    expiresAt: new Date(Date.now() + 3_600_000),
  };
  await db.insert(sessions).values({ ...attacker, method: "password" });
  work.person = { ...work.person, email: "victim@example.org" };
  const visitor = await newVisitor();
  await signIn(visitor, "work");
  await signInAs(visitor, "victim@example.org", { method: "link" });
  const connected = await visitor.post(urls.accountIdentities(), {}, urls.accountIdentities());
  assert.equal(connected.headers.location, urls.accountIdentities({}, { claimed: "yes" }));
  assert.match((await visitor.get(connected.headers.location)).text, /Your password was removed/);
  assert.equal((await usersWith("victim@example.org"))[0]?.passwordHash, null);
  assert.equal(await db.$count(sessions, eq(sessions.tokenHash, "the attacker's")), 0);
  assert.match(await lastMailTo("victim@example.org"), /Your password was removed/);
});

test("a password that was set by mail stays", async () => {
  const [sam] = await usersWith("sam@example.org");
  await db.insert(securityEvents).values({ kind: "password-changed", userId: 1 });
  await db.insert(securityEvents).values({ kind: "password-reset", userId: 1 });
  work.person = { ...work.person, email: "sam@example.org" };
  const visitor = await newVisitor();
  await signIn(visitor, "work");
  await signInAs(visitor, "sam", { method: "link" });
  const connected = await visitor.post(urls.accountIdentities(), {}, urls.accountIdentities());
  assert.equal(connected.headers.location, urls.dashboard());
  assert.equal((await usersWith("sam@example.org"))[0]?.passwordHash, sam?.passwordHash);
});

test("a password that somebody registered with before the owner of the address came is good for nothing", async () => {
  const address = work.person.email ?? "";
  const secret = "a lamp over every desk";
  const attacker = await newVisitor();
  await attacker.post(urls.register(), { address, password: secret, name: "Nora" }, urls.register());
  assert.match(await lastMailTo(address), /Confirm your address/);
  const [waiting] = await db.select().from(oneTimeTokens).where(eq(oneTimeTokens.address, address));
  const [, token = ""] = /token=([\w-]+)/.exec(await lastMailTo(address)) ?? [];
  assert.ok(waiting !== undefined && token !== "");

  const owner = await newVisitor();
  assert.equal((await signIn(owner, "work")).status, 303);
  assert.equal(await db.$count(oneTimeTokens, eq(oneTimeTokens.address, address)), 0);
  assert.equal((await attacker.get(urls.registerConfirm({}, { token }))).status, 410);
  const fields = { address, password: secret };
  assert.equal((await attacker.post(urls.signIn(), fields, urls.signIn())).status, 422);
  assert.ok(!attacker.cookies.has("lectern_session"));
  assert.equal((await usersWith(address))[0]?.passwordHash, null);
});

test("an address that differs makes no password doubtful", async () => {
  work.person = { ...work.person, email: "tess@example.org" };
  const visitor = await newVisitor();
  await signIn(visitor, "work");
  await signInAs(visitor, "ada", { method: "link" });
  await visitor.post(urls.accountIdentities(), {}, urls.accountIdentities());
  assert.equal(await db.$count(identities, eq(identities.userId, 3)), 1);
  assert.notEqual((await usersWith("ada@example.org"))[0]?.passwordHash, null);
});

test("every page on the way is whole", async () => {
  const visitor = await newVisitor();
  const pages = [
    await depart(visitor, "work", {}),
    await comeBack(visitor, new URL("http://localhost/sign-in/with/work/callback")),
  ];
  work.person = { ...work.person, email: "otto@example.org", email_verified: false };
  pages.push(await signIn(visitor, "work"));
  work.person = { ...work.person, email_verified: true };
  pages.push(await signIn(visitor, "work"));
  await signInAs(visitor, "otto", { method: "link" });
  pages.push(await visitor.get(urls.accountIdentities()));
  await visitor.post(urls.accountIdentities());
  pages.push(await visitor.get(urls.accountIdentities({}, { claimed: "yes" })));
  for (const { html } of pages) assert.deepEqual(await findMarkupFaults(html), []);
});

test("an account connects another sign-in, its owner hears of it, and disconnects it", async () => {
  const visitor = await newVisitor("tess");
  const { callback } = await leaveFor(visitor, "work", { connecting: true });
  assert.equal((await comeBack(visitor, callback)).headers.location, urls.accountIdentities());
  assert.match(await lastMailTo("tess@example.org"), /Another way to sign in/);
  const [identity] = await db.select().from(identities).where(eq(identities.subject, work.person.sub));
  assert.equal(identity?.userId, 5);

  const thief = await newVisitor("sam");
  const url = urls.accountIdentity({ id: String(identity?.id) });
  assert.equal((await thief.post(url, { _method: "DELETE" }, urls.accountIdentities())).status, 404);
  assert.equal((await visitor.post(url, { _method: "DELETE" }, urls.accountIdentities())).status, 303);
  assert.equal(await db.$count(identities, eq(identities.subject, work.person.sub)), 0);
  assert.match(await lastMailTo("tess@example.org"), /One way less to sign in/);
});

test("what signs in to one account is not connected to another", async () => {
  await signIn(await newVisitor(), "work");
  const visitor = await newVisitor("sam");
  const { callback } = await leaveFor(visitor, "work", { connecting: true });
  const page = await comeBack(visitor, callback);
  assert.equal(page.status, 409);
  assert.match(page.text, /signs in to another account here/);
});

test("who left to connect is who comes back", async () => {
  const visitor = await newVisitor("sam");
  const { callback } = await leaveFor(visitor, "work", { connecting: true });
  await signInAs(visitor, "tess", { method: "password" });
  assert.equal((await comeBack(visitor, callback)).status, 403);
  visitor.cookies.delete("lectern_session");
  const { callback: another } = await leaveFor(await newVisitor("sam"), "work", { connecting: true });
  assert.equal((await comeBack(visitor, another)).status, 400);
  assert.equal(await db.$count(identities, eq(identities.subject, work.person.sub)), 0);
});

test("the last way in beside mail stays, and one that nobody can use any more is none", async () => {
  const visitor = await newVisitor();
  await signIn(visitor, "work");
  const [mine] = await db.select().from(identities).where(eq(identities.subject, work.person.sub));
  const userId = mine?.userId ?? 0;
  const url = urls.accountIdentity({ id: String(mine?.id) });
  const disconnect = () => visitor.post(url, { _method: "DELETE" }, urls.accountIdentities());
  await db.insert(identities).values({ userId, issuer: "https://gone.example.org", subject: "1" });
  const page = await disconnect();
  assert.equal(page.status, 422);
  assert.match(page.text, /This is the only way in beside your mail/);
  assert.match(page.text, /gone.example.org/);
  await db.insert(passkeys).values({ userId, credentialId: "1", publicKey: "", counter: 0, name: "Key" });
  assert.equal((await disconnect()).status, 303);
});

test("nothing is connected or disconnected without proof, nor by who acts for somebody else", async () => {
  const old = { authenticatedAt: new Date(Date.now() - 3_600_000) };
  const visitor = await newVisitor("sam", old);
  const fields = { provider: "work" };
  const sent = await visitor.post(urls.accountIdentities(), fields, urls.accountIdentities());
  const gone = await visitor.post(urls.accountIdentity({ id: "1" }), { _method: "DELETE" });
  for (const { headers } of [sent, gone]) assert.match(String(headers.location), /^\/sign-in\/again\//);
  const staff = await newVisitor("sam", { method: "impersonation", impersonatorId: 4 });
  assert.equal((await staff.post(urls.accountIdentities(), fields, urls.accountIdentities())).status, 403);
});
