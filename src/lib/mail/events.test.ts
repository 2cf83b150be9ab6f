import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { isPublicKey, isSignedBySendgrid, readSendgridEvents } from "./events.ts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const key = publicKey.export({ format: "der", type: "spki" }).toString("base64");
const now = new Date("2026-11-24T12:00:00Z");
const seconds = now.getTime() / 1000;

function signed(body: string, timestamp = String(seconds)) {
  const signature = sign("sha256", Buffer.from(timestamp + body), privateKey).toString("base64");
  return { body, signature, timestamp };
}

function isAccepted({ body, signature, timestamp }: { body: string; signature: unknown; timestamp: unknown }): boolean {
  return isSignedBySendgrid(Buffer.from(body), { publicKey: key, signature, timestamp, now });
}

const count = process.env.FAULTS === "full" ? 5000 : 300;
const bodyOf = (n: number): string =>
  JSON.stringify([{ sg_event_id: `e${n}`, event: "bounce", email: "ä@example.org" }]);

test("what SendGrid signed is accepted, and no mutant of it", () => {
  for (let n = 0; n < count; n += 1) {
    const whole = signed(bodyOf(n));
    assert.ok(isAccepted(whole));
    const mutants = [
      { ...whole, body: flipped(whole.body, n) },
      { ...whole, body: `${whole.body} ` },
      { ...whole, timestamp: String(seconds - 1) },
      { ...whole, timestamp: `0${whole.timestamp}` },
      { ...whole, signature: mutated(whole.signature, n) },
      { ...whole, signature: `${whole.signature}=` },
      { ...whole, signature: [whole.signature, whole.signature] },
      { ...whole, signature: undefined },
      { ...whole, signature: "" },
      { ...whole, timestamp: undefined },
    ];
    for (const mutant of mutants) assert.ok(!isAccepted(mutant), JSON.stringify(mutant));
  }
});

test("the clock is bounded on both sides", () => {
  assert.ok(isAccepted(signed("[]", String(seconds - 29 * 3600))));
  assert.ok(!isAccepted(signed("[]", String(seconds - 49 * 3600))));
  assert.ok(!isAccepted(signed("[]", String(seconds + 600))));
  assert.ok(!isAccepted(signed("[]", "-5")));
});

test("another key signs for nobody", () => {
  const other = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const { body, timestamp } = signed("[]");
  const signature = sign("sha256", Buffer.from(timestamp + body), other.privateKey).toString("base64");
  assert.ok(!isAccepted({ body, timestamp, signature }));
});

test("a key of another kind is told from the right one", () => {
  assert.ok(isPublicKey(key));
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  assert.ok(!isPublicKey(rsa.export({ format: "der", type: "spki" }).toString("base64")));
  assert.ok(!isPublicKey("nonsense"));
});

test("events are read, a temporary block is no bounce, and what is none is skipped", () => {
  const common = { email: "Maya@Example.org", timestamp: seconds, reference: "mailing-3" };
  const body = JSON.stringify([
    { ...common, event: "bounce", type: "bounce", sg_event_id: "a", reason: "no\0body" },
    { ...common, event: "bounce", type: "blocked", sg_event_id: "b" },
    { ...common, event: "open" },
    null,
  ]);
  const { events, skipped } = readSendgridEvents(body);
  assert.deepEqual(
    events.map(({ id, type, detail }) => [id, type, detail]),
    [
      ["a", "bounce", "nobody"],
      ["b", "blocked", ""],
    ],
  );
  assert.equal(events[0]?.address, "maya@example.org");
  assert.equal(events[0]?.occurredAt.toISOString(), now.toISOString());
  assert.equal(skipped, 2);
});

function flipped(text: string, n: number): string {
  const bytes = Buffer.from(text);
  const place = n % bytes.length;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes.toString("latin1");
}

function mutated(signature: string, n: number): string {
  const bytes = Buffer.from(signature, "base64");
  const place = n % bytes.length;
  bytes[place] = (bytes[place] ?? 0) ^ (1 << (n % 8));
  return bytes.toString("base64");
}
