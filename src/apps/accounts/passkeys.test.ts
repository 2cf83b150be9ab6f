import {
  askForChallenge,
  atTheDoor,
  eventsOf,
  locationIn,
  place,
  withPasskey,
} from "../../../test/helpers/passkeys.ts";
import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { desc, eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import type { Assertion } from "#lib/passkeys/answers.ts";
import { type Ceremony, type SoftwarePasskey, softwarePasskey } from "#lib/passkeys/testing/authenticator.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { password } from "./fixtures.ts";
import { makeChallenge, takeChallenge } from "./passkeys/challenges.ts";
import { securityEvents, sessions, users, type Session } from "./schema.ts";

const minutes = 60_000;
const failures = (): Promise<number> => db.$count(securityEvents, eq(securityEvents.kind, "sign-in-failed"));

async function newestSession(userId: number): Promise<Session | undefined> {
  const [session] = await db
    .select()
    .from(sessions)
    .where(eq(sessions.userId, userId))
    .orderBy(desc(sessions.id))
    .limit(1);
  return session;
}

test("a passkey signs in as both factors, and goes on to where the reader was", async () => {
  const { software, user } = await withPasskey("sam");
  await db.update(users).set({ requiresSecondFactor: true }).where(eq(users.id, user.id));
  const { visitor, challenge } = await atTheDoor();
  const answer = software.get({ ...place, challenge, userHandle: user.handle });
  const { status, html } = await visitor.postJson(urls.signInPasskey(), { answer, next: "/python-lists/#sorting" });
  assert.equal(status, 200, html);
  assert.equal(locationIn(html), "/python-lists/#sorting");
  assert.equal((await visitor.get(urls.accountPasskeys())).status, 200);
  const session = await newestSession(user.id);
  assert.equal(session?.method, "passkey");
  assert.equal(session?.hasSecondFactor, true);
  assert.equal(session?.isPersistent, false);
  await db.update(users).set({ requiresSecondFactor: false }).where(eq(users.id, user.id));
});

test("a sign-in leads nowhere but to this site, and lasts when that was asked for", async () => {
  const { software, user } = await withPasskey("sam");
  const { visitor, challenge } = await atTheDoor();
  const answer = software.get({ ...place, challenge, userHandle: user.handle });
  const { html } = await visitor.postJson(urls.signInPasskey(), { answer, next: "//evil.example/", stay: true });
  assert.equal(locationIn(html), urls.dashboard());
  const session = await newestSession(user.id);
  assert.equal(session?.isPersistent, true);
});

test("a passkey answers for the second factor, and the session lasts as was said before", async () => {
  const { software, user } = await withPasskey("sam");
  await db.update(users).set({ requiresSecondFactor: true }).where(eq(users.id, user.id));
  const visitor = await newVisitor();
  const fields = { address: user.address, password, stay: "yes" };
  const { headers } = await visitor.post(urls.signIn(), fields, urls.signIn());
  assert.equal(headers.location, urls.signInSecondFactor());
  const challenge = await askForChallenge(visitor, urls.signInSecondFactor());
  const answer = software.get({ ...place, challenge, userHandle: user.handle });
  assert.equal((await visitor.postJson(urls.signInPasskey(), { answer })).status, 200);
  const session = await newestSession(user.id);
  assert.equal(session?.hasSecondFactor, true);
  assert.equal(session?.isPersistent, true);
  await db.update(users).set({ requiresSecondFactor: false }).where(eq(users.id, user.id));
});

interface Door {
  visitor: Visitor;
  challenge: string;
  visit: string;
  own: Awaited<ReturnType<typeof withPasskey>>;
  foreign: Awaited<ReturnType<typeof withPasskey>>;
}
const sign = ({ own, challenge }: Door, change: Partial<Ceremony> = {}, software: SoftwarePasskey = own.software) =>
  software.get({ ...place, challenge, userHandle: own.user.handle, ...change });

const negatives: [name: string, status: number, answer: (door: Door) => Assertion | Promise<Assertion>][] = [
  [
    "an answer that has signed in before",
    400,
    async (door) => {
      const answer = sign(door);
      assert.equal((await door.visitor.postJson(urls.signInPasskey(), { answer })).status, 200);
      door.visitor.cookies.delete(sessionCookie);
      return answer;
    },
  ],
  ["another origin", 400, (door) => sign(door, { origin: "http://localhost.evil.example" })],
  ["the hash of another site", 400, (door) => sign(door, { rpId: "evil.example" })],
  ["nobody verified", 400, (door) => sign(door, { userVerified: false })],
  ["nobody present", 400, (door) => sign(door, { userPresent: false })],
  ["somebody else's passkey", 400, (door) => ({ ...sign(door), ...idsOf(door.foreign.software) })],
  ["somebody else's name", 400, (door) => sign(door, {}, door.foreign.software)],
  ["a passkey that nobody has", 404, (door) => sign(door, {}, softwarePasskey())],
  [
    "a changed signature",
    400,
    (door) => withSignature(sign(door), (bytes) => bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9)),
  ],
  [
    "another challenge",
    400,
    (door) => {
      const bytes = Buffer.from(door.challenge, "base64url");
      bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
      return sign(door, { challenge: bytes.toString("base64url") });
    },
  ],
  [
    "a challenge of eleven minutes ago",
    400,
    (door) => sign(door, { challenge: challengeOfAge(11 * minutes, door.visit) }),
  ],
  ["the type of a registration", 400, (door) => sign(door, { type: "webauthn.create" })],
  ["a challenge of another browser", 400, async (door) => sign(door, { challenge: (await atTheDoor()).challenge })],
  [
    "a challenge for adding a passkey",
    400,
    (door) => sign(door, { challenge: makeChallenge({ purpose: "add", binding: door.visit }) }),
  ],
];

for (const [name, expected, answerOf] of negatives) {
  test(`nobody gets in with ${name}`, async () => {
    const [own, foreign] = [await withPasskey("sam"), await withPasskey("maya")];
    const door: Door = { ...(await atTheDoor()), own, foreign };
    const answer = await answerOf(door);
    const before = { failures: await failures(), sessions: await db.$count(sessions) };
    const { status, html } = await door.visitor.postJson(urls.signInPasskey(), { answer });
    assert.equal(status, expected, html);
    assert.match(html, /"detail":"[A-Z][^"]+\."/);
    assert.equal(door.visitor.cookies.has(sessionCookie), false);
    assert.deepEqual(
      { failures: await failures(), sessions: await db.$count(sessions) },
      { ...before, failures: before.failures + 1 },
    );
    // The door is open to who comes as they should.
    const right = sign({ ...door, challenge: await askForChallenge(door.visitor) });
    assert.equal((await door.visitor.postJson(urls.signInPasskey(), { answer: right })).status, 200);
  });
}

function idsOf({ credentialId }: SoftwarePasskey): Pick<Assertion, "id" | "rawId"> {
  return { id: credentialId, rawId: credentialId };
}

function withSignature(answer: Assertion, change: (bytes: Buffer) => void): Assertion {
  const bytes = Buffer.from(answer.response.signature, "base64url");
  change(bytes);
  return { ...answer, response: { ...answer.response, signature: bytes.toString("base64url") } };
}

function challengeOfAge(age: number, visit: string): string {
  const then = Date.now() - age;
  const clock = mock.method(Date, "now", () => then);
  const challenge = makeChallenge({ purpose: "sign-in", binding: visit });
  clock.mock.restore();
  return challenge;
}

test("a challenge of nine minutes ago is still good", async () => {
  const own = await withPasskey("sam");
  const door = await atTheDoor();
  const answer = own.software.get({
    ...place,
    challenge: challengeOfAge(9 * minutes, door.visit),
    userHandle: own.user.handle,
  });
  assert.equal((await door.visitor.postJson(urls.signInPasskey(), { answer })).status, 200);
});

test("of many who bring one challenge at once, one gets in", async () => {
  const ceremony = { purpose: "sign-in", binding: "a browser" } as const;
  const challenge = makeChallenge(ceremony);
  const taken = await Promise.all(Array.from({ length: 20 }, () => takeChallenge(challenge, ceremony)));
  assert.equal(taken.filter(Boolean).length, 1);
});

test("a counter that goes back is kept as an event, and locks nobody out", async () => {
  const { software, user, passkey } = await withPasskey("maya", 7);
  for (const [counter, warnings] of [
    [8, 0],
    [3, 1],
    [5, 2],
    [9, 2],
  ] as const) {
    const { visitor, challenge } = await atTheDoor();
    const answer = software.get({ ...place, challenge, counter, userHandle: user.handle });
    assert.equal((await visitor.postJson(urls.signInPasskey(), { answer })).status, 200);
    assert.equal((await eventsOf("passkey-counter", user.id)).length, warnings, `after ${counter}`);
  }
  const [event] = await eventsOf("passkey-counter", user.id);
  assert.deepEqual(event?.details, { name: passkey.name, counter: 5, before: 8 });
});

test("whoever is banned is told so, and gets no session", async () => {
  const { software, user } = await withPasskey("tess");
  await db.update(users).set({ bannedAt: new Date(), banReason: "Spam." }).where(eq(users.id, user.id));
  const { visitor, challenge } = await atTheDoor();
  const answer = software.get({ ...place, challenge, userHandle: user.handle });
  const { status, html } = await visitor.postJson(urls.signInPasskey(), { answer });
  assert.equal(status, 403);
  assert.match(html, /This account is closed/);
  assert.equal(visitor.cookies.has(sessionCookie), false);
  await db.update(users).set({ bannedAt: null, banReason: "" }).where(eq(users.id, user.id));
});

test("what is no answer of a browser is refused in a sentence", async () => {
  const { visitor } = await atTheDoor();
  for (const body of [{}, { answer: null }, { answer: { id: "x" } }, [], "text"]) {
    const { status, html } = await visitor.postJson(urls.signInPasskey(), body);
    assert.equal(status, 400);
    assert.match(html, /no answer of a browser/);
  }
});

test("whoever is signed in shows once more who it is with a passkey of their own", async () => {
  const { software, user } = await withPasskey("ada");
  const long = { authenticatedAt: new Date(Date.now() - 60 * minutes), hasSecondFactor: false };
  const visitor = await newVisitor("ada", long);
  assert.equal((await visitor.postJson(urls.accountPasskeyOptions(), {}, urls.accountPasskeys())).status, 401);
  const challenge = await askForChallenge(visitor, urls.accountPasskeys());
  const answer = software.get({ ...place, challenge, userHandle: user.handle });
  const old = visitor.cookies.get(sessionCookie);
  const { html } = await visitor.postJson(urls.signInPasskey(), { answer, next: urls.accountPasskeys() });
  assert.equal(locationIn(html), urls.accountPasskeys());
  assert.notEqual(visitor.cookies.get(sessionCookie), old);
  assert.equal((await visitor.postJson(urls.accountPasskeyOptions(), {}, urls.accountPasskeys())).status, 200);
});

test("nobody proves who it is with somebody else's passkey, or in somebody else's place", async () => {
  const { software, user } = await withPasskey("ada");
  for (const visitor of [await newVisitor("maya"), await newVisitor("ada", { impersonatorId: 4 })]) {
    const answer = software.get({
      ...place,
      challenge: await askForChallenge(visitor, urls.accountPasskeys()),
      userHandle: user.handle,
    });
    const old = visitor.cookies.get(sessionCookie);
    assert.equal((await visitor.postJson(urls.signInPasskey(), { answer })).status, 403);
    assert.equal(visitor.cookies.get(sessionCookie), old);
  }
});
