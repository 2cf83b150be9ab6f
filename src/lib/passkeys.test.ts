import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "./errors.ts";
import {
  authenticationOptions,
  PasskeyError,
  registrationOptions,
  relyingParty,
  verifyAuthentication,
  verifyRegistration,
} from "./passkeys.ts";
import { assertion, attestation, challengeOf } from "./passkeys/answers.ts";
import { providerOf } from "./passkeys/providers.ts";
import { softwarePasskey, type Ceremony } from "./passkeys/testing/authenticator.ts";

const site = { baseUrl: "https://learn.example.org", name: "Learn" };
const party = relyingParty(site, "learn.example.org");
const owner = { handle: "8d2f4c1e-5b0a-4e7d-9c3b-2a1f6e8d7c5b", address: "sam@example.org", name: "Sam" };
const challenge = Buffer.alloc(32, 7).toString("base64url");
const ceremony: Ceremony = {
  challenge,
  origin: party.origin,
  rpId: party.id,
  userHandle: owner.handle,
};

async function register(counter = 0): Promise<ReturnType<typeof softwarePasskey> & { passkey: Known }> {
  const software = softwarePasskey();
  const passkey = await verifyRegistration(party, software.create({ ...ceremony, counter }), challenge);
  return { ...software, passkey: { ...passkey, handle: owner.handle } };
}
type Known = Parameters<typeof verifyAuthentication>[3];

test("passkeys belong to the host of BASE_URL; at home to whatever name and port was typed", () => {
  assert.deepEqual(party, { name: "Learn", id: "learn.example.org", origin: "https://learn.example.org" });
  for (const host of ["localhost", "evil.example", "learn.example.org:443", "learn.example.org@evil.example"]) {
    assert.deepEqual(relyingParty(site, host), party, host);
  }
  const home = { baseUrl: "http://localhost:3000", name: "Learn" };
  assert.equal(relyingParty(home, "localhost:41234").origin, "http://localhost:41234");
  assert.equal(relyingParty(home, "evil.example").origin, "http://localhost:3000");
  for (const host of ["127.0.0.1:3000", "[::1]:3000"]) {
    assert.throws(() => relyingParty(home, host), UserError, host);
  }
  assert.throws(() => relyingParty({ ...site, baseUrl: "http://192.168.1.5" }, "192.168.1.5"), /belong to a name/);
});

test("a passkey is asked for that finds itself, checks who is there and is not there already", async () => {
  const options = await registrationOptions(party, owner, {
    challenge,
    existing: [{ credentialId: "AAAA", transports: ["internal"] }],
  });
  assert.deepEqual(options.rp, { name: "Learn", id: "learn.example.org" });
  assert.deepEqual(options.user, {
    id: Buffer.from(owner.handle).toString("base64url"),
    name: "sam@example.org",
    displayName: "Sam",
  });
  assert.equal(options.attestation, "none");
  assert.deepEqual(options.authenticatorSelection, {
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  });
  assert.deepEqual(options.excludeCredentials, [{ id: "AAAA", transports: ["internal"], type: "public-key" }]);
  assert.equal(options.challenge, challenge);
  const use = await authenticationOptions(party, challenge);
  assert.equal(use.challenge, challenge);
  assert.equal(use.userVerification, "required");
  assert.equal(use.allowCredentials, undefined);
});

test("what was made can be used", async () => {
  const { get, credentialId, passkey } = await register();
  assert.equal(passkey.credentialId, credentialId);
  const seen = await verifyAuthentication(party, get(ceremony), challenge, passkey);
  assert.deepEqual(seen, { counter: 0, isBackedUp: false, isRolledBack: false });
});

const wrong: [name: string, change: Partial<Ceremony>, reason: RegExp][] = [
  ["another challenge", { challenge: Buffer.alloc(32, 8).toString("base64url") }, /challenge/],
  ["another origin", { origin: "https://learn.example.org.evil.example" }, /origin/],
  ["plain http", { origin: "http://learn.example.org" }, /origin/],
  ["another site", { rpId: "example.org" }, /RP ID/],
  ["nobody there", { userPresent: false }, /not present/],
  ["somebody unknown there", { userVerified: false }, /verification/],
  ["a frame of another site", { crossOrigin: true }, /frame/],
  ["another type", { type: "payment.get" }, /type/],
];

const becauseOf =
  (reason: RegExp) =>
  (error: unknown): boolean =>
    error instanceof PasskeyError && reason.test(String(error.cause));

for (const [name, change, reason] of wrong) {
  test(`neither a new passkey nor its use is accepted with ${name}`, async () => {
    const { get, create, passkey } = await register();
    const isRefused = becauseOf(reason);
    await assert.rejects(verifyRegistration(party, create({ ...ceremony, ...change }), challenge), isRefused);
    await assert.rejects(verifyAuthentication(party, get({ ...ceremony, ...change }), challenge, passkey), isRefused);
  });
}

test("a use is refused with another passkey's id, key or owner, without an owner, and with a changed signature", async () => {
  const { get, passkey } = await register();
  const { passkey: other } = await register();
  const answer = get(ceremony);
  const refused = (given: typeof answer, known: Known): Promise<void> =>
    assert.rejects(verifyAuthentication(party, given, challenge, known), PasskeyError);
  await refused(answer, { ...passkey, credentialId: other.credentialId });
  await refused(answer, { ...passkey, publicKey: other.publicKey });
  await refused(answer, { ...passkey, handle: "another" });
  await refused({ ...answer, response: { ...answer.response, userHandle: undefined } }, passkey);
  const signature = Buffer.from(answer.response.signature, "base64url");
  signature.writeUInt8(signature.readUInt8(signature.length - 1) ^ 1, signature.length - 1);
  const changed = { ...answer.response, signature: signature.toString("base64url") };
  await refused({ ...answer, response: changed }, passkey);
});

test("a making is no use and a use is no making", async () => {
  const { create, get, passkey } = await register();
  const made = create({ ...ceremony, type: "webauthn.get" });
  await assert.rejects(verifyRegistration(party, made, challenge), PasskeyError);
  const used = get({ ...ceremony, type: "webauthn.create" });
  await assert.rejects(verifyAuthentication(party, used, challenge, passkey), PasskeyError);
});

test("an attestation that nobody asked for is not looked into", async () => {
  const made = softwarePasskey().create({ ...ceremony, format: "android-safetynet" });
  await assert.rejects(verifyRegistration(party, made, challenge), ({ cause }: Error) =>
    /format android-safetynet/.test(String(cause)),
  );
});

test("a counter that goes back is told and no reason to refuse", async () => {
  const { get, passkey } = await register(5);
  const told = async (counter: number): Promise<boolean> =>
    (await verifyAuthentication(party, get({ ...ceremony, counter }), challenge, passkey)).isRolledBack;
  assert.equal(await told(6), false);
  assert.equal(await told(5), true);
  assert.equal(await told(4), true);
  assert.equal(await told(0), true);
});

test("a device that does not check who is there gets a sentence about that, and the log the reason", async () => {
  const { get, passkey } = await register();
  const answer = get({ ...ceremony, userVerified: false });
  await assert.rejects(verifyAuthentication(party, answer, challenge, passkey), (error: PasskeyError) => {
    assert.match(error.message, /screen lock or a PIN/);
    assert.match(String(error.cause), /User verification required/);
    return true;
  });
});

test("an answer is read once, and what has another shape is none", () => {
  const { get, create } = softwarePasskey();
  const [made, used] = [create(ceremony), get(ceremony)];
  assert.deepEqual(attestation.parse({ ...made, authenticatorAttachment: "platform" }), made);
  assert.deepEqual(assertion.parse({ ...used, clientExtensionResults: { appid: true } }), used);
  for (const shape of [null, {}, made, { ...used, type: "password" }, { ...used, id: "with space" }]) {
    assert.equal(assertion.safeParse(shape).success, false);
  }
  const long = { ...used, response: { ...used.response, signature: "A".repeat(8193) } };
  assert.equal(assertion.safeParse(long).success, false);
});

test("an answer tells which challenge it was made for, and what cannot be read tells none", () => {
  const { get } = softwarePasskey();
  const answer = get(ceremony);
  assert.equal(challengeOf(answer), challenge);
  for (const text of ["", "not JSON", "null", "[]", '{"challenge":7}']) {
    const clientDataJSON = Buffer.from(text).toString("base64url");
    assert.equal(challengeOf({ ...answer, response: { ...answer.response, clientDataJSON } }), "", text);
  }
});

test("what keeps a passkey is named when it is known", () => {
  assert.equal(providerOf("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"), "Apple Passwords");
  assert.equal(providerOf("00000000-0000-0000-0000-000000000000"), undefined);
});
