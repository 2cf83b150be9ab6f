import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { db } from "#lib/db.ts";
import { challengeLifeMs } from "#lib/passkeys.ts";
import { config } from "#config.ts";
import { oneTimeTokens } from "../schema.ts";
import { hashSecret } from "../secrets.ts";

/** What is done with a passkey, and the browser or the session that does it. */
export interface Ceremony {
  purpose: "add" | "sign-in";
  binding: string;
}

const key = Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", "passkey challenges", 32));
const headBytes = 24;

/** Makes a challenge. It says itself when and for what it was made, so that nothing is kept of those that nobody signs. */
export function makeChallenge(ceremony: Ceremony): string {
  const head = Buffer.concat([randomBytes(16), Buffer.alloc(8)]);
  head.writeDoubleBE(Date.now(), 16);
  return Buffer.concat([head, sign(head, ceremony)]).toString("base64url");
}

/**
 * Takes a challenge that was signed: whether it is ours, for this ceremony, not too old, and taken for the first time by
 * any process. It stays taken, whatever becomes of what it was for.
 */
export async function takeChallenge(challenge: string, ceremony: Ceremony): Promise<boolean> {
  const bytes = Buffer.from(challenge, "base64url");
  const head = bytes.subarray(0, headBytes);
  const proof = sign(head, ceremony);
  if (bytes.length !== headBytes + proof.length || !timingSafeEqual(bytes.subarray(headBytes), proof)) return false;
  const expiresAt = new Date(head.readDoubleBE(16) + challengeLifeMs);
  if (expiresAt.getTime() < Date.now()) return false;
  const tokenHash = hashSecret(bytes.toString("base64url"));
  const taken = await db
    .insert(oneTimeTokens)
    .values({ purpose: "passkey", tokenHash, expiresAt, usedAt: new Date() })
    .onConflictDoNothing()
    .returning({ id: oneTimeTokens.id });
  return taken.length === 1;
}

function sign(head: Uint8Array, { purpose, binding }: Ceremony): Buffer {
  return createHmac("sha256", key).update(head).update(`${purpose} ${binding}`).digest().subarray(0, 16);
}
