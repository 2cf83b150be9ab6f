import { randomBytes } from "node:crypto";
import type {
  IAddressResponse,
  IAdjustmentResponse,
  ICustomerResponse,
  IDiscountResponse,
  INotificationSettingsResponse,
  IPaymentCardResponse,
  IPriceResponse,
  IProductResponse,
  ISubscriptionResponse,
  ITransactionResponse,
} from "@paddle/paddle-node-sdk";
import { addMonths } from "../sandbox/dates.ts";

/** All that a stand-in for Paddle has, by id. */
export interface PaddleWorld {
  products: Map<string, IProductResponse>;
  prices: Map<string, IPriceResponse>;
  discounts: Map<string, IDiscountResponse>;
  customers: Map<string, ICustomerResponse>;
  addresses: Map<string, IAddressResponse>;
  subscriptions: Map<string, ISubscriptionResponse>;
  transactions: Map<string, ITransactionResponse>;
  adjustments: Map<string, IAdjustmentResponse>;
  settings: Map<string, INotificationSettingsResponse>;
  /** What everything is paid with from now on. */
  card: IPaymentCardResponse;
}

export function emptyWorld(): PaddleWorld {
  return {
    products: new Map(),
    prices: new Map(),
    discounts: new Map(),
    customers: new Map(),
    addresses: new Map(),
    subscriptions: new Map(),
    transactions: new Map(),
    adjustments: new Map(),
    settings: new Map(),
    card: { type: "visa", last4: "4242", expiry_month: 12, expiry_year: 2099, cardholder_name: "Maya" },
  };
}

let count = 0;

/** `txn_01…`: as Paddle's ids, later ones come after earlier ones. */
export function newId(prefix: string): string {
  count += 1;
  return `${prefix}_01${count.toString(36).padStart(10, "0")}${randomBytes(7).toString("hex")}`;
}

export function now(): string {
  return new Date().toISOString();
}

/** What Paddle asks of every line, added up: the tax is a fifth. */
export function totalsOf(
  transaction: Pick<ITransactionResponse, "items" | "currency_code">,
  discount: IDiscountResponse | undefined,
) {
  const isTrial = transaction.items.some(({ price }) => price?.trial_period);
  const full = transaction.items.reduce(
    (sum, { price, quantity }) => sum + Number(price?.unit_price.amount ?? 0) * quantity,
    0,
  );
  const subtotal = isTrial ? 0 : full;
  const off = discount === undefined ? 0 : offOf(discount, subtotal);
  const tax = Math.round((subtotal - off) / 5);
  const total = String(subtotal - off + tax);
  return {
    subtotal: String(subtotal),
    discount: String(off),
    tax: String(tax),
    total,
    credit: "0",
    credit_to_balance: "0",
    balance: total,
    grand_total: total,
    grand_total_tax: String(tax),
    fee: null,
    earnings: null,
    currency_code: transaction.currency_code,
  };
}

function offOf({ type, amount }: IDiscountResponse, subtotal: number): number {
  return Math.min(subtotal, type === "percentage" ? Math.round((subtotal * Number(amount)) / 100) : Number(amount));
}

/** A period from then on, as long as the price is paid for. */
export function periodFrom(start: Date, price: IPriceResponse): { starts_at: string; ends_at: string } {
  const { interval = "month", frequency = 1 } = price.billing_cycle ?? {};
  const end = new Date(start);
  if (interval === "day" || interval === "week")
    end.setUTCDate(end.getUTCDate() + frequency * (interval === "week" ? 7 : 1));
  const ends =
    interval === "day" || interval === "week" ? end : addMonths(start, frequency * (interval === "year" ? 12 : 1));
  return { starts_at: start.toISOString(), ends_at: ends.toISOString() };
}
