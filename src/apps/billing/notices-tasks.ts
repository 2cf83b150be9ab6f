import { and, eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { every, on, type AnyTask } from "#lib/jobs.ts";
import { dropOldCheckouts } from "./checkouts.ts";
import { paymentCompleted, paymentReversed, subscriptionChanged } from "./events.ts";
import { deliverGifts, dropUnpaidGifts, followGifts, payGift, settleGift } from "./gifts.ts";
import { tellOfPayment, tellOfReturn, tellOfSubscription, tellWhatIsDue } from "./notices.tsx";
import { customers, subscriptions } from "./schema.ts";

/** What follows from a payment: a receipt, and a gift that has a code from now on. */
export const afterPayment = on(paymentCompleted, "billing.after-payment", async ({ transactionId }) => {
  await payGift(transactionId);
  await tellOfPayment(transactionId);
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
  await tellOfSubscription(subscriptionId);
});

export const tellDue = every("billing.tell-due", "23 * * * *", {}, tellWhatIsDue);

export const deliverDueGifts = every("billing.deliver-gifts", "*/10 * * * *", {}, deliverGifts);

export const sweepCheckouts = every("billing.sweep-checkouts", "41 3 * * *", {}, async () => {
  await dropUnpaidGifts();
  await dropOldCheckouts();
});

export const noticesTasks: readonly AnyTask[] = [
  afterPayment,
  afterReturn,
  afterChange,
  tellDue,
  deliverDueGifts,
  sweepCheckouts,
];
