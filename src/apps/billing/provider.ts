import type { IncomingHttpHeaders } from "node:http";
import type { Card } from "./card.ts";
import type { Fact } from "./facts.ts";
import type { ProviderName } from "./names.ts";

/** An event as a provider told it, once its signature was found good. */
export interface ProviderEvent {
  /** The provider's own id of it: the same however often it is told. */
  id: string;
  /** `subscription.updated`. */
  kind: string;
  /** What it is about, by the provider's name. */
  objectId: string;
  occurredAt: Date;
}

/** What an event says. `nothing`: it is of a kind that we do nothing about. `refused`: it is not to be believed, and why. */
export type Reading = { facts: readonly Fact[] } | { nothing: string } | { refused: string };

/** Something that can be paid for, as the provider knows it. */
export interface CheckoutRequest {
  /** Comes back with everything that follows from it. */
  token: string;
  /** The provider's names of the price and of the coupon. */
  price: string;
  coupon: string | undefined;
  quantity: number;
  trialDays: number;
  isSubscription: boolean;
  buyer: {
    address: string;
    name: string;
    country: string;
    /** The provider's name, if it knows them. */ customer: string | undefined;
  };
  /** Where the buyer comes back to when all went well, and when they give up. Absolute addresses. */
  successUrl: string;
  cancelUrl: string;
}

/**
 * Where a buyer goes on: to a page of the provider, or to a page of ours on which the provider's overlay opens. `id` is what the
 * provider calls it.
 */
export type CheckoutStep = { id: string; redirect: string } | { id: string; overlay: OverlayCheckout };
export interface OverlayCheckout {
  clientToken: string;
  transaction: string;
  environment: "sandbox" | "production";
}

/** Something that somebody might buy: the provider's names of the price and of the coupon, and a country (ISO 3166-1). */
export interface PriceToPreview {
  price: string;
  coupon: string | undefined;
  quantity: number;
  country: string;
}

/** What is paid for it, in minor units of the price's currency; `tax` is a part of `total`. */
export interface PricePreview {
  tax: number;
  total: number;
}

/** What a change of plan would cost, in minor units, before it is made. */
export interface ChangePreview {
  currency: string;
  /** What is asked for at once; below zero what is credited. */
  dueNow: number;
  /** What is asked for each period from then on. */
  recurring: number;
  nextBilledAt: Date | null;
}

export interface PlanChange {
  /** The provider's name of the price. */
  price: string;
  quantity: number;
}

/** A way to take payments. Every call has a deadline of 2 s and throws ProviderError; what it changed comes back as facts. */
export interface Provider {
  readonly name: ProviderName;
  /** What readers and staff know it by: `Paddle`. */
  readonly label: string;
  /** Whether money moves. */
  readonly isLive: boolean;
  /** With what its overlay opens on a page of ours; undefined where buyers go to a page of the provider. */
  readonly overlay?: Omit<OverlayCheckout, "transaction"> | undefined;

  /**
   * Checks the signature of a request to our webhook, timing-safe and with a bounded clock, and reads which event it is. Throws
   * Refused with 400 or 401 for anything that is not signed by the provider just now.
   */
  verify(body: Buffer, headers: IncomingHttpHeaders): ProviderEvent;
  /** What the body of such an event says. May ask the provider for what the event leaves out. */
  read(body: string): Reading | Promise<Reading>;

  /** What is asked for in a country; undefined where the provider knows taxes only once it knows the buyer. */
  previewPrice(asked: PriceToPreview): Promise<PricePreview | undefined>;
  checkout(request: CheckoutRequest): Promise<CheckoutStep>;
  previewChange(subscription: string, change: PlanChange): Promise<ChangePreview>;
  changePlan(subscription: string, change: PlanChange): Promise<readonly Fact[]>;
  /** `periodEnd`: what was paid for stays. */
  cancel(subscription: string, when: "periodEnd" | "now"): Promise<readonly Fact[]>;
  /** From the end of what is paid, until `resumeAt` or until it is resumed. */
  pause(subscription: string, resumeAt: Date | undefined): Promise<readonly Fact[]>;
  /** Takes back a cancellation or a pause that is to come, or ends a pause. */
  resume(subscription: string): Promise<readonly Fact[]>;
  /** Takes something off the next payments, by the provider's name of a coupon. */
  discount(subscription: string, coupon: string): Promise<readonly Fact[]>;
  /** Gives all of a transaction back, or an amount of it. */
  refund(transaction: string, amount: number | undefined, reason: string): Promise<readonly Fact[]>;
  /** The card that a subscription is paid with; undefined where it is paid otherwise, or there is none. */
  card(subscription: string): Promise<Card | undefined>;
  /** Where a customer mends how they pay. */
  portal(customer: string, returnUrl: string): Promise<string>;
  /** Where the invoice of a transaction is, for as long as the address is good. */
  invoice(transaction: string): Promise<string>;

  /** Everything that has changed since then, as it is now: for reconciliation. */
  list(since: Date): AsyncIterable<Fact>;
  /** One of its things as it is now; undefined when there is none. */
  find(kind: Fact["kind"], id: string): Promise<Fact | undefined>;

  /** Makes a price or a coupon known to the provider; answers the provider's name of it. */
  publishPrice(price: PriceToPublish): Promise<string>;
  publishCoupon(coupon: CouponToPublish): Promise<string>;
  /** What `./manage check --payments` asks: whether the keys are good and everything is set up; a sentence for each step. */
  verifySetup(): Promise<readonly SetupStep[]>;
}

export interface PriceToPublish {
  id: number;
  name: string;
  currency: string;
  amount: number;
  interval: "month" | "year" | undefined;
  trialDays: number;
}

export interface CouponToPublish {
  code: string;
  percent: number | undefined;
  amount: number | undefined;
  currency: string | undefined;
  payments: number | undefined;
}

export interface SetupStep {
  /** What was looked at: `The API key is good`. */
  step: string;
  /** What is wrong, in a sentence; undefined when nothing is. */
  problem: string | undefined;
}

/** A provider did not do what it was asked. `unreachable`: it said nothing in time, or that it could not; what it did is not known. */
export class ProviderError extends Error {
  override name = "ProviderError";
  readonly reason: "unreachable" | "refused";

  constructor(reason: "unreachable" | "refused", message: string) {
    super(message);
    this.reason = reason;
  }
}
