import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { atomic, db } from "#lib/db.ts";
import { readForm, type FormErrors } from "#lib/forms.ts";
import { visitOf } from "#lib/http/forgery.ts";
import { hashPassword } from "#lib/passwords.ts";
import { urls } from "#urls.ts";
import { findWork, guardCode } from "../limits.ts";
import { notifyOwner } from "../notices.tsx";
import { users, type OneTimeToken, type User } from "../schema.ts";
import { originOf, recordEvent } from "../security-events.ts";
import { endSessions } from "../sessions.ts";
import { continueSignIn } from "../sign-in.ts";
import { codeMinutes, dropTokens, findToken, issueToken, takeCode, takeToken } from "../tokens.ts";
import { findUser } from "../users.ts";
import { DeadLinkPage, MailedPage } from "../views/door-parts.tsx";
import { AskPage } from "../views/link.tsx";
import { NewPasswordPage } from "../views/reset.tsx";
import { askForMail } from "./asking.tsx";
import { newPasswordProblem, wrongCode } from "./fields.ts";
import { nextOf } from "./mailing.ts";
import { keepSecret } from "./secrecy.ts";
import { wayOf, wayQuery } from "./way.ts";

const form = z.object({
  token: z.string().optional(),
  password: z.string().default(""),
  code: z.string().default(""),
});

/** For who has forgotten the password. */
export function resetRoutes(router: Router): void {
  router.get(urls.reset.pattern, { access: "anyone", query: wayQuery }, async (request) => (
    <AskPage purpose="reset" way={wayOf(request)} work={await findWork(request, "mail")} />
  ));

  router.post(urls.reset.pattern, { access: "anyone" }, (request, reply) =>
    askForMail(request, reply, { purpose: "reset", answer: urls.resetOpen() }),
  );

  const query = z.object({ token: z.string().optional() });
  router.get(urls.resetOpen.pattern, { access: "anyone", query }, async (request, reply) => {
    const { token } = request.query;
    if (token === undefined) return <CodePage />;
    keepSecret(reply);
    const found = await findToken("reset", token);
    return found === undefined ? showDead(reply) : <NewPasswordPage token={token} address={found.address} />;
  });

  router.post(urls.resetOpen.pattern, { access: "anyone" }, async (request, reply) => {
    const { data } = readForm(request, form);
    if (data?.token === undefined) return await takeTypedCode(request, reply, data?.code ?? "");
    return await setPassword(request, reply, { token: data.token, password: data.password });
  });
}

/** A code that is right is changed for a token, with which the reader goes on as with the link. */
async function takeTypedCode(request: Request, reply: Reply, code: string): Promise<Answer> {
  const guard = await guardCode(request);
  const visit = visitOf(request, reply);
  const issued = await atomic(async () => {
    const taken = await takeCode("reset", visit, code);
    if (taken === undefined) return undefined;
    const { address, data, userId } = taken;
    return await issueToken("reset", codeMinutes, { address, data, ...(userId !== null && { userId }) });
  });
  if (issued === undefined) {
    reply.code(422);
    return <CodePage errors={{ code: wrongCode }} />;
  }
  await guard.succeed();
  return reply.redirect(urls.resetOpen({}, { token: issued.token }), 303);
}

async function setPassword(
  request: Request,
  reply: Reply,
  { token, password }: { token: string; password: string },
): Promise<Answer> {
  keepSecret(reply);
  const user = await ownerOf(await findToken("reset", token));
  if (user === undefined) return showDead(reply);
  const problem = await newPasswordProblem(password, user);
  if (problem !== undefined) {
    reply.code(422);
    return <NewPasswordPage token={token} address={user.address} errors={{ password: problem }} />;
  }
  const passwordHash = await hashPassword(password);
  const taken = await atomic(async () => {
    const used = await takeToken("reset", token);
    if (used !== undefined) await replacePassword(user, passwordHash, request);
    return used;
  });
  if (taken === undefined) return showDead(reply);
  return await continueSignIn(request, reply, user, { method: "link", isPersistent: false, next: nextOf(taken) });
}

// Whoever knew the old password, or has asked for a link meanwhile, is out.
async function replacePassword(user: User, passwordHash: string, request: Request): Promise<void> {
  await db.update(users).set({ passwordHash }).where(eq(users.id, user.id));
  await endSessions(user.id);
  await dropTokens(user.id);
  await recordEvent("password-reset", { userId: user.id }, originOf(request));
  await notifyOwner(user, "password-changed", originOf(request));
}

async function ownerOf(token: OneTimeToken | undefined): Promise<User | undefined> {
  return token?.userId ? await findUser(token.userId) : undefined;
}

function showDead(reply: Reply): Answer {
  reply.code(410);
  return <DeadLinkPage again={urls.reset()}>Send me another one</DeadLinkPage>;
}

function CodePage({ errors }: { errors?: FormErrors }) {
  return (
    <MailedPage
      action={urls.resetOpen()}
      lede="If there is an account with that address, we have sent it a link and a code with which you set a new password."
      again={urls.reset()}
      errors={errors}
    />
  );
}
