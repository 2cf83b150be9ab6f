import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { argon2Sync, createHash } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import { test, type TestContext } from "node:test";
import { readConfig } from "../config.ts";
import { Refused } from "./http/problems.ts";
import { hashPassword, isBreached, needsRehash, passwordProblem, verifyPassword } from "./passwords.ts";
import { createQueue } from "./passwords/queue.ts";

const maya = { address: "maya.okafor@example.org", name: "Maya Okafor" };

test("a password is kept as argon2id with its parameters, each time with another salt", async () => {
  const [first, second] = [await hashPassword("paper and ink"), await hashPassword("paper and ink")];
  assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(first, second);
  assert.equal(await verifyPassword(first, "paper and ink"), true);
  assert.equal(await verifyPassword(first, "paper and inK"), false);
  assert.equal(await verifyPassword(null, "paper and ink"), false);
});

test("a hash made at another cost is understood, and hashed again", async () => {
  const parameters = {
    message: "password",
    nonce: "somesaltsomesalt",
    parallelism: 1,
    tagLength: 24,
    memory: 1024,
    passes: 1,
  };
  const tag = argon2Sync("argon2id", parameters).toString("base64");
  const hash = `$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$${tag}`;
  assert.equal(await verifyPassword(hash, "password"), true);
  assert.equal(await verifyPassword(hash, "passwort"), false);
  assert.equal(needsRehash(hash), true);
  assert.equal(needsRehash(await hashPassword("password")), false);
});

test("what is no hash is a bug that does not end in the log", async () => {
  await assert.rejects(
    verifyPassword("$2b$10$secret", "password"),
    (error: Error) => !error.message.includes("secret"),
  );
});

test("one keyboard's accent is another keyboard's letter", async () => {
  assert.equal(await verifyPassword(await hashPassword("Caf\u00e9 au lait"), "Cafe\u0301 au lait"), true);
});

test("hashing waits its turn, and whoever comes when the queue is full is told so", async () => {
  const inTurn = createQueue({ atOnce: 1, waiting: 1 });
  const done: string[] = [];
  const first = Promise.withResolvers<void>();
  const running = inTurn(() => first.promise.then(() => done.push("first")));
  const waiting = inTurn(async () => done.push("second"));
  await assert.rejects(
    inTurn(async () => done.push("third")),
    (error) => error instanceof Refused && error.status === 503,
  );
  assert.deepEqual(done, []);
  first.resolve();
  await Promise.all([running, waiting]);
  assert.deepEqual(done, ["first", "second"]);
});

test("work that fails gives its place on", async () => {
  const inTurn = createQueue({ atOnce: 1, waiting: 5 });
  const results = await Promise.allSettled([
    inTurn(() => Promise.reject(new Error("no"))),
    inTurn(async () => "second"),
    inTurn(async () => "third"),
  ]);
  assert.deepEqual(
    results.map((result) => result.status),
    ["rejected", "fulfilled", "fulfilled"],
  );
  assert.equal(await inTurn(async () => "fourth"), "fourth");
});

test("a new password has 8 to 1,000 characters, counted as people count them", async () => {
  assert.match((await passwordProblem("7 chars", maya)) ?? "", /at least 8/);
  assert.match((await passwordProblem("🔑🔑🔑🔑", maya)) ?? "", /at least 8/);
  assert.equal(await passwordProblem("🔑🗝🔒🔓🔐🪤🧷📎", maya), undefined);
  assert.equal(await passwordProblem("xy".repeat(500), maya), undefined);
  assert.match((await passwordProblem("xy".repeat(500) + "z", maya)) ?? "", /at most 1,000/);
});

test("a new password is not common, in whatever case", async () => {
  for (const common of ["password", "PassWord", "1qaz2wsx", "trustno1", "ｐａｓｓｗｏｒｄ"]) {
    assert.match((await passwordProblem(common, maya)) ?? "", /first that anybody would try/, common);
  }
  assert.equal(await passwordProblem("lamp over the desk", maya), undefined);
});

test("a new password is not the owner's address or name", async () => {
  for (const own of ["Maya.Okafor@example.org", "maya.okafor", "maya okafor"]) {
    assert.match((await passwordProblem(own, maya)) ?? "", /your address or your name/, own);
  }
});

test("five characters of a hash ask whether a password is known from a breach", async (t) => {
  const hash = createHash("sha1").update("tr0ub4dor&3").digest("hex").toUpperCase();
  const asked: (string | undefined)[] = [];
  const endpoint = await listen(t, (request, response) => {
    asked.push(request.url, String(request.headers["add-padding"]));
    response.end(`0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n${hash.slice(5)}:24\r\n`);
  });
  assert.equal(await isBreached("tr0ub4dor&3", { endpoint, isOn: true }), true);
  assert.deepEqual(asked, [`/${hash.slice(0, 5)}`, "true"]);
  assert.equal(await isBreached("something else", { endpoint, isOn: true }), false);
});

test("padding is no breach", async (t) => {
  const hash = createHash("sha1").update("tr0ub4dor&3").digest("hex").toUpperCase();
  const endpoint = await listen(t, (_request, response) => response.end(`${hash.slice(5)}:0\r\n`));
  assert.equal(await isBreached("tr0ub4dor&3", { endpoint, isOn: true }), false);
});

test("a password is taken when nobody can say whether it was breached", async (t) => {
  const broken = await listen(t, (_request, response) => response.writeHead(503).end());
  assert.equal(await isBreached("tr0ub4dor&3", { endpoint: broken, isOn: true }), false);
  const silent = await listen(t, () => undefined);
  assert.equal(await isBreached("tr0ub4dor&3", { endpoint: silent, isOn: true, timeoutMs: 50 }), false);
});

test("nobody is asked where the setting says so", async (t) => {
  const endpoint = await listen(t, () => assert.fail("was asked"));
  assert.equal(await isBreached("tr0ub4dor&3", { endpoint }), false);
  assert.equal(setting({}), false);
  assert.equal(setting({ BASE_URL: "https://learn.example.org" }), true);
  assert.equal(setting({ BASE_URL: "https://learn.example.org", BREACHED_PASSWORDS: "false" }), false);
});

function setting(environment: NodeJS.ProcessEnv): boolean {
  return readConfig({ DATA_DIR: process.env.DATA_DIR, ...environment }).BREACHED_PASSWORDS;
}

async function listen(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return `http://127.0.0.1:${address.port}/`;
}
