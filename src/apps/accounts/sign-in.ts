import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { SignInPages } from "#lib/http/admission.ts";
import { clearCookie, readCookie, setCookie } from "#lib/http/cookies.ts";
import { Refused } from "#lib/http/problems.ts";
import { sameSitePath } from "#lib/url.ts";
import { urls } from "#urls.ts";
import { signInMethods, type User } from "./schema.ts";
import { beginSession } from "./sessions.ts";
import { findToken, issueToken, takeToken } from "./tokens.ts";
import { findUser } from "./users.ts";

/** Where the router sends whoever may not enter yet. */
export const signInPages: SignInPages = {
  signIn: (next) => urls.signIn({}, { next }),
  again: (next) => urls.signInAgain({}, { next }),
  secondFactor: (next) => urls.signInSecondFactor({}, { next }),
};

/** Where a sign-in leads: to the page that asked for it, else to the reader's own. */
export function nextPath(next: string | undefined): string {
  return sameSitePath(next, urls.dashboard());
}

const stepCookie = "lectern_step";
const stepMinutes = 10;

const stepSchema = z.object({
  method: z.enum(signInMethods),
  isPersistent: z.boolean(),
  next: z.string(),
});
/** How somebody has shown who it is, and where to go on. */
export type SignIn = z.infer<typeof stepSchema>;

/**
 * Goes on once somebody has shown who it is: to the second factor where the account asks for one (a passkey is both),
 * else into a session. Throws Refused for who is banned.
 */
export async function continueSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  signIn: SignIn,
): Promise<FastifyReply> {
  refuseBanned(user);
  if (!user.requiresSecondFactor || signIn.method === "passkey") {
    const hasSecondFactor = signIn.method === "passkey";
    return reply.redirect(await enter(request, reply, user, { ...signIn, hasSecondFactor }), 303);
  }
  const { token } = await issueToken("second-factor", stepMinutes, { userId: user.id, data: signIn });
  setCookie(reply, stepCookie, { value: token, maxAgeSeconds: stepMinutes * 60 });
  return reply.redirect(urls.signInSecondFactor(), 303);
}

export interface Step {
  user: User;
  signIn: SignIn;
  tokenId: number;
}

/** The sign-in that waits in this browser for a second factor, if there is one. */
export async function findStep(request: FastifyRequest): Promise<Step | undefined> {
  const token = await findToken("second-factor", readCookie(request, stepCookie) ?? "");
  const user = token?.userId ? await findUser(token.userId) : undefined;
  if (token === undefined || user === undefined) return undefined;
  return { user, signIn: stepSchema.parse(token.data), tokenId: token.id };
}

/** Begins the session for which a second factor has just been shown. */
export async function finishSecondFactor(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const step = await findStep(request);
  const taken = await takeToken("second-factor", readCookie(request, stepCookie) ?? "");
  if (step === undefined || taken === undefined) throw new Refused(403, "That took too long. Please sign in again.");
  clearCookie(reply, stepCookie);
  return reply.redirect(await enter(request, reply, step.user, { ...step.signIn, hasSecondFactor: true }), 303);
}

/** Begins a session for whoever has shown enough, and answers where that leads. Throws Refused for who is banned. */
export async function enter(
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  { next, ...start }: SignIn & { hasSecondFactor: boolean },
): Promise<string> {
  refuseBanned(user);
  await beginSession(request, reply, user, start);
  return user.deletionAt === null ? nextPath(next) : urls.accountDeletion();
}

function refuseBanned(user: User): void {
  if (user.bannedAt === null) return;
  const reason = user.banReason === "" ? "" : ` The reason: ${user.banReason}`;
  throw new Refused(403, `This account is closed.${reason}`);
}
