import type { AdjustmentFact, SubscriptionFact, TransactionFact } from "../facts.ts";

/** A moment of 2026, by days from its start, in which a day may be a fraction. */
export function day(number: number): Date {
  return new Date(Date.UTC(2026, 0, 1) + number * 86_400_000);
}

const paidFor = { customer: "ctm_1", checkout: undefined, price: "pri_1", quantity: 1, currency: "USD", isTest: false };

/** A monthly subscription that began on the first day. */
export function subscriptionFact(more: Partial<SubscriptionFact> = {}): SubscriptionFact {
  return {
    kind: "subscription",
    id: "sub_1",
    occurredAt: day(0),
    ...paidFor,
    status: "active",
    amount: 15_00,
    startedAt: day(0),
    trialEndsAt: null,
    periodStartsAt: day(0),
    periodEndsAt: day(30),
    scheduled: null,
    pastDueSince: null,
    pausedAt: null,
    canceledAt: null,
    ...more,
  };
}

/** A completed payment of its first month. */
export function transactionFact(more: Partial<TransactionFact> = {}): TransactionFact {
  return {
    kind: "transaction",
    id: "txn_1",
    occurredAt: day(0),
    ...paidFor,
    status: "completed",
    subscription: "sub_1",
    total: 15_00,
    tax: 0,
    discount: 0,
    country: "US",
    invoiceNumber: "1",
    periodStartsAt: day(0),
    periodEndsAt: day(30),
    billedAt: day(0),
    paidAt: day(0),
    ...more,
  };
}

/** All of it given back on the tenth day. */
export function adjustmentFact(more: Partial<AdjustmentFact> = {}): AdjustmentFact {
  return {
    kind: "adjustment",
    id: "adj_1",
    occurredAt: day(10),
    transaction: "txn_1",
    action: "refund",
    status: "approved",
    currency: "USD",
    amount: 15_00,
    ...more,
  };
}
