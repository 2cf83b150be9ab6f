import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { Refused } from "#lib/http/problems.ts";
import { config } from "#config.ts";
import { parseTold } from "./objects.ts";
import { factOf } from "./facts.ts";
import type { ProviderEvent, Reading } from "../provider.ts";

export const signatureHeader = "sandbox-signature";
/** As far as two clocks may be apart. */
const toleranceSeconds = 300;

/** Signs a body as Paddle does: HMAC-SHA256 over `ts:body`. The key follows from SECRET_KEY, so nobody else can. */
export function sign(body: Buffer, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `ts=${seconds};h1=${signatureOf(String(seconds), body).toString("hex")}`;
}

/** Which event it is; throws Refused for what the sandbox did not sign just now. */
export function verify(body: Buffer, headers: IncomingHttpHeaders): ProviderEvent {
  const given = headers[signatureHeader];
  const parts = /^ts=(\d{1,12});h1=([0-9a-f]{64})$/.exec(typeof given === "string" ? given : "");
  const [, seconds = "", signature = ""] = parts ?? [];
  const isSigned = timingSafeEqual(signatureOf(seconds, body), Buffer.from(signature.padEnd(64, "0"), "hex"));
  if (parts === null || !isSigned) throw new Refused(401, "The sandbox did not sign this.");
  if (Math.abs(Date.now() / 1000 - Number(seconds)) > toleranceSeconds)
    throw new Refused(401, "This was signed long ago.");
  const event = parse(body.toString());
  if (event === undefined) throw new Refused(400);
  return event;
}

/** What the body of such an event says. */
export function read(body: string): Reading {
  const { data } = envelope.parse(JSON.parse(body));
  const fact = factOf(parseTold(data));
  return fact === undefined ? { nothing: "It is of a kind that nothing follows from." } : { facts: [fact] };
}

const envelope = z.object({
  event_id: z.string().min(1).max(100),
  event_type: z.string().min(1).max(100),
  occurred_at: z.coerce.date<string>(),
  data: z.looseObject({ id: z.string().max(100) }),
});

function parse(body: string): ProviderEvent | undefined {
  try {
    const { event_id: id, event_type: kind, occurred_at: occurredAt, data } = envelope.parse(JSON.parse(body));
    return { id, kind, objectId: data.id, occurredAt };
  } catch {
    return undefined;
  }
}

function signatureOf(seconds: string, body: Buffer): Buffer {
  const key = Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", "events of the sandbox", 32));
  return createHmac("sha256", key).update(`${seconds}:`).update(body).digest();
}
