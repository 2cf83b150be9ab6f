import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import { config } from "../../config.ts";
import { sessionCookie } from "../viewer.ts";
import { readCookie, setCookie } from "./cookies.ts";
import { Refused } from "./problems.ts";

/** The field of a form, and the header of a script, that carries the token. */
export const csrfField = "csrf";
export const csrfHeader = "x-csrf-token";

const visitCookie = "lectern_visit";
const key = Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", "csrf", 32));
const stale =
  "This form was open for too long, or you have signed in or out since. Go back, reload the page, and try again.";

/**
 * Refuses a request that changes something unless a page of this site sent it: the browser must say so (Origin, else
 * Sec-Fetch-Site or Referer), and the token must be the one of this browser's session or visit. Throws Refused with 403.
 */
export function refuseForgery(request: FastifyRequest): void {
  refuseForeign(request);
  const binding = bindingOf(request);
  if (binding === undefined || !isToken(tokenIn(request), binding)) throw new Refused(403, stale);
}

/** The half of it for which nobody need wait until the body is there. */
export function refuseForeign(request: FastifyRequest): void {
  if (!isFromHere(request)) throw new Refused(403, "This form was not sent from this site.");
}

/**
 * The token for the forms of a page that is being made; gives a browser without a session a visit. No two tokens are
 * alike, so that the size of a compressed page tells nothing of them (BREACH).
 */
export function csrfTokenFor(request: FastifyRequest, reply: FastifyReply): string {
  const salt = randomBytes(8);
  return Buffer.concat([salt, sign(salt, readCookie(request, sessionCookie) ?? visitOf(request, reply))]).toString(
    "base64url",
  );
}

/** A secret that this browser has until it is closed, whether somebody is signed in or not. */
export function visitOf(request: FastifyRequest, reply: FastifyReply): string {
  const visit = request.visit ?? readCookie(request, visitCookie);
  if (visit !== undefined && visit !== "") return visit;
  request.visit = randomBytes(18).toString("base64url");
  setCookie(reply, visitCookie, { value: request.visit });
  return request.visit;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set when this request's answer begins a visit. */
    visit?: string;
  }
}

function isFromHere({ headers }: FastifyRequest): boolean {
  const { origin, referer, host } = headers;
  const here = URL.parse(`${config.BASE_URL.startsWith("https:") ? "https" : "http"}://${host}`)?.origin;
  if (origin !== undefined) return origin === here;
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  return here !== undefined && referer !== undefined && URL.parse(referer)?.origin === here;
}

function bindingOf(request: FastifyRequest): string | undefined {
  return readCookie(request, sessionCookie) ?? readCookie(request, visitCookie);
}

function tokenIn({ headers, body }: FastifyRequest): string {
  const header = headers[csrfHeader];
  if (typeof header === "string") return header;
  if (body instanceof URLSearchParams) return body.get(csrfField) ?? "";
  const field: unknown = typeof body === "object" && body !== null ? Reflect.get(body, csrfField) : undefined;
  const value: unknown = typeof field === "object" && field !== null ? Reflect.get(field, "value") : field;
  return typeof value === "string" ? value : "";
}

function isToken(token: string, binding: string): boolean {
  const bytes = Buffer.from(token, "base64url");
  if (bytes.length !== 24) return false;
  return timingSafeEqual(bytes.subarray(8), sign(bytes.subarray(0, 8), binding));
}

function sign(salt: Uint8Array, binding: string): Buffer {
  return createHmac("sha256", key).update(salt).update(binding).digest().subarray(0, 16);
}
