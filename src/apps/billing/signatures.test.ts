import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { schemes } from "../../../faults/payments/schemes.ts";
import { tryMutants } from "../../../faults/payments/signatures.ts";
import { isSignedByPaddle } from "./paddle/signature.ts";
import { isSignedByStripe } from "./stripe/signature.ts";
import { signPaddle } from "./testing/paddle-server.ts";

for (const [name, scheme] of Object.entries(schemes)) {
  test(`2,000 notifications of ${name} are taken, and none of 10,000 mutants`, () => {
    const { accepted, forgeries } = tryMutants(scheme, { valid: 2000, mutants: 10_000 });
    assert.equal(accepted, 2000);
    assert.deepEqual(forgeries, []);
  });
}

test("five minutes are allowed between the clocks, in both directions, and no more", () => {
  const body = Buffer.from("{}");
  const accepts = (at: number): boolean => {
    const header = signPaddle(["secret"], "{}", new Date(at * 1000));
    return isSignedByPaddle(body, { header, secret: "secret", now: new Date(1_800_000_000_000) });
  };
  const taken = [-301, -300, 0, 300, 301].filter((seconds) => accepts(1_800_000_000 + seconds));
  assert.deepEqual(taken, [-300, 0, 300]);
});

// From Paddle's documentation: the scheme, with a secret of our own, as its example's is not published.
test("what is signed is the moment, a colon and the bytes; for Stripe a full stop", () => {
  const now = new Date(1_671_552_777_000);
  const body = Buffer.from('{"a":1}');
  const paddle = `ts=1671552777;h1=${digest('1671552777:{"a":1}')}`;
  assert.ok(isSignedByPaddle(body, { header: paddle, secret: "secret", now }));
  const stripe = `t=1671552777,v1=${digest('1671552777.{"a":1}')},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39`;
  assert.ok(isSignedByStripe(body, { header: stripe, secret: "secret", now }));
});

function digest(text: string): string {
  return createHmac("sha256", "secret").update(text).digest("hex");
}
