import { model, readOnlyModel, type Model } from "#lib/admin.ts";
import { urls } from "#urls.ts";
import {
  adjustments,
  billingNotices,
  checkouts,
  customers,
  paymentEvents,
  providerCoupons,
  providerPrices,
  reconciliations,
  subscriptions,
  transactions,
} from "./schema.ts";

// What providers tell is theirs to change: here it can be looked at.

const ofCustomers = model(customers, {
  about: "By which name a provider knows somebody who pays.",
  title: "providerId",
  list: ["providerId", "provider", "userId", "createdAt"],
  search: ["providerId"],
  filters: ["provider"],
  order: "-createdAt",
  without: readOnlyModel,
});

const ofSubscriptions = model(subscriptions, {
  about: "Each as its provider told it last.",
  title: "providerId",
  list: ["providerId", "customerId", "priceId", "status", "periodEndsAt", "scheduledAction"],
  search: ["providerId"],
  filters: ["status", "provider", "priceId", "scheduledAction"],
  dates: "startedAt",
  order: "-startedAt",
  without: readOnlyModel,
});

const ofTransactions = model(transactions, {
  about: "Payments asked for and made. Amounts are in the smallest unit of their currency.",
  title: "providerId",
  list: ["providerId", "customerId", "status", "currency", "total", "paidAt", "country"],
  search: ["providerId", "invoiceNumber", "subscriptionProviderId"],
  filters: ["status", "provider", "planId", "productId"],
  dates: "paidAt",
  order: "-id",
  without: readOnlyModel,
});

const ofAdjustments = model(adjustments, {
  about: "What was given back of a payment, or taken back.",
  title: "providerId",
  list: ["providerId", "transactionProviderId", "action", "status", "currency", "amount", "decidedAt"],
  search: ["providerId", "transactionProviderId"],
  filters: ["action", "status", "provider"],
  dates: "occurredAt",
  order: "-id",
  without: readOnlyModel,
});

const ofCheckouts = model(checkouts, {
  about: "What somebody set out to buy.",
  title: "id",
  list: ["id", "userId", "kind", "priceId", "couponId", "createdAt", "completedAt"],
  filters: ["kind", "provider", "completedAt"],
  dates: "createdAt",
  order: "-createdAt",
  // Whoever has it may be taken for its buyer.
  hidden: ["token"],
  without: readOnlyModel,
});

const ofEvents = model(paymentEvents, {
  one: "payment event",
  about: "What providers told, and what was done about it.",
  title: "eventId",
  list: ["receivedAt", "provider", "kind", "objectId", "outcome"],
  search: ["eventId", "objectId"],
  filters: ["outcome", "provider", "kind"],
  dates: "receivedAt",
  order: "-id",
  hidden: ["body"],
  without: readOnlyModel,
  pageOf: ({ id }) => urls.staffPaymentEvent({ id: String(id) }),
});

const ofReconciliations = model(reconciliations, {
  about: "Comparisons of what is known with what a provider has.",
  title: "startedAt",
  list: ["startedAt", "provider", "compared", "finishedAt", "error"],
  filters: ["provider"],
  order: "-startedAt",
  hidden: ["drift"],
  without: readOnlyModel,
});

const ofNotices = model(billingNotices, {
  one: "payment notice",
  many: "Payment notices",
  about: "Which mails about payments were sent: each once for what it is about.",
  title: "about",
  list: ["sentAt", "kind", "about"],
  search: ["about"],
  filters: ["kind"],
  order: "-sentAt",
  without: readOnlyModel,
});

const ofPriceNames = model(providerPrices, {
  one: "price at a provider",
  many: "Prices at providers",
  about: "By which of our prices a provider means what.",
  title: "providerId",
  list: ["providerId", "provider", "priceId", "isOnce"],
  search: ["providerId"],
  filters: ["provider", "priceId"],
});

const ofCouponNames = model(providerCoupons, {
  one: "coupon at a provider",
  many: "Coupons at providers",
  about: "By which of our coupons a provider means what.",
  title: "providerId",
  list: ["providerId", "provider", "couponId"],
  search: ["providerId"],
  filters: ["provider", "couponId"],
});

export const recordsModels: readonly Model[] = [
  ofSubscriptions,
  ofTransactions,
  ofAdjustments,
  ofEvents,
  ofReconciliations,
  ofCustomers,
  ofCheckouts,
  ofNotices,
  ofPriceNames,
  ofCouponNames,
];
