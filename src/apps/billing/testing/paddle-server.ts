import { createHmac, randomBytes } from "node:crypto";
import type { ISubscriptionResponse, ITransactionResponse } from "@paddle/paddle-node-sdk";
import { z } from "zod";
import { ApiFailure, startApi, type Answered, type ApiServer, type Asked } from "./api-server.ts";
import { openOutbox, type Outbox } from "./outbox.ts";
import { startLife, type PaddleLife } from "./paddle-life.ts";
import { emptyWorld, newId, now, totalsOf, type PaddleWorld } from "./paddle-objects.ts";

export interface PaddleServer extends PaddleLife {
  api: ApiServer;
  world: PaddleWorld;
  outbox: Outbox;
  /** For the provider that asks it. */
  keys: { apiKey: string; webhookSecret: string; clientToken: string; apiUrl: string };
  close: () => Promise<void>;
}

/** As Paddle signs what it sends: https://developer.paddle.com/webhooks/signature-verification */
export function signPaddle(secrets: readonly string[], body: string, at = new Date()): string {
  const ts = Math.floor(at.getTime() / 1000);
  const digests = secrets.map((secret) => createHmac("sha256", secret).update(`${ts}:${body}`).digest("hex"));
  return [`ts=${ts}`, ...digests.map((digest) => `h1=${digest}`)].join(";");
}

/**
 * Stands in for Paddle: the part of its API that the site uses, as https://developer.paddle.com/api-reference has it, with short
 * pages. What its reference does not name in a body is refused.
 */
export async function startPaddle({ isLive = false } = {}): Promise<PaddleServer> {
  const apiKey = `pdl_${isLive ? "live" : "sdbx"}_apikey_01h${randomBytes(12).toString("hex")}`;
  const webhookSecret = `pdl_ntfset_01h_${randomBytes(12).toString("hex")}`;
  const clientToken = `${isLive ? "live" : "test"}_${randomBytes(13).toString("hex")}`;
  const world = emptyWorld();
  const outbox = openOutbox((body) => ({ "paddle-signature": signPaddle([webhookSecret], body) }));
  const life = startLife(world, outbox);
  const api = await startApi(
    (asked) => {
      if (asked.headers.authorization?.toLowerCase() !== `bearer ${apiKey}`) {
        return fail(403, "invalid_token", "Authentication token is invalid or missing");
      }
      return answer(world, life, asked, api.url);
    },
    (status) => errorOf(status === 429 ? "too_many_requests" : "internal_error", "Try again.", status),
  );
  const keys = { apiKey, webhookSecret, clientToken, apiUrl: api.url };
  return { ...life, api, world, outbox, keys, close: api.close };
}

const money = z.strictObject({ amount: z.string().regex(/^\d+$/), currency_code: z.string().length(3) });
const cycle = z.strictObject({ interval: z.enum(["day", "week", "month", "year"]), frequency: z.int().min(1) });
const quantity = z.strictObject({ minimum: z.int().min(1), maximum: z.int().max(999_999_999) });
const data = z.record(z.string(), z.unknown()).nullish();
const newPrice = z.strictObject({
  product_id: z.string().startsWith("pro_"),
  description: z.string().min(2).max(500),
  name: z.string().min(1).max(150).nullish(),
  unit_price: money,
  billing_cycle: cycle.nullish(),
  trial_period: cycle.nullish(),
  tax_mode: z.enum(["account_setting", "external", "internal", "location"]).optional(),
  quantity: quantity.optional(),
  custom_data: data,
});
const line = z.union([
  z.strictObject({ price_id: z.string().startsWith("pri_"), quantity: z.int().min(1) }),
  z.strictObject({ price: newPrice, quantity: z.int().min(1) }),
]);
const bodies = {
  product: z.strictObject({ name: z.string().min(1), tax_category: z.string(), custom_data: data }),
  discount: z.strictObject({
    type: z.enum(["flat", "percentage"]),
    amount: z.string().regex(/^\d+$/),
    description: z.string().min(1).max(500),
    enabled_for_checkout: z.boolean(),
    currency_code: z.string().length(3).optional(),
    recur: z.boolean(),
    maximum_recurring_intervals: z.int().min(1).optional(),
    custom_data: data,
  }),
  transaction: z.strictObject({
    items: z.array(line).min(1),
    currency_code: z.string().length(3).optional(),
    collection_mode: z.literal("automatic").optional(),
    custom_data: data,
    discount_id: z.string().startsWith("dsc_").optional(),
    customer_id: z.string().startsWith("ctm_").optional(),
  }),
  update: z.strictObject({
    items: z.array(line).min(1).optional(),
    proration_billing_mode: z.enum(["prorated_immediately", "do_not_bill"]).optional(),
    on_payment_failure: z.enum(["prevent_change", "apply_change"]).optional(),
    scheduled_change: z.null().optional(),
    discount: z.strictObject({ id: z.string(), effective_from: z.string() }).optional(),
  }),
  effective: z.strictObject({
    effective_from: z.enum(["next_billing_period", "immediately"]),
    resume_at: z.iso.datetime().optional(),
  }),
  pricePreview: z.strictObject({
    items: z.array(z.strictObject({ price_id: z.string().startsWith("pri_"), quantity: z.int().min(1) })).length(1),
    currency_code: z.enum(["USD", "EUR"]),
    address: z.strictObject({ country_code: z.string().length(2) }),
    discount_id: z.string().startsWith("dsc_").optional(),
  }),
  adjustment: z.strictObject({
    action: z.literal("refund"),
    transaction_id: z.string().startsWith("txn_"),
    reason: z.string().min(1),
    type: z.enum(["full", "partial"]),
    items: z
      .array(z.strictObject({ item_id: z.string(), type: z.literal("partial"), amount: z.string().regex(/^\d+$/) }))
      .optional(),
  }),
};

function answer(world: PaddleWorld, life: PaddleLife, asked: Asked, url: string): Answered {
  const [, kind = "", id = "", act = ""] = asked.path.split("/");
  if (kind === "pricing-preview") return previewPrice(world, asked);
  const things = thingsOf(world, kind);
  if (kind === "client-tokens") return list([], asked, url);
  if (things === undefined) return fail(404, "invalid_url", "There is nothing at this address.");
  if (asked.method === "GET" && id === "") {
    return list(
      [...things.values()].map((each) => withAddress(world, each, asked)),
      asked,
      url,
    );
  }
  const create = creators[kind];
  if (asked.method === "POST" && id === "" && create !== undefined)
    return { status: 201, body: wrapped(create(world, life, asked)) };
  if (kind === "customers" && act === "portal-sessions" && asked.method === "POST") {
    const overview = `https://customer-portal.example.org/cpl_${id}`;
    return ok({
      id: newId("cpls"),
      customer_id: id,
      urls: { general: { overview }, subscriptions: [] },
      created_at: now(),
    });
  }
  const thing = things.get(id);
  if (thing === undefined) return fail(404, "not_found", `Entity ${id} not found`);
  if (asked.method === "GET" && act === "invoice") return ok({ url: `https://invoices.example.org/${id}.pdf` });
  if (asked.method === "GET" && act === "") return ok(withAddress(world, thing, asked));
  const subscription = world.subscriptions.get(id);
  if (kind === "subscriptions" && subscription !== undefined) return change(world, life, { asked, act, subscription });
  return fail(404, "invalid_url", "There is nothing at this address.");
}

function thingsOf(world: PaddleWorld, kind: string): ReadonlyMap<string, { id: string; status?: string }> | undefined {
  const { settings, card: _, ...others } = world;
  const all: Record<string, ReadonlyMap<string, { id: string; status?: string }>> = {
    ...others,
    "notification-settings": settings,
  };
  return all[kind];
}

const creators: Record<string, (world: PaddleWorld, life: PaddleLife, asked: Asked) => object> = {
  products(world, _life, asked) {
    const given = parsed(bodies.product, asked);
    return kept(world.products, "pro", { ...given, tax_category: "standard", status: "active" });
  },
  prices(world, _life, asked) {
    return newPriceOf(world, parsed(newPrice, asked), "standard");
  },
  discounts(world, _life, asked) {
    const given = parsed(bodies.discount, asked);
    const rest = { status: "active", mode: "standard", times_used: 0, import_meta: null } as const;
    const group = { discount_group_id: null, discount_group: null };
    return kept(world.discounts, "dsc", {
      ...given,
      currency_code: currencyOf(given.currency_code),
      ...rest,
      ...group,
    });
  },
  transactions(world, life, asked) {
    const given = parsed(bodies.transaction, asked);
    const transaction = life.newTransaction({
      items: given.items.map((each) => lineOf(world, each)),
      currency_code: currencyOf(given.currency_code) ?? "USD",
      custom_data: given.custom_data ?? null,
      customer_id: given.customer_id ?? null,
      discount_id: given.discount_id ?? null,
      origin: "api",
      status: "draft",
    });
    transaction.checkout = { url: `https://learn.example.org/checkout/?_ptxn=${transaction.id}` };
    life.tell("transaction.created", transaction);
    return transaction;
  },
  adjustments(_world, life, asked) {
    const { transaction_id: id, items } = parsed(bodies.adjustment, asked);
    const amount = items?.reduce((sum, item) => sum + Number(item.amount), 0);
    return life.adjust(id, { action: "refund", ...(amount === undefined ? {} : { amount }) });
  },
};

function change(
  world: PaddleWorld,
  life: PaddleLife,
  { asked, act, subscription }: { asked: Asked; act: string; subscription: ISubscriptionResponse },
): Answered {
  const { id, status } = subscription;
  if (status === "canceled") return fail(400, "subscription_update_when_canceled", "The subscription is canceled.");
  if (asked.method === "PATCH" && act === "") return update(world, life, asked, subscription);
  if (asked.method === "PATCH" && act === "preview") return preview(world, asked, subscription);
  const { effective_from: from, resume_at = null } = parsed(bodies.effective, asked);
  const end = subscription.current_billing_period?.ends_at ?? now();
  if ((act === "cancel" || act === "pause") && asked.method === "POST") {
    const scheduled_change = { action: act, effective_at: from === "immediately" ? now() : end, resume_at } as const;
    life.changed(subscription, { scheduled_change });
    if (from === "immediately" || status === "paused") life.takeEffect(id);
    else life.tell("subscription.updated", subscription);
    return ok(subscription);
  }
  if (act === "resume" && asked.method === "POST") {
    if (status !== "paused") return fail(400, "subscription_not_paused", "The subscription is not paused.");
    life.changed(subscription, { status: "active", paused_at: null, scheduled_change: null });
    life.changed(subscription, { current_billing_period: { starts_at: now(), ends_at: now() } });
    life.renew(id);
    life.tell("subscription.resumed", subscription);
    return ok(subscription);
  }
  return fail(404, "invalid_url", "There is nothing at this address.");
}

function update(world: PaddleWorld, life: PaddleLife, asked: Asked, subscription: ISubscriptionResponse): Answered {
  const given = parsed(bodies.update, asked);
  if (given.items !== undefined) {
    if (subscription.scheduled_change) {
      return fail(400, "subscription_locked_pending_changes", "There are pending changes.");
    }
    const isTrial = subscription.status === "trialing";
    if (isTrial !== (given.proration_billing_mode === "do_not_bill")) {
      return fail(400, "subscription_trialing_items_update_invalid_options", "Use do_not_bill in a trial.");
    }
    life.switchTo(
      subscription.id,
      given.items.map((each) => lineOf(world, each)),
      isTrial,
    );
  }
  if (given.scheduled_change === null) life.changed(subscription, { scheduled_change: null });
  if (given.discount !== undefined) {
    life.changed(subscription, { discount: { id: given.discount.id, starts_at: now(), ends_at: null } });
  }
  life.tell("subscription.updated", subscription);
  return ok(subscription);
}

function preview(world: PaddleWorld, asked: Asked, subscription: ISubscriptionResponse): Answered {
  const given = parsed(bodies.update, asked);
  const items = (given.items ?? []).map((each) => lineOf(world, each));
  const totals = totalsOf({ items, currency_code: subscription.currency_code }, undefined);
  const old = totalsOf({ items: subscription.items, currency_code: subscription.currency_code }, undefined);
  const due = given.proration_billing_mode === "do_not_bill" ? 0 : Number(totals.total) - Number(old.total);
  const currency_code = subscription.currency_code;
  const result = { action: due < 0 ? "credit" : "charge", amount: String(Math.abs(due)), currency_code };
  const none = { amount: "0", currency_code };
  return ok({
    ...subscription,
    update_summary: { credit: none, charge: none, result },
    recurring_transaction_details: { tax_rates_used: [], totals, line_items: [] },
  });
}

function previewPrice(world: PaddleWorld, asked: Asked): Answered {
  const { items, currency_code, discount_id, address } = parsed(bodies.pricePreview, asked);
  const lines = items.map((each) => lineOf(world, each));
  const totals = totalsOf({ items: lines, currency_code }, world.discounts.get(discount_id ?? ""));
  const line_items = lines.map((each) => ({
    ...each,
    product: world.products.get(each.price?.product_id ?? ""),
    tax_rate: "0.2",
    totals,
    unit_totals: totals,
    formatted_totals: totals,
    formatted_unit_totals: totals,
    discounts: [],
  }));
  return ok({ currency_code, address, details: { line_items }, available_payment_methods: ["card"] });
}

function lineOf(world: PaddleWorld, given: z.infer<typeof line>): ITransactionResponse["items"][number] {
  if ("price" in given) return { price: newPriceOf(world, given.price, "custom"), quantity: given.quantity };
  const price = world.prices.get(given.price_id);
  if (price === undefined) throw new ApiFailure(400, errorOf("transaction_price_not_found", "No such price.", 400));
  return { price, quantity: given.quantity };
}

function newPriceOf(world: PaddleWorld, given: z.infer<typeof newPrice>, type: "standard" | "custom") {
  const currency_code = currencyOf(given.unit_price.currency_code) ?? "USD";
  return kept(world.prices, "pri", {
    ...given,
    type,
    tax_mode: given.tax_mode ?? "account_setting",
    unit_price: { amount: given.unit_price.amount, currency_code },
    unit_price_overrides: [],
    quantity: given.quantity ?? { minimum: 1, maximum: 100 },
    status: "active",
  });
}

function kept<T extends object>(
  things: Map<string, T>,
  prefix: string,
  given: Omit<T, "id" | "created_at" | "updated_at">,
): T;
function kept(things: Map<string, object>, prefix: string, given: object): object {
  const at = now();
  const thing = { id: newId(prefix), created_at: at, updated_at: at, ...given };
  things.set(thing.id, thing);
  return thing;
}

function currencyOf(code: string | undefined): "USD" | "EUR" | "GBP" | "INR" | null {
  return (["USD", "EUR", "GBP", "INR"] as const).find((each) => each === code) ?? null;
}

function withAddress<T extends object>(world: PaddleWorld, thing: T, { query }: Asked): T {
  const isAsked = (query.get("include") ?? "").includes("address") && "address_id" in thing;
  return isAsked ? { ...thing, address: world.addresses.get(String(thing.address_id)) ?? null } : thing;
}

// Small enough that what is listed every night takes several.
const pageSizes: Readonly<Record<string, number>> = { subscriptions: 2, transactions: 2, adjustments: 2 };

// https://developer.paddle.com/api-reference/about/pagination
function list(things: readonly { id: string; status?: string }[], { query, path }: Asked, url: string): Answered {
  const wanted = (name: string): string[] | undefined => query.get(name)?.split(",");
  const since = query.get("updated_at[GTE]");
  const pageSize = pageSizes[path.slice(1)] ?? 200;
  const found = things
    .filter(({ id }) => wanted("id")?.includes(id) ?? true)
    .filter(({ status = "" }) => wanted("status")?.includes(status) ?? true)
    .filter((thing) => wanted("subscription_id")?.includes(subscriptionOf(thing)) ?? true)
    .filter((thing) => since === null || ("updated_at" in thing && String(thing.updated_at) >= since))
    .toSorted((one, other) => (one.id < other.id ? 1 : -1));
  const start = found.findIndex(({ id }) => id === query.get("after")) + 1;
  const page = found.slice(start, start + pageSize);
  const next = new URLSearchParams(query);
  next.set("after", page.at(-1)?.id ?? "");
  const pagination = {
    per_page: pageSize,
    next: `${url}${path}?${next.toString()}`,
    has_more: start + pageSize < found.length,
    estimated_total: found.length,
  };
  return { status: 200, body: { data: page, meta: { request_id: newId("req"), pagination } } };
}

function subscriptionOf(thing: object): string {
  return "subscription_id" in thing ? String(thing.subscription_id) : "";
}

function parsed<T>(schema: z.ZodType<T>, { body }: Asked): T {
  const result = schema.safeParse(JSON.parse(body || "{}"));
  if (result.success) return result.data;
  throw new ApiFailure(400, errorOf("bad_request", `Invalid request. ${z.prettifyError(result.error)}`, 400));
}

function ok(body: object): Answered {
  return { status: 200, body: wrapped(body) };
}

function wrapped(body: object): object {
  return { data: body, meta: { request_id: newId("req") } };
}

function fail(status: number, code: string, detail: string): Answered {
  return { status, body: errorOf(code, detail, status) };
}

function errorOf(code: string, detail: string, status: number): object {
  const type = status >= 500 ? "api_error" : "request_error";
  const documentation_url = `https://developer.paddle.com/v1/errors/shared/${code}`;
  return { error: { type, code, detail, documentation_url }, meta: { request_id: newId("req") } };
}
