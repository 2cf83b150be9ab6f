import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { config } from "../config.ts";

// The first byte of what is sealed, so that another way may follow.
const version = 1;

/**
 * Encrypts a secret that must be read again, for the database: AES-256-GCM, base64url. The key comes from SECRET_KEY and the
 * purpose, so what was sealed for one purpose does not open for another. Put whose it is into the purpose
 * (`totp of 17`), and a row copied from somebody else lets nobody in.
 */
export function seal(purpose: string, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyFor(purpose), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(version), nonce, sealed, cipher.getAuthTag()]).toString("base64url");
}

/** What was sealed; undefined when it was changed, or sealed for another purpose or with another SECRET_KEY. */
export function open(purpose: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes[0] !== version || bytes.length < 29) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", keyFor(purpose), bytes.subarray(1, 13), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-16));
  const text = decipher.update(bytes.subarray(13, -16));
  try {
    return Buffer.concat([text, decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

function keyFor(purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", `sealed: ${purpose}`, 32));
}
