import { and, eq } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { z } from "zod";
import { every, on, task, type AnyTask } from "#lib/jobs.ts";
import { lookAtCards } from "./cards.ts";
import { dropOldCheckouts } from "./checkouts.ts";
import { endDouble, findDoubleOf, noteDoubles } from "./doubles.ts";
import { paymentCompleted, paymentReversed, subscriptionChanged } from "./events.ts";
import { deliverGifts, dropUnpaidGifts, followGifts, payGift, settleGift } from "./gifts.ts";
import { tellOfPayment, tellOfReturn, tellOfSubscription, tellWhatIsDue } from "./notices.tsx";
import { customers, subscriptions } from "./schema.ts";

/** Ends what was bought beside another membership; whoever pays for it has waited long enough when a provider is down for a day. */
export const undoDouble = task(
  "billing.undo-double",
  {
    input: z.object({ subscriptionId: z.int() }),
    retry: { limit: 80, delaySeconds: 5, maxDelaySeconds: 1800 },
    queue: { concurrency: 1 },
  },
  async ({ subscriptionId }) => endDouble(subscriptionId),
);

/** What follows from a payment: a receipt, and a gift that has a code from now on. */
export const afterPayment = on(paymentCompleted, "billing.after-payment", async ({ transactionId }) => {
  await payGift(transactionId);
  await tellOfPayment(transactionId);
  const double = await findDoubleOf(transactionId);
  if (double !== undefined) await undoDouble.later({ subscriptionId: double });
});

export const afterReturn = on(paymentReversed, "billing.after-return", async ({ transactionId }) => {
  await settleGift(transactionId);
  await tellOfReturn(transactionId);
});

export const afterChange = on(subscriptionChanged, "billing.after-change", async ({ subscriptionId }) => {
  const [owner] = await db
    .select({ userId: customers.userId })
    .from(subscriptions)
    .innerJoin(customers, and(eq(customers.id, subscriptions.customerId)))
    .where(eq(subscriptions.id, subscriptionId));
  if (owner !== undefined) await followGifts(owner.userId);
  await atomic(async () => {
    for (const double of await noteDoubles(subscriptionId)) await undoDouble.later({ subscriptionId: double });
  });
  await tellOfSubscription(subscriptionId);
});

export const tellDue = every("billing.tell-due", "23 * * * *", {}, tellWhatIsDue);

export const lookAtDueCards = every("billing.look-at-cards", "53 * * * *", { timeoutSeconds: 300 }, lookAtCards);

export const deliverDueGifts = every("billing.deliver-gifts", "*/10 * * * *", {}, deliverGifts);

export const sweepCheckouts = every("billing.sweep-checkouts", "41 3 * * *", {}, async () => {
  await dropUnpaidGifts();
  await dropOldCheckouts();
});

export const noticesTasks: readonly AnyTask[] = [
  undoDouble,
  afterPayment,
  afterReturn,
  afterChange,
  tellDue,
  lookAtDueCards,
  deliverDueGifts,
  sweepCheckouts,
];
