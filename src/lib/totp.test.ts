import assert from "node:assert/strict";
import { test } from "node:test";
import { generate } from "otplib";
import { hashRecoveryCode, newRecoveryCodes, newTotpSecret, totpUri, verifyTotp } from "./totp.ts";

// RFC 6238, appendix B, cut to six digits.
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test("the codes of RFC 6238 are accepted at their times", async () => {
  for (const [seconds, code] of [
    [59, "287082"],
    [1111111109, "081804"],
    [1234567890, "005924"],
    [20000000000, "353130"],
  ] as const) {
    assert.equal(await verifyTotp(secret, code, { afterStep: null, now: seconds * 1000 }), Math.floor(seconds / 30));
  }
});

test("a code is good one step early and one step late, and no further", async () => {
  const now = 1_800_000_015_000;
  const step = Math.floor(now / 30_000);
  const accepted = await Promise.all(
    [-2, -1, 0, 1, 2].map(async (away) => {
      const code = await generate({ secret, epoch: (step + away) * 30 });
      return verifyTotp(secret, code, { afterStep: null, now });
    }),
  );
  assert.deepEqual(accepted, [undefined, step - 1, step, step + 1, undefined]);
});

test("a code works once, and none from before it works after it", async () => {
  const now = 1_800_000_015_000;
  const step = Math.floor(now / 30_000);
  const [before, current, next] = await Promise.all(
    [-1, 0, 1].map((away) => generate({ secret, epoch: (step + away) * 30 })),
  );
  assert.equal(await verifyTotp(secret, current ?? "", { afterStep: step - 1, now }), step);
  assert.equal(await verifyTotp(secret, current ?? "", { afterStep: step, now }), undefined);
  assert.equal(await verifyTotp(secret, before ?? "", { afterStep: step, now }), undefined);
  assert.equal(await verifyTotp(secret, next ?? "", { afterStep: step, now }), step + 1);
  assert.equal(await verifyTotp(secret, next ?? "", { afterStep: step + 1, now }), undefined);
  // The clock was set back.
  assert.equal(await verifyTotp(secret, current ?? "", { afterStep: step + 100, now }), undefined);
});

test("what is no code is refused, and spaces do not matter", async () => {
  const at = { afterStep: null, now: 59_000 };
  for (const code of ["", "28708", "2870820", "abcdef", "２８７０８２", "-28708"]) {
    assert.equal(await verifyTotp(secret, code, at), undefined, code);
  }
  assert.equal(await verifyTotp(secret, " 287 082 ", at), 1);
});

test("an app is told site, address and a secret of its own", async () => {
  const [own, another] = [await newTotpSecret(), await newTotpSecret()];
  assert.match(own, /^[A-Z2-7]{32}$/);
  assert.notEqual(own, another);
  const uri = new URL(await totpUri(own, { issuer: "Ink & Paper: a site", account: "maya+x@example.org" }));
  assert.equal(uri.protocol, "otpauth:");
  assert.equal(decodeURIComponent(uri.pathname.split("/").at(-1) ?? ""), "Ink & Paper: a site:maya+x@example.org");
  assert.equal(uri.searchParams.get("secret"), own);
  assert.equal(uri.searchParams.get("issuer"), "Ink & Paper: a site");
});

test("recovery codes are ten, and each is its own", () => {
  const codes = newRecoveryCodes();
  assert.equal(new Set(codes).size, 10);
  for (const code of codes) assert.match(code, /^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){2}$/);
});

test("a recovery code is known again however it is typed", () => {
  const hash = hashRecoveryCode("k7qd-01xw-9hpt");
  assert.match(hash, /^[0-9a-f]{64}$/);
  for (const typed of ["K7QD-01XW-9HPT", "k7qd01xw9hpt", " k7qd 01xw 9hpt ", "k7qd-olxw-9hpt", "k7qd–0Ixw–9hpt"]) {
    assert.equal(hashRecoveryCode(typed), hash, typed);
  }
  assert.notEqual(hashRecoveryCode("k7qd-01xw-9hpv"), hash);
});
