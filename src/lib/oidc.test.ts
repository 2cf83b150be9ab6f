import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, beforeEach, test } from "node:test";
import { inspect } from "node:util";
import { beginSignIn, finishSignIn, type Flow, type Person } from "./oidc.ts";
import { SignInError } from "./oidc/errors.ts";
import type { Provider } from "./oidc/settings.ts";
import { startGitHub } from "./oidc/testing/github.ts";
import { startProvider } from "./oidc/testing/provider.ts";
import { hashToken, signToken, unsignedToken } from "./oidc/testing/tokens.ts";
import { walk } from "./oidc/testing/walk.ts";

const home = "http://localhost/sign-in/with/work/callback";
const githubHome = "http://localhost/sign-in/with/github/callback";

const standIn = await startProvider({ redirectUris: [home] });
const other = await startProvider({ redirectUris: [home] });
const fake = await startGitHub({ redirectUris: [githubHome] });
after(() => Promise.all([standIn.stop(), other.stop(), fake.stop()]));

const { issuer, clientId, clientSecret, person } = standIn;
const work: Provider = { id: "work", name: "Work", kind: "oidc", issuer: `${issuer}/`, clientId, clientSecret };
const github: Provider = { ...fake, id: "github", name: "GitHub", kind: "github", issuer: fake.origin };

beforeEach(() => {
  Object.assign(standIn, { person, answer: "agree", isSilent: false, failure: undefined, tamper: undefined });
  fake.answer = "agree";
});

test("somebody who agrees is who the provider says they are", async () => {
  assert.deepEqual(await signIn(), {
    issuer,
    subject: "1001",
    address: "maya@example.org",
    addressIsVerified: true,
    name: "Maya Example",
  });
  const { url, flow } = await beginSignIn(work, { redirectUri: home });
  const asked = new URL(url).searchParams;
  assert.equal(asked.get("code_challenge_method"), "S256");
  assert.notEqual(asked.get("code_challenge"), flow.verifier);
  assert.equal(asked.get("nonce"), flow.nonce);
});

test("GitHub's person is its number, with the primary address", async () => {
  assert.deepEqual(await signIn({ provider: github }), {
    issuer: fake.origin,
    subject: "583231",
    address: "mona@example.org",
    addressIsVerified: true,
    name: "Mona Example",
  });
  const [, primary] = fake.emails;
  Object.assign(fake, { user: { ...fake.user, name: null }, emails: [{ ...primary, verified: false }] });
  const address = "mona@example.org";
  const unverified = { address, addressIsVerified: false, name: "octocat" };
  assert.partialDeepStrictEqual(await signIn({ provider: github }), unverified);
  fake.emails = [];
  assert.partialDeepStrictEqual(await signIn({ provider: github }), { address: undefined, addressIsVerified: false });
});

test("an address is verified only when the provider says so, and only one that can be written to is one", async () => {
  for (const [claims, expected] of [
    [{ email_verified: false }, { address: "maya@example.org", addressIsVerified: false }],
    [{ email_verified: undefined }, { address: "maya@example.org", addressIsVerified: false }],
    [{ email: undefined }, { address: undefined, addressIsVerified: false }],
    [{ email: "maya@example.org\nBcc: all@example.org" }, { address: undefined, addressIsVerified: false }],
    [{ email: "Maya@EXAMPLE.org" }, { address: "maya@example.org", addressIsVerified: true }],
    [{ name: "Maya\u202E\u0000gro" }, { name: "Maya gro" }],
  ] as const) {
    standIn.person = { ...person, ...claims };
    assert.partialDeepStrictEqual(await signIn(), expected);
  }
});

test("the provider is asked about itself once an hour, and what it said outlives its absence", async (t) => {
  const fresh = { ...work, name: "Fresh" };
  const begin = () => beginSignIn(fresh, { redirectUri: home });
  standIn.asked.length = 0;
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() });
  await Promise.all([begin(), begin(), begin()]);
  await begin();
  assert.deepEqual(standIn.asked, ["/.well-known/openid-configuration"]);
  t.mock.timers.tick(3_600_001);
  await begin();
  assert.equal(standIn.asked.length, 2);
  t.mock.timers.tick(3_600_001);
  standIn.failure = 503;
  await begin();
  assert.equal(standIn.asked.length, 3);
});

test("a callback with a wrong state, or none, is refused", async () => {
  await refuses(/"state" response parameter value/, { change: (url) => url.searchParams.set("state", "x".repeat(43)) });
  await refuses(/"state" missing/, { change: (url) => url.searchParams.delete("state") });
  await refuses(/"state" missing/, { provider: github, change: (url) => url.searchParams.delete("state") });
});

test("a callback is good once", async () => {
  for (const provider of [work, github]) {
    const { callback, flow } = await goThere(provider);
    await finishSignIn(provider, callback, flow);
    await refusesWith(finishSignIn(provider, callback, flow), /invalid_grant|"access_token"/, flow);
  }
});

test("an ID token with another nonce, or none, is refused", async () => {
  for (const nonce of ["somebody else's", undefined]) {
    standIn.tamper = ({ header, claims }) => signToken({ header, claims: { ...claims, nonce } }, standIn.privateKey);
    await refuses(/nonce/);
  }
});

test("a code is worth nothing without the verifier of the flow that asked for it", async () => {
  for (const provider of [work, github]) {
    const { callback, flow } = await goThere(provider);
    const stolen = { ...flow, verifier: (await goThere(provider)).flow.verifier };
    await refusesWith(finishSignIn(provider, callback, stolen), /invalid_grant|"access_token"/, flow);
  }
});

test("a code that was asked for without a challenge is worth nothing", async () => {
  const { url, flow } = await beginSignIn(github, { redirectUri: githubHome });
  const bare = new URL(url);
  bare.searchParams.delete("code_challenge");
  bare.searchParams.delete("code_challenge_method");
  await refusesWith(finishSignIn(github, await walk(bare.href, githubHome), flow), /"access_token"/, flow);
});

test("an answer in the name of another issuer, or in no name, is refused", async () => {
  await refuses(/"iss"/, { change: (url) => url.searchParams.set("iss", other.issuer) });
  await refuses(/"iss"/, { change: (url) => url.searchParams.delete("iss") });
  await refuses(/"iss"/, { provider: github, change: (url) => url.searchParams.set("iss", other.issuer) });
});

test("the flow of one provider does not end at another", async () => {
  const { callback, flow } = await goThere(work);
  await refusesWith(finishSignIn({ ...work, id: "other" }, callback, flow), /another address/, flow);
  await refusesWith(finishSignIn({ ...work, issuer: other.issuer }, callback, flow), /another address/, flow);
});

test("a callback at another address than was asked for is refused, here and there", async () => {
  const { callback, flow } = await goThere(work);
  for (const place of [
    "http://evil.test/sign-in/with/work/callback",
    "http://localhost/sign-in/with/github/callback",
  ]) {
    await refusesWith(finishSignIn(work, new URL(place + callback.search), flow), /another address/, flow);
  }
  const { url } = await beginSignIn(work, { redirectUri: "http://evil.test/callback" });
  await assert.rejects(walk(url, "http://evil.test/"), /answered 400/);
});

test("an ID token for somebody else's site, or by somebody else, is refused", async () => {
  for (const change of [{ aud: "another-site" }, { aud: [clientId, "another-site"] }, { iss: other.issuer }]) {
    standIn.tamper = ({ header, claims }) =>
      signToken({ header, claims: { ...claims, ...change } }, standIn.privateKey);
    await refuses(/"aud"|"iss"/);
  }
});

test("an ID token that is over is refused", async () => {
  const then = Math.floor(Date.now() / 1000) - 120;
  standIn.tamper = ({ header, claims }) => signToken({ header, claims: { ...claims, exp: then } }, standIn.privateKey);
  await refuses(/"exp"/);
});

test("an ID token that the provider's key did not sign is refused", async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  standIn.tamper = (token) => signToken(token, privateKey);
  await refuses(/signature/);
  standIn.tamper = unsignedToken;
  await refuses(/"alg"/);
  standIn.tamper = (token) => hashToken(token, clientSecret);
  await refuses(/"alg"|algorithm/);
  standIn.tamper = ({ header, claims }) => signToken({ header: { ...header, kid: "x" }, claims }, privateKey);
  await refuses(/key/);
});

test("an answer without an ID token is refused", async () => {
  standIn.tamper = () => "";
  await refuses(/id_token|JWT/);
});

test("what is said of another subject is not taken", async () => {
  standIn.tamper = ({ header, claims }) => signToken({ header, claims: { ...claims, sub: "1" } }, standIn.privateKey);
  await refuses(/"sub"/);
});

test("who says no is told so", async () => {
  standIn.answer = "decline";
  fake.answer = "decline";
  for (const provider of [work, github]) {
    const { callback, flow } = await goThere(provider);
    await assert.rejects(finishSignIn(provider, callback, flow), { outcome: "declined" });
  }
});

test("a provider that swallows everything is away", async () => {
  const { callback, flow } = await goThere(work);
  standIn.isSilent = true;
  const away = { outcome: "away", message: /does not answer at the moment/ };
  await Promise.all([
    assert.rejects(beginSignIn({ ...work, name: "Silent" }, { redirectUri: home }), away),
    assert.rejects(finishSignIn(work, callback, flow), away),
    assert.rejects(beginSignIn({ ...work, issuer: "http://127.0.0.1:9/" }, { redirectUri: home }), away),
  ]);
});

test("a provider in trouble is away, and one that never stops talking is cut off", async () => {
  standIn.failure = 502;
  await assert.rejects(beginSignIn({ ...work, name: "Broken" }, { redirectUri: home }), { outcome: "away" });
  standIn.failure = 200;
  await assert.rejects(beginSignIn({ ...work, name: "Talkative" }, { redirectUri: home }), {
    outcome: "refused",
    why: "It answered more than 1000000 bytes.",
  });
});

test("a provider that calls itself something else is refused", async () => {
  const wrong = { ...work, issuer: issuer.replace("127.0.0.1", "localhost") };
  await assert.rejects(beginSignIn(wrong, { redirectUri: home }), { outcome: "refused" });
});

async function signIn({ provider = work }: { provider?: Provider } = {}): Promise<Person> {
  const { callback, flow } = await goThere(provider);
  return await finishSignIn(provider, callback, flow);
}

async function goThere(provider: Provider): Promise<{ callback: URL; flow: Flow }> {
  const redirectUri = provider.kind === "github" ? githubHome : home;
  const { url, flow } = await beginSignIn(provider, { redirectUri });
  return { callback: await walk(url, redirectUri), flow };
}

interface Attempt {
  provider?: Provider;
  change?: (callback: URL) => void;
}

async function refuses(why: RegExp, { provider = work, change }: Attempt = {}): Promise<void> {
  const { callback, flow } = await goThere(provider);
  change?.(callback);
  await refusesWith(finishSignIn(provider, callback, flow), why, flow);
}

async function refusesWith(attempt: Promise<Person>, why: RegExp, flow: Flow): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof SignInError, inspect(error));
    assert.equal(error.outcome, "refused");
    assert.match(error.why, why);
    const everything = inspect(error, { depth: 10, showHidden: true });
    for (const secret of [clientSecret, flow.state, flow.nonce, flow.verifier]) assert.ok(!everything.includes(secret));
    return true;
  });
}
