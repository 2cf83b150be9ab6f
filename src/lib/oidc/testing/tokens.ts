import { createHmac, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";

/** A JSON Web Token taken apart. */
export interface Token {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
}

export function readToken(text: string): Token {
  const [header = "", claims = ""] = text.split(".");
  return { header: parse(header), claims: parse(claims) };
}

/** Signs with RS256, whatever the header says. */
export function signToken(token: Token, key: KeyObject): string {
  return join(token, (text) => sign("sha256", Buffer.from(text), key));
}

/** Signs with a word that both sides know. */
export function hashToken({ header, claims }: Token, secret: string): string {
  const token = { header: { ...header, alg: "HS256" }, claims };
  return join(token, (text) => createHmac("sha256", secret).update(text).digest());
}

export function unsignedToken({ header, claims }: Token): string {
  return join({ header: { ...header, alg: "none" }, claims }, () => Buffer.alloc(0));
}

function join({ header, claims }: Token, signatureOf: (text: string) => Buffer): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${signatureOf(text).toString("base64url")}`;
}

function parse(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
}
