import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../errors.ts";
import { maxReturned, readReturned } from "./report.ts";
import { complaint, exchange, exim, gmail, postfix, vacation } from "./testing/returned.ts";

const to = "bounces+message-1@example.org";
const read = async (text: string) => await readReturned(Buffer.from(text));
const typeOf = async (text: string) => (await read(text)).report?.type;

for (const shape of [postfix, exim, exchange, gmail]) {
  test(`${shape.name} tells of an address that is none, and to whom it came`, async () => {
    const { to: came, report } = await read(shape({ to }));
    assert.ok(came.includes(to));
    assert.equal(report?.type, "bounce");
    assert.match(report?.detail ?? "", /^5\.\d+\.\d+ smtp; ?550/);
  });

  test(`${shape.name} tells of a delay, which is no bounce`, async () => {
    assert.equal(await typeOf(shape({ to, action: "delayed", status: "4.4.1", diagnostic: "451 later" })), "deferred");
  });
}

const faults: [string, string, string][] = [
  ["5.1.1", "550 5.1.1 unknown", "bounce"],
  ["5.1.2", "no such domain", "bounce"],
  ["5.1.10", "550 5.1.10 null MX", "bounce"],
  ["5.2.1", "550 5.2.1 disabled", "bounce"],
  ["5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "bounce"],
  ["5.0.0", "550 unknown user", "bounce"],
  ["5.0.0", "550-5.1.1 unknown user", "bounce"],
  ["5.0.0", "550 5.7.1 looks like spam", "blocked"],
  ["5.0.0", "554 no", "blocked"],
  ["5.0.0", "", "blocked"],
  ["5.1.8", "550 5.1.8 bad sender", "blocked"],
  ["5.2.2", "552 5.2.2 mailbox full", "blocked"],
  ["5.2.3", "552 5.2.3 too large", "blocked"],
  ["5.7.26", "550 5.7.26 unauthenticated", "blocked"],
  ["4.2.2", "452 4.2.2 over quota", "blocked"],
  ["4.4.7", "delivery time expired", "blocked"],
  ["4.0.0", "450 unknown user", "blocked"],
  ["none", "550 5.1.1 unknown", "blocked"],
];

for (const [status, diagnostic, type] of faults) {
  test(`a failure ${status} “${diagnostic}” is ${type}`, async () => {
    assert.equal(await typeOf(exim({ to, status, diagnostic })), type);
  });
}

test("while one of those behind an address gets mail, the address is of use", async () => {
  const other = "\n\nFinal-Recipient: rfc822;other@example.net\nAction: delivered\nStatus: 2.0.0\n";
  const expanded = exim({ to, status: "5.1.1" }).replace("\nDiagnostic-Code: smtp; 550-5.1.1 No such user\n", other);
  assert.equal(await typeOf(expanded), "delivered");
});

test("what is told of a failure is one line of text, whatever it was coded in", async () => {
  const { report } = await read(exchange({ to, diagnostic: "550 5.1.1 no\0body\u202E\u001B[2J here" }));
  assert.equal(report?.detail, "5.1.10 smtp;550 5.1.1 no body [2J here");
});

test("the same report has the same fingerprint whatever way it came, another has another", async () => {
  const prints = await Promise.all(
    [postfix({ to }), `Received: by another\n${postfix({ to })}`, postfix({ to, status: "5.1.2" })].map(
      async (text) => (await read(text)).report?.fingerprint,
    ),
  );
  assert.equal(prints[0], prints[1]);
  assert.notEqual(prints[0], prints[2]);
});

test("a complaint names the envelope sender of what it is about", async () => {
  const { to: came, report } = await read(complaint({ to }));
  assert.ok(came.includes(to));
  assert.equal(report?.type, "spamreport");
  assert.equal(await typeOf(complaint({ to, kind: "not-spam" })), "feedback");
});

test("what is answered by a person, a machine or a mail program is no report, whatever is attached to it", async () => {
  assert.equal(await typeOf(vacation({ to })), undefined);
  assert.equal(await typeOf(postfix({ to }).replace("multipart/report", "multipart/mixed")), undefined);
  const receipt = postfix({ to }).replaceAll("delivery-status", "disposition-notification");
  assert.equal(await typeOf(receipt), undefined);
  assert.equal(await typeOf(""), undefined);
});

const broken: [string, string][] = [
  ["NUL", postfix({ to }).replace("Hello", "Hel\0lo")],
  ["too much", postfix({ to }) + "x".repeat(maxReturned)],
  ["no recipient", postfix({ to }).replace("Action: failed", "Inaction: failed")],
  ["an unknown action", postfix({ to, action: "vanished" })],
  ["a complaint about nothing", complaint({ to }).replace("Feedback-Type", "Feedback")],
  ["endless nesting", nested(100)],
];

for (const [what, text] of broken) {
  test(`a message with ${what} is refused with a sentence`, async () => {
    await assert.rejects(read(text), { name: "UserError", status: 65, message: /^The message cannot be read\. \S/ });
  });
}

test("a report that is cut short or spoiled anywhere is read, or refused with a sentence", async () => {
  for (const whole of [postfix({ to }), exchange({ to }), complaint({ to })]) {
    for (let at = 0; at < whole.length; at += 40) {
      for (const text of [whole.slice(0, at), `${whole.slice(0, at)}\r\n:\xff--${whole.slice(at + 1)}`]) {
        await read(text).catch((error: unknown) => {
          assert.ok(error instanceof UserError && error.status === 65, String(error));
        });
      }
    }
  }
});

function nested(depth: number): string {
  const parts = Array.from({ length: depth }, (_, n) => `Content-Type: multipart/mixed; boundary="b${n}"\n\n--b${n}\n`);
  return parts.join("");
}
