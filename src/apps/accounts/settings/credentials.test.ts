import { newVisitor, type Visitor } from "../../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { desc, eq } from "drizzle-orm";
import { messages, optOuts } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { verifyPassword } from "#lib/passwords.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { password } from "../fixtures.ts";
import { oneTimeTokens, users } from "../schema.ts";
import { listEvents } from "../security-events.ts";
import { issueToken } from "../tokens.ts";
import { getUser } from "../users.ts";

const better = "nine lamps and a ladder";

test("a changed password ends the other sessions and what was mailed before, renews this one, and is told", async () => {
  const [sam, elsewhere] = [await newVisitor("sam"), await newVisitor("sam")];
  await issueToken("reset", 60, { userId: 1 });
  const before = sam.cookies.get(sessionCookie);
  const answer = await sam.post(
    urls.accountPassword(),
    { current: password, password: better },
    urls.accountPassword(),
  );
  assert.deepEqual([answer.status, answer.headers.location], [303, urls.accountPassword({}, { done: "yes" })]);
  assert.ok(await verifyPassword((await getUser(1)).passwordHash, better));
  assert.notEqual(sam.cookies.get(sessionCookie), before);
  assert.match((await sam.get(urls.accountPassword({}, { done: "yes" }))).text, /Your password is changed/);
  assert.equal((await elsewhere.get(urls.account())).status, 303);
  assert.equal(await db.$count(oneTimeTokens, eq(oneTimeTokens.userId, 1)), 0);
  assert.equal((await listEvents(1))[0]?.kind, "password-changed");
  assert.equal((await newestMail("sam@example.org")).subject, "Your password was changed");
});

test("a password is not changed by who does not know the old one, nor to one that others would try", async () => {
  const maya = await newVisitor("maya");
  const kept = (await getUser(2)).passwordHash;
  for (const [current, next, problem] of [
    ["not this one", better, /This is not your password/],
    ["", better, /This is not your password/],
    [password, "short", /at least 8 characters/],
    [password, "trustno1", /anybody would try/],
    [password, "maya@example.org", /not be your address/],
    [password, "Maya Ruiz", /not be your address or your name/],
  ] as const) {
    const answer = await maya.post(urls.accountPassword(), { current, password: next }, urls.accountPassword());
    assert.equal(answer.status, 422, next);
    assert.match(answer.text, problem);
    assert.doesNotMatch(answer.html, /type="password"[^>]*value=/, "a password is not put back");
  }
  assert.equal((await getUser(2)).passwordHash, kept);
});

test("whoever has no password sets one", async () => {
  await db.update(users).set({ passwordHash: null }).where(eq(users.id, 5));
  const tess = await newVisitor("tess");
  assert.doesNotMatch((await tess.get(urls.accountPassword())).text, /Current password/);
  assert.equal((await tess.post(urls.accountPassword(), { password: better })).status, 303);
  assert.ok(await verifyPassword((await getUser(5)).passwordHash, better));
});

test("password and address are for who has proved lately who it is, and acts for nobody", async () => {
  for (const path of [urls.accountPassword(), urls.accountAddress()]) {
    const stale = await newVisitor("sam", { authenticatedAt: new Date(Date.now() - 3_600_000) });
    assert.equal((await stale.get(path)).headers.location, urls.signInAgain({}, { next: path }));
    const support = await newVisitor("sam", { impersonatorId: 4, method: "impersonation" });
    await support.get(urls.accountSessions());
    assert.equal((await support.get(path)).status, 403);
    assert.equal((await (await newVisitor()).get(path)).headers.location, urls.signIn({}, { next: path }));
  }
});

test("an address changes once both have answered their links, and ends the other sessions", async () => {
  const [maya, elsewhere] = [await newVisitor("maya"), await newVisitor("maya")];
  await db.insert(optOuts).values({ address: "maya@example.org", list: "weekly" });
  await ask(maya, "Maya.New@example.net");
  assert.match((await maya.get(urls.accountAddress())).text, /On its way to maya\.new@example\.net/);
  const [old, fresh] = [await newestMail("maya@example.org"), await newestMail("maya.new@example.net")];
  assert.doesNotMatch(fresh.text, /maya@example\.org/, "a stranger does not learn whose account it is");

  // Programs that look through mail open links.
  for (const link of [linkIn(old), linkIn(fresh)]) assert.equal((await (await newVisitor()).get(link)).status, 200);
  const first = await confirm(linkIn(fresh));
  assert.match(first.text, /Now open the link in the mail to the other address/);
  assert.equal((await getUser(2)).address, "maya@example.org");
  assert.match((await maya.get(urls.accountAddress())).text, /maya\.new@example\.net Confirmed/);
  assert.equal((await (await newVisitor()).get(linkIn(fresh))).status, 404);

  await issueToken("reset", 60, { userId: 2 });
  assert.match((await confirm(linkIn(old))).text, /Your address is changed/);
  assert.equal(
    await db.$count(oneTimeTokens, eq(oneTimeTokens.userId, 2)),
    0,
    "what went to the old address is no good",
  );
  assert.equal((await getUser(2)).address, "maya.new@example.net");
  for (const visitor of [maya, elsewhere]) assert.equal((await visitor.get(urls.account())).status, 303);
  for (const address of ["maya@example.org", "maya.new@example.net"]) {
    assert.equal((await newestMail(address)).subject, "Your mail address was changed");
  }
  assert.deepEqual((await listEvents(2))[0]?.details, { from: "maya@example.org", to: "maya.new@example.net" });
  const left = await db.select().from(optOuts).where(eq(optOuts.address, "maya.new@example.net"));
  assert.deepEqual(
    left.map(({ list }) => list),
    ["weekly"],
  );
});

test("codes do what links do, in the browser that asked and in no other", async () => {
  const [ada, stranger] = [await newVisitor("ada"), await newVisitor("ada")];
  await ask(ada, "ada@example.net");
  const [old, fresh] = [codeIn(await newestMail("ada@example.org")), codeIn(await newestMail("ada@example.net"))];

  assert.equal((await type(stranger, "old", old)).status, 422);
  const wrong = await type(ada, "old", old === "123456" ? "654321" : "123456");
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /This is not the code/);
  assert.equal((await type(ada, "new", old === fresh ? "000000" : old)).status, 422);
  assert.equal((await type(ada, "old", old)).headers.location, urls.accountAddress());
  assert.equal((await type(ada, "old", old)).status, 422, "a code is good once");
  const last = await type(ada, "new", `${fresh.slice(0, 3)} ${fresh.slice(3)}`);
  assert.equal(last.headers.location, urls.accountAddress({}, { done: "yes" }));
  assert.equal((await getUser(3)).address, "ada@example.net");
  assert.equal((await ada.get(urls.account())).status, 200, "this session stays");
});

test("both links at once change the address once", async () => {
  const tess = await newVisitor("tess");
  await ask(tess, "tess@example.net");
  const links = [linkIn(await newestMail("tess@example.org")), linkIn(await newestMail("tess@example.net"))];
  const answers = await Promise.all(links.map((link) => confirm(link)));
  assert.equal(answers.filter(({ text }) => /address is changed/.test(text)).length, 1);
  assert.equal((await getUser(5)).address, "tess@example.net");
});

test("an address of somebody else is asked for like any other, and its owner alone is told", async () => {
  const sam = await newVisitor("sam");
  await ask(sam, "otto@example.org");
  assert.match((await sam.get(urls.accountAddress())).text, /On its way to otto@example\.org/);
  const told = await newestMail("otto@example.org");
  assert.equal(told.subject, "This address has an account already");
  assert.doesNotMatch(told.text, /token=|\d{6}|sam@/);
});

test("an address that somebody gets in the meantime stays theirs", async () => {
  const sam = await newVisitor("sam");
  await ask(sam, "late@example.net");
  const links = [linkIn(await newestMail("sam@example.org")), linkIn(await newestMail("late@example.net"))];
  await confirm(links[0] ?? "");
  await db.insert(users).values({ address: "Late@example.net" });
  const answer = await confirm(links[1] ?? "");
  assert.equal(answer.status, 409);
  assert.match(answer.text, /Another account has got this address/);
  assert.equal((await getUser(1)).address, "sam@example.org");
});

test("a change that is asked for anew, given up or followed by a new password is none any more", async () => {
  const sam = await newVisitor("sam");
  await ask(sam, "first@example.net");
  const first = linkIn(await newestMail("sam@example.org"));
  await ask(sam, "second@example.net");
  assert.equal((await confirm(first, "")).status, 404);
  const second = linkIn(await newestMail("sam@example.org"));
  await sam.post(urls.accountAddress(), { _method: "DELETE" }, urls.accountAddress());
  assert.equal((await confirm(second, "")).status, 404);
});

test("what is no address, or one's own, is refused beside the field", async () => {
  const sam = await newVisitor("sam");
  for (const [address, problem] of [
    ["not an address", /not a mail address/],
    ["", /Type your mail address/],
    ["SAM@example.org", /your address already/],
  ] as const) {
    const answer = await sam.post(urls.accountAddress(), { address }, urls.accountAddress());
    assert.equal(answer.status, 422, address);
    assert.match(answer.text, problem);
    if (address !== "") assert.ok(answer.html.includes(`value="${address}"`), "what was typed is kept");
  }
});

async function ask(visitor: Visitor, address: string): Promise<void> {
  const answer = await visitor.post(urls.accountAddress(), { address }, urls.accountAddress());
  assert.deepEqual([answer.status, answer.headers.location], [303, urls.accountAddress()]);
}

function type(visitor: Visitor, side: string, code: string) {
  return visitor.post(urls.accountAddressConfirm(), { side, code }, urls.accountAddress());
}

/** Opens the link in a browser that is signed in nowhere, and presses the button. */
async function confirm(link: string, from = link) {
  const visitor = await newVisitor();
  await visitor.get(from || urls.signIn());
  return await visitor.post(urls.accountAddressConfirm(), {
    token: new URL(link, "http://x").searchParams.get("token") ?? "",
  });
}

type Mail = typeof messages.$inferSelect;

async function newestMail(address: string): Promise<Mail> {
  const [newest] = await db.select().from(messages).where(eq(messages.address, address)).orderBy(desc(messages.id));
  assert.ok(newest, `Nothing was mailed to ${address}.`);
  return newest;
}

function linkIn({ text }: Mail): string {
  const [, link = ""] = /http:\/\/localhost(\/account\/address\/confirm\/\?token=[\w-]+)/.exec(text) ?? [];
  return link;
}

function codeIn({ text }: Mail): string {
  return /^\s*(\d{3} ?\d{3})\s*$/m.exec(text)?.[1]?.replace(" ", "") ?? "";
}
