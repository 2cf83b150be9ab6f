import { askToAdd, atTheDoor, eventsOf, locationIn, place, withPasskey } from "../../../../test/helpers/passkeys.ts";
import { newVisitor } from "../../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { password } from "#apps/accounts/fixtures.ts";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { softwarePasskey } from "#lib/passkeys/testing/authenticator.ts";
import { urls } from "#urls.ts";
import { listPasskeys, wantsPasskey } from "../passkeys.ts";
import { identities, passkeys, users } from "../schema.ts";

const longAgo = { authenticatedAt: new Date(Date.now() - 3_600_000) };

test("a passkey is added, and its owner hears of it", async () => {
  const { user, passkey, added, visitor } = await withPasskey("sam");
  assert.equal(locationIn(added.html), urls.accountPasskeys({}, { added: passkey.id }));
  assert.match((await visitor.get(locationIn(added.html))).text, /signs you in from now on/);
  assert.equal((await eventsOf("passkey-added", user.id)).length, 1);
  const mails = await db.select().from(messages).where(eq(messages.address, user.address));
  assert.ok(mails.some(({ subject }) => subject === "A passkey was added"));
});

test("a passkey is made in the session that asked for it, once, and belongs to one account", async () => {
  const sam = await newVisitor("sam");
  const software = softwarePasskey();
  const challenge = await askToAdd(sam);
  const answer = software.create({ ...place, challenge });
  const elsewhere = await newVisitor("sam");
  assert.equal((await elsewhere.postJson(urls.accountPasskeys(), { answer }, urls.accountPasskeys())).status, 400);
  assert.equal((await sam.postJson(urls.accountPasskeys(), { answer })).status, 200);
  assert.equal((await sam.postJson(urls.accountPasskeys(), { answer })).status, 400);
  const maya = await newVisitor("maya");
  const again = await maya.postJson(urls.accountPasskeys(), {
    answer: software.create({ ...place, challenge: await askToAdd(maya) }),
  });
  assert.equal(again.status, 400);
  assert.match(again.html, /belongs to an account already/);
});

test("passkeys that are there already are not made again", async () => {
  const { visitor, passkey } = await withPasskey("sam");
  const { html } = await visitor.postJson(urls.accountPasskeyOptions(), {}, urls.accountPasskeys());
  assert.ok(html.includes(passkey.credentialId));
});

test("only its owner renames a passkey, and a name is not empty", async () => {
  const { visitor, passkey, user } = await withPasskey("sam");
  const address = urls.accountPasskey({ id: String(passkey.id) });
  const nameNow = async () => (await listPasskeys(user.id)).find(({ id }) => id === passkey.id)?.name;
  const renamed = await visitor.post(address, { _method: "PATCH", name: "  My phone " }, urls.accountPasskeys());
  assert.equal(renamed.status, 303);
  assert.equal(await nameNow(), "My phone");
  const empty = await visitor.post(address, { _method: "PATCH", name: " " });
  assert.equal(empty.status, 422);
  assert.match(empty.text, /Give it a name/);
  const maya = await newVisitor("maya");
  assert.equal((await maya.post(address, { _method: "PATCH", name: "Mine" }, urls.accountPasskeys())).status, 404);
  assert.equal((await maya.post(address, { _method: "DELETE" })).status, 404);
  assert.equal(await nameNow(), "My phone");
});

test("a passkey is removed by who has just shown who it is, and signs in no more", async () => {
  const { visitor, passkey, user, software } = await withPasskey("sam");
  const address = urls.accountPasskey({ id: String(passkey.id) });
  const long = await newVisitor("sam", longAgo);
  const asked = await long.post(address, { _method: "DELETE" }, urls.accountPasskeys());
  assert.equal(asked.status, 303);
  assert.match(String(asked.headers.location), /^\/sign-in\/again\//);
  assert.equal((await visitor.post(address, { _method: "DELETE" }, urls.accountPasskeys())).status, 303);
  assert.equal((await eventsOf("passkey-removed", user.id)).length, 1);
  const mails = await db.select().from(messages).where(eq(messages.address, user.address));
  assert.ok(mails.some(({ subject }) => subject === "A passkey was removed"));
  const door = await atTheDoor();
  const answer = software.get({ ...place, challenge: door.challenge, userHandle: user.handle });
  assert.equal((await door.visitor.postJson(urls.signInPasskey(), { answer })).status, 404);
});

test("the last way to sign in stays: a password, another passkey or a provider must be left", async () => {
  const { visitor, passkey, user } = await withPasskey("tess");
  const remove = (id: number) =>
    visitor.post(urls.accountPasskey({ id: String(id) }), { _method: "DELETE" }, urls.accountPasskeys());
  await db.update(users).set({ passwordHash: null }).where(eq(users.id, user.id));
  const refused = await remove(passkey.id);
  assert.equal(refused.status, 422);
  assert.match(refused.text, /nothing but mail would be left/);
  // One whose provider is not set here any more signs nobody in.
  await db.insert(identities).values({ userId: user.id, issuer: "https://gone.example", subject: "tess" });
  assert.equal((await remove(passkey.id)).status, 422);
  await db.update(users).set({ passwordHash: "a hash", requiresSecondFactor: true }).where(eq(users.id, user.id));
  assert.match((await remove(passkey.id)).text, /your only second factor/);
  await db.update(users).set({ totpSecret: "a secret" }).where(eq(users.id, user.id));
  assert.equal((await remove(passkey.id)).status, 303);
});

test("a passkey is offered to who has none and has not said no", async () => {
  const otto = await newVisitor("otto");
  const viewer = { id: 4, isMember: false, permissions: [] };
  assert.equal(await wantsPasskey(viewer), true);
  assert.equal(await wantsPasskey({ ...viewer, id: null }), false);
  const declined = await otto.post(
    urls.accountPasskeyOffer({}, { next: "/python-lists/" }),
    { _method: "DELETE" },
    urls.accountPasskeys(),
  );
  assert.equal(declined.status, 303);
  assert.equal(declined.headers.location, "/python-lists/");
  assert.equal(await wantsPasskey(viewer), false);
  await db.update(users).set({ passkeyDeclinedAt: null }).where(eq(users.id, 4));
  assert.equal(await wantsPasskey(viewer), true);
  await withPasskey("otto");
  assert.equal(await wantsPasskey(viewer), false);
});

test("an account holds twenty passkeys at most", async () => {
  const { visitor, user } = await withPasskey("maya");
  const missing = 20 - (await listPasskeys(user.id)).length;
  await db.insert(passkeys).values(
    Array.from({ length: missing }, (_, n) => ({
      userId: user.id,
      credentialId: `many-${n}`,
      publicKey: "",
      counter: 0,
      name: "many",
    })),
  );
  const answer = softwarePasskey().create({ ...place, challenge: await askToAdd(visitor) });
  const refused = await visitor.postJson(urls.accountPasskeys(), { answer });
  assert.equal(refused.status, 400);
  assert.match(refused.html, /20 passkeys at most/);
});

test("a passkey is the second factor of who asks for that, with recovery codes, and stays until it is not", async () => {
  const { visitor, passkey, user } = await withPasskey("ada");
  const other = await newVisitor("ada");
  const on = await visitor.post(urls.accountSecondFactor(), { _method: "PUT" }, urls.accountPasskeys());
  assert.equal(on.headers.location, urls.accountRecoveryCodes());
  assert.equal((await visitor.get(urls.accountRecoveryCodes())).html.match(/<li><code>/g)?.length, 10);
  assert.equal((await other.get(urls.accountPasskeys())).status, 303);
  assert.match((await visitor.get(urls.accountPasskeys())).text, /asks for a passkey as well.*you have 10 left/);

  const door = await newVisitor();
  const fields = { address: user.address, password };
  assert.equal((await door.post(urls.signIn(), fields, urls.signIn())).headers.location, urls.signInSecondFactor());
  const asked = await door.get(urls.signInSecondFactor());
  assert.match(asked.html, /<passkey-sign-in/);
  assert.match(asked.text, /Use a recovery code/);

  const address = urls.accountPasskey({ id: String(passkey.id) });
  assert.match((await visitor.post(address, { _method: "DELETE" })).text, /your only second factor/);
  const codes = await visitor.post(urls.accountRecoveryCodes());
  assert.equal(codes.headers.location, urls.accountRecoveryCodes());
  await visitor.post(urls.accountSecondFactor(), { _method: "DELETE" });
  assert.equal((await visitor.post(address, { _method: "DELETE" }, urls.accountPasskeys())).status, 303);
  const without = await visitor.post(urls.accountSecondFactor(), { _method: "PUT" });
  assert.equal(without.status, 400);
});
