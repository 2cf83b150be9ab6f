import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { Refused } from "#lib/http/problems.ts";
import type { Fact } from "../facts.ts";
import type { ProviderEvent, Reading } from "../provider.ts";
import { factIn } from "./facts.ts";
import { isSignedByPaddle } from "./signature.ts";

const event = z.object({
  event_id: z.string().regex(/^\w{1,100}$/),
  event_type: z.string().regex(/^[\w.]{1,100}$/),
  occurred_at: z.string().pipe(z.coerce.date()),
  data: z.looseObject({ id: z.string().max(100).default("") }),
});

/** What the site must be told of, and the kind of object that each is about. */
export const eventKinds: Readonly<Record<string, Fact["kind"]>> = {
  "subscription.created": "subscription",
  "subscription.imported": "subscription",
  "subscription.trialing": "subscription",
  "subscription.activated": "subscription",
  "subscription.updated": "subscription",
  "subscription.past_due": "subscription",
  "subscription.paused": "subscription",
  "subscription.resumed": "subscription",
  "subscription.canceled": "subscription",
  "transaction.created": "transaction",
  "transaction.ready": "transaction",
  "transaction.updated": "transaction",
  "transaction.billed": "transaction",
  "transaction.paid": "transaction",
  "transaction.completed": "transaction",
  "transaction.canceled": "transaction",
  "transaction.past_due": "transaction",
  "transaction.payment_failed": "transaction",
  "transaction.revised": "transaction",
  "adjustment.created": "adjustment",
  "adjustment.updated": "adjustment",
};

/** Which event a notification of Paddle is. Throws Refused for what Paddle did not sign just now. */
export function verifyPaddle(body: Buffer, headers: IncomingHttpHeaders, secret: string | undefined): ProviderEvent {
  // Two headers of this name come joined by a comma, which is no part of one.
  const header = headers["paddle-signature"];
  if (header === undefined || secret === undefined) throw new Refused(401, "The notification is not signed.");
  if (!isSignedByPaddle(body, { header, secret })) throw new Refused(401, "The signature is wrong.");
  const { data } = event.safeParse(parse(body.toString()));
  if (data === undefined) throw new Refused(400, "This is no event of Paddle.");
  return { id: data.event_id, kind: data.event_type, objectId: data.data.id, occurredAt: data.occurred_at };
}

/** What an event that Paddle signed says. */
export function readPaddle(body: string, isTest: boolean): Reading {
  const { data: it } = event.safeParse(parse(body));
  if (it === undefined) return { refused: "It is no event of Paddle." };
  if (it.event_id.startsWith("ntfsimevt_")) return { nothing: "It is a simulation: nothing of it has happened." };
  const kind = eventKinds[it.event_type];
  if (kind === undefined) return { nothing: `Nothing follows from ${it.event_type}.` };
  try {
    const fact = factIn(kind, it.data, { occurredAt: it.occurred_at, isTest });
    return fact === undefined ? { nothing: "Nobody has paid, and nothing is given back." } : { facts: [fact] };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return { refused: `The ${kind} is not as Paddle documents it: ${z.prettifyError(error)}` };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
