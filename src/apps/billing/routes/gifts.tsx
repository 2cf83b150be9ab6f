import { z } from "zod";
import type { Reply, Request, Router } from "#lib/app.ts";
import { db } from "#lib/db.ts";
import { readForm, type FormErrors, type FormValues } from "#lib/forms.ts";
import { countryOf } from "#lib/http/country.ts";
import { Refused } from "#lib/http/problems.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { watchedLimit } from "#lib/limits/watched.ts";
import { mailAddress } from "#lib/mail/headers.ts";
import { getUser } from "#apps/accounts/users.ts";
import { urls } from "#urls.ts";
import { startCheckout } from "../checkouts.ts";
import { depart } from "../departing.tsx";
import { listGiven, redeemGift } from "../gifts.ts";
import { listPricedPlans, priceFor } from "../pricing.ts";
import { gifts } from "../schema.ts";
import { GiftPage, RedeemPage } from "../views/gifts.tsx";

const giving = watchedLimit("gifts by address", {
  points: 30,
  perSeconds: 600,
  by: "address",
  because: "Too many gifts were begun from your connection.",
});

/** Nobody guesses a code of 75 bits; this keeps whoever tries from keeping us busy. */
const redeeming = watchedLimit("gift codes by address", {
  points: 30,
  perSeconds: 600,
  by: "address",
  because: "Too many codes were tried from your connection.",
});

/** So many days ahead a gift can be delivered. */
const mostDays = 365;

/** Giving a membership, and taking one. */
export function giftsRoutes(router: Router): void {
  router.get(urls.gift.pattern, { access: "anyone" }, (request) => show(request, {}));

  router.post(urls.gift.pattern, { access: "viewer", limit: giving }, async (request, reply) => {
    const { data, errors, values } = readForm(request, form);
    const again = (status: number, problems: FormErrors): Promise<Html> => {
      reply.code(status);
      return show(request, { values, errors: problems });
    };
    if (data === undefined) return await again(422, errors);
    const { recipient, message, day, price: priceId } = data;
    const plan = (await listGiftPlans(request)).find(({ price }) => price.id === priceId)?.plan;
    const started = await startCheckout(request.viewer, {
      kind: "gift",
      priceId,
      country: countryOf(request),
      back: urls.gift(),
      also: async ({ id: checkoutId, userId: buyerId }) => {
        const gift = { checkoutId, buyerId, planId: plan?.id ?? null, recipientAddress: recipient, message };
        await db.insert(gifts).values({ ...gift, deliverAt: deliveryOn(day) });
      },
    });
    if ("step" in started) return depart(reply, started);
    return await again(started.refused === "provider" ? 503 : 409, { "": started.sentence });
  });

  const query = z.object({ code: z.string().max(40).default("") });
  router.get(urls.giftRedeem.pattern, { access: "anyone", query }, (request, reply) => {
    keepToOurselves(reply);
    return <RedeemPage code={request.query.code} isSignedIn={request.viewer.id !== null} />;
  });

  router.post(urls.giftRedeem.pattern, { access: "viewer", limit: redeeming }, async (request, reply) => {
    if (request.viewer.session?.isImpersonated === true) {
      throw new Refused(403, "Only the owner of the account may do this, not who acts for them.");
    }
    const { data } = readForm(request, z.object({ code: z.string().max(40).default("") }));
    const code = data?.code ?? "";
    const redeemed = await redeemGift(request.viewer, code);
    if ("gift" in redeemed) return reply.redirect(urls.membership({}, { done: "gift" }), 303);
    reply.code(422);
    return <RedeemPage code={code} isSignedIn error={redeemed.problem} />;
  });
}

// The address holds the code: no other site and no cache shall learn it. A form needs its own origin to be known.
function keepToOurselves(reply: Reply): void {
  reply.header("referrer-policy", "same-origin").header("cache-control", "private, no-store");
}

const form = z.object({
  price: z.coerce.number("Choose how long.").int(),
  recipient: z
    .string()
    .trim()
    .transform((text, context) => {
      const address = text === "" ? "" : mailAddress(text);
      if (address !== undefined) return address;
      context.addIssue("This is no mail address.");
      return z.NEVER;
    }),
  message: z.string().trim().max(500, "At most 500 characters."),
  day: z.iso.date("Choose a day.").refine((day) => day >= dayIn(0) && day <= dayIn(mostDays), {
    error: "From today on, and within a year.",
  }),
});

function dayIn(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

// What is for today goes out as soon as it is paid.
function deliveryOn(day: string): Date {
  return day === dayIn(0) ? new Date() : new Date(`${day}T08:00:00Z`);
}

async function listGiftPlans(request: Request) {
  const market = { country: countryOf(request) };
  return (await listPricedPlans()).flatMap(({ plan, prices }) => {
    const price = plan.kind === "subscription" ? priceFor(prices, market) : undefined;
    return price === undefined ? [] : [{ plan, price }];
  });
}

async function show(request: Request, more: { values?: FormValues; errors?: FormErrors }): Promise<Html> {
  const { viewer } = request;
  return (
    <GiftPage
      plans={await listGiftPlans(request)}
      given={viewer.id === null ? undefined : await listGiven(viewer)}
      timeZone={viewer.id === null ? "UTC" : (await getUser(viewer.id)).timeZone}
      days={{ first: dayIn(0), last: dayIn(mostDays) }}
      {...more}
    />
  );
}
