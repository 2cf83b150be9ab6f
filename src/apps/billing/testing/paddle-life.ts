import type {
  AdjustmentAction,
  CountryCode,
  IAdjustmentResponse,
  ISubscriptionResponse,
  ITransactionResponse,
} from "@paddle/paddle-node-sdk";
import type { Outbox } from "./outbox.ts";
import { newId, now, periodFrom, totalsOf, type PaddleWorld } from "./paddle-objects.ts";

/** What happens to the things of a stand-in for Paddle, each told as Paddle tells it. */
export interface PaddleLife {
  tell: (kind: string, data: object) => void;
  /** The buyer pays in the overlay. */
  pay: (transactionId: string, buyer?: Buyer) => ITransactionResponse;
  /** A period is over: the next is paid, or cannot be. */
  renew: (subscriptionId: string, isPaid?: boolean) => ITransactionResponse;
  /** Other items are paid for from now on, by a period of their own where they have another. */
  switchTo: (subscriptionId: string, items: ITransactionResponse["items"], isFree: boolean) => void;
  /** What is past due is paid after all. */
  mend: (subscriptionId: string) => void;
  /** The buyer names another card: a payment of nothing. */
  changeCard: (subscriptionId: string) => ITransactionResponse;
  /** What is scheduled takes effect now. */
  takeEffect: (subscriptionId: string) => void;
  adjust: (transactionId: string, adjustment: { action: AdjustmentAction; amount?: number }) => IAdjustmentResponse;
  approve: (adjustmentId: string) => void;
  changed: <T extends { updated_at: string }>(thing: T, change: Partial<T>) => T;
  newTransaction: (given: NewTransaction) => ITransactionResponse;
}

interface Buyer {
  email?: string;
  country?: CountryCode;
}

type NewTransaction = Partial<ITransactionResponse> &
  Pick<ITransactionResponse, "items" | "currency_code" | "custom_data" | "origin" | "status">;

const cardChange = "subscription_payment_method_change";

export function startLife(world: PaddleWorld, outbox: Outbox): PaddleLife {
  const { subscriptions, transactions, adjustments, customers, addresses, discounts } = world;

  function tell(kind: string, data: object): void {
    const event_id = newId("evt");
    outbox.add({ event_id, event_type: kind, occurred_at: now(), notification_id: newId("ntf"), data: forEvent(data) });
  }

  function pay(id: string, { email = "maya@example.org", country = "DE" }: Buyer = {}): ITransactionResponse {
    const transaction = known(transactions, id);
    const customer = transaction.customer_id ?? newCustomer(email);
    const address_id = newId("add");
    const at = now();
    const times = { created_at: at, updated_at: at };
    addresses.set(address_id, {
      id: address_id,
      customer_id: customer,
      country_code: country,
      status: "active",
      ...times,
    });
    changed(transaction, { customer_id: customer, address_id, status: "ready" });
    tell("transaction.updated", transaction);
    const [item] = transaction.items;
    const price = item?.price;
    if (price?.billing_cycle) {
      const subscription = subscribe(transaction);
      changed(transaction, {
        subscription_id: subscription.id,
        billing_period: subscription.current_billing_period ?? null,
      });
      tell("subscription.created", { ...subscription, transaction_id: id });
      tell(`subscription.${subscription.status === "trialing" ? "trialing" : "activated"}`, subscription);
    }
    complete(transaction);
    return transaction;
  }

  function newCustomer(email: string): string {
    const id = newId("ctm");
    const at = now();
    const times = { created_at: at, updated_at: at };
    customers.set(id, { id, email, marketing_consent: false, status: "active", locale: "en", ...times });
    return id;
  }

  function subscribe({ items, custom_data, currency_code, customer_id, address_id }: ITransactionResponse) {
    const id = newId("sub");
    const at = now();
    const trial = items[0]?.price?.trial_period;
    const [price] = items.flatMap((each) => each.price ?? []);
    if (price === undefined) throw new Error("A subscription needs a price.");
    const current = periodFrom(new Date(at), trial ? { ...price, billing_cycle: trial } : price);
    const subscription: ISubscriptionResponse = {
      id,
      status: trial ? "trialing" : "active",
      customer_id: customer_id ?? "",
      address_id: address_id ?? "",
      currency_code,
      created_at: at,
      updated_at: at,
      started_at: at,
      first_billed_at: trial ? null : at,
      next_billed_at: current.ends_at,
      collection_mode: "automatic",
      current_billing_period: current,
      billing_cycle: price.billing_cycle ?? { interval: "month", frequency: 1 },
      scheduled_change: null,
      management_urls: null,
      items: items.flatMap((each) => (each.price ? [lineOf(each.price, each.quantity, trial ? current : null)] : [])),
      custom_data: custom_data ?? null,
    };
    subscriptions.set(id, subscription);
    return subscription;
  }

  function lineOf(
    price: NonNullable<ITransactionResponse["items"][number]["price"]>,
    quantity: number,
    trial: object | null,
  ) {
    const at = now();
    const product = known(world.products, price.product_id);
    return {
      status: trial === null ? ("active" as const) : ("trialing" as const),
      quantity,
      recurring: true,
      created_at: at,
      updated_at: at,
      previously_billed_at: trial === null ? at : null,
      trial_dates:
        trial === null ? null : periodFrom(new Date(at), { ...price, billing_cycle: price.trial_period ?? null }),
      price,
      product,
    };
  }

  function complete(transaction: ITransactionResponse): void {
    const at = now();
    const amount = transaction.details?.totals?.grand_total ?? "0";
    const card = { ...world.card };
    const attempt = {
      payment_attempt_id: newId("pay"),
      stored_payment_method_id: newId("paymtd"),
      payment_method_id: null,
      amount,
      status: "captured" as const,
      method_details: {
        type: "card" as const,
        card,
        paypal: null,
        south_korea_local_card: null,
        underlying_details: null,
      },
      created_at: at,
      captured_at: at,
    };
    changed(transaction, {
      status: "paid",
      billed_at: transaction.billed_at ?? at,
      payments: Number(amount) > 0 || transaction.origin === cardChange ? [attempt] : [],
    });
    tell("transaction.paid", transaction);
    changed(transaction, {
      status: "completed",
      invoice_id: newId("inv"),
      invoice_number: `325-1${transactions.size}`,
    });
    tell("transaction.completed", transaction);
  }

  function renew(id: string, isPaid = true): ITransactionResponse {
    const subscription = known(subscriptions, id);
    const [item] = subscription.items;
    if (item === undefined) throw new Error("A subscription needs an item.");
    const starts = subscription.current_billing_period?.ends_at ?? now();
    const period = periodFrom(new Date(starts), item.price);
    const items = subscription.items.map(({ price, quantity }) => ({
      price: { ...price, trial_period: null },
      quantity,
    }));
    const transaction = newTransaction({
      items,
      currency_code: subscription.currency_code,
      custom_data: subscription.custom_data ?? null,
      customer_id: subscription.customer_id,
      subscription_id: id,
      origin: "subscription_recurring",
      billing_period: period,
      status: "billed",
    });
    tell("transaction.billed", transaction);
    const wasTrialing = subscription.status === "trialing";
    changed(subscription, { current_billing_period: period, next_billed_at: period.ends_at });
    if (isPaid) {
      changed(subscription, { status: "active" });
      tell("subscription.updated", subscription);
      if (wasTrialing) tell("subscription.activated", subscription);
      complete(transaction);
      return transaction;
    }
    changed(transaction, { status: "past_due", billed_at: now() });
    tell("transaction.payment_failed", transaction);
    tell("transaction.past_due", transaction);
    changed(subscription, { status: "past_due" });
    tell("subscription.updated", subscription);
    tell("subscription.past_due", subscription);
    return transaction;
  }

  function switchTo(id: string, items: ITransactionResponse["items"], isFree: boolean): void {
    const subscription = known(subscriptions, id);
    const [price] = items.flatMap((each) => each.price ?? []);
    const [item] = subscription.items;
    if (price === undefined || item === undefined) throw new Error("A subscription needs a price.");
    const isOther = price.billing_cycle?.interval !== subscription.billing_cycle.interval && !isFree;
    const period = isOther ? periodFrom(new Date(), price) : subscription.current_billing_period;
    changed(subscription, {
      items: [{ ...item, price, quantity: items[0]?.quantity ?? 1 }],
      billing_cycle: price.billing_cycle ?? subscription.billing_cycle,
      current_billing_period: period ?? null,
      next_billed_at: period?.ends_at ?? null,
    });
    if (isFree) return;
    const { currency_code, customer_id, custom_data = null } = subscription;
    const of = { items, currency_code, customer_id, custom_data, subscription_id: id, billing_period: period ?? null };
    complete(newTransaction({ ...of, origin: "subscription_update", status: "billed" }));
  }

  function mend(id: string): void {
    const due = [...transactions.values()].find((each) => each.subscription_id === id && each.status === "past_due");
    if (due === undefined) throw new Error("Nothing is due.");
    complete(due);
    tell("subscription.updated", changed(known(subscriptions, id), { status: "active" }));
  }

  function changeCard(id: string): ITransactionResponse {
    const { currency_code, customer_id, custom_data = null, items } = known(subscriptions, id);
    const free = items.map(({ price, quantity }) => ({
      price: { ...price, unit_price: { ...price.unit_price, amount: "0" } },
      quantity,
    }));
    const of = { items: free, currency_code, customer_id, custom_data, subscription_id: id };
    const transaction = newTransaction({ ...of, origin: cardChange, status: "ready" });
    complete(transaction);
    return transaction;
  }

  function takeEffect(id: string): void {
    const subscription = known(subscriptions, id);
    const action = subscription.scheduled_change?.action;
    const at = now();
    const ended = { scheduled_change: null, next_billed_at: null, current_billing_period: null };
    if (action === "cancel") changed(subscription, { status: "canceled", canceled_at: at, ...ended });
    else if (action === "pause") changed(subscription, { status: "paused", paused_at: at, ...ended });
    else throw new Error("Nothing is scheduled.");
    tell("subscription.updated", subscription);
    tell(`subscription.${action === "cancel" ? "canceled" : "paused"}`, subscription);
  }

  function newTransaction(given: NewTransaction): ITransactionResponse {
    const at = now();
    const discount = discounts.get(given.discount_id ?? "");
    const totals = totalsOf(given, discount);
    const lines = given.items.map(({ price, quantity }) => ({
      id: newId("txnitm"),
      price_id: price?.id ?? "",
      quantity,
      tax_rate: "0.2",
      totals: { subtotal: totals.subtotal, discount: totals.discount, tax: totals.tax, total: totals.total },
    }));
    const transaction: ITransactionResponse = {
      id: newId("txn"),
      collection_mode: "automatic",
      details: { tax_rates_used: [], totals, line_items: lines },
      payments: [],
      created_at: at,
      updated_at: at,
      ...given,
    };
    transactions.set(transaction.id, transaction);
    return transaction;
  }

  function adjust(id: string, { action, amount }: { action: AdjustmentAction; amount?: number }): IAdjustmentResponse {
    const transaction = known(transactions, id);
    const total = String(amount ?? transaction.details?.totals?.grand_total ?? 0);
    const at = now();
    const adjustment: IAdjustmentResponse = {
      id: newId("adj"),
      action,
      type: amount === undefined ? "full" : "partial",
      transaction_id: id,
      subscription_id: transaction.subscription_id ?? null,
      customer_id: transaction.customer_id ?? "",
      reason: "",
      credit_applied_to_balance: false,
      currency_code: transaction.currency_code,
      // Refunds wait for Paddle; what a bank decides is decided.
      status: action === "refund" ? "pending_approval" : "approved",
      items: [],
      totals: {
        subtotal: total,
        tax: "0",
        total,
        fee: "0",
        earnings: "0",
        currency_code: transaction.currency_code,
        retained_fee: "0",
      },
      created_at: at,
      updated_at: at,
    };
    adjustments.set(adjustment.id, adjustment);
    tell("adjustment.created", adjustment);
    return adjustment;
  }

  function approve(id: string): void {
    tell("adjustment.updated", changed(known(adjustments, id), { status: "approved" }));
  }

  return { tell, pay, renew, switchTo, mend, changeCard, takeEffect, adjust, approve, changed, newTransaction };
}

function changed<T extends { updated_at: string }>(thing: T, change: Partial<T>): T {
  return Object.assign(thing, change, { updated_at: now() });
}

/** What is known by that id. */
export function known<T>(things: ReadonlyMap<string, T>, id: string): T {
  const thing = things.get(id);
  if (thing === undefined) throw new Error(`The stand-in has no ${id}.`);
  return thing;
}

// Events have no address, and nothing of what was asked for beside.
function forEvent(data: object): object {
  const { address: _, management_urls: __, ...rest } = { address: undefined, management_urls: undefined, ...data };
  return rest;
}
