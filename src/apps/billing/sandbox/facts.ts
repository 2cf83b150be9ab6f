import type { Fact } from "../facts.ts";
import {
  isTold,
  type SandboxAdjustment,
  type SandboxObject,
  type SandboxSubscription,
  type SandboxTransaction,
} from "./objects.ts";

/** What the sandbox says of one of its things; nothing of those that stay between it and its pages. */
export function factOf(object: SandboxObject): Fact | undefined {
  if (!isTold(object)) return undefined;
  if (object.kind === "subscription") return subscriptionFact(object);
  return object.kind === "transaction" ? transactionFact(object) : adjustmentFact(object);
}

function subscriptionFact(subscription: SandboxSubscription): Fact {
  const { kind, status, startedAt, trialEndsAt, periodStartsAt, periodEndsAt } = subscription;
  const { scheduled, pastDueSince, pausedAt, canceledAt } = subscription;
  return {
    ...paidFor(subscription),
    kind,
    status,
    amount: subscription.unitAmount * subscription.quantity,
    startedAt,
    trialEndsAt,
    periodStartsAt,
    periodEndsAt,
    scheduled,
    pastDueSince,
    pausedAt,
    canceledAt,
  };
}

function transactionFact(transaction: SandboxTransaction): Fact {
  const { kind, status, total, tax, discount, country } = transaction;
  const { periodStartsAt, periodEndsAt, billedAt, paidAt } = transaction;
  return {
    ...paidFor(transaction),
    kind,
    subscription: transaction.subscription,
    status,
    total,
    tax,
    discount,
    country,
    invoiceNumber: invoiceNumber(transaction),
    periodStartsAt,
    periodEndsAt,
    billedAt,
    paidAt,
  };
}

function paidFor(object: SandboxSubscription | SandboxTransaction) {
  const { id, occurredAt, customer, checkout, price, quantity, currency } = object;
  return { id, occurredAt, customer, checkout, price, quantity, currency, isTest: true };
}

function adjustmentFact(adjustment: SandboxAdjustment): Fact {
  const { kind, id, occurredAt, transaction, action, status, currency, amount, decidedAt } = adjustment;
  return { kind, id, occurredAt, transaction, action, status, currency, amount, decidedAt };
}

/** An invoice has its number once it is paid. */
export function invoiceNumber({ id, paidAt }: Pick<SandboxTransaction, "id" | "paidAt">): string {
  return paidAt === null ? "" : `SANDBOX-${id.slice(-6).toUpperCase()}`;
}
