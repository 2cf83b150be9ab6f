import { createPublicKey, verify } from "node:crypto";
import { z } from "zod";

/** The headers of SendGrid's signed events. https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features */
export const signatureHeader = "x-twilio-email-event-webhook-signature";
export const timestampHeader = "x-twilio-email-event-webhook-timestamp";

// The same events have been seen again 29 hours later. They are told apart by their ids, so an old body does no harm.
const oldest = 48 * 3600;
const newest = 300;

/**
 * Whether SendGrid signed this body with the key that it shows in its settings (base64 of a P-256 public key): ECDSA
 * with SHA-256 over the timestamp followed by the bytes as they came.
 */
export function isSignedBySendgrid(
  body: Uint8Array,
  given: { publicKey: string; signature: unknown; timestamp: unknown; now?: Date },
): boolean {
  const { signature, timestamp, now = new Date() } = given;
  if (typeof signature !== "string" || typeof timestamp !== "string") return false;
  if (!/^\d{1,12}$/.test(timestamp) || !/^[A-Za-z0-9+/]{60,200}={0,2}$/.test(signature)) return false;
  const age = now.getTime() / 1000 - Number(timestamp);
  if (age > oldest || age < -newest) return false;
  const key = createPublicKey({ key: Buffer.from(given.publicKey, "base64"), format: "der", type: "spki" });
  // A signature of which base64 ignores a part would be a second one for the same body.
  const bytes = Buffer.from(signature, "base64");
  if (bytes.toString("base64") !== signature) return false;
  return verify("sha256", Buffer.concat([Buffer.from(timestamp), body]), key, bytes);
}

/** Whether this is the base64 of a P-256 public key. */
export function isPublicKey(text: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyDetails?.namedCurve === "prime256v1";
  } catch {
    return false;
  }
}

export interface MailEvent {
  id: string;
  type: string;
  address: string;
  /** Which message or mailing it is about; empty when SendGrid was called by somebody else. */
  reference: string;
  occurredAt: Date;
  detail: string;
}

// Postgres keeps no NUL in text.
const text = z.string().transform((value) => value.replaceAll("\0", ""));
const event = z.object({
  sg_event_id: text.pipe(z.string().min(1).max(200)),
  event: text.pipe(z.string().max(50)),
  email: text.pipe(z.string().max(320)),
  timestamp: z.number().int().min(0).max(9_999_999_999),
  reference: text.pipe(z.string().max(200)).catch(""),
  reason: text.catch(""),
  type: text.catch(""),
});

/** The events of a body. What cannot be understood is counted in `skipped`; throws when it is no list at all. */
export function readSendgridEvents(body: string): { events: MailEvent[]; skipped: number } {
  const items = z.array(z.unknown()).parse(JSON.parse(body));
  const parsed = items.map((item) => event.safeParse(item));
  const events = parsed.flatMap(({ data }) => (data === undefined ? [] : [eventOf(data)]));
  return { events, skipped: items.length - events.length };
}

function eventOf(data: z.infer<typeof event>): MailEvent {
  const { sg_event_id: id, event: type, email, timestamp, reference, reason } = data;
  // A `bounce` of type `blocked` was turned away for now: the address is good.
  return {
    id,
    type: type === "bounce" && data.type === "blocked" ? "blocked" : type,
    address: email.trim().toLowerCase(),
    reference,
    occurredAt: new Date(timestamp * 1000),
    detail: reason.slice(0, 500),
  };
}
