import { z } from "zod";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { atomic } from "#lib/db.ts";
import { readForm, type FormErrors } from "#lib/forms.ts";
import { visitOf } from "#lib/http/forgery.ts";
import { Refused } from "#lib/http/problems.ts";
import { verifyPassword } from "#lib/passwords.ts";
import { sendMail } from "#apps/mail/sending.ts";
import type { ProofOfWorkProps } from "#ui/proof-of-work.tsx";
import { urls } from "#urls.ts";
import { findWork, guardCode, guardMail, guardPassword, guardSecondFactor, type Guard } from "../limits.ts";
import { againMail } from "../mails/door.tsx";
import { listPasskeys } from "../passkeys.ts";
import type { User } from "../schema.ts";
import { takeTotpCode } from "../second-factor.ts";
import { originOf, recordEvent } from "../security-events.ts";
import { renewSession } from "../sessions.ts";
import { nextPath } from "../sign-in.ts";
import { codeMinutes, issueToken, takeCode } from "../tokens.ts";
import { getUser } from "../users.ts";
import { AgainPage, type Proofs } from "../views/again.tsx";
import { proofField, wrongCode } from "./fields.ts";

const form = z.object({
  next: z.string().default(""),
  password: z.string().optional(),
  code: z.string().optional(),
  /** The code from a mail. */
  mailed: z.string().optional(),
  send: z.string().optional(),
  proof: proofField,
});

/** Re-authentication, before something dangerous. */
export function againRoutes(router: Router): void {
  const query = z.object({ next: z.string().default(""), sent: z.string().optional() });
  router.get(urls.signInAgain.pattern, { access: "viewer", query }, async (request) => {
    const { next, sent } = request.query;
    const user = await getOwner(request);
    const work = await findWork(request, user.passwordHash === null ? "mail" : "password");
    return show(user, { next, isSent: sent !== undefined, work });
  });

  router.post(urls.signInAgain.pattern, { access: "viewer" }, async (request, reply) => {
    const user = await getOwner(request);
    const { data } = readForm(request, form);
    const next = data?.next ?? "";
    if (data?.send !== undefined && (await findProofs(user)).mail) {
      return await mailCode(user, request, reply, { next, proof: data.proof });
    }
    const proof = await guardProof(user, request, reply, data ?? {});
    if (proof.guard.asks !== undefined) {
      reply.code(429);
      return show(user, { next, work: proof.guard.asks });
    }
    if (!(await proof.isRight())) {
      await recordEvent(...failure(user, proof.field), originOf(request));
      reply.code(422);
      const isSent = proof.field === "mailed";
      return show(user, { next, isSent, errors: { [proof.field]: sentences[proof.field] } });
    }
    await proof.guard.succeed();
    await renewSession(request, reply, proof.field === "code" ? { hasSecondFactor: true } : {});
    return reply.redirect(nextPath(next), 303);
  });
}

const sentences = {
  password: "This is not your password.",
  code: "This code is wrong, or was used already. Wait for the next one.",
  mailed: wrongCode,
} as const;

interface Proof {
  field: keyof typeof sentences;
  guard: Guard;
  isRight: () => Promise<boolean>;
}

async function guardProof(
  user: User,
  request: Request,
  reply: Reply,
  { password, code, mailed, proof }: Partial<z.infer<typeof form>>,
): Promise<Proof> {
  const { id: userId, address, passwordHash } = user;
  if (code !== undefined) {
    const guard = await guardSecondFactor(request, userId);
    return { field: "code", guard, isRight: () => takeTotpCode(userId, code) };
  }
  if (mailed !== undefined && (await findProofs(user)).mail) {
    const isRight = async () => (await takeCode("sign-in", visitOf(request, reply), mailed))?.userId === userId;
    return { field: "mailed", guard: await guardCode(request), isRight };
  }
  const guard = await guardPassword(request, { address: address.toLowerCase(), userId, proof });
  return { field: "password", guard, isRight: () => verifyPassword(passwordHash, password ?? "") };
}

async function mailCode(
  user: User,
  request: Request,
  reply: Reply,
  { next, proof }: { next: string; proof: string | undefined },
): Promise<Answer> {
  const { id: userId, address, name } = user;
  const guard = await guardMail(request, { address: address.toLowerCase(), userId, proof });
  if (guard.asks !== undefined) {
    reply.code(429);
    return show(user, { next, work: guard.asks });
  }
  const visit = visitOf(request, reply);
  await atomic(async () => {
    const { code } = await issueToken("sign-in", codeMinutes, { userId, address, visit, data: { next } });
    await sendMail(againMail, { address, name }, { code });
  });
  return reply.redirect(urls.signInAgain({}, { next, sent: "yes" }), 303);
}

interface Shown {
  next: string;
  isSent?: boolean;
  errors?: FormErrors;
  work?: ProofOfWorkProps | undefined;
}

async function show(user: User, { next, isSent = false, errors, work }: Shown): Promise<Answer> {
  return (
    <AgainPage proofs={await findProofs(user)} next={nextPath(next)} isSent={isSent} errors={errors} work={work} />
  );
}

/** A mail proves less than a password or a second factor, so it is for who has neither. */
async function findProofs({ id, passwordHash, totpSecret, requiresSecondFactor }: User): Promise<Proofs> {
  return {
    password: passwordHash !== null,
    app: totpSecret !== null,
    passkey: (await listPasskeys(id)).length > 0,
    mail: passwordHash === null && !requiresSecondFactor,
  };
}

// Whoever acts for the owner is not the owner, whatever they know.
async function getOwner({ viewer }: Request): Promise<User> {
  if (viewer.session?.isImpersonated === true) {
    throw new Refused(403, "Only the owner of the account may do this, not who acts for them.");
  }
  return await getUser(viewer.id);
}

function failure({ id: userId }: User, method: string) {
  return ["sign-in-failed", { userId, details: { method, again: true } }] as const;
}
