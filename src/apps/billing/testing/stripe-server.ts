import { createHmac, randomBytes } from "node:crypto";
import { z } from "zod";
import { ApiFailure, startApi, type Answered, type ApiServer, type Asked } from "./api-server.ts";
import { openOutbox, type Outbox } from "./outbox.ts";
import { fields, known, lists, newId, startLife, words, type StripeLife } from "./stripe-life.ts";
import { emptyWorld, nowSeconds, type FakeSubscription, type StripeWorld } from "./stripe-objects.ts";

export interface StripeServer extends StripeLife {
  api: ApiServer;
  world: StripeWorld;
  outbox: Outbox;
  /** For the provider that asks it. */
  keys: { secretKey: string; webhookSecret: string; apiUrl: string };
  close: () => Promise<void>;
}

/** As Stripe signs what it sends: https://docs.stripe.com/webhooks#verify-manually */
export function signStripe(secrets: readonly string[], body: string, at = new Date()): string {
  const t = Math.floor(at.getTime() / 1000);
  const digests = secrets.map((secret) => createHmac("sha256", secret).update(`${t}.${body}`).digest("hex"));
  return [`t=${t}`, ...digests.map((digest) => `v1=${digest}`)].join(",");
}

/** The version of the API that the stand-in speaks, which is the SDK's. */
export const stripeVersion = "2026-10-28.endive";

/**
 * Stands in for Stripe: the part of its API that the site uses, as https://docs.stripe.com/api has it, with lists of two a page.
 * What it does not know in a body is refused, as Stripe refuses it.
 */
export async function startStripe({ isLive = false } = {}): Promise<StripeServer> {
  const secretKey = `sk_${isLive ? "live" : "test"}_${randomBytes(16).toString("hex")}`;
  const webhookSecret = `whsec_${randomBytes(16).toString("hex")}`;
  const world = emptyWorld();
  const outbox = openOutbox((body) => ({ "stripe-signature": signStripe([webhookSecret], body) }));
  const life = startLife(world, outbox, { isLive, version: stripeVersion });
  const answered = new Map<string, Answered>();
  const api = await startApi(
    (asked) => {
      if (asked.headers.authorization !== `Bearer ${secretKey}`)
        return fail(401, "api_key_invalid", "Invalid API key.");
      const key = asked.headers["idempotency-key"];
      const before = typeof key === "string" ? answered.get(key) : undefined;
      const answer = before ?? answerOf(world, life, asked);
      if (typeof key === "string") answered.set(key, answer);
      return answer;
    },
    (status) => errorOf(status === 429 ? "rate_limit" : "internal", "Try again.", status),
  );
  const keys = { secretKey, webhookSecret, apiUrl: api.url };
  return { ...life, api, world, outbox, keys, close: api.close };
}

function answerOf(world: StripeWorld, life: StripeLife, asked: Asked): Answered {
  const path = asked.path.replace(/^\/v1\//, "");
  const route = routes.find(({ method, pattern }) => method === asked.method && pattern.test(path));
  const [, id = ""] = route?.pattern.exec(path) ?? [];
  if (route === undefined)
    return fail(404, "unknown_url", `Unrecognized request URL (${asked.method}: ${asked.path}).`);
  return route.answer({ world, life, asked, id, form: readForm(asked.body) });
}

interface Call {
  world: StripeWorld;
  life: StripeLife;
  asked: Asked;
  id: string;
  form: Record<string, unknown>;
}

const at = (method: string, pattern: RegExp, answer: (call: Call) => Answered) => ({ method, pattern, answer });
const text = z.string().min(1);
const record = z.record(z.string(), z.string());
const lines = z.record(z.string(), z.strictObject({ price: text, quantity: text }));

const routes = [
  at("GET", /^prices$/, ({ world, asked }) =>
    list(
      [...world.prices.values()].filter(({ lookup_key: key }) => asks(asked, "lookup_keys", key)),
      asked,
    ),
  ),
  at("GET", /^prices\/(\w+)$/, ({ world, id }) => one(world.prices, id)),
  at("POST", /^prices$/, ({ world, form }) => {
    const given = checked(
      z.strictObject({
        product: text,
        currency: text,
        unit_amount: text,
        lookup_key: text,
        tax_behavior: z.literal("exclusive"),
        recurring: z.strictObject({ interval: z.enum(["month", "year"]) }).optional(),
      }),
      form,
    );
    if (!world.products.has(given.product)) return fail(400, "resource_missing", `No such product: '${given.product}'`);
    const { product, currency, lookup_key } = given;
    const unit_amount = Number(given.unit_amount);
    const price = {
      id: newId("price"),
      object: "price" as const,
      active: true,
      product,
      currency,
      lookup_key,
      unit_amount,
      interval: given.recurring?.interval,
    };
    return kept(world.prices, price);
  }),
  at("POST", /^products$/, ({ world, form }) => {
    const { id, name } = checked(z.strictObject({ id: text, name: text }), form);
    if (world.products.has(id)) return fail(400, "resource_already_exists", "Product already exists.");
    return kept(world.products, { id, object: "product" as const, name });
  }),
  at("POST", /^coupons$/, ({ world, form }) => {
    const given = checked(
      z.strictObject({
        id: text,
        name: text.max(40),
        percent_off: text.optional(),
        amount_off: text.optional(),
        currency: text.optional(),
        duration: z.enum(["forever", "once", "repeating"]),
        duration_in_months: text.optional(),
      }),
      form,
    );
    if (world.coupons.has(given.id)) return fail(400, "resource_already_exists", "Coupon already exists.");
    const percent_off = given.percent_off === undefined ? null : Number(given.percent_off);
    const amount_off = given.amount_off === undefined ? null : Number(given.amount_off);
    return kept(world.coupons, {
      id: given.id,
      object: "coupon" as const,
      percent_off,
      amount_off,
      created: nowSeconds(),
    });
  }),
  at("POST", /^checkout\/sessions$/, ({ world, form }) => {
    checked(
      z.strictObject({
        mode: z.enum(["subscription", "payment"]),
        line_items: lines,
        client_reference_id: text,
        metadata: record,
        success_url: z.url(),
        cancel_url: z.url(),
        discounts: z.record(z.string(), z.strictObject({ coupon: text })).optional(),
        customer_email: text.optional(),
        customer: text.startsWith("cus_").optional(),
        subscription_data: z.strictObject({ metadata: record, trial_period_days: text.optional() }).optional(),
        payment_intent_data: z.strictObject({ metadata: record }).optional(),
        invoice_creation: z
          .strictObject({ enabled: z.literal("true"), invoice_data: z.strictObject({ metadata: record }) })
          .optional(),
        customer_creation: z.literal("always").optional(),
      }),
      form,
    );
    const [line] = lists(form.line_items);
    if (!world.prices.has(String(line?.price)))
      return fail(400, "resource_missing", `No such price: '${String(line?.price)}'`);
    const id = newId("cs");
    return kept(world.sessions, {
      id,
      object: "checkout.session" as const,
      url: `https://checkout.example.org/${id}`,
      given: form,
    });
  }),
  at("POST", /^billing_portal\/sessions$/, ({ form }) => {
    const { customer } = checked(z.strictObject({ customer: text.startsWith("cus_"), return_url: z.url() }), form);
    return ok({ id: newId("bps"), object: "billing_portal.session", url: `https://billing.example.org/${customer}` });
  }),
  at("GET", /^billing_portal\/configurations$/, ({ world, asked }) => list([...world.portals.values()], asked)),
  at("GET", /^webhook_endpoints$/, ({ world, asked }) => list([...world.endpoints.values()], asked)),
  at("GET", /^subscriptions$/, ({ world, asked }) => {
    const wanted = asked.query.get("status");
    const all = [...world.subscriptions.values()].filter(({ status }) =>
      wanted === null ? status !== "canceled" : status === wanted,
    );
    return list(all, asked);
  }),
  at("GET", /^subscriptions\/(\w+)$/, ({ world, asked, id }) => {
    const found = world.subscriptions.get(id);
    return found === undefined ? one(world.subscriptions, id) : ok(expanded(world, found, asked));
  }),
  at("DELETE", /^subscriptions\/(\w+)$/, ({ world, life, id }) => {
    const subscription = world.subscriptions.get(id);
    if (subscription === undefined || subscription.status === "canceled") {
      return fail(404, "resource_missing", `No such subscription: '${id}'`);
    }
    subscription.pause_collection = null;
    life.takeEffect(id);
    return ok(subscription);
  }),
  at("POST", /^subscriptions\/(\w+)$/, update),
  at("POST", /^invoices\/create_preview$/, preview),
  at("GET", /^invoices$/, ({ world, asked }) => list([...world.invoices.values()].map(shown), asked)),
  at("GET", /^invoices\/(\w+)$/, ({ world, id }) => one(world.invoices, id)),
  at("GET", /^invoice_payments$/, ({ world, asked }) => {
    const { query } = asked;
    const intent = query.get("payment[payment_intent]");
    const paid = [...world.invoices.values()].filter((each) => each.intent !== undefined);
    const found = paid.filter((each) => (intent === null ? each.id === query.get("invoice") : each.intent === intent));
    return list(
      found.map((each) => ({
        id: `inpay_${each.id}`,
        object: "invoice_payment",
        invoice: each.id,
        payment: { type: "payment_intent", payment_intent: each.intent },
      })),
      asked,
    );
  }),
  at("GET", /^refunds$/, ({ world, asked }) => list([...world.refunds.values()], asked)),
  at("GET", /^refunds\/(\w+)$/, ({ world, id }) => one(world.refunds, id)),
  at("GET", /^disputes$/, ({ world, asked }) => list([...world.disputes.values()], asked)),
  at("GET", /^disputes\/(\w+)$/, ({ world, id }) => one(world.disputes, id)),
  at("POST", /^refunds$/, ({ life, form }) => {
    const body = z.strictObject({ payment_intent: text.startsWith("pi_"), metadata: record, amount: text.optional() });
    const { payment_intent: intent, amount } = checked(body, form);
    return ok(life.refund(intent, amount === undefined ? undefined : Number(amount)));
  }),
];

// https://docs.stripe.com/api/expanding_objects
function expanded(world: StripeWorld, subscription: FakeSubscription, { query }: Asked): object {
  const asked = new Set([...query].flatMap(([key, value]) => (key.startsWith("expand[") ? [value] : [])));
  const method = (id: string | null | undefined) => world.methods.get(id ?? "") ?? null;
  const customer = {
    id: subscription.customer,
    object: "customer",
    invoice_settings: { default_payment_method: method(world.defaults.get(subscription.customer)) },
  };
  return {
    ...subscription,
    ...(asked.has("default_payment_method") && {
      default_payment_method: method(subscription.default_payment_method),
    }),
    ...(asked.has("customer.invoice_settings.default_payment_method") && { customer }),
  };
}

const changedItems = z.record(z.string(), z.strictObject({ id: text, price: text, quantity: text }));

function update({ world, life, id, form }: Call): Answered {
  const given = checked(
    z.strictObject({
      items: changedItems.optional(),
      proration_behavior: z.enum(["none", "always_invoice"]).optional(),
      payment_behavior: z.literal("pending_if_incomplete").optional(),
      cancel_at_period_end: z.enum(["true", "false"]).optional(),
      pause_collection: z
        .union([z.literal(""), z.strictObject({ behavior: z.literal("void"), resumes_at: text.optional() })])
        .optional(),
      metadata: z.record(z.string(), z.string()).optional(),
      billing_cycle_anchor: z.strictObject({ type: z.literal("now") }).optional(),
      discounts: z.record(z.string(), z.strictObject({ coupon: text })).optional(),
    }),
    form,
  );
  const subscription = world.subscriptions.get(id);
  if (subscription === undefined) return fail(404, "resource_missing", `No such subscription: '${id}'`);
  const [item] = subscription.items.data;
  if (subscription.status === "canceled" || item === undefined) {
    return fail(400, "", "A canceled subscription can only update its cancellation_details and metadata.");
  }
  const [line] = lists(given.items);
  if (line !== undefined) {
    life.switchTo(subscription, known(world.prices, String(line.price)), Number(line.quantity));
  }
  if (given.cancel_at_period_end !== undefined) leave(subscription, given.cancel_at_period_end === "true");
  if (given.pause_collection === "") subscription.pause_collection = null;
  else if (given.pause_collection !== undefined) {
    const { resumes_at: resumes } = given.pause_collection;
    subscription.pause_collection = { behavior: "void", resumes_at: resumes === undefined ? null : Number(resumes) };
  }
  for (const [key, value] of Object.entries(words(given.metadata))) {
    if (value === "") delete subscription.metadata[key];
    else subscription.metadata[key] = value;
  }
  if (given.billing_cycle_anchor !== undefined) {
    item.current_period_end = nowSeconds();
    life.renew(id);
  } else life.tell("customer.subscription.updated", subscription);
  return ok(subscription);
}

function leave(subscription: FakeSubscription, isLeaving: boolean): void {
  subscription.cancel_at_period_end = isLeaving;
  subscription.cancel_at = isLeaving ? (subscription.items.data[0]?.current_period_end ?? null) : null;
  subscription.canceled_at = isLeaving ? nowSeconds() : null;
}

function preview({ world, form }: Call): Answered {
  const details = z.strictObject({ items: changedItems, proration_behavior: z.literal("always_invoice") });
  const given = checked(z.strictObject({ subscription: text, subscription_details: details }), form);
  const [item] = known(world.subscriptions, given.subscription).items.data;
  const [line] = lists(fields(given.subscription_details).items);
  const price = known(world.prices, String(line?.price));
  const total =
    (price.unit_amount ?? 0) * Number(line?.quantity) - (item?.price.unit_amount ?? 0) * (item?.quantity ?? 1);
  const period = { start: item?.current_period_start ?? 0, end: item?.current_period_end ?? 0 };
  return ok({ object: "invoice", total, amount_due: Math.max(0, total), lines: { data: [{ amount: total, period }] } });
}

function asks({ query }: Asked, name: string, value: string | null): boolean {
  const wanted = [...query.entries()].flatMap(([key, each]) => (key.startsWith(`${name}[`) ? [each] : []));
  return wanted.length === 0 || (value !== null && wanted.includes(value));
}

function kept<T extends { id: string }>(things: Map<string, T>, thing: T): Answered {
  things.set(thing.id, thing);
  return ok(thing);
}

function one(things: ReadonlyMap<string, object>, id: string): Answered {
  const thing = things.get(id);
  return thing === undefined ? fail(404, "resource_missing", `No such thing: '${id}'`) : ok(shown(thing));
}

function shown<T extends object>(thing: T): T {
  return "intent" in thing ? { ...thing, intent: undefined } : thing;
}

const pageSize = 2;

// https://docs.stripe.com/api/pagination
function list(things: readonly { id: string; created?: number }[], { query, path }: Asked): Answered {
  const since = Number(query.get("created[gte]") ?? 0);
  const found = things.filter(({ created = Infinity }) => created >= since).toReversed();
  const start = found.findIndex(({ id }) => id === query.get("starting_after")) + 1;
  const data = found.slice(start, start + pageSize);
  return ok({ object: "list", url: path, data, has_more: start + pageSize < found.length });
}

function checked<T>(schema: z.ZodType<T>, form: unknown): T {
  const result = schema.safeParse(form);
  if (result.success) return result.data;
  throw new ApiFailure(400, errorOf("parameter_unknown", z.prettifyError(result.error), 400));
}

// `items[0][price]=price_1`: https://docs.stripe.com/api/errors takes bodies as forms.
function readForm(body: string): Record<string, unknown> {
  const form: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const path = name.split(/\[|\]\[|\]/).filter((part) => part !== "");
    let place = form;
    for (const part of path.slice(0, -1)) place = Object.assign(place, { [part]: fields(place[part]) })[part] ?? {};
    place[path.at(-1) ?? ""] = value;
  }
  return form;
}

function ok(body: object): Answered {
  return { status: 200, body };
}

function fail(status: number, code: string, message: string): Answered {
  return { status, body: errorOf(code, message, status) };
}

function errorOf(code: string, message: string, status: number): object {
  return { error: { type: status >= 500 ? "api_error" : "invalid_request_error", code, message } };
}
