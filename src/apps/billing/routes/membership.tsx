import { z } from "zod";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { log } from "#lib/log.ts";
import { getUser } from "#apps/accounts/users.ts";
import { listEntitlements } from "#apps/members/reasons.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { mostSeats } from "../checkouts.ts";
import { departTo } from "../departing.tsx";
import {
  canChange,
  cancelMembership,
  changePlan,
  findMembership,
  findOffer,
  findPortal,
  listAlternatives,
  pauseMembership,
  previewChange,
  resumeMembership,
  takeOffer,
  type Membership,
} from "../memberships.ts";
import { ProviderError } from "../provider.ts";
import { usesSandbox } from "../providers.ts";
import { CancelPage, ChangePage, NoMembershipPage, PausePage, leavingReasons } from "../views/membership-acts.tsx";
import { MembershipPage, type MembershipPageProps } from "../views/membership.tsx";

/** Where money moves without anything to type. */
const moving = { access: "viewer", reauthenticate: true } as const;

const which = { for: z.literal("team").optional() };
const quantity = z.coerce
  .number("How many seats?")
  .int("Seats are whole.")
  .min(1, "At least one seat.")
  .max(mostSeats, `At most ${mostSeats} seats here; write to us for more.`);

/** Looking after what one pays for. What the provider is asked for happens outside of any transaction. */
export function membershipRoutes(router: Router): void {
  const done = z.object({ done: z.enum(["changed", "planned", "offer", "gift"]).optional() });
  router.get(urls.membership.pattern, { access: "viewer", query: done }, (request) => {
    const news = request.query.done && sentences[request.query.done];
    return show(request, { news });
  });

  const change = z.object({ ...which, price: z.coerce.number().int().optional(), quantity: z.string().optional() });
  router.get(urls.membershipChange.pattern, { ...moving, query: change }, async (request, reply) => {
    const membership = await find(request, request.query.for);
    if (membership === undefined || !canChange(membership)) return nothing(request, reply, "Change plan");
    const { price, quantity: given } = request.query;
    return await showChange(request, reply, { membership, price, quantity: given });
  });

  router.post(urls.membershipChange.pattern, moving, async (request, reply) => {
    const { data } = readForm(request, z.object({ ...which, price: z.coerce.number().int(), quantity }));
    const membership = await find(request, data?.for);
    if (data === undefined || membership === undefined || !canChange(membership))
      return nothing(request, reply, "Change plan");
    const chosen = (await listAlternatives(membership)).find(({ price }) => price.id === data.price);
    if (chosen === undefined) return reply.redirect(urls.membership(), 303);
    const count = membership.purpose === "team" ? data.quantity : 1;
    const problem = await trying(() => changePlan(membership, { price: chosen.price, quantity: count }));
    if (problem !== undefined) return await failed(request, reply, problem);
    const now = await find(request, data.for);
    return reply.redirect(urls.membership({}, { done: now?.plan?.id === chosen.plan.id ? "changed" : "planned" }), 303);
  });

  router.get(urls.membershipPause.pattern, { access: "viewer", query: z.object(which) }, async (request, reply) => {
    const membership = await find(request, request.query.for);
    if (membership?.subscription.status !== "active") return nothing(request, reply, "Pause your membership");
    return <PausePage membership={membership} timeZone={await timeZoneOf(request)} />;
  });

  router.post(urls.membershipPause.pattern, { access: "viewer" }, async (request, reply) => {
    const months = z.coerce.number().int().min(0).max(12).catch(0);
    const { data } = readForm(request, z.object({ ...which, months }));
    return await act(request, reply, data?.for, async (membership) => {
      if (membership.subscription.status !== "active") return;
      await pauseMembership(membership, resumeDay(membership, data?.months ?? 0));
    });
  });

  router.get(urls.membershipCancel.pattern, { access: "viewer", query: z.object(which) }, async (request, reply) => {
    const membership = await find(request, request.query.for);
    if (membership === undefined) return nothing(request, reply, "Cancel your membership");
    const offer = await findOffer(membership);
    return <CancelPage membership={membership} offer={offer} timeZone={await timeZoneOf(request)} />;
  });

  router.post(urls.membershipCancel.pattern, { access: "viewer" }, async (request, reply) => {
    const answers = { ...which, reason: z.string().optional(), words: z.string().trim().max(1000).catch("") };
    const { data } = readForm(request, z.object(answers));
    const said = leavingReasons.find(([value]) => value === data?.reason)?.[1] ?? "";
    const reason = [said, data?.words].filter(Boolean).join(": ");
    return await act(request, reply, data?.for, (membership) => cancelMembership(membership, reason));
  });

  router.post(urls.membershipOffer.pattern, { access: "viewer" }, async (request, reply) => {
    const { data } = readForm(request, z.object(which));
    const taken = urls.membership({}, { done: "offer" });
    return await act(request, reply, data?.for, (membership) => takeOffer(membership), taken);
  });

  router.post(urls.membershipResume.pattern, { access: "viewer" }, async (request, reply) => {
    const { data } = readForm(request, z.object(which));
    return await act(request, reply, data?.for, resumeMembership);
  });

  router.post(urls.membershipPayment.pattern, moving, async (request, reply) => {
    const { data } = readForm(request, z.object(which));
    const membership = await find(request, data?.for);
    if (membership === undefined) return reply.redirect(urls.membership(), 303);
    try {
      return departTo(reply, await findPortal(membership, config.BASE_URL + urls.membership()));
    } catch (error) {
      return await failed(request, reply, sentenceFor(error));
    }
  });
}

const sentences = {
  changed: "Your plan is changed.",
  planned: "Your plan changes when what you have paid for is over.",
  gift: "Your gift is redeemed. Enjoy it.",
  offer: "Thank you for staying. Your next payments are lower.",
} as const;

async function find(request: Request, purpose: "team" | undefined): Promise<Membership | undefined> {
  if (request.method !== "GET" && request.viewer.session?.isImpersonated === true) {
    throw new Refused(403, "Only the owner of the account may do this, not who acts for them.");
  }
  return await findMembership(request.viewer, purpose ?? "subscription");
}

async function act(
  request: Request,
  reply: Reply,
  purpose: "team" | undefined,
  deed: (membership: Membership) => Promise<void>,
  next = urls.membership(),
): Promise<Answer> {
  const membership = await find(request, purpose);
  if (membership === undefined) return reply.redirect(urls.membership(), 303);
  const problem = await trying(() => deed(membership));
  return problem === undefined ? reply.redirect(next, 303) : await failed(request, reply, problem);
}

async function trying(deed: () => Promise<void>): Promise<string | undefined> {
  try {
    await deed();
    return undefined;
  } catch (error) {
    return sentenceFor(error);
  }
}

function sentenceFor(error: unknown): string {
  if (!(error instanceof ProviderError)) throw error;
  const isRefused = error.reason === "refused";
  // What is refused is for us to mend; what is away comes back by itself.
  log[isRefused ? "error" : "warn"]({ err: error }, "a payment provider did not do what a reader asked for");
  return isRefused
    ? "The payment service did not do this, perhaps because the card was declined. Nothing has changed."
    : "The payment service does not answer just now. Please look again in a few minutes whether it was done.";
}

async function failed(request: Request, reply: Reply, problem: string): Promise<Html> {
  reply.code(503);
  return await show(request, { problem });
}

function nothing({ method }: Request, reply: Reply, title: string): Html {
  if (method !== "GET") reply.code(409);
  return <NoMembershipPage title={title} />;
}

async function show(request: Request, news: Pick<MembershipPageProps, "news" | "problem">): Promise<Html> {
  const { viewer } = request;
  const found = [await findMembership(viewer, "subscription"), await findMembership(viewer, "team")];
  return (
    <MembershipPage
      memberships={found.filter((each) => each !== undefined)}
      reasons={await listEntitlements(viewer.id ?? 0)}
      timeZone={await timeZoneOf(request)}
      usesSandbox={usesSandbox()}
      {...news}
    />
  );
}

interface Wanted {
  membership: Membership;
  price: number | undefined;
  quantity: string | undefined;
}

async function showChange(
  request: Request,
  reply: Reply,
  { membership, price, quantity: given }: Wanted,
): Promise<Html> {
  const alternatives = await listAlternatives(membership);
  const timeZone = await timeZoneOf(request);
  const page = { membership, alternatives, timeZone };
  const alternative = alternatives.find((each) => each.price.id === price);
  if (alternative === undefined) return <ChangePage {...page} chosen={undefined} />;
  const count = membership.purpose === "team" ? quantity.safeParse(given) : ({ success: true, data: 1 } as const);
  if (!count.success) {
    reply.code(422);
    const errors = { quantity: count.error.issues[0]?.message ?? "How many seats?" };
    return <ChangePage {...page} chosen={undefined} errors={errors} values={{ quantity: given ?? "" }} />;
  }
  try {
    const wanted = { price: alternative.price, quantity: count.data };
    const preview = await previewChange(membership, wanted);
    return <ChangePage {...page} chosen={{ ...alternative, quantity: count.data, preview }} />;
  } catch (error) {
    const problem = sentenceFor(error);
    reply.code(503);
    return <ChangePage {...page} chosen={undefined} errors={{ "": problem }} />;
  }
}

// Counted from the end of what is paid, since it rests from there.
function resumeDay({ subscription }: Membership, months: number): Date | undefined {
  if (months === 0) return undefined;
  const day = new Date(subscription.periodEndsAt ?? new Date());
  const wanted = day.getUTCDate();
  day.setUTCMonth(day.getUTCMonth() + months);
  // There is no 31 February: the last day of that month, then.
  if (day.getUTCDate() !== wanted) day.setUTCDate(0);
  return day;
}

async function timeZoneOf({ viewer }: Request): Promise<string> {
  return (await getUser(viewer.id)).timeZone;
}
