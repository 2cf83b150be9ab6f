import { z } from "zod";
import type { Reply, Request, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm, type FormErrors } from "#lib/forms.ts";
import { countryOf } from "#lib/http/country.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { watchedLimit } from "#lib/limits/watched.ts";
import { sameSitePath } from "#lib/url.ts";
import { findUser } from "#apps/accounts/users.ts";
import { urls } from "#urls.ts";
import {
  askAfter,
  findCheckout,
  hadSubscription,
  mostSeats,
  startCheckout,
  whyNoOther,
  type Started,
} from "../checkouts.ts";
import { findCoupon } from "../coupons.ts";
import { depart } from "../departing.tsx";
import { findArticle, listPricedPlans, priceFor, type PricedPlan } from "../pricing.ts";
import { previewPrice } from "../previews.ts";
import { currentProvider } from "../providers.ts";
import { DonePage, WaitingPage } from "../views/checkout.tsx";
import { JoinPage } from "../views/join.tsx";
import { JoinPlanPage } from "../views/join-plan.tsx";

/** Each begins something at the provider, or tries a coupon. */
const beginning = watchedLimit("checkouts by address", {
  points: 60,
  perSeconds: 600,
  by: "address",
  because: "Too many purchases were begun from your connection.",
});

const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, "must be three letters such as EUR")
  .optional();
const next = z
  .string()
  .default("")
  .transform((path) => sameSitePath(path, ""));

/** Joining: the plans, what one of them costs, and the way to the payment and back. */
export function joinRoutes(router: Router): void {
  // Kept for everybody who is not signed in, so it knows no countries.
  const query = z.object({ currency, next });
  router.get(urls.join.pattern, { access: "anyone", cache: true, query }, async (request) => {
    const all = await listPricedPlans();
    const market = { country: "", currency: request.query.currency };
    const plans = all.flatMap(({ plan, prices }) => {
      const price = priceFor(prices, market);
      return price === undefined ? [] : [{ plan, price }];
    });
    const { currency, next } = request.query;
    return <JoinPage plans={plans} currencies={currenciesOf(all)} currency={currency} next={next} />;
  });

  const asked = { access: "anyone", limit: beginning, query: z.object(order) } as const;
  router.get(urls.joinPlan.pattern, asked, async (request) => {
    const priced = await getPlan(request.params.plan);
    const { coupon = "", quantity } = request.query;
    const values = { coupon, ...(quantity !== undefined && { quantity: String(quantity) }) };
    return await show(request, priced, { ...request.query, values });
  });

  router.post(urls.joinPlan.pattern, { access: "viewer", limit: beginning }, async (request, reply) => {
    const priced = await getPlan(request.params.plan);
    const { plan } = priced;
    const { data, errors, values } = readForm(
      request,
      z.object({ ...order, price: z.coerce.number().int(), update: z.string().optional() }),
    );
    const again = (status: number, problems: FormErrors): Promise<Html> => {
      reply.code(status);
      const given = {
        currency: values.currency || undefined,
        quantity: undefined,
        next: sameSitePath(values.next, ""),
      };
      return show(request, priced, { ...given, ...data, values, errors: problems });
    };
    if (data === undefined) return await again(422, errors);
    const here = { currency: data.currency, coupon: data.coupon, quantity: data.quantity, next: data.next };
    if (data.update !== undefined) return reply.redirect(urls.joinPlan({ plan: plan.slug }, here), 303);
    const started = await startCheckout(request.viewer, {
      kind: plan.kind === "team" ? "team" : "membership",
      priceId: data.price,
      country: countryOf(request),
      quantity: data.quantity ?? 1,
      coupon: data.coupon ?? "",
      next: data.next,
      back: urls.joinPlan({ plan: plan.slug }, here),
    });
    if ("step" in started) return depart(reply, started);
    return await again(statuses[started.refused], { [started.refused === "coupon" ? "coupon" : ""]: started.sentence });
  });

  const tries = z.object({ tries: z.coerce.number("must be a number").int().nonnegative().max(1000).default(0) });
  router.get(urls.checkoutDone.pattern, { access: "viewer", query: tries }, async (request, reply) => {
    const { token } = request.params;
    const { tries: tried } = request.query;
    let checkout = await findCheckout(request.viewer, token);
    if (checkout !== undefined && checkout.completedAt === null && asking.has(tried)) {
      await askAfter(checkout);
      checkout = await findCheckout(request.viewer, token);
    }
    if (checkout === undefined) throw new NotFound("There is no such purchase.");
    if (checkout.completedAt === null) return wait(reply, token, tried);
    const article = await findArticle(checkout.priceId);
    return <DonePage checkout={checkout} label={article?.plan?.name ?? article?.product?.name ?? ""} />;
  });
}

/** What each refusal answers. */
const statuses = { member: 409, coupon: 422, unavailable: 409, provider: 503 } as const satisfies Record<
  (Started & { refused: string })["refused"],
  number
>;

const order = {
  currency: z
    .string()
    .transform((text) => text || undefined)
    .pipe(currency)
    .optional(),
  coupon: z.string().max(60, "No code is as long as that.").optional(),
  quantity: z.coerce
    .number("How many seats?")
    .int("Seats are whole.")
    .min(1, "At least one seat.")
    .max(mostSeats, `At most ${mostSeats} seats here; write to us for more.`)
    .optional(),
  next,
};

function currenciesOf(all: readonly PricedPlan[]): string[] {
  const everywhere = all.flatMap(({ prices }) => prices.filter(({ countries }) => countries.length === 0));
  return [...new Set(everywhere.map((price) => price.currency))];
}

async function getPlan(slug: string): Promise<PricedPlan> {
  const found = (await listPricedPlans()).find(({ plan }) => plan.slug === slug);
  if (found === undefined) throw new NotFound("There is no such plan.");
  return found;
}

interface Asked {
  currency?: string | undefined;
  quantity?: number | undefined;
  next: string;
  values: Readonly<Record<string, string>>;
  errors?: FormErrors;
}

async function show(request: Request, { plan, prices }: PricedPlan, asked: Asked): Promise<Html> {
  const { values, errors = {} } = asked;
  const price = priceFor(prices, { country: countryOf(request), currency: asked.currency });
  if (price === undefined) throw new NotFound("There is no such plan.");
  const { id } = request.viewer;
  const answer = values.coupon ? await findCoupon(values.coupon, { plan, price }, id) : undefined;
  const problems: FormErrors = answer !== undefined && "problem" in answer ? { coupon: answer.problem } : {};
  const kind = plan.kind === "team" ? "team" : "membership";
  const quantity = plan.kind === "team" ? (asked.quantity ?? 3) : 1;
  const coupon = answer !== undefined && "coupon" in answer ? answer.coupon : undefined;
  const [provider, country] = [await currentProvider(), countryOf(request)];
  return (
    <JoinPlanPage
      plan={plan}
      price={price}
      currency={asked.currency}
      quantity={quantity}
      coupon={coupon}
      country={country}
      preview={await previewPrice(provider, { price, quantity, coupon, country })}
      hasTrial={plan.trialDays > 0 && (id === null || !(await hadSubscription(id)))}
      buyer={id === null ? undefined : await findUser(id)}
      provider={provider}
      refusal={id === null ? undefined : await whyNoOther(id, kind, { plan })}
      next={asked.next}
      values={values}
      errors={{ ...problems, ...errors }}
    />
  );
}

/** Then it has taken long enough for the provider to be asked. */
const asking: ReadonlySet<number> = new Set([5, 20]);

/** For so long the page asks again by itself, every two seconds. */
const mostTries = 30;

function wait(reply: Reply, token: string, tries: number): Html {
  const isLong = tries >= mostTries;
  if (!isLong) reply.header("refresh", `2;url=${urls.checkoutDone({ token }, { tries: tries + 1 })}`);
  return <WaitingPage token={token} isLong={isLong} />;
}
