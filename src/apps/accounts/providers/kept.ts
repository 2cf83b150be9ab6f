import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { clearCookie, readCookie, setCookie } from "#lib/http/cookies.ts";
import { flowShape } from "#lib/oidc.ts";
import { open, seal } from "#lib/seal.ts";

const keptSeconds = 10 * 60;

const flowCookie = "lectern_flow";
const departureShape = flowShape.extend({
  next: z.string(),
  /** The account that the identity will be connected to; null when somebody signs in. */
  connectsTo: z.number().nullable(),
});
/** A reader who has left for a provider. */
export type Departure = z.infer<typeof departureShape>;

const personCookie = "lectern_person";
const waitingShape = z.object({
  issuer: z.string(),
  subject: z.string(),
  address: z.string(),
  next: z.string(),
});
/** Whom a provider has told us of, while they show that an account here is theirs. */
export type Waiting = z.infer<typeof waitingShape>;

export function keepDeparture(reply: FastifyReply, departure: Departure): void {
  keep(reply, flowCookie, departure);
}

/** The departure of this browser, once: whoever comes back again must leave again. */
export function takeDeparture(request: FastifyRequest, reply: FastifyReply): Departure | undefined {
  clearCookie(reply, flowCookie);
  return find(request, flowCookie, departureShape);
}

export function keepWaiting(reply: FastifyReply, waiting: Waiting): void {
  keep(reply, personCookie, waiting);
}

export function findWaiting(request: FastifyRequest): Waiting | undefined {
  return find(request, personCookie, waitingShape);
}

export function forgetWaiting(reply: FastifyReply): void {
  clearCookie(reply, personCookie);
}

function keep(reply: FastifyReply, cookie: string, value: object): void {
  const text = JSON.stringify({ value, until: Date.now() + keptSeconds * 1000 });
  setCookie(reply, cookie, { value: seal(cookie, text), maxAgeSeconds: keptSeconds });
}

function find<T>(request: FastifyRequest, cookie: string, shape: z.ZodType<T>): T | undefined {
  const text = open(cookie, readCookie(request, cookie) ?? "");
  if (text === undefined) return undefined;
  const { value, until } = z.object({ value: shape, until: z.number() }).parse(JSON.parse(text));
  return until > Date.now() ? value : undefined;
}
