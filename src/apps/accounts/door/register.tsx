import { z } from "zod";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { atomic } from "#lib/db.ts";
import { readForm, type FormErrors } from "#lib/forms.ts";
import { visitOf } from "#lib/http/forgery.ts";
import { headerText } from "#lib/mail/headers.ts";
import { verifyPassword } from "#lib/passwords.ts";
import { urls } from "#urls.ts";
import { findWork, guardCode, guardMail } from "../limits.ts";
import type { OneTimeToken, User } from "../schema.ts";
import { hashSecret } from "../secrets.ts";
import { originOf } from "../security-events.ts";
import { continueSignIn } from "../sign-in.ts";
import { findToken, takeCode, takeToken } from "../tokens.ts";
import { findUserByAddress } from "../users.ts";
import { DeadLinkPage, MailedPage } from "../views/door-parts.tsx";
import { AlreadyPage, ConfirmPage, RegisterPage, type RegisterPageProps } from "../views/register.tsx";
import { addressField, newPasswordProblem, proofField, wrongCode } from "./fields.ts";
import { askToConfirm, confirmRegistration, waitingIn } from "./registering.ts";
import { keepSecret } from "./secrecy.ts";
import { afterRegistering, afterSignIn, wayIn, wayOf, wayQuery, wayShape } from "./way.ts";

const form = z.object({
  ...wayShape,
  address: addressField,
  password: z.string("Choose a password.").min(1, "Choose a password."),
  name: z
    .string()
    .trim()
    .max(70, "A name has at most 70 letters.")
    .default("")
    .transform((text) => headerText(text)),
  /** Nobody sees it but robots, which fill in whatever there is. */
  website: z.string().default(""),
  proof: proofField,
});

const confirmation = z.object({
  token: z.string().optional(),
  password: z.string().optional(),
  code: z.string().default(""),
});

export function registerRoutes(router: Router): void {
  router.get(urls.register.pattern, { access: "anyone", query: wayQuery }, async (request, reply) => {
    const way = wayOf(request);
    if (request.viewer.id !== null) return reply.redirect(afterSignIn(way), 303);
    return <RegisterPage way={way} work={await findWork(request, "mail")} />;
  });

  router.post(urls.register.pattern, { access: "anyone" }, async (request, reply) => {
    const { data, errors, values } = readForm(request, form);
    const way = wayIn(values);
    if (data === undefined) return show(reply, 422, { way, errors, values });
    const { address, password, name, proof, website } = data;
    const problem = await newPasswordProblem(password, { address, name });
    if (problem !== undefined) return show(reply, 422, { way, errors: { password: problem }, values });
    const owner = await findUserByAddress(address);
    const guard = await guardMail(request, { address, userId: owner?.id, proof });
    if (guard.asks !== undefined) return show(reply, 429, { way, values, work: guard.asks });
    if (website === "") {
      await askToConfirm({ address, password, name, next: afterRegistering(way) }, visitOf(request, reply));
    }
    return reply.redirect(urls.registerConfirm(), 303);
  });

  const query = z.object({ token: z.string().optional() });
  router.get(urls.registerConfirm.pattern, { access: "anyone", query }, async (request, reply) => {
    const { token } = request.query;
    if (token === undefined) return <CodePage />;
    keepSecret(reply);
    return showLink(request, reply, { token });
  });

  router.post(urls.registerConfirm.pattern, { access: "anyone" }, async (request, reply) => {
    const { data } = readForm(request, confirmation);
    if (data?.token !== undefined) return confirmByLink(request, reply, { ...data, token: data.token });
    const guard = await guardCode(request);
    const visit = visitOf(request, reply);
    const confirmed = await atomic(async () => confirm(await takeCode("register", visit, data?.code ?? ""), request));
    if (confirmed === undefined) {
      reply.code(422);
      return <CodePage errors={{ code: wrongCode }} />;
    }
    await guard.succeed();
    return welcome(request, reply, confirmed);
  });
}

async function confirmByLink(
  request: Request,
  reply: Reply,
  { token, password }: { token: string; password?: string | undefined },
): Promise<Answer> {
  keepSecret(reply);
  const found = await findToken("register", token);
  if (found !== undefined && !isSameVisit(found, request, reply)) {
    const isRight = await verifyPassword(waitingIn(found).passwordHash, password ?? "");
    if (!isRight) {
      reply.code(422);
      return showLink(request, reply, { token, errors: { password: "This is not the password that was chosen." } });
    }
  }
  const confirmed = await atomic(async () => confirm(await takeToken("register", token), request));
  return confirmed === undefined ? showDead(reply) : welcome(request, reply, confirmed);
}

interface Confirmed {
  token: OneTimeToken;
  user: User | undefined;
}

async function confirm(token: OneTimeToken | undefined, request: Request): Promise<Confirmed | undefined> {
  return token && { token, user: await confirmRegistration(token, originOf(request)) };
}

async function welcome(request: Request, reply: Reply, { token, user }: Confirmed): Promise<Answer> {
  const { next } = waitingIn(token);
  if (user !== undefined) {
    return await continueSignIn(request, reply, user, { method: "password", isPersistent: false, next });
  }
  reply.code(409);
  return <AlreadyPage way={wayIn({ next, from: "" })} />;
}

async function showLink(
  request: Request,
  reply: Reply,
  { token, errors = {} }: { token: string; errors?: FormErrors },
): Promise<Answer> {
  const found = await findToken("register", token);
  if (found === undefined) return showDead(reply);
  const asksPassword = !isSameVisit(found, request, reply);
  return <ConfirmPage token={token} address={found.address} asksPassword={asksPassword} errors={errors} />;
}

// Whoever has the mail may not be who chose the password: somebody could register with the address of another, and wait
// for its owner to confirm an account that is open to both.
function isSameVisit({ visitHash }: OneTimeToken, request: Request, reply: Reply): boolean {
  return visitHash === hashSecret(visitOf(request, reply));
}

function showDead(reply: Reply): Answer {
  reply.code(410);
  return <DeadLinkPage again={urls.register()}>Register once more</DeadLinkPage>;
}

function show(reply: Reply, status: 422 | 429, props: RegisterPageProps): Answer {
  reply.code(status);
  return <RegisterPage {...props} />;
}

function CodePage({ errors }: { errors?: FormErrors }) {
  return (
    <MailedPage
      action={urls.registerConfirm()}
      lede="We have sent you a link and a code. Either confirms your address."
      again={urls.register()}
      errors={errors}
    />
  );
}
