import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { Refused } from "#lib/http/problems.ts";
import type { Fact } from "../facts.ts";
import type { ProviderEvent, Reading } from "../provider.ts";
import type { AskStripe } from "./calls.ts";
import { subscriptionFact, transactionFact } from "./facts.ts";
import { ofDispute, ofRefund } from "./listing.ts";
import { isSignedByStripe } from "./signature.ts";

const event = z.object({
  id: z.string().regex(/^\w{1,100}$/),
  type: z.string().regex(/^[\w.]{1,100}$/),
  created: z.number().transform((at) => new Date(at * 1000)),
  livemode: z.boolean(),
  account: z.string().optional(),
  api_version: z.string().nullish(),
  data: z.object({ object: z.looseObject({ id: z.string().max(200).default("") }) }),
});

/** What the site must be told of. */
export const eventKinds = [
  "customer.subscription.created",
  "customer.subscription.updated",
  "customer.subscription.deleted",
  "customer.subscription.paused",
  "customer.subscription.resumed",
  "invoice.finalized",
  "invoice.paid",
  "invoice.payment_failed",
  "invoice.payment_action_required",
  "invoice.marked_uncollectible",
  "invoice.voided",
  "refund.created",
  "refund.updated",
  "refund.failed",
  "charge.dispute.created",
  "charge.dispute.updated",
  "charge.dispute.closed",
] as const;

/** Which event a request of Stripe is. Throws Refused for what Stripe did not sign just now. */
export function verifyStripe(body: Buffer, headers: IncomingHttpHeaders, secret: string | undefined): ProviderEvent {
  const header = headers["stripe-signature"];
  if (header === undefined || secret === undefined) throw new Refused(401, "The event is not signed.");
  if (!isSignedByStripe(body, { header, secret })) throw new Refused(401, "The signature is wrong.");
  const { data } = event.safeParse(parse(body.toString()));
  if (data === undefined) throw new Refused(400, "This is no event of Stripe.");
  return { id: data.id, kind: data.type, objectId: data.data.object.id, occurredAt: data.created };
}

/** What an event that Stripe signed says. Of money that went back Stripe is asked which invoice it was paid for. */
export async function readStripe(ask: AskStripe, body: string, isLive: boolean): Promise<Reading> {
  const { data: it } = event.safeParse(parse(body));
  if (it === undefined) return { refused: "It is no event of Stripe." };
  if (it.account !== undefined) return { refused: "It is of another account than ours." };
  if (it.livemode !== isLive) return { refused: `It is of ${it.livemode ? "live" : "test"} mode, and our key is not.` };
  if (!eventKinds.some((kind) => kind === it.type)) return { nothing: `Nothing follows from ${it.type}.` };
  try {
    const fact = await factOf(ask, it);
    return fact === undefined ? { nothing: "Nobody has paid, and nothing is given back." } : { facts: [fact] };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const version = `It is of version ${it.api_version ?? "unknown"} of Stripe's API`;
    return { refused: `${version}, in which it is not as we know it: ${z.prettifyError(error)}` };
  }
}

async function factOf(ask: AskStripe, it: z.infer<typeof event>): Promise<Fact | undefined> {
  const { object } = it.data;
  if (it.type.startsWith("customer.subscription.")) return subscriptionFact(object, it.created);
  if (it.type.startsWith("invoice.")) return transactionFact(object, it.created);
  if (it.type.startsWith("refund.")) return await ofRefund(ask, object, it.created);
  return await ofDispute(ask, object, it.created);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
