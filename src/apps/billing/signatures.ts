import { createHmac, timingSafeEqual } from "node:crypto";

/** Both providers allow servers whose clocks differ. A notification that is sent once more is signed anew. */
const toleranceSeconds = 300;

/** What a signature header says: when it was signed, and what by; several while a secret is replaced by another. */
export interface Signature {
  at: string;
  digests: readonly string[];
}

/**
 * Reads a header such as `ts=1671552777;h1=…`: one moment, and one digest or more. Undefined for anything else, also for two
 * headers that were joined. Digests in capitals are none, or there would be many headers for one signature.
 */
export function readSignature(
  header: unknown,
  { separator, time, digest }: { separator: string; time: string; digest: string },
): Signature | undefined {
  if (typeof header !== "string" || header.length > 1000) return undefined;
  const parts = header.split(separator).map((part) => /^(\w+)=([\w+/-]+)$/.exec(part));
  if (parts.includes(null)) return undefined;
  const valuesOf = (name: string): string[] => parts.flatMap((part) => (part?.[1] === name ? [part[2] ?? ""] : []));
  const [at, ...more] = valuesOf(time);
  const digests = valuesOf(digest);
  if (at === undefined || more.length > 0 || !/^\d{1,12}$/.test(at) || digests.length === 0) return undefined;
  return digests.every((each) => /^[0-9a-f]{64}$/.test(each)) ? { at, digests } : undefined;
}

/** Whether it was signed just now, by a clock that differs from ours by five minutes at most, in either direction. */
export function isRecent({ at }: Signature, now = new Date()): boolean {
  return Math.abs(now.getTime() / 1000 - Number(at)) <= toleranceSeconds;
}

/** Whether one of the digests is the HMAC with SHA-256 of these bytes. Takes as long for a wrong one as for a right one. */
export function isDigestOf({ digests }: Signature, secret: string, bytes: readonly (string | Uint8Array)[]): boolean {
  const hmac = createHmac("sha256", secret);
  for (const part of bytes) hmac.update(part);
  const wanted = hmac.digest();
  // All are compared, so that the time does not tell which one was right.
  return digests.map((digest) => timingSafeEqual(Buffer.from(digest, "hex"), wanted)).includes(true);
}
