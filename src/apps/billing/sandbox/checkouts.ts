import { eq } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import type { CheckoutRequest } from "../provider.ts";
import { sandboxObjects } from "../schema.ts";
import { day, endOfPeriod } from "./dates.ts";
import { ask, demand, priced } from "./life.ts";
import {
  newId,
  type Discount,
  type SandboxCheckout,
  type SandboxCustomer,
  type SandboxPrice,
  type SandboxSubscription,
} from "./objects.ts";
import { countries, sumOf, useUp, type Sum } from "./pricing.ts";
import { findObject, getObject, inWorld, keepObject, put, tell, type World } from "./world.ts";

export async function openCheckout(request: CheckoutRequest): Promise<SandboxCheckout> {
  const { token, price, coupon, quantity, trialDays, buyer, successUrl, cancelUrl } = request;
  await getPrice(price);
  if (coupon !== undefined) await getDiscount(coupon);
  const country = countries.includes(buyer.country) ? buyer.country : "US";
  const made: SandboxCheckout = {
    kind: "checkout",
    id: newId("checkout"),
    token,
    price,
    coupon,
    quantity,
    trialDays,
    country,
    customer: buyer.customer,
    successUrl,
    cancelUrl,
    isPaid: false,
  };
  await keepObject(made);
  return made;
}

/** What a checkout is about, and what is asked for. */
export interface Bill {
  checkout: SandboxCheckout;
  price: SandboxPrice;
  discount: Discount | null;
  sum: Sum;
}

export async function readBill(id: string, country?: string): Promise<Bill | undefined> {
  const checkout = await findObject("checkout", id);
  if (checkout === undefined) return undefined;
  const price = await getPrice(checkout.price);
  const discount = checkout.coupon === undefined ? null : await getDiscount(checkout.coupon);
  const place = country !== undefined && countries.includes(country) ? country : checkout.country;
  const sum = sumOf(price.amount * checkout.quantity, { discount, country: place });
  return { checkout: { ...checkout, country: place }, price, discount, sum };
}

/** Pays a checkout, once: a second time changes nothing. What follows is told to the site as a provider tells it. */
export async function payCheckout(
  { checkout, price, discount }: Bill,
  cardAfterwards: SandboxCustomer["card"] = "good",
): Promise<void> {
  await atomic(async () => {
    const [locked] = await db
      .select({ data: sandboxObjects.data })
      .from(sandboxObjects)
      .where(eq(sandboxObjects.id, checkout.id))
      .for("update");
    if (locked === undefined || locked.data.isPaid === true) return;
    const known = checkout.customer === undefined ? undefined : await findObject("customer", checkout.customer);
    const customer: SandboxCustomer = {
      kind: "customer",
      id: known?.id ?? newId("customer"),
      country: checkout.country,
      card: "good",
    };
    await keepObject(customer);
    await keepObject({ ...checkout, customer: customer.id, isPaid: true });
    await inWorld([customer.id], (world) => {
      if (price.interval === undefined) payOnce(world, { checkout, price, discount, customer });
      else subscribe(world, { checkout, price, discount, customer });
      put(world, { ...customer, card: cardAfterwards });
    });
  });
}

export function getPrice(id: string): Promise<SandboxPrice> {
  return getObject("price", id);
}

export async function getDiscount(id: string): Promise<Discount> {
  const { percent, amount, payments } = await getObject("coupon", id);
  return { coupon: id, percent, amount, left: payments };
}

type Begun = Omit<Bill, "sum"> & { customer: SandboxCustomer };

function payOnce(world: World, { checkout, price, discount, customer }: Begun): void {
  demand(world, {
    customer: customer.id,
    checkout: checkout.token,
    price: price.id,
    name: price.name,
    quantity: checkout.quantity,
    currency: price.currency,
    amount: price.amount * checkout.quantity,
    discount,
    periodStartsAt: null,
    periodEndsAt: null,
    at: world.now,
  });
}

function subscribe(world: World, { checkout, price, discount, customer }: Begun): void {
  const { trialDays, quantity } = checkout;
  const trialEndsAt = trialDays === 0 ? null : new Date(world.now.getTime() + trialDays * day);
  const subscription: SandboxSubscription = {
    kind: "subscription",
    id: newId("subscription"),
    customer: customer.id,
    checkout: checkout.token,
    ...priced(price),
    quantity,
    currency: price.currency,
    discount,
    status: trialEndsAt === null ? "active" : "trialing",
    startedAt: world.now,
    trialEndsAt,
    periodStartsAt: world.now,
    periodEndsAt: trialEndsAt ?? endOfPeriod(world.now, price.interval ?? "year"),
    scheduled: null,
    resumesAt: null,
    next: null,
    pastDueSince: null,
    retryAt: null,
    tries: 0,
    pausedAt: null,
    canceledAt: null,
    occurredAt: world.now,
  };
  if (trialEndsAt === null) ask(world, subscription);
  tell(world, "subscription.created", {
    ...subscription,
    discount: trialEndsAt === null ? useUp(discount) : discount,
  });
}
