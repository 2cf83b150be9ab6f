import assert from "node:assert/strict";
import { createServer } from "node:net";
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
  const server = createServer((socket) => void socket.on("error", () => undefined).resume());
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
  assert.equal((await openTransport(url).deliver(letter, recipients(1))).state, "unknown");
});

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
