import { z } from "zod";
import type { Reply, Request, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { log } from "#lib/log.ts";
import { beginSignIn, findProvider, finishSignIn, listProviders, type Person } from "#lib/oidc.ts";
import { SignInError } from "#lib/oidc/errors.ts";
import type { Provider } from "#lib/oidc/settings.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { keepSecret } from "../door/secrecy.ts";
import {
  claimAccount,
  connectIdentity,
  disconnectIdentity,
  findUserOf,
  issuerName,
  listIdentities,
  registerPerson,
} from "../identities.ts";
import {
  findWaiting,
  forgetWaiting,
  keepDeparture,
  keepWaiting,
  takeDeparture,
  type Departure,
} from "../providers/kept.ts";
import { guardBeginning } from "../limits.ts";
import type { User } from "../schema.ts";
import { originOf, recordEvent } from "../security-events.ts";
import { findSessionUser } from "../sessions.ts";
import { continueSignIn, nextPath } from "../sign-in.ts";
import { getUser } from "../users.ts";
import { IdentitiesPage } from "../views/identities.tsx";
import { AccountExistsPage, DeparturePage, ProviderProblemPage, UnconfirmedPage } from "../views/provider-pages.tsx";

export function providersRoutes(router: Router): void {
  router.post(urls.signInWith.pattern, { access: "anyone" }, async (request, reply) => {
    guardBeginning(request);
    const { data } = readForm(request, z.object({ next: z.string().optional() }));
    return await leave(reply, getProvider(request.params.provider), { next: nextPath(data?.next), connectsTo: null });
  });

  router.get(urls.signInCallback.pattern, { access: "anyone" }, async (request, reply) => {
    const provider = getProvider(request.params.provider);
    // Whoever has a departure could have us ask the provider about a thousand codes.
    guardBeginning(request);
    keepSecret(reply);
    const departure = takeDeparture(request, reply);
    if (departure === undefined) return showNoDeparture(reply, provider);
    try {
      const person = await finishSignIn(provider, new URL(request.url, config.BASE_URL), departure);
      return await (departure.connectsTo === null ? arrive : connect)(request, reply, { provider, person, departure });
    } catch (error) {
      return await showFailure(request, reply, { provider, error, next: departure.next });
    }
  });

  const claimed = z.object({ claimed: z.literal("yes").optional() });
  router.get(urls.accountIdentities.pattern, { access: "viewer", query: claimed }, async (request) => {
    const user = await getUser(request.viewer.id);
    return await showIdentities(user, request, { isClaimed: request.query.claimed === "yes" });
  });

  router.post(urls.accountIdentities.pattern, { access: "viewer", reauthenticate: true }, async (request, reply) => {
    const user = await getUser(request.viewer.id);
    const { data } = readForm(request, z.object({ provider: z.string().optional() }));
    if (data?.provider !== undefined) {
      guardBeginning(request);
      const way = { next: urls.accountIdentities(), connectsTo: user.id };
      return await leave(reply, getProvider(data.provider), way);
    }
    const waiting = findWaiting(request);
    if (waiting === undefined) throw new Refused(400, "That took too long. Please sign in with it once more.");
    const person: Person = { ...waiting, addressIsVerified: true, name: "" };
    forgetWaiting(reply);
    const sessionId = request.viewer.session?.id ?? 0;
    const outcome = await claimAccount(user, person, { sessionId, origin: originOf(request) });
    if (outcome === "taken") return await showTaken(user, request, reply, person);
    const next = outcome === "claimed" ? urls.accountIdentities({}, { claimed: "yes" }) : nextPath(waiting.next);
    return reply.redirect(next, 303);
  });

  router.delete(urls.accountIdentities.pattern, { access: "viewer" }, async (_request, reply) => {
    forgetWaiting(reply);
    return reply.redirect(urls.accountIdentities(), 303);
  });

  router.delete(urls.accountIdentity.pattern, { access: "viewer", reauthenticate: true }, async (request, reply) => {
    const user = await getUser(request.viewer.id);
    const isGone = await disconnectIdentity(user, Number(request.params.id), originOf(request));
    if (isGone) return reply.redirect(urls.accountIdentities(), 303);
    reply.code(422);
    const problem = "This is the only way in beside your mail. Set a password or add a passkey first.";
    return await showIdentities(user, request, { problem });
  });
}

function getProvider(id: string): Provider {
  const provider = findProvider(id);
  if (provider === undefined) throw new NotFound("Nobody signs in with that here.");
  return provider;
}

async function leave(reply: Reply, provider: Provider, way: Pick<Departure, "next" | "connectsTo">): Promise<Html> {
  const redirectUri = config.BASE_URL + urls.signInCallback({ provider: provider.id });
  try {
    const { url, flow } = await beginSignIn(provider, { redirectUri });
    keepDeparture(reply, { ...flow, ...way });
    // A form may lead nowhere but to this site (form-action), redirects included; a page may send its reader anywhere.
    reply.header("refresh", `0;url=${url}`);
    return <DeparturePage provider={provider} url={url} />;
  } catch (error) {
    if (!(error instanceof SignInError)) throw error;
    return showProblem(reply, { provider, error, next: way.next });
  }
}

interface Arrival {
  provider: Provider;
  person: Person;
  departure: Departure;
}

/** Somebody has come back who is signed in nowhere yet. */
async function arrive(request: Request, reply: Reply, { provider, person, departure }: Arrival) {
  const signIn = { method: "provider", isPersistent: false, next: departure.next } as const;
  const known = await findUserOf(person);
  if (known !== undefined) return await continueSignIn(request, reply, known, signIn);
  const { address, addressIsVerified } = person;
  if (address === undefined || !addressIsVerified) {
    reply.code(403);
    return <UnconfirmedPage provider={provider} next={departure.next} />;
  }
  const added = await registerPerson({ ...person, address }, originOf(request));
  if (added !== undefined) {
    const next = departure.next === nextPath("") ? urls.welcome() : departure.next;
    return await continueSignIn(request, reply, added, { ...signIn, next });
  }
  // The account belongs to whoever can show it by the account's own means: see docs/decisions/0018.
  keepWaiting(reply, { issuer: person.issuer, subject: person.subject, address, next: departure.next });
  return <AccountExistsPage provider={provider} address={address} />;
}

/** Somebody has come back who left from their account to connect it. */
async function connect(request: Request, reply: Reply, { person, departure }: Arrival) {
  const user = await findSessionUser(request.viewer);
  if (user === undefined || user.id !== departure.connectsTo || request.viewer.session?.isImpersonated) {
    throw new Refused(403, "Somebody else has signed in since you left. Nothing was connected.");
  }
  if (!(await connectIdentity(user, person, originOf(request)))) return await showTaken(user, request, reply, person);
  return reply.redirect(nextPath(departure.next), 303);
}

async function showTaken(user: User, request: Request, reply: Reply, { issuer }: Person): Promise<Html> {
  reply.code(409);
  const problem = `That account at ${issuerName(issuer)} signs in to another account here. Disconnect it there first.`;
  return await showIdentities(user, request, { problem });
}

async function showIdentities(
  user: User,
  request: Request,
  news: { problem?: string; isClaimed?: boolean } = {},
): Promise<Html> {
  const waiting = news.problem === undefined ? findWaiting(request) : undefined;
  const offer = waiting && { name: issuerName(waiting.issuer), address: waiting.address };
  const identities = await listIdentities(user.id);
  const named = identities.map((identity) => ({ ...identity, name: issuerName(identity.issuer) }));
  return <IdentitiesPage user={user} identities={named} providers={listProviders()} offer={offer} {...news} />;
}

interface Failure {
  provider: Provider;
  error: unknown;
  next: string;
}

async function showFailure(request: Request, reply: Reply, { provider, error, next }: Failure): Promise<Html> {
  if (!(error instanceof SignInError)) throw error;
  if (error.outcome === "refused") {
    const details = { method: "provider", provider: provider.id, why: error.why };
    await recordEvent("sign-in-failed", { userId: null, details }, originOf(request));
  }
  return showProblem(reply, { provider, error, next });
}

const statuses = { declined: 403, refused: 400, away: 503 } as const;

function showProblem(reply: Reply, { provider, error, next }: Failure & { error: SignInError }): Html {
  const { outcome, why, message } = error;
  log.warn({ provider: provider.id, outcome, why }, "a sign-in at a provider came to nothing");
  reply.code(statuses[outcome]);
  return <ProviderProblemPage provider={provider} message={message} next={next} />;
}

function showNoDeparture(reply: Reply, provider: Provider): Html {
  reply.code(400);
  const message = "This sign-in was begun in another browser, or too long ago. Start it once more.";
  return <ProviderProblemPage provider={provider} message={message} next="" />;
}
