import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Challenge, solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import { testDatabase } from "../../test/helpers/database.ts";
import { newChallenge, verifyChallenge } from "./challenge.ts";
import { connect, disconnect } from "./db.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

async function solved(challenge: Challenge): Promise<object> {
  return { challenge, solution: await solveChallenge({ challenge, deriveKey }) };
}
const packed = (answer: object): string => Buffer.from(JSON.stringify(answer)).toString("base64");

test("work that was done is accepted once, by whoever asks first", async () => {
  const answer = packed(await solved(await newChallenge("sign-in")));
  const verdicts = await Promise.all(Array.from({ length: 5 }, () => verifyChallenge(answer, "sign-in")));
  assert.equal(verdicts.filter(Boolean).length, 1);
  assert.equal(await verifyChallenge(answer, "sign-in"), false);
});

test("work for another purpose is not accepted, and is not used up by trying", async () => {
  const answer = packed(await solved(await newChallenge("register")));
  assert.equal(await verifyChallenge(answer, "sign-in"), false);
  assert.equal(await verifyChallenge(answer, "register"), true);
});

test("work that came too late is not accepted", async (t) => {
  const answer = packed(await solved(await newChallenge("sign-in")));
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 601_000 });
  assert.equal(await verifyChallenge(answer, "sign-in"), false);
});

test("nobody makes the work easier, later or another one by changing the challenge", async () => {
  const challenge = await newChallenge("sign-in");
  const changes: Partial<Challenge["parameters"]>[] = [
    { cost: 1 },
    { keyPrefix: "00" },
    { expiresAt: 4_000_000_000 },
    { nonce: "00".repeat(16) },
    { data: { purpose: "sign-in", candidates: 1 } },
  ];
  const easy = { ...challenge, parameters: { ...challenge.parameters, cost: 1, keyPrefix: "00" } };
  const { solution } = { solution: null, ...(await solved(easy)) };
  for (const change of changes) {
    const changed = { ...challenge, parameters: { ...challenge.parameters, ...change } };
    assert.equal(await verifyChallenge(packed({ challenge: changed, solution }), "sign-in"), false);
  }
  assert.equal(await verifyChallenge(packed({ challenge, solution }), "sign-in"), false);
  const { signature: _, ...unsigned } = challenge;
  assert.equal(await verifyChallenge(packed(await solved(unsigned)), "sign-in"), false);
});

test("what is no answer at all is not accepted", async () => {
  const challenge = await newChallenge("sign-in");
  const wrong = [
    undefined,
    null,
    "",
    "%%%",
    packed([]),
    packed({ challenge }),
    packed({ challenge, solution: { counter: "1", derivedKey: "00" } }),
    packed({ challenge, solution: { counter: 1, derivedKey: "zz" } }),
    "A".repeat(100_000),
  ];
  for (const payload of wrong) assert.equal(await verifyChallenge(payload, "sign-in"), false);
});
