import { newVisitor } from "../../../test/helpers/visitor.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { desc, eq } from "drizzle-orm";
import { generate } from "otplib";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { listEvents, noOrigin } from "./security-events.ts";
import { recoveryCodes, sessions } from "./schema.ts";
import { countRecoveryCodes, makeRecoveryCodes, takeRecoveryCode, takeTotpCode } from "./second-factor.ts";
import { getUser } from "./users.ts";

test("a second factor is set up with what the app shows, and its codes work once", async () => {
  const sam = await newVisitor("sam");
  await newVisitor("sam");
  const page = await sam.get(urls.accountSecondFactor());
  assert.match(page.html, /<svg class="qr"/);
  const secret = (/<code>([A-Z2-7 ]+)<\/code>/.exec(page.html)?.[1] ?? "").replaceAll(" ", "");
  const setup = /name="setup" value="([\w-]+)"/.exec(page.html)?.[1] ?? "";

  const wrong = await sam.post(urls.accountSecondFactor(), { setup, code: "000000" });
  assert.equal(wrong.status, 422);
  assert.match(wrong.text, /not what the app shows/);
  assert.match(wrong.html.replaceAll(" ", ""), new RegExp(secret));

  const code = await generate({ secret });
  const right = await sam.post(urls.accountSecondFactor(), { setup, code });
  assert.equal(right.status, 303);
  assert.equal(right.headers.location, urls.accountRecoveryCodes());
  const user = await getUser(1);
  assert.equal(user.requiresSecondFactor, true);
  assert.ok(!user.totpSecret?.includes(secret));
  assert.equal(await db.$count(sessions, eq(sessions.userId, 1)), 1);
  assert.equal((await listEvents(1))[0]?.kind, "second-factor-on");
  assert.equal(await newestSubject(user.address), "Your second factor is on");

  assert.equal(await takeTotpCode(1, code), false, "the code that turned it on is used up");
  const next = await generate({ secret, epoch: Math.floor(Date.now() / 1000) + 30 });
  // The first time opens connections, so that the others are at once.
  await eightTimes("000000");
  const taken = await eightTimes(next);
  assert.equal(taken.filter(Boolean).length, 1);
});

test("a key that was sealed for somebody else, or long ago, sets up nothing", async (t) => {
  const [tess, maya] = [await newVisitor("tess"), await newVisitor("maya")];
  const page = await tess.get(urls.accountSecondFactor());
  const secret = (/<code>([A-Z2-7 ]+)<\/code>/.exec(page.html)?.[1] ?? "").replaceAll(" ", "");
  const setup = /name="setup" value="([\w-]+)"/.exec(page.html)?.[1] ?? "";
  const code = await generate({ secret });
  await maya.get(urls.accountSecondFactor());
  assert.equal((await maya.post(urls.accountSecondFactor(), { setup, code })).status, 422);

  const later = Date.now() + 3_700_000;
  await db.update(sessions).set({ authenticatedAt: new Date(later), expiresAt: new Date(later + 1_000_000) });
  const lateCode = await generate({ secret, epoch: Math.floor(later / 1000) });
  t.mock.timers.enable({ apis: ["Date"], now: later });
  assert.equal((await tess.post(urls.accountSecondFactor(), { setup, code: lateCode })).status, 422);
  t.mock.timers.reset();
  assert.equal((await getUser(5)).totpSecret, null);
});

test("recovery codes are shown until their owner has kept them, and are no hashes to be read elsewhere", async () => {
  const sam = await newVisitor("sam");
  await sam.get(urls.accountSecondFactor());
  assert.equal((await sam.post(urls.accountRecoveryCodes())).headers.location, urls.accountRecoveryCodes());
  const page = await sam.get(urls.accountRecoveryCodes());
  const codes = [...page.html.matchAll(/<code>([\w-]{14})<\/code>/g)].map(([, code = ""]) => code);
  assert.equal(codes.length, 10);
  assert.match(page.html, /download="recovery-codes.txt"/);
  assert.equal((await sam.get(urls.accountRecoveryCodes())).status, 200);
  const [row] = await db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, 1));
  assert.match(row?.codeHash ?? "", /^[0-9a-f]{64}$/);

  await sam.post(urls.accountRecoveryCodes(), { _method: "DELETE" });
  assert.equal((await sam.get(urls.accountRecoveryCodes())).status, 303);
  assert.ok(await takeRecoveryCode(await getUser(1), codes[0] ?? "", noOrigin));
});

test("a recovery code works once, is told to its owner, and is no good after new ones", async () => {
  const user = await getUser(1);
  const [first = "", second = ""] = await makeRecoveryCodes(user, noOrigin);
  const both = await Promise.all([takeRecoveryCode(user, first, noOrigin), takeRecoveryCode(user, first, noOrigin)]);
  assert.deepEqual(both.toSorted(), [false, true]);
  assert.equal(await countRecoveryCodes(1), 9);
  assert.equal(await newestSubject(user.address), "A recovery code was used");
  assert.equal(await takeRecoveryCode(await getUser(2), second, noOrigin), false);
  await makeRecoveryCodes(user, noOrigin);
  assert.equal(await takeRecoveryCode(user, second, noOrigin), false);
});

test("turning it off forgets the key and the codes, and tells the owner", async () => {
  const sam = await newVisitor("sam");
  assert.match((await sam.get(urls.accountSecondFactor())).text, /It is on/);
  assert.equal((await sam.post(urls.accountSecondFactor(), { _method: "DELETE" })).status, 303);
  const user = await getUser(1);
  assert.deepEqual([user.totpSecret, user.totpStep, user.requiresSecondFactor], [null, null, false]);
  assert.equal(await db.$count(recoveryCodes, eq(recoveryCodes.userId, 1)), 0);
  assert.equal(await newestSubject(user.address), "Your second factor is off");
  assert.equal((await sam.post(urls.accountRecoveryCodes(), {}, urls.accountSecondFactor())).status, 409);
});

test("whoever has not proved lately who it is, or acts for somebody, changes no factor", async () => {
  const stale = await newVisitor("ada", { authenticatedAt: new Date(Date.now() - 3_600_000) });
  const page = await stale.get(urls.accountSecondFactor());
  assert.equal(page.headers.location, urls.signInAgain({}, { next: urls.accountSecondFactor() }));
  const support = await newVisitor("ada", { impersonatorId: 4, method: "impersonation" });
  assert.equal((await support.get(urls.accountSecondFactor())).status, 403);
  assert.equal((await (await newVisitor()).get(urls.accountSecondFactor())).status, 303);
});

function eightTimes(code: string): Promise<boolean[]> {
  return Promise.all(Array.from({ length: 8 }, () => takeTotpCode(1, code)));
}

async function newestSubject(address: string): Promise<string | undefined> {
  const [newest] = await db.select().from(messages).where(eq(messages.address, address)).orderBy(desc(messages.id));
  return newest?.subject;
}
