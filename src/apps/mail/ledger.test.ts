import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { after, test, type TestContext } from "node:test";
import { eq, sql } from "drizzle-orm";
import { testDatabase } from "../../../test/helpers/database.ts";
import { connect, db, disconnect } from "#lib/db.ts";
import { RetryAfter } from "#lib/jobs.ts";
import { faults, startSendgrid, type Fault, type Sendgrid } from "#lib/mail/testing/sendgrid.ts";
import { openTransport, type Transport } from "#lib/mail/transport.ts";
import { sampler } from "./sampler.tsx";
import { deliverMailing } from "./ledger.ts";
import { countRecipients, prepareMailing } from "./mailings.ts";
import { mailingBatches, mailingRecipients, mailings, type Mailing } from "./schema.ts";
import { suppress, unsubscribe } from "./suppressions.ts";

// The full figures are those of `npm run faults`.
const isFull = process.env.FAULTS === "full";
const database = await testDatabase();

connect(database.url);
after(async () => {
  await disconnect();
  await database.drop();
});

async function sendgrid(t: TestContext, options: Parameters<typeof startSendgrid>[0] = {}): Promise<Sendgrid> {
  const provider = await startSendgrid(options);
  t.after(provider.close);
  return provider;
}

let keys = 0;

async function prepare(addresses: readonly string[]): Promise<Mailing> {
  const recipients = addresses.map((address, index) => ({ address, name: `Reader ${index}` }));
  return await prepareMailing(sampler, { name: "all" }, { key: `mailing ${(keys += 1)}`, recipients });
}

const people = (count: number, domain = "example.org"): string[] =>
  Array.from({ length: count }, (_, index) => `reader.${index}@${domain}`);

function transportTo(provider: Sendgrid, timeoutMs = 10_000): Transport {
  return openTransport(`${provider.url}&timeoutMs=${timeoutMs}`);
}

/** Tries again as a task would, until the mailing is finished. */
async function deliverPatiently(mailing: Mailing, transport: Transport): Promise<void> {
  const tried = await deliverMailing(mailing.id, { transport }).catch((error: unknown) => String(error));
  if (tried === undefined) return;
  assert.match(tried, /SendGrid/);
  await deliverPatiently(mailing, transport);
}

const total = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

test("each address of a mailing is sent to once, in as few calls as the limits allow", async (t) => {
  const count = isFull ? 100_000 : 5000;
  const provider = await sendgrid(t, { keep: false });
  const mailing = await prepare([...people(count), "Reader.7@EXAMPLE.org", "reader.8@example.org "]);
  await deliverMailing(mailing.id, { transport: transportTo(provider) });
  assert.equal(provider.calls(), count / 1000);
  assert.equal(provider.sink.size, count);
  assert.ok([...provider.sink.values()].every((times) => times === 1));
  assert.deepEqual(await countRecipients(mailing.id), { accepted: count });
  assert.equal(mailing.candidates, count);
  const [finished] = await db.select().from(mailings).where(eq(mailings.id, mailing.id));
  assert.ok(finished?.finishedAt instanceof Date);
  await deliverMailing(mailing.id, { transport: transportTo(provider) });
  assert.equal(provider.calls(), count / 1000);
});

test("a key is prepared once, and who gets it does not change", async () => {
  const options = { key: "weekly", recipients: [{ address: "one@example.org" }] };
  const first = await prepareMailing(sampler, { name: "all" }, options);
  const recipients = [{ address: "two@example.org" }];
  const second = await prepareMailing(sampler, { name: "all" }, { ...options, recipients });
  assert.equal(second.id, first.id);
  assert.deepEqual(await countRecipients(first.id), { queued: 1 });
});

test("whatever a call meets, nobody gets a mail twice, and only what is in doubt is unknown", async (t) => {
  const batches = isFull ? 200 : 24;
  const provider = await sendgrid(t, { faultOf: (n) => faults[n % (faults.length + 2)] });
  const transport = { ...transportTo(provider, 500), limit: 50 };
  const mailing = await prepare(people(batches * 50, "faults.example.org"));
  await deliverPatiently(mailing, transport);
  assert.ok(
    [...provider.sink.values()].every((times) => times === 1),
    "somebody got it twice",
  );
  const counts = await countRecipients(mailing.id);
  assert.equal(total(counts), mailing.candidates);
  assert.deepEqual(Object.keys(counts).toSorted(), ["accepted", "unknown"]);
  const batchStates = await db
    .select({ state: mailingBatches.state, reason: mailingBatches.reason })
    .from(mailingBatches)
    .where(eq(mailingBatches.mailingId, mailing.id));
  for (const { state, reason } of batchStates) {
    const isCertain = /429|401|503|^$/.test(reason);
    if (isCertain) assert.notEqual(state, "unknown", reason);
    if (/answered 500/.test(reason)) assert.equal(state, "unknown");
  }
});

const certain: Fault[] = ["429", "401", "503 before the body", "reset before the body"];

for (const fault of certain) {
  test(`after “${fault}” everybody still waits`, async (t) => {
    const provider = await sendgrid(t, { faultOf: (n) => (n <= 4 ? fault : undefined) });
    const mailing = await prepare(people(10, "waiting.example.org"));
    await assert.rejects(deliverMailing(mailing.id, { transport: transportTo(provider) }), /SendGrid/);
    assert.deepEqual(await countRecipients(mailing.id), { queued: 10 });
    await deliverPatiently(mailing, transportTo(provider));
    assert.deepEqual(await countRecipients(mailing.id), { accepted: 10 });
  });
}

test("a provider that cannot be reached leaves everybody waiting", async (t) => {
  const provider = await sendgrid(t);
  await provider.close();
  const mailing = await prepare(people(10, "unreachable.example.org"));
  await assert.rejects(deliverMailing(mailing.id, { transport: transportTo(provider) }), /ECONNREFUSED/);
  assert.deepEqual(await countRecipients(mailing.id), { queued: 10 });
});

test("a provider that counts is left alone for as long as it says", async (t) => {
  const provider = await sendgrid(t, { faultOf: () => "429" });
  const mailing = await prepare(people(10, "limited.example.org"));
  await assert.rejects(deliverMailing(mailing.id, { transport: transportTo(provider) }), (error) => {
    return error instanceof RetryAfter && error.seconds > 0 && error.seconds <= 31;
  });
  assert.equal(provider.calls(), 1);
});

test("a provider that falls silent leaves one call in doubt, and the others wait", async (t) => {
  let isSilent = true;
  const provider = await sendgrid(t, { faultOf: () => (isSilent ? "silence before the body" : undefined) });
  const mailing = await prepare(people(200, "silent.example.org"));
  const transport = { ...transportTo(provider, 300), limit: 20 };
  await assert.rejects(deliverMailing(mailing.id, { transport }), /no answer/);
  assert.deepEqual(await countRecipients(mailing.id), { queued: 180, unknown: 20 });
  isSilent = false;
  await deliverMailing(mailing.id, { transport });
  assert.deepEqual(await countRecipients(mailing.id), { accepted: 180, unknown: 20 });
});

test("one call in doubt among others that are accepted does not hold the mailing up", async (t) => {
  const provider = await sendgrid(t, { faultOf: (n) => (n % 6 === 0 ? "500 after accepting" : undefined) });
  const mailing = await prepare(people(300, "chance.example.org"));
  await deliverMailing(mailing.id, { transport: { ...transportTo(provider), limit: 20 } });
  assert.deepEqual(await countRecipients(mailing.id), { accepted: 260, unknown: 40 });
});

const doubtful = faults.filter((fault) => !certain.includes(fault));

for (const fault of doubtful) {
  test(`after “${fault}” nobody knows, and nothing is sent again`, async (t) => {
    const provider = await sendgrid(t, { faultOf: (n) => (n === 1 ? fault : undefined) });
    const mailing = await prepare(people(10, "doubt.example.org"));
    await deliverMailing(mailing.id, { transport: transportTo(provider, 500) });
    assert.deepEqual(await countRecipients(mailing.id), { unknown: 10 });
    assert.equal(provider.calls(), 1);
  });
}

test("a bad address costs one recipient", async (t) => {
  const provider = await sendgrid(t);
  const mailing = await prepare([...people(999, "mostly.example.org"), "bad@example.org"]);
  await deliverMailing(mailing.id, { transport: transportTo(provider) });
  assert.deepEqual(await countRecipients(mailing.id), { accepted: 999, refused: 1 });
  assert.ok(provider.calls() <= 25, `${provider.calls()} calls`);
});

test("a mailing that is rejected for everybody stops before it has asked for each of them", async (t) => {
  const provider = await sendgrid(t);
  const mailing = await prepare(Array.from({ length: 2000 }, (_, index) => `bad.${index}@example.org`));
  await deliverMailing(mailing.id, { transport: transportTo(provider) });
  const [stopped] = await db.select().from(mailings).where(eq(mailings.id, mailing.id));
  assert.match(stopped?.stoppedBecause ?? "", /accepted for none.*valid address/);
  assert.ok(provider.calls() < 100, `${provider.calls()} calls`);
  const counts = await countRecipients(mailing.id);
  assert.equal(total(counts), 2000);
  assert.ok((counts.queued ?? 0) > 1900);
});

test("what was under way when its process died is unknown, and the rest is sent", async (t) => {
  const provider = await sendgrid(t);
  const mailing = await prepare(people(20, "killed.example.org"));
  await db.execute(sql`
    update ${mailingRecipients} set state = 'sending' where mailing_id = ${mailing.id} and address like 'reader.1%'`);
  await deliverMailing(mailing.id, { transport: transportTo(provider) });
  assert.deepEqual(await countRecipients(mailing.id), { accepted: 9, unknown: 11 });
});

test("who must not get it, or has left while it was sent, is excluded and counted", async (t) => {
  const provider = await sendgrid(t);
  await suppress("bounced@example.org", { reason: "bounce" });
  await unsubscribe({ address: "left@example.org", list: sampler.list.name });
  const mailing = await prepare([
    "bounced@example.org",
    "left@example.org",
    "no address",
    "leaves@example.org",
    "stays@example.org",
  ]);
  assert.deepEqual(await countRecipients(mailing.id), { excluded: 3, queued: 2 });
  await unsubscribe({ address: "leaves@example.org", list: "*" });
  await deliverMailing(mailing.id, { transport: transportTo(provider) });
  assert.deepEqual([...provider.sink.keys()], ["stays@example.org"]);
  const counts = await countRecipients(mailing.id);
  assert.equal(total(counts), mailing.candidates);
  assert.equal(counts.excluded, 4);
});

test("each recipient gets links of their own, in the headers and in the text", async (t) => {
  const provider = await sendgrid(t);
  const mailing = await prepare(people(2, "links.example.org"));
  await deliverMailing(mailing.id, { transport: transportTo(provider) });
  const [call] = provider.accepted;
  const links = call?.personalizations.map(({ headers }) => headers?.["List-Unsubscribe"] ?? "") ?? [];
  assert.equal(new Set(links).size, 2);
  for (const { headers, substitutions, custom_args: args } of call?.personalizations ?? []) {
    assert.match(headers?.["List-Unsubscribe"] ?? "", /^<http:\/\/localhost\/mail\/unsubscribe\/\?token=[\w.%-]+>$/);
    assert.equal(headers?.["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    assert.ok(
      Object.keys(substitutions ?? {}).some((name) => call?.content.every(({ value }) => value.includes(name))),
    );
    assert.equal(args?.reference, `mailing-${mailing.id}`);
  }
});
