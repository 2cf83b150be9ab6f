import { z } from "zod";
import { event } from "#lib/jobs.ts";

/** A transaction is completed: the money is there. */
export const paymentCompleted = event("billing.payment-completed", z.object({ transactionId: z.int() }));

/** A payment of a subscription did not succeed; the provider tries again. */
export const paymentFailed = event("billing.payment-failed", z.object({ transactionId: z.int() }));

/** All of a transaction, or a part, went back to who paid it, or came back again. */
export const paymentReversed = event("billing.payment-reversed", z.object({ transactionId: z.int() }));

/** What we know of a subscription is another than before. `from` is its status before; null for one that is new. */
export const subscriptionChanged = event(
  "billing.subscription-changed",
  z.object({ subscriptionId: z.int(), from: z.string().nullable(), to: z.string() }),
);
