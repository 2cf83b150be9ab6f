import { createHash, randomBytes } from "node:crypto";

const period = 30;

/** A new secret for an authenticator app: 160 bits in Base32, as RFC 4226 recommends. */
export async function newTotpSecret(): Promise<string> {
  const { generateSecret } = await import("otplib");
  return generateSecret();
}

/** What an app reads from a QR code: `otpauth://totp/…`, with the six digits and 30 seconds that all of them know. */
export async function totpUri(
  secret: string,
  { issuer, account }: { issuer: string; account: string },
): Promise<string> {
  const { generateURI } = await import("otplib");
  return generateURI({ secret, issuer, label: account });
}

/**
 * The time step whose code this is, or undefined: the current one, or one before or after it for clocks that differ (RFC
 * 6238, 5.2). A code works once when the caller stores the step, in the transaction that lets the reader in, and gives
 * it as `afterStep` the next time.
 */
export async function verifyTotp(
  secret: string,
  code: string,
  { afterStep, now = Date.now() }: { afterStep: number | null; now?: number },
): Promise<number | undefined> {
  // Apps show the digits in groups, and people type what they see.
  const token = code.replace(/\s/g, "");
  const epoch = Math.floor(now / 1000);
  // After the last step of the window nothing can come, but the library takes it for a mistake.
  const isUsedUp = afterStep !== null && afterStep > epoch / period;
  if (!/^\d{6}$/.test(token) || isUsedUp) return undefined;
  const { verify } = await import("otplib");
  const earlier = afterStep === null ? {} : { afterTimeStep: afterStep };
  const result = await verify({ secret, token, period, epoch, epochTolerance: period, ...earlier });
  return result.valid && "timeStep" in result ? result.timeStep : undefined;
}

// 32 characters that are not taken for one another: no i, l, o or u.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Ten codes such as `k7qd-m2xw-9hpt`, each of 60 bits: for whoever has lost the phone. Keep their hashes only. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: 10 }, () => {
    const characters = Array.from(randomBytes(12), (byte) => alphabet.charAt(byte % 32));
    return characters.join("").replace(/(.{4})(?=.)/g, "$1-");
  });
}

/**
 * What is kept of a recovery code: SHA-256, in hex. Case, hyphens and spaces do not matter, and what is read for another
 * character is that one. A code has too many bits to be guessed from its hash, and a key would lose the codes with it.
 */
export function hashRecoveryCode(code: string): string {
  const plain = code
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "")
    .replace(/[il]/g, "1")
    .replace(/o/g, "0");
  return createHash("sha256").update(`recovery code ${plain}`).digest("hex");
}
