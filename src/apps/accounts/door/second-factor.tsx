import { z } from "zod";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { readForm, type FormErrors } from "#lib/forms.ts";
import { urls } from "#urls.ts";
import { guardSecondFactor } from "../limits.ts";
import { listPasskeys } from "../passkeys.ts";
import type { User } from "../schema.ts";
import { countRecoveryCodes, takeRecoveryCode, takeTotpCode } from "../second-factor.ts";
import { originOf, recordEvent } from "../security-events.ts";
import { findSessionUser, renewSession } from "../sessions.ts";
import { findStep, finishSecondFactor, nextPath, type Step } from "../sign-in.ts";
import { countAttempt } from "../tokens.ts";
import { BeginAgainPage, NoSecondFactorPage, SecondFactorPage, type Factors } from "../views/second-factor-step.tsx";

const form = z.object({
  next: z.string().default(""),
  code: z.string().optional(),
  recovery: z.string().optional(),
});

/** The second factor: of a sign-in that waits for it, or of staff who are signed in without. */
export function secondFactorRoutes(router: Router): void {
  const query = z.object({ next: z.string().default("") });
  router.get(urls.signInSecondFactor.pattern, { access: "anyone", query }, async (request, reply) => {
    const asked = await findAsked(request);
    const { next } = request.query;
    if (asked === undefined) return leave(request, reply, next);
    return show(asked, { next: asked.step?.signIn.next ?? next });
  });

  router.post(urls.signInSecondFactor.pattern, { access: "anyone" }, async (request, reply) => {
    const { data } = readForm(request, form);
    const next = data?.next ?? "";
    const asked = await findAsked(request);
    if (asked === undefined) return beginAgain(request, reply, next);
    const guard = await guardSecondFactor(request, asked.user.id);
    if (asked.step !== undefined && !(await countAttempt(asked.step.tokenId))) {
      return beginAgain(request, reply, next);
    }
    const isRight = await takeFactor(asked.user, { code: data?.code, recovery: data?.recovery }, request);
    if (!isRight) {
      const field = data?.recovery === undefined ? "code" : "recovery";
      const details = { method: field === "code" ? "app" : "recovery code" };
      await recordEvent("second-factor-failed", { userId: asked.user.id, details }, originOf(request));
      reply.code(422);
      return show(asked, { next, errors: { [field]: sentences[field] } });
    }
    await guard.succeed();
    if (asked.step === undefined) {
      await renewSession(request, reply, { hasSecondFactor: true });
      return reply.redirect(nextPath(next), 303);
    }
    await countAttempt(asked.step.tokenId, -1);
    return await finishSecondFactor(request, reply);
  });
}

const sentences = {
  code: "This code is wrong, or was used already. Wait for the next one.",
  recovery: "This is none of your recovery codes, or was used already.",
} as const;

interface Asked {
  user: User;
  /** The sign-in that waits; undefined for staff who are signed in. */
  step: Step | undefined;
}

async function findAsked(request: Request): Promise<Asked | undefined> {
  const step = await findStep(request);
  if (step !== undefined) return { user: step.user, step };
  if (request.viewer.session?.withholdsPermissions !== true) return undefined;
  const user = await findSessionUser(request.viewer);
  return user && { user, step };
}

/** Whether a code of the app, or a recovery code, is right. It is used up with that. */
export async function takeFactor(
  user: User,
  { code, recovery }: { code?: string | undefined; recovery?: string | undefined },
  request: Request,
): Promise<boolean> {
  if (recovery !== undefined) return await takeRecoveryCode(user, recovery, originOf(request));
  return await takeTotpCode(user.id, code ?? "");
}

async function show({ user, step }: Asked, { next, errors }: { next: string; errors?: FormErrors }) {
  const factors: Factors = {
    app: user.totpSecret !== null,
    passkey: (await listPasskeys(user.id)).length > 0,
    recovery: (await countRecoveryCodes(user.id)) > 0,
  };
  if (!factors.app && !factors.passkey && !factors.recovery) return <NoSecondFactorPage />;
  const stays = step?.signIn.isPersistent === true;
  return <SecondFactorPage factors={factors} next={next} stays={stays} errors={errors} />;
}

// Nobody waits here.
function leave({ viewer }: Request, reply: Reply, next: string): Answer {
  return reply.redirect(viewer.id === null ? urls.signIn({}, { next: nextPath(next) }) : nextPath(next), 303);
}

function beginAgain(request: Request, reply: Reply, next: string): Answer {
  if (request.viewer.id !== null) return leave(request, reply, next);
  reply.code(410);
  return <BeginAgainPage next={nextPath(next)} />;
}
