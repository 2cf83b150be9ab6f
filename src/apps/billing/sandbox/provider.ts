import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { cardOf } from "../card.ts";
import type { Fact } from "../facts.ts";
import type { PlanChange, Provider } from "../provider.ts";
import { openCheckout, getDiscount, getPrice } from "./checkouts.ts";
import { cancel, changePlan, giveDiscount, pause, previewChange, refund, resume } from "./deeds.ts";
import { factOf } from "./facts.ts";
import { sumOf } from "./pricing.ts";
import { read, verify } from "./signing.ts";
import { findObject, getObject, inWorld, keepObject, listChanged, type World } from "./world.ts";

/** The provider that is built in: it needs no account anywhere, and no money moves. Its pages are at `/sandbox/`. */
export const sandbox: Provider = {
  name: "sandbox",
  label: "Sandbox",
  isLive: false,

  verify,
  read,

  async previewPrice({ price, coupon, quantity, country }) {
    const { amount } = await getPrice(price);
    const discount = coupon === undefined ? null : await getDiscount(coupon);
    return sumOf(amount * quantity, { discount, country });
  },
  async checkout(request) {
    const { id } = await openCheckout(request);
    return { id, redirect: config.BASE_URL + urls.sandboxCheckout({ id }) };
  },
  async previewChange(id, change) {
    const found = await findChange(change);
    return inWorld([await payer("subscription", id)], (world) => previewChange(world, id, found));
  },
  async changePlan(id, change) {
    const found = await findChange(change);
    return act(await payer("subscription", id), (world) => changePlan(world, id, found));
  },
  cancel: async (id, when) => act(await payer("subscription", id), (world) => cancel(world, id, when)),
  pause: async (id, resumeAt) => act(await payer("subscription", id), (world) => pause(world, id, resumeAt)),
  resume: async (id) => act(await payer("subscription", id), (world) => resume(world, id)),
  async discount(id, coupon) {
    const found = await getDiscount(coupon);
    return act(await payer("subscription", id), (world) => giveDiscount(world, id, found));
  },
  async refund(id, amount, reason) {
    return act(await payer("transaction", id), (world) => refund(world, id, amount, reason));
  },
  async card(id) {
    const { customer, periodEndsAt } = await getObject("subscription", id);
    const { card } = await getObject("customer", customer);
    const [year, month] = [periodEndsAt.getUTCFullYear(), periodEndsAt.getUTCMonth()];
    return cardOf({ brand: "visa", last4: "4242", month, year: card === "expiring" ? year : year + 3 });
  },
  async portal(customer, returnUrl) {
    await getObject("customer", customer);
    return config.BASE_URL + urls.sandboxPortal({ customer }, { next: pathOf(returnUrl) });
  },
  async invoice(id) {
    await getObject("transaction", id);
    return config.BASE_URL + urls.sandboxInvoice({ id });
  },

  async *list(since) {
    for await (const object of listChanged(since)) {
      const fact = factOf(object);
      if (fact !== undefined) yield fact;
    }
  },
  async find(kind, id) {
    const object = await findObject(kind, id);
    return object && factOf(object);
  },

  async publishPrice({ id: number, name, currency, amount, interval }) {
    const id = `pri_${number}${interval === undefined ? "_once" : ""}`;
    await keepObject({ kind: "price", id, name, currency, amount, interval });
    return id;
  },
  async publishCoupon({ code, percent, amount, payments }) {
    const id = `dsc_${code.toLowerCase()}`;
    await keepObject({ kind: "coupon", id, percent, amount, payments: payments ?? null });
    return id;
  },
  verifySetup: async () => [{ step: "The sandbox is built in: no money moves", problem: undefined }],
};

/** A path of this site, where an address leads to it. */
export function pathOf(address: string): string {
  const url = URL.parse(address, config.BASE_URL);
  return url?.origin === new URL(config.BASE_URL).origin ? url.pathname + url.search + url.hash : urls.home();
}

/** Does something for a customer; answers what the sandbox says of all that it changed. */
async function act(customer: string, deed: (world: World) => unknown): Promise<readonly Fact[]> {
  return inWorld([customer], (world) => {
    deed(world);
    const ids = new Set(world.told.map(({ object }) => object.id));
    return [...ids].flatMap((id) => {
      const object = world.objects.get(id);
      return (object && factOf(object)) ?? [];
    });
  });
}

async function payer(kind: "subscription" | "transaction", id: string): Promise<string> {
  return (await getObject(kind, id)).customer;
}

async function findChange({ price, quantity }: PlanChange) {
  return { price: await getPrice(price), quantity };
}
