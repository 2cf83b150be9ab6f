/** Who can take payments. `sandbox` is built in, and needs no account anywhere. */
export const providerNames = ["sandbox", "paddle", "stripe"] as const;
export type ProviderName = (typeof providerNames)[number];

export const subscriptionStatuses = ["trialing", "active", "past_due", "paused", "canceled"] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

export const transactionStatuses = ["open", "past_due", "failed", "canceled", "paid", "completed"] as const;
export type TransactionStatus = (typeof transactionStatuses)[number];

export const adjustmentActions = ["refund", "chargeback", "chargeback_reverse", "credit"] as const;
export type AdjustmentAction = (typeof adjustmentActions)[number];

export const adjustmentStatuses = ["pending", "approved", "rejected", "reversed"] as const;
export type AdjustmentStatus = (typeof adjustmentStatuses)[number];
