import { z } from "zod";
import type { Reply, Request, Router } from "#lib/app.ts";
import { NotFound, UserError } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { visitOf } from "#lib/http/forgery.ts";
import { Refused } from "#lib/http/problems.ts";
import { authenticationOptions, registrationOptions, type RelyingParty, relyingParty } from "#lib/passkeys.ts";
import { assertion, attestation } from "#lib/passkeys/answers.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { guardBeginning } from "../limits.ts";
import {
  addPasskey,
  declinePasskey,
  listPasskeys,
  recognizePasskey,
  removePasskey,
  renamePasskey,
} from "../passkeys.ts";
import { makeChallenge } from "../passkeys/challenges.ts";
import { passkeyFactorRoutes } from "../passkeys/second-factor.ts";
import type { User } from "../schema.ts";
import { countRecoveryCodes } from "../second-factor.ts";
import { originOf } from "../security-events.ts";
import { renewSession } from "../sessions.ts";
import { enter, findStep, nextPath } from "../sign-in.ts";
import { getUser } from "../users.ts";
import { PasskeysPage } from "../views/passkeys-page.tsx";

/** Passkeys: making them, signing in with them, and the page where their owner looks after them. */
export function passkeysRoutes(router: Router): void {
  signInRoutes(router);
  addRoutes(router);
  pageRoutes(router);
  passkeyFactorRoutes(router);
}

// An answer has some kilobytes; the largest is the statement of a security key.
const bodyLimit = 100_000;
const own = { access: "viewer" } as const;
const dangerous = { access: "viewer", reauthenticate: true } as const;

function signInRoutes(router: Router): void {
  router.post(urls.signInPasskeyOptions.pattern, { access: "anyone" }, async (request, reply) => {
    guardBeginning(request);
    const challenge = makeChallenge({ purpose: "sign-in", binding: visitOf(request, reply) });
    return sendJson(reply, await authenticationOptions(partyOf(request), challenge));
  });

  router.post(urls.signInPasskey.pattern, { access: "anyone", bodyLimit }, async (request, reply) => {
    guardBeginning(request);
    const { answer, next, stay } = readJson(request, signInBody);
    const about = { party: partyOf(request), binding: visitOf(request, reply), origin: originOf(request) };
    const user = await logged(request, recognizePasskey(answer, about));
    const isSignedIn = request.viewer.id !== null;
    const step = await findStep(request);
    // Whoever was asked for a second factor has said before whether to stay.
    const isPersistent = stay || (step?.user.id === user.id && step.signIn.isPersistent);
    const signIn = { method: "passkey", hasSecondFactor: true, isPersistent, next } as const;
    const location = isSignedIn
      ? await proveAgain(request, reply, { user, next })
      : await enter(request, reply, user, signIn);
    return sendJson(reply, { location });
  });
}

const signInBody = z.object({
  answer: assertion,
  next: z.string().max(2000).default(""),
  stay: z.boolean().default(false),
});

// Whoever is signed in has used the passkey to show once more who it is.
async function proveAgain(
  request: Request,
  reply: Reply,
  { user, next }: { user: User; next: string },
): Promise<string> {
  const { id, session } = request.viewer;
  if (user.id !== id || session?.isImpersonated === true) {
    throw new Refused(403, "This passkey belongs to another account than the one that is signed in.");
  }
  await renewSession(request, reply, { hasSecondFactor: true });
  return nextPath(next);
}

function addRoutes(router: Router): void {
  router.post(urls.accountPasskeyOptions.pattern, dangerous, async (request, reply) => {
    const { id, handle, address, name } = await getUser(request.viewer.id);
    const challenge = makeChallenge({ purpose: "add", binding: bindingOf(request) });
    const existing = await listPasskeys(id);
    const owner = { handle, address, name };
    return sendJson(reply, await registrationOptions(partyOf(request), owner, { challenge, existing }));
  });

  router.post(urls.accountPasskeys.pattern, { ...dangerous, bodyLimit }, async (request, reply) => {
    const { answer } = readJson(request, z.object({ answer: attestation }));
    const user = await getUser(request.viewer.id);
    const about = { party: partyOf(request), binding: bindingOf(request), origin: originOf(request) };
    const { id } = await logged(request, addPasskey(user, answer, about));
    return sendJson(reply, { location: urls.accountPasskeys({}, { added: id }) });
  });
}

function pageRoutes(router: Router): void {
  const query = z.object({ added: z.coerce.number().int().optional() });
  router.get(urls.accountPasskeys.pattern, { ...own, query }, async ({ viewer, query: { added } }) => {
    return <PasskeysPage {...await findPage(await getUser(viewer.id))} added={added} />;
  });

  router.patch(urls.accountPasskey.pattern, own, async (request, reply) => {
    const [user, id] = [await getUser(request.viewer.id), idOf(request)];
    const { data, errors, values } = readForm(request, renameForm);
    if (data === undefined) {
      reply.code(422);
      return <PasskeysPage {...await findPage(user)} renaming={{ id, errors, values }} />;
    }
    await renamePasskey(user.id, id, data.name);
    return reply.redirect(urls.accountPasskeys(), 303);
  });

  router.delete(urls.accountPasskey.pattern, dangerous, async (request, reply) => {
    const user = await getUser(request.viewer.id);
    const refusal = await removePasskey(user, idOf(request), originOf(request));
    if (refusal === undefined) return reply.redirect(urls.accountPasskeys(), 303);
    reply.code(422);
    return <PasskeysPage {...await findPage(user)} refusal={refusal} />;
  });

  const next = z.object({ next: z.string().optional() });
  router.delete(urls.accountPasskeyOffer.pattern, { ...own, query: next }, async (request, reply) => {
    await declinePasskey((await getUser(request.viewer.id)).id);
    return reply.redirect(nextPath(request.query.next), 303);
  });
}

const renameForm = z.object({
  name: z.string("Give it a name.").trim().min(1, "Give it a name.").max(60, "That is longer than 60 letters."),
});

async function findPage(user: User) {
  return { user, passkeys: await listPasskeys(user.id), recoveryCodes: await countRecoveryCodes(user.id) };
}

function idOf({ params }: Request<"/account/passkeys/:id/">): number {
  return /^\d{1,9}$/.test(params.id) ? Number(params.id) : 0;
}

function partyOf(request: Request): RelyingParty {
  return relyingParty({ baseUrl: config.BASE_URL, name: config.SITE_NAME }, request.headers.host ?? "");
}

// A passkey is added in the session that asked for it.
function bindingOf({ viewer }: Request): string {
  return `session ${viewer.session?.id ?? 0}`;
}

function readJson<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(request.body);
  if (!result.success) throw new Refused(400, "This is no answer of a browser that was asked for a passkey.");
  return result.data;
}

function sendJson(reply: Reply, value: object): Reply {
  return reply.header("cache-control", "no-store").type("application/json; charset=utf-8").send(JSON.stringify(value));
}

// The owner gets a sentence; the reason is for whoever runs the site.
async function logged<T>(request: Request, verified: Promise<T>): Promise<T> {
  try {
    return await verified;
  } catch (error) {
    if (error instanceof UserError || error instanceof NotFound) {
      const reason = error.cause instanceof Error ? error.cause.message : error.message;
      request.log.info({ reason }, "a passkey was refused");
    }
    throw error;
  }
}
