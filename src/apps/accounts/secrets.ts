import { hash, randomBytes, randomInt } from "node:crypto";

/** A secret for a cookie or a link: 192 random bits. Only its hash is stored. */
export function newSecret(): string {
  return randomBytes(24).toString("base64url");
}

/** SHA-256 in hexadecimal; enough for secrets that nobody can guess. */
export function hashSecret(secret: string): string {
  return hash("sha256", secret);
}

/** Six digits to type. */
export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}
