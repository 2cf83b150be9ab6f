import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test, type TestContext } from "node:test";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { openTransport, type Letter, type Recipient } from "./transport.ts";

const letter: Letter = {
  from: { address: "mail@example.org", name: "Lectern" },
  subject: "Grüße",
  html: "<p>Hello PLACE</p>",
  text: "Hello PLACE\n.\nEnd\n",
  headers: { "List-Unsubscribe": "<PLACE>" },
};
const to: Recipient = {
  address: "maya@example.org",
  name: "Maya",
  reference: "message-1",
  values: { PLACE: "https://example.org/" },
};

async function serve(t: TestContext, options: SMTPServerOptions): Promise<{ url: string; received: string[] }> {
  const received: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, _session, callback) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        received.push(Buffer.concat(parts).toString());
        callback();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise<void>((resolve) => server.close(resolve)));
  const bound = server.server.address();
  const port = typeof bound === "object" ? (bound?.port ?? 0) : 0;
  return { url: `smtp://127.0.0.1:${port}`, received };
}

const failing = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

test("a server gets the whole mail, once, with what belongs to the recipient", async (t) => {
  const { url, received } = await serve(t, {});
  assert.deepEqual(await openTransport(url).deliver(letter, [to]), { state: "accepted", reason: "" });
  assert.equal(received.length, 1);
  assert.match(received[0] ?? "", /^To: Maya <maya@example\.org>\r$/m);
  assert.match(received[0] ?? "", /^List-Unsubscribe: <https:\/\/example\.org\/>\r$/m);
  assert.match(received[0] ?? "", /^\.\r$/m);
  assert.match(received[0] ?? "", /multipart\/alternative/);
});

test("bounces go to the address of this one mail, or to the sender when it has none", async (t) => {
  const senders: unknown[] = [];
  const { url } = await serve(t, {
    onMailFrom: ({ address }, _session, callback) => {
      senders.push(address);
      callback();
    },
  });
  const returnPath = "bounces+message-1-0123456789ab-0123456789abcdef@example.org";
  await openTransport(url).deliver(letter, [{ ...to, returnPath }]);
  await openTransport(url).deliver(letter, [to]);
  assert.deepEqual(senders, [returnPath, "mail@example.org"]);
});

test("a recipient that the server refuses for good is rejected, one that it puts off is held", async (t) => {
  const codes = [550, 451];
  const { url } = await serve(t, {
    onRcptTo: (_to, _session, callback) => callback(failing(codes.shift() ?? 0, "no")),
  });
  assert.equal((await openTransport(url).deliver(letter, [to])).state, "rejected");
  assert.equal((await openTransport(url).deliver(letter, [to])).state, "held");
});

test("a wrong password holds the mail: it is not the recipient's fault", async (t) => {
  const { url } = await serve(t, {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (_auth, _session, callback) => callback(failing(535, "no")),
  });
  const outcome = await openTransport(url.replace("smtp://", "smtp://me:wrong@")).deliver(letter, [to]);
  assert.equal(outcome.state, "held");
});

/** A server that goes on until a command comes, and hangs up then. */
async function hangUpAt(t: TestContext, command: RegExp): Promise<string> {
  const server = createServer((socket) => {
    socket.write("220 hello\r\n");
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      const text = data.toString();
      if (command.test(text)) socket.destroy();
      else socket.write(text.startsWith("DATA") ? "354 go on\r\n" : "250 ok\r\n");
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const bound = server.address();
  return `smtp://127.0.0.1:${typeof bound === "object" ? bound?.port : 0}`;
}

for (const command of ["EHLO", "MAIL", "RCPT", "DATA"]) {
  test(`a connection that is lost at ${command} leaves no doubt`, async (t) => {
    const url = await hangUpAt(t, new RegExp(`^${command}`));
    assert.equal((await openTransport(url).deliver(letter, [to])).state, "held");
  });
}

test("a connection that is lost amid the text leaves one", async (t) => {
  const url = await hangUpAt(t, /^(?!EHLO|MAIL|RCPT|DATA)/);
  assert.equal((await openTransport(url).deliver(letter, [to])).state, "unknown");
});

test("nobody listening holds the mail", async () => {
  assert.equal((await openTransport("smtp://127.0.0.1:1").deliver(letter, [to])).state, "held");
});

for (const url of ["smtp://", "sendgrid://", "ftp://example.org", "sendgrid://a b"]) {
  test(`${url} is refused with a sentence`, () => {
    assert.throws(() => openTransport(url), { name: "UserError", message: /MAIL_URL/ });
  });
}
