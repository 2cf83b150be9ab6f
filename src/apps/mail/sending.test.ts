import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eq } from "drizzle-orm";
import { testDatabase } from "../../../test/helpers/database.ts";
import { atomic, connect, db, disconnect } from "#lib/db.ts";
import { drainTasks } from "#lib/jobs.ts";
import type { Letter, Outcome, Transport } from "#lib/mail/transport.ts";
import { sampler } from "./sampler.tsx";
import { messages, type Message } from "./schema.ts";
import { deliverMessage, sendMail } from "./sending.ts";
import { suppress, unsubscribe, unsuppress } from "./suppressions.ts";
import { sendMessage } from "./tasks.ts";
import { useTransport } from "./transport.ts";

const database = await testDatabase();
connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

const receipt = { ...sampler, name: "mail.receipt", transactional: true, because: "you asked for it" } as const;

/** A transport that ends each call as it is told, accepted when it is told nothing. */
function recorder(outcomes: Outcome["state"][] = []): Transport & { sent: { to: string; letter: Letter }[] } {
  const sent: { to: string; letter: Letter }[] = [];
  return {
    name: "a test",
    limit: 1000,
    sent,
    deliver: async (letter, recipients) => {
      for (const { address } of recipients) sent.push({ to: address, letter });
      return { state: outcomes.shift() ?? "accepted", reason: "" };
    },
  };
}

async function send(
  address: string,
  key?: string,
  template: typeof sampler | typeof receipt = receipt,
): Promise<number> {
  const id = await sendMail(template, { address, name: "Maya" }, { name: "Maya" }, key === undefined ? {} : { key });
  assert.ok(id !== undefined);
  return id;
}

async function getMessage(id: number): Promise<Message> {
  const [message] = await db.select().from(messages).where(eq(messages.id, id));
  assert.ok(message !== undefined);
  return message;
}

test("mail is sent with the transaction that asked for it, once a key, and not at all when that is rolled back", async () => {
  const transport = recorder();
  useTransport(transport);
  await atomic(async () => void (await send("one@example.org", "first")));
  assert.equal(await sendMail(receipt, { address: "one@example.org" }, { name: "x" }, { key: "first" }), undefined);
  await assert.rejects(
    atomic(async () => {
      await send("never@example.org");
      throw new Error("no");
    }),
  );
  await drainTasks([sendMessage]);
  assert.deepEqual(
    transport.sent.map(({ to }) => to),
    ["one@example.org"],
  );
  useTransport(undefined);
});

test("what is held waits, is tried again and then accepted", async () => {
  const transport = recorder(["held", "held"]);
  const id = await send("held@example.org");
  for (const state of ["queued", "queued", "accepted"]) {
    await deliverMessage(id, transport).catch(() => undefined);
    assert.equal((await getMessage(id)).state, state);
  }
  await deliverMessage(id, transport);
  assert.equal(transport.sent.length, 3);
});

test("a message is tried again when the provider says, and not before", async () => {
  const id = await send("limited@example.org");
  const transport: Transport = {
    ...recorder(),
    deliver: async () => ({ state: "held", reason: "Too many requests.", waitSeconds: 9 }),
  };
  await assert.rejects(deliverMessage(id, transport), { name: "RetryAfter", seconds: 9 });
  assert.equal((await getMessage(id)).state, "queued");
});

for (const [outcome, state] of [
  ["rejected", "refused"],
  ["unknown", "unknown"],
] as const) {
  test(`a message whose outcome is ${outcome} is ${state}, and is not sent again`, async () => {
    const transport = recorder([outcome]);
    const id = await send("once@example.org");
    await deliverMessage(id, transport);
    await deliverMessage(id, transport);
    assert.equal((await getMessage(id)).state, state);
    assert.equal(transport.sent.length, 1);
  });
}

test("a message whose process died as it was sent is unknown, and is not sent again", async () => {
  const transport = recorder();
  const id = await send("killed@example.org");
  await db.update(messages).set({ state: "sending" }).where(eq(messages.id, id));
  await deliverMessage(id, transport);
  assert.equal((await getMessage(id)).state, "unknown");
  assert.equal(transport.sent.length, 0);
});

test("nothing is sent to who bounced, until somebody says that it is mended", async () => {
  const transport = recorder();
  await suppress("bounced@example.org", { reason: "bounce" });
  const id = await send("Bounced@Example.org");
  await deliverMessage(id, transport);
  assert.deepEqual([(await getMessage(id)).state, (await getMessage(id)).reason], ["refused", "suppressed: bounce"]);
  assert.equal(await unsuppress("bounced@example.org"), true);
  await deliverMessage(await send("bounced@example.org"), transport);
  assert.equal(transport.sent.length, 1);
});

test("who has left a list gets what is transactional, and no more of the list", async () => {
  const transport = recorder();
  await unsubscribe({ address: "left@example.org", list: sampler.list.name });
  await deliverMessage(await send("left@example.org", undefined, sampler), transport);
  assert.equal(transport.sent.length, 0);
  await deliverMessage(await send("left@example.org"), transport);
  assert.equal(transport.sent.length, 1);
});

test("mail of a list can be left by one click and by its footer; what is transactional has neither", async () => {
  const transport = recorder();
  await deliverMessage(await send("reader@example.org", undefined, sampler), transport);
  await deliverMessage(await send("reader@example.org"), transport);
  const [ofList, receiptSent] = transport.sent.map(({ letter }) => letter);
  assert.match(ofList?.headers["List-Unsubscribe"] ?? "", /^<http:\/\/localhost\/mail\/unsubscribe\/\?token=[^>]+>$/);
  assert.equal(ofList?.headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
  assert.match(ofList?.html ?? "", /\/mail\/preferences\/\?token=/);
  assert.match(ofList?.text ?? "", /\/mail\/preferences\/\?token=/);
  assert.deepEqual(receiptSent?.headers, {});
  assert.doesNotMatch(receiptSent?.html ?? "", /unsubscribe/i);
});

test("an address that is none sends nothing and throws nothing", async () => {
  assert.equal(await sendMail(receipt, { address: "a@b\r\nBcc: c@d.org" }, { name: "x" }), undefined);
});
