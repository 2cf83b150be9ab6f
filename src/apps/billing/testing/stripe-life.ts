import { randomBytes } from "node:crypto";
import type { Outbox } from "./outbox.ts";
import {
  nowSeconds,
  periodFrom,
  type FakeInvoice,
  type FakeMethod,
  type FakePrice,
  type FakeRefund,
  type FakeSubscription,
  type StripeWorld,
} from "./stripe-objects.ts";

/** What happens to the things of a stand-in for Stripe, each told as Stripe tells it. */
export interface StripeLife {
  tell: (type: string, object: object) => void;
  /** The buyer pays on the page of a session. */
  pay: (sessionId: string) => FakeInvoice;
  /** A period is over: the next is paid, or cannot be. */
  renew: (subscriptionId: string, isPaid?: boolean) => FakeInvoice;
  /** What is past due is paid after all. */
  mend: (subscriptionId: string) => void;
  /** With what a subscription is paid from now on, or all that its customer pays for. */
  changeCard: (subscriptionId: string, card: FakeMethod["card"], of?: "subscription" | "customer") => void;
  /** What is scheduled takes effect now. */
  takeEffect: (subscriptionId: string) => void;
  refund: (intent: string, amount?: number) => FakeRefund;
  dispute: (invoiceId: string, status?: string) => void;
  /** A dispute comes to an end. */
  settle: (invoiceId: string, status: "won" | "lost") => void;
  /** Something else is paid for from now on, by a period of its own where it has another. */
  switchTo: (subscription: FakeSubscription, price: FakePrice, quantity: number) => void;
}

export function startLife(
  world: StripeWorld,
  outbox: Outbox,
  { isLive, version }: { isLive: boolean; version: string },
): StripeLife {
  const { sessions, subscriptions, invoices, refunds, disputes, prices, coupons } = world;

  function tell(type: string, object: object): void {
    const { intent: _, ...shown } = { intent: undefined, ...object };
    outbox.add({
      id: newId("evt"),
      object: "event",
      api_version: version,
      created: nowSeconds(),
      livemode: isLive,
      pending_webhooks: 1,
      request: null,
      type,
      data: { object: shown },
    });
  }

  function pay(id: string): FakeInvoice {
    const { given } = known(sessions, id);
    const [line] = lists(given.line_items);
    const price = known(prices, String(line?.price));
    const quantity = Number(line?.quantity ?? 1);
    const metadata = words(given.metadata);
    const customer = typeof given.customer === "string" ? given.customer : newId("cus");
    const [discount] = lists(given.discounts);
    const coupon = typeof discount?.coupon === "string" ? discount.coupon : undefined;
    tell("customer.created", { id: customer, object: "customer" });
    if (given.mode === "payment") {
      const invoice = newInvoice({
        price,
        quantity,
        customer,
        coupon,
        metadata,
        subscription: undefined,
        isTrial: false,
      });
      settlePayment(invoice);
      tell("checkout.session.completed", { id, object: "checkout.session" });
      return invoice;
    }
    const subscription = subscribe(price, quantity, { customer, data: given.subscription_data });
    const isTrial = subscription.status === "trialing";
    const invoice = newInvoice({ price, quantity, customer, coupon, metadata: {}, subscription, isTrial });
    tell("customer.subscription.created", subscription);
    settlePayment(invoice);
    tell("checkout.session.completed", { id, object: "checkout.session" });
    return invoice;
  }

  function subscribe(price: FakePrice, quantity: number, { customer, data }: { customer: string; data: unknown }) {
    const given = fields(data);
    const days = Number(given.trial_period_days ?? 0);
    const start = nowSeconds();
    const end = days > 0 ? start + days * 86_400 : periodFrom(start, price.interval).end;
    const subscription: FakeSubscription = {
      id: newId("sub"),
      object: "subscription",
      status: days > 0 ? "trialing" : "active",
      customer,
      currency: price.currency,
      livemode: isLive,
      start_date: start,
      created: start,
      trial_end: days > 0 ? end : null,
      cancel_at: null,
      canceled_at: null,
      cancel_at_period_end: false,
      ended_at: null,
      pause_collection: null,
      default_payment_method: null,
      metadata: words(given.metadata),
      items: { data: [{ id: newId("si"), quantity, current_period_start: start, current_period_end: end, price }] },
    };
    subscriptions.set(subscription.id, subscription);
    return subscription;
  }

  function newInvoice(given: {
    price: FakePrice;
    quantity: number;
    customer: string;
    coupon: string | undefined;
    metadata: Record<string, string>;
    subscription: FakeSubscription | undefined;
    isTrial: boolean;
  }): FakeInvoice {
    const { price, quantity, customer, metadata, subscription, isTrial } = given;
    const [item] = subscription?.items.data ?? [];
    const full = isTrial ? 0 : (price.unit_amount ?? 0) * quantity;
    const off = given.coupon === undefined ? 0 : offOf(known(coupons, given.coupon), full);
    const at = nowSeconds();
    const details = { subscription: subscription?.id ?? "", metadata: { ...subscription?.metadata } };
    const invoice: FakeInvoice = {
      id: newId("in"),
      object: "invoice",
      status: "open",
      attempt_count: 0,
      amount_due: full - off,
      total: full - off,
      currency: price.currency,
      livemode: isLive,
      number: `LECTERN-${invoices.size + 1}`,
      created: at,
      customer,
      customer_address: { country: "DE" },
      status_transitions: { finalized_at: at, marked_uncollectible_at: null, paid_at: null, voided_at: null },
      invoice_pdf: `https://invoices.example.org/${invoices.size + 1}.pdf`,
      metadata,
      parent: subscription === undefined ? null : { subscription_details: details },
      total_taxes: [],
      total_discount_amounts: off > 0 ? [{ amount: off }] : [],
      lines: {
        data: [
          {
            amount: full,
            quantity,
            period: { start: item?.current_period_start ?? at, end: item?.current_period_end ?? at },
            pricing: { type: "price_details", price_details: { price: price.id, product: price.product } },
          },
        ],
      },
      intent: undefined,
    };
    invoices.set(invoice.id, invoice);
    tell("invoice.finalized", invoice);
    return invoice;
  }

  function settlePayment(invoice: FakeInvoice): void {
    invoice.status = "paid";
    invoice.attempt_count += 1;
    invoice.status_transitions.paid_at = nowSeconds();
    invoice.intent = invoice.amount_due > 0 ? newId("pi") : undefined;
    tell("invoice.paid", invoice);
  }

  function bill(subscription: FakeSubscription, price: FakePrice, quantity: number): FakeInvoice {
    const { customer } = subscription;
    return newInvoice({ price, quantity, customer, coupon: undefined, metadata: {}, subscription, isTrial: false });
  }

  function switchTo(subscription: FakeSubscription, price: FakePrice, quantity: number): void {
    const [item] = subscription.items.data;
    if (item === undefined) throw new Error("A subscription needs an item.");
    if (subscription.status !== "trialing" && item.price.interval !== price.interval) {
      const period = periodFrom(nowSeconds(), price.interval);
      Object.assign(item, { current_period_start: period.start, current_period_end: period.end });
    }
    Object.assign(item, { price, quantity });
    if (subscription.status !== "trialing") settlePayment(bill(subscription, price, quantity));
  }

  function renew(id: string, isPaid = true): FakeInvoice {
    const subscription = known(subscriptions, id);
    const [item] = subscription.items.data;
    if (item === undefined) throw new Error("A subscription needs an item.");
    const period = periodFrom(item.current_period_end, item.price.interval);
    item.current_period_start = period.start;
    item.current_period_end = period.end;
    const invoice = bill(subscription, item.price, item.quantity);
    if (isPaid) {
      subscription.status = "active";
      tell("customer.subscription.updated", subscription);
      settlePayment(invoice);
      return invoice;
    }
    invoice.attempt_count = 1;
    tell("invoice.payment_failed", invoice);
    subscription.status = "past_due";
    tell("customer.subscription.updated", subscription);
    return invoice;
  }

  function mend(id: string): void {
    const due = [...invoices.values()].find(
      ({ status, parent }) => status === "open" && parent?.subscription_details.subscription === id,
    );
    if (due === undefined) throw new Error("Nothing is due.");
    settlePayment(due);
    const subscription = known(subscriptions, id);
    subscription.status = "active";
    tell("customer.subscription.updated", subscription);
  }

  function changeCard(id: string, card: FakeMethod["card"], of: "subscription" | "customer" = "subscription"): void {
    const subscription = known(subscriptions, id);
    const method: FakeMethod = { id: newId("pm"), object: "payment_method", card };
    world.methods.set(method.id, method);
    if (of === "customer") world.defaults.set(subscription.customer, method.id);
    else subscription.default_payment_method = method.id;
  }

  function takeEffect(id: string): void {
    const subscription = known(subscriptions, id);
    if (subscription.pause_collection !== null) {
      // The period is over, and the next one asks for nothing.
      subscription.metadata.paused_from = String(nowSeconds());
      tell("customer.subscription.updated", subscription);
      return;
    }
    Object.assign(subscription, { status: "canceled", ended_at: nowSeconds(), canceled_at: nowSeconds() });
    tell("customer.subscription.deleted", subscription);
  }

  function refund(intent: string, amount?: number): FakeRefund {
    const invoice = [...invoices.values()].find((each) => each.intent === intent);
    if (invoice === undefined) throw new Error(`The stand-in has no ${intent}.`);
    const made: FakeRefund = {
      id: newId("re"),
      object: "refund",
      amount: amount ?? invoice.amount_due,
      currency: invoice.currency,
      status: "succeeded",
      created: nowSeconds(),
      payment_intent: intent,
    };
    refunds.set(made.id, made);
    tell("refund.created", made);
    return made;
  }

  function dispute(invoiceId: string, status = "needs_response"): void {
    const { intent, amount_due: amount, currency } = known(invoices, invoiceId);
    const made = { id: newId("du"), object: "dispute" as const, amount, currency, status, created: nowSeconds() };
    disputes.set(made.id, { ...made, payment_intent: intent ?? "" });
    tell("charge.dispute.created", known(disputes, made.id));
  }

  function settle(invoiceId: string, status: "won" | "lost"): void {
    const { intent } = known(invoices, invoiceId);
    const found = [...disputes.values()].find((each) => each.payment_intent === intent);
    if (found === undefined) throw new Error("Nothing is disputed.");
    found.status = status;
    tell("charge.dispute.closed", found);
  }

  return { tell, pay, renew, mend, changeCard, takeEffect, refund, dispute, settle, switchTo };
}

function offOf(
  { percent_off: percent, amount_off: amount }: { percent_off: number | null; amount_off: number | null },
  full: number,
) {
  return Math.min(full, percent === null ? (amount ?? 0) : Math.round((full * percent) / 100));
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString("hex")}`;
}

/** What is known by that id. */
export function known<T>(things: ReadonlyMap<string, T>, id: string): T {
  const thing = things.get(id);
  if (thing === undefined) throw new Error(`The stand-in has no ${id}.`);
  return thing;
}

/** What a form says under a name, as an object; nothing as an empty one. */
export function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

export function lists(value: unknown): Record<string, unknown>[] {
  return Object.values(fields(value)).map(fields);
}

export function words(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(fields(value)).map(([key, each]) => [key, String(each)]));
}
