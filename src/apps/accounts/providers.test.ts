import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { signToken, unsignedToken } from "#lib/oidc/testing/tokens.ts";
import { urls } from "#urls.ts";
import type { Visit } from "../../../test/helpers/site.ts";
import {
  beginnings,
  comeBack,
  db,
  depart,
  leaveFor,
  newVisitor,
  other,
  signIn,
  usersWith,
  work,
} from "./providers/testing.ts";
import type { Return } from "./providers/testing.ts";
import { identities, securityEvents, sessions, users } from "./schema.ts";

test("who comes with a confirmed address that nobody has gets an account, and is signed in to it again", async () => {
  const visitor = await newVisitor();
  const arrived = await signIn(visitor, "work", { next: "/tutorials/" });
  assert.equal(arrived.status, 303);
  assert.equal(arrived.headers.location, "/tutorials/");
  const page = await visitor.get(urls.accountIdentities());
  assert.equal(page.status, 200);
  assert.match(page.text, /Work reader-\d+@example.net · connected/);
  const [user] = await usersWith(work.person.email);
  assert.partialDeepStrictEqual(user, { name: "Nora Reader", passwordHash: null });

  const again = await newVisitor();
  assert.equal((await signIn(again, "work")).headers.location, urls.dashboard());
  assert.equal((await usersWith(work.person.email)).length, 1);
  const events = await db
    .select()
    .from(securityEvents)
    .where(eq(securityEvents.userId, user?.id ?? 0));
  assert.deepEqual(events.map(({ kind }) => kind).toSorted(), ["registered", "sign-in", "sign-in"]);
});

test("somebody who comes in several windows at once gets one account, and is signed in in all of them", async () => {
  const visitors = await Promise.all(Array.from({ length: 8 }, () => newVisitor()));
  const returns = await Promise.all(visitors.map((visitor) => leaveFor(visitor, "work", {})));
  const arrived = await Promise.all(returns.map(({ visitor, callback }) => comeBack(visitor, callback)));
  assert.deepEqual(new Set(arrived.map(({ status }) => status)), new Set([303]));
  assert.equal((await usersWith(work.person.email)).length, 1);
  assert.equal(await db.$count(identities, eq(identities.subject, work.person.sub)), 1);
});

test("GitHub signs in too", async () => {
  const visitor = await newVisitor();
  assert.equal((await signIn(visitor, "github")).headers.location, urls.welcome());
  assert.match((await visitor.get(urls.accountIdentities())).text, /GitHub mona@example.org/);
});

test("they are known by their number there: another address, even one of somebody here, changes nothing", async () => {
  const first = await newVisitor();
  await signIn(first, "work");
  const [user] = await usersWith(work.person.email);
  work.person = { ...work.person, email: "sam@example.org" };
  const visitor = await newVisitor();
  await signIn(visitor, "work");
  assert.match((await visitor.get(urls.accountIdentities())).text, new RegExp(user?.address ?? "never"));
});

test("the form leads to this site only, and the page it brings leads on", async () => {
  const visitor = await newVisitor();
  const page = await depart(visitor, "work", {});
  assert.equal(page.status, 200);
  assert.match(String(page.headers.refresh), new RegExp(`^0;url=${work.issuer}/auth\\?redirect_uri=`));
  assert.match(page.text, /Continue to Work/);
});

test("a form that another site sends begins nothing", async () => {
  const { site } = await import("../../../test/helpers/site.ts");
  const url = urls.signInWith({ provider: "work" });
  const headers = {
    host: "localhost",
    origin: "https://evil.example",
    "content-type": "application/x-www-form-urlencoded",
  };
  const response = await site.fastify.inject({ method: "POST", url, headers, payload: "next=/" });
  assert.equal(response.statusCode, 403);
});

test("it leads on within this site only", async () => {
  for (const next of ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]) {
    work.person = { ...work.person, sub: `${work.person.sub}+`, email: `x${work.person.email}` };
    const arrived = await signIn(await newVisitor(), "work", { next });
    assert.equal(arrived.headers.location, urls.welcome(), next);
  }
});

test("a provider that nobody set up has no address", async () => {
  const visitor = await newVisitor();
  assert.equal((await visitor.get("/sign-in/with/google/callback?code=x&state=y")).status, 404);
});

test("the second factor is asked for all the same", async () => {
  const first = await newVisitor();
  await signIn(first, "work");
  await db
    .update(users)
    .set({ requiresSecondFactor: true })
    .where(eq(users.address, work.person.email ?? ""));
  const visitor = await newVisitor();
  const arrived = await signIn(visitor, "work", { next: "/tutorials/" });
  assert.equal(arrived.headers.location, urls.signInSecondFactor());
  assert.equal((await visitor.get(urls.accountIdentities())).status, 303);
});

test("a banned account stays closed", async () => {
  await signIn(await newVisitor(), "work");
  await db
    .update(users)
    .set({ bannedAt: new Date() })
    .where(eq(users.address, work.person.email ?? ""));
  const visitor = await newVisitor();
  const arrived = await signIn(visitor, "work");
  assert.equal(arrived.status, 403);
  assert.match(arrived.text, /This account is closed/);
});

// W10: whatever an attacker changes on the way, nobody is signed in, and there is no new account.
const attacks: Readonly<Record<string, (attack: Return) => Promise<Visit>>> = {
  "another state": ({ visitor, callback }) => comeBack(visitor, callback, { state: "x".repeat(43) }),
  "no state": ({ visitor, callback }) => comeBack(visitor, callback, { state: undefined }),
  "a callback in another browser": async ({ callback }) => comeBack(await newVisitor(), callback),
  "a callback with the cookie of another departure": async ({ callback }) => {
    const victim = await newVisitor();
    await depart(victim, "work", {});
    return comeBack(victim, callback);
  },
  "a callback with a cookie that somebody made": async ({ visitor, callback }) => {
    const sealed = visitor.cookies.get("lectern_flow") ?? "";
    visitor.cookies.set("lectern_flow", sealed.replace(/.$/, (last) => (last === "A" ? "B" : "A")).replace(/^./, "B"));
    return comeBack(visitor, callback);
  },
  "the callback of another provider": ({ visitor, callback }) =>
    comeBack(visitor, new URL(callback.href.replace("/work/", "/other/"))),
  "an answer in another issuer's name": ({ visitor, callback }) => comeBack(visitor, callback, { iss: other.issuer }),
  "an answer in nobody's name": ({ visitor, callback }) => comeBack(visitor, callback, { iss: undefined }),
  "another's code": async ({ visitor, callback }) => {
    const { callback: stolen } = await leaveFor(await newVisitor(), "work", {});
    return comeBack(visitor, callback, { code: stolen.searchParams.get("code") ?? "" });
  },
  "two codes": ({ visitor, callback }) => comeBack(visitor, new URL(`${callback.href}&code=another`)),
  "another nonce": (attack) => withToken(attack, { nonce: "somebody else's" }),
  "another audience": (attack) => withToken(attack, { aud: "another-site" }),
  "another issuer in the token": (attack) => withToken(attack, { iss: other.issuer }),
  "a token that is over": (attack) => withToken(attack, { exp: 1 }),
  "a token without a signature": ({ visitor, callback }) => {
    work.tamper = unsignedToken;
    return comeBack(visitor, callback);
  },
  "a token signed by somebody else": ({ visitor, callback }) => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    work.tamper = (token) => signToken(token, privateKey);
    return comeBack(visitor, callback);
  },
  "an error that nobody knows": ({ visitor, callback }) =>
    comeBack(visitor, callback, { code: undefined, error: "<script>alert(1)</script>" }),
  "a provider that has gone silent": ({ visitor, callback }) => {
    work.isSilent = true;
    return comeBack(visitor, callback);
  },
  "an unconfirmed address": ({ visitor, callback }) => {
    work.person = { ...work.person, email_verified: false };
    return comeBack(visitor, callback);
  },
  "an unconfirmed address of somebody here": ({ visitor, callback }) => {
    work.person = { ...work.person, email: "sam@example.org", email_verified: false };
    return comeBack(visitor, callback);
  },
  "the confirmed address of somebody here": ({ visitor, callback }) => {
    work.person = { ...work.person, email: "SAM@example.org" };
    return comeBack(visitor, callback);
  },
};

for (const [name, attack] of Object.entries(attacks)) {
  test(`nobody is signed in by ${name}`, async () => {
    const visitor = await newVisitor();
    const { callback } = await leaveFor(visitor, "work", {});
    const before = await counts();
    const page = await attack({ visitor, callback });
    assert.deepEqual(await counts(), before);
    assert.notEqual(page.status, 500);
    assert.notEqual(page.status, 303);
    assert.ok(!visitor.cookies.has("lectern_session"));
    assert.doesNotMatch(page.html, /<script>alert/);
  });
}

test("a callback is good once, even with the cookie that was good for it", async () => {
  const visitor = await newVisitor();
  const { callback } = await leaveFor(visitor, "work", {});
  const sealed = visitor.cookies.get("lectern_flow") ?? "";
  assert.equal((await comeBack(visitor, callback)).status, 303);
  assert.ok(!visitor.cookies.has("lectern_flow"));
  const thief = await newVisitor();
  thief.cookies.set("lectern_flow", sealed);
  assert.equal((await comeBack(thief, callback)).status, 400);
});

test("a departure is good for ten minutes", async (t) => {
  const visitor = await newVisitor();
  const { callback } = await leaveFor(visitor, "work", {});
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 600_001 });
  assert.match((await comeBack(visitor, callback)).text, /begun in another browser, or too long ago/);
});

test("who says no over there is asked for nothing more", async () => {
  const visitor = await newVisitor();
  work.answer = "decline";
  const { callback } = await leaveFor(visitor, "work", {});
  const page = await comeBack(visitor, callback);
  assert.equal(page.status, 403);
  assert.match(page.text, /You did not let Work tell us who you are/);
});

test("an unconfirmed address says nothing of who has an account here", async () => {
  const pages = [];
  for (const email of ["sam@example.org", "nobody@example.org"]) {
    work.person = { ...work.person, email, email_verified: false };
    pages.push(await signIn(await newVisitor(), "work"));
  }
  assert.equal(pages[0]?.text, pages[1]?.text);
  assert.match(pages[0]?.text ?? "", /Confirm your address first/);
});

test("nobody has us ask a provider without end", async () => {
  const visitor = await newVisitor();
  visitor.ip = "198.51.100.7";
  const { callback } = await leaveFor(visitor, "work", {});
  for (let use = 0; use < beginnings.rule.points; use += 1) tryTaking(visitor.ip);
  const page = await comeBack(visitor, callback);
  assert.equal(page.status, 429);
  assert.match(page.text, /Too many sign-ins/);
});

test("a provider that does not answer is said to be away, before anybody leaves", async () => {
  other.isSilent = true;
  const page = await depart(await newVisitor(), "other", {});
  assert.equal(page.status, 503);
  assert.match(page.text, /Other does not answer at the moment/);
});

function tryTaking(ip: string): void {
  try {
    beginnings.take(ip);
  } catch {
    // Used up.
  }
}

async function withToken({ visitor, callback }: Return, change: Record<string, unknown>): Promise<Visit> {
  work.tamper = ({ header, claims }) => signToken({ header, claims: { ...claims, ...change } }, work.privateKey);
  return await comeBack(visitor, callback);
}

async function counts() {
  const [sessionCount, userCount] = [await db.$count(sessions), await db.$count(users)];
  return { sessionCount, userCount, identityCount: await db.$count(identities) };
}
