import type { AdjustmentAction, AdjustmentStatus, SubscriptionStatus, TransactionStatus } from "./names.ts";

/** What a provider says of something it has, in our words. Amounts are in minor units of the currency. */
export type Fact = SubscriptionFact | TransactionFact | AdjustmentFact;

interface FactBase {
  /** The provider's own name of it. */
  id: string;
  /** When this was so, by the provider's clock: facts are compared by it, and never by when they came. */
  occurredAt: Date;
}

interface PaidFor extends FactBase {
  /** The provider's name of who pays. */
  customer: string;
  /** The token of our checkout that it follows from, if the provider hands one back. */
  checkout: string | undefined;
  /** The provider's name of what is paid for; undefined when it names none or several. */
  price: string | undefined;
  quantity: number;
  currency: string;
  /** Whether no money moves: the provider's own sandbox. Counts for nothing on a site with live keys. */
  isTest: boolean;
}

export interface SubscriptionFact extends PaidFor {
  kind: "subscription";
  status: SubscriptionStatus;
  /** What is asked for each period, before taxes that are added. */
  amount: number;
  startedAt: Date;
  trialEndsAt: Date | null;
  periodStartsAt: Date | null;
  periodEndsAt: Date | null;
  scheduled: { action: "cancel" | "pause" | "resume"; at: Date } | null;
  pastDueSince: Date | null;
  pausedAt: Date | null;
  canceledAt: Date | null;
}

export interface TransactionFact extends PaidFor {
  kind: "transaction";
  status: TransactionStatus;
  /** The provider's name of the subscription that it is a payment of. */
  subscription: string | undefined;
  /** All that is paid, with tax and without `discount`. */
  total: number;
  tax: number;
  discount: number;
  country: string;
  invoiceNumber: string;
  periodStartsAt: Date | null;
  periodEndsAt: Date | null;
  billedAt: Date | null;
  paidAt: Date | null;
}

export interface AdjustmentFact extends FactBase {
  kind: "adjustment";
  transaction: string;
  action: AdjustmentAction;
  status: AdjustmentStatus;
  currency: string;
  amount: number;
  /** When it was decided, where the provider says so; else it counts from when it was first told of. */
  decidedAt?: Date;
}
