import { z } from "zod";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { visitOf } from "#lib/http/forgery.ts";
import { urls } from "#urls.ts";
import { findWork, guardCode } from "../limits.ts";
import type { OneTimeToken } from "../schema.ts";
import { continueSignIn } from "../sign-in.ts";
import { findToken, takeCode, takeToken } from "../tokens.ts";
import { findUser } from "../users.ts";
import { DeadLinkPage, MailedPage, type Filled } from "../views/door-parts.tsx";
import { AskPage, OpenLinkPage } from "../views/link.tsx";
import { askForMail } from "./asking.tsx";
import { wrongCode } from "./fields.ts";
import { nextOf } from "./mailing.ts";
import { keepSecret } from "./secrecy.ts";
import { wayOf, wayQuery } from "./way.ts";

const opening = z.object({ token: z.string().default(""), stay: z.string().optional() });
const typing = z.object({ code: z.string().default(""), stay: z.string().optional() });

/** Signing in with the mailbox instead of a password. */
export function linkRoutes(router: Router): void {
  router.get(urls.signInLink.pattern, { access: "anyone", query: wayQuery }, async (request) => (
    <AskPage purpose="sign-in" way={wayOf(request)} work={await findWork(request, "mail")} />
  ));

  router.post(urls.signInLink.pattern, { access: "anyone" }, (request, reply) =>
    askForMail(request, reply, { purpose: "sign-in", answer: urls.signInCode() }),
  );

  router.get(urls.signInCode.pattern, { access: "anyone" }, () => <CodePage />);

  router.post(urls.signInCode.pattern, { access: "anyone" }, async (request, reply) => {
    const { data, values } = readForm(request, typing);
    const guard = await guardCode(request);
    const taken = await takeCode("sign-in", visitOf(request, reply), data?.code ?? "");
    if (taken === undefined) {
      reply.code(422);
      return <CodePage errors={{ code: wrongCode }} values={values} />;
    }
    await guard.succeed();
    return await signIn(request, reply, { taken, isPersistent: data?.stay !== undefined });
  });

  const query = z.object({ token: z.string().default("") });
  router.get(urls.signInLinkOpen.pattern, { access: "anyone", query }, async (request, reply) => {
    keepSecret(reply);
    const { token } = request.query;
    const found = await findToken("sign-in", token);
    return found === undefined ? showDead(reply) : <OpenLinkPage token={token} address={found.address} />;
  });

  router.post(urls.signInLinkOpen.pattern, { access: "anyone" }, async (request, reply) => {
    keepSecret(reply);
    const { data } = readForm(request, opening);
    const taken = await takeToken("sign-in", data?.token ?? "");
    if (taken === undefined) return showDead(reply);
    return await signIn(request, reply, { taken, isPersistent: data?.stay !== undefined });
  });
}

async function signIn(
  request: Request,
  reply: Reply,
  { taken, isPersistent }: { taken: OneTimeToken; isPersistent: boolean },
): Promise<Answer> {
  const user = taken.userId === null ? undefined : await findUser(taken.userId);
  if (user === undefined) return showDead(reply);
  return await continueSignIn(request, reply, user, { method: "link", isPersistent, next: nextOf(taken) });
}

function showDead(reply: Reply): Answer {
  reply.code(410);
  return <DeadLinkPage again={urls.signInLink()}>Send me another one</DeadLinkPage>;
}

function CodePage(filled: Filled) {
  return (
    <MailedPage
      action={urls.signInCode()}
      lede="If there is an account with that address, we have sent it a link and a code. Either signs you in."
      again={urls.signInLink()}
      asksToStay
      {...filled}
    />
  );
}
