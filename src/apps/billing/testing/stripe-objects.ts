import type { Stripe } from "stripe";
import { addMonths } from "../sandbox/dates.ts";

/** Of each of Stripe's objects what the site looks at. */
export interface FakeSubscription extends Pick<
  Stripe.Subscription,
  | "id"
  | "object"
  | "status"
  | "currency"
  | "livemode"
  | "start_date"
  | "created"
  | "trial_end"
  | "cancel_at"
  | "canceled_at"
  | "cancel_at_period_end"
  | "ended_at"
  | "pause_collection"
  | "metadata"
> {
  customer: string;
  default_payment_method: string | null;
  items: { data: FakeItem[] };
}

export interface FakeMethod {
  id: string;
  object: "payment_method";
  card: { brand: string; last4: string; exp_month: number; exp_year: number };
}

export interface FakeItem extends Pick<Stripe.SubscriptionItem, "id" | "current_period_start" | "current_period_end"> {
  quantity: number;
  price: FakePrice;
}

export interface FakePrice extends Pick<
  Stripe.Price,
  "id" | "object" | "active" | "currency" | "lookup_key" | "unit_amount"
> {
  product: string;
  interval: "month" | "year" | undefined;
}

export interface FakeInvoice extends Pick<
  Stripe.Invoice,
  | "id"
  | "object"
  | "status"
  | "attempt_count"
  | "amount_due"
  | "total"
  | "currency"
  | "livemode"
  | "number"
  | "created"
  | "status_transitions"
  | "invoice_pdf"
  | "metadata"
> {
  customer: string;
  customer_address: { country: string };
  parent: { subscription_details: { subscription: string; metadata: Record<string, string> } } | null;
  total_taxes: { amount: number }[];
  total_discount_amounts: { amount: number }[];
  lines: { data: FakeLine[] };
  /** Not shown: which payment paid it. */
  intent: string | undefined;
}

export interface FakeLine {
  amount: number;
  quantity: number;
  period: { start: number; end: number };
  pricing: { type: "price_details"; price_details: { price: string; product: string } };
}

export interface FakeRefund extends Pick<
  Stripe.Refund,
  "id" | "object" | "amount" | "currency" | "status" | "created"
> {
  payment_intent: string;
}

export interface FakeDispute extends Pick<
  Stripe.Dispute,
  "id" | "object" | "amount" | "currency" | "status" | "created"
> {
  payment_intent: string;
}

export interface FakeSession {
  id: string;
  object: "checkout.session";
  url: string;
  given: Record<string, unknown>;
}

export interface FakeCoupon extends Pick<Stripe.Coupon, "id" | "object" | "percent_off" | "amount_off"> {
  created: number;
}

export interface FakeEndpoint extends Pick<
  Stripe.WebhookEndpoint,
  "id" | "object" | "url" | "status" | "enabled_events" | "api_version"
> {
  created: number;
}

export interface StripeWorld {
  endpoints: Map<string, FakeEndpoint>;
  portals: Map<string, { id: string; object: "billing_portal.configuration"; active: boolean; is_default: boolean }>;
  prices: Map<string, FakePrice>;
  products: Map<string, { id: string; object: "product"; name: string }>;
  coupons: Map<string, FakeCoupon>;
  sessions: Map<string, FakeSession>;
  subscriptions: Map<string, FakeSubscription>;
  invoices: Map<string, FakeInvoice>;
  refunds: Map<string, FakeRefund>;
  disputes: Map<string, FakeDispute>;
  methods: Map<string, FakeMethod>;
  /** With which each customer pays where a subscription names nothing else. */
  defaults: Map<string, string>;
}

export function emptyWorld(): StripeWorld {
  return {
    endpoints: new Map(),
    portals: new Map(),
    prices: new Map(),
    products: new Map(),
    coupons: new Map(),
    sessions: new Map(),
    subscriptions: new Map(),
    invoices: new Map(),
    refunds: new Map(),
    disputes: new Map(),
    methods: new Map(),
    defaults: new Map(),
  };
}

/** Seconds, as Stripe counts. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

export function periodFrom(start: number, interval: "month" | "year" | undefined): { start: number; end: number } {
  const months = interval === undefined ? 0 : interval === "year" ? 12 : 1;
  return { start, end: addMonths(new Date(start * 1000), months).getTime() / 1000 };
}
