import assert from "node:assert/strict";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:net";
import { test, type TestContext } from "node:test";
import { startSendgrid } from "./testing/sendgrid.ts";
import { openTransport, type Letter, type Recipient } from "./transport.ts";

const letter: Letter = {
  from: { address: "mail@example.org", name: "Lectern" },
  subject: "Hello",
  html: "<p>Hello</p>",
  text: "Hello",
  headers: {},
};

const recipients = (count: number): Recipient[] =>
  Array.from({ length: count }, (_, n) => ({
    address: `r${n}@example.org`,
    name: "",
    reference: "message-1",
    values: {},
  }));

/** A server that takes connections and says nothing. */
async function silence(t: TestContext): Promise<string> {
  return await listen(
    t,
    createServer((socket) => void socket.on("error", () => undefined).resume()),
  );
}

/** A server that answers each call as it comes, without asking for its text. */
async function answer(t: TestContext, act: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createHttpServer().on("checkContinue", act);
  t.after(() => server.closeAllConnections());
  return await listen(t, server);
}

async function listen(t: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const bound = server.address();
  return `127.0.0.1:${typeof bound === "object" ? bound?.port : 0}`;
}

test("nothing is in doubt while there is no connection that could have carried it", async (t) => {
  const url = `sendgrid://SG.x?timeoutMs=300&api=https://${await silence(t)}`;
  const outcome = await openTransport(url).deliver(letter, recipients(1));
  assert.deepEqual(outcome, { state: "held", reason: "SendGrid did not answer: no answer in 300 ms." });
});

test("a server that takes the text and keeps silent leaves a doubt", async (t) => {
  const url = `sendgrid://SG.x?timeoutMs=300&api=http://${await silence(t)}`;
  const transport = openTransport(url);
  assert.equal((await transport.deliver(letter, recipients(1))).state, "unknown");
  // Nor does it get another at once.
  assert.equal((await transport.deliver(letter, recipients(1))).state, "held");
});

test("a server that never asks gets the text all the same", async (t) => {
  const host = await answer(t, (request, response) => {
    request.resume().on("end", () => response.writeHead(202).end());
  });
  const transport = openTransport(`sendgrid://SG.x?timeoutMs=2000&api=http://${host}`);
  for (let n = 0; n < 2; n++) assert.equal((await transport.deliver(letter, recipients(1))).state, "accepted");
});

test("a server that has asked for a text before gets none when it keeps silent, and leaves no doubt", async (t) => {
  const provider = await startSendgrid({ faultOf: (n) => (n === 2 ? "silence before the body" : undefined) });
  t.after(provider.close);
  const transport = openTransport(`${provider.url}&timeoutMs=300`);
  const states: string[] = [];
  for (let n = 0; n < 3; n++) states.push((await transport.deliver(letter, recipients(1))).state);
  assert.deepEqual(states, ["accepted", "held", "accepted"]);
});

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
const waits: [string, number, Record<string, string | number>, number | undefined][] = [
  ["SendGrid's own header", 429, { "x-ratelimit-reset": inSeconds(100) }, 100],
  ["both", 429, { "x-ratelimit-reset": inSeconds(100), "retry-after": "7" }, 100],
  ["seconds", 429, { "retry-after": "7" }, 7],
  ["a date", 503, { "retry-after": new Date(inSeconds(100) * 1000).toUTCString() }, 100],
  ["days", 429, { "retry-after": "99999999999999999999" }, 3600],
  ["a time that has passed", 429, { "x-ratelimit-reset": 1 }, undefined],
  ["nonsense", 429, { "x-ratelimit-reset": "soon", "retry-after": "later" }, undefined],
  ["a wait with a wrong key", 401, { "x-ratelimit-reset": inSeconds(100) }, undefined],
];

for (const [what, status, headers, wanted] of waits) {
  test(`a ${status} that names ${what} is held for ${wanted ?? "no certain"} seconds`, async (t) => {
    const host = await answer(t, (_request, response) => void response.writeHead(status, headers).end());
    const url = `sendgrid://SG.x?api=http://${host}`;
    const { state, waitSeconds } = await openTransport(url).deliver(letter, recipients(1));
    assert.equal(state, "held");
    if (wanted === undefined) assert.equal(waitSeconds, undefined);
    // The clock goes on while the test runs.
    else assert.ok(waitSeconds !== undefined && waitSeconds <= wanted && waitSeconds > wanted - 60, `${waitSeconds}`);
  });
}

test("what is too large is never sent", async (t) => {
  const provider = await startSendgrid();
  t.after(provider.close);
  const outcome = await openTransport(provider.url).deliver({ ...letter, html: "x".repeat(30_000_000) }, recipients(1));
  assert.equal(outcome.state, "rejected");
  assert.equal(provider.calls(), 0);
});

test("the stand-in keeps the limits of the real one", async (t) => {
  const provider = await startSendgrid();
  t.after(provider.close);
  const transport = openTransport(provider.url);
  const [one = recipients(1)[0]] = recipients(1);
  const breaches: [Letter, (Recipient | undefined)[]][] = [
    [letter, recipients(1001)],
    [letter, []],
    [letter, [one, one]],
    [{ ...letter, subject: "" }, [one]],
    [{ ...letter, headers: { Bcc: "x" } }, [one]],
  ];
  for (const [broken, people] of breaches) {
    const some = people.filter((person) => person !== undefined);
    assert.equal((await transport.deliver(broken, some)).state, "rejected");
  }
  assert.equal((await transport.deliver(letter, recipients(1000))).state, "accepted");
  assert.equal(
    (await openTransport(provider.url.replace("SG.test", "SG.no")).deliver(letter, recipients(1))).state,
    "held",
  );
});
