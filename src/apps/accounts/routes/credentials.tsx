import { z } from "zod";
import type { Reply, Request, Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { visitOf } from "#lib/http/forgery.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "#urls.ts";
import { addressField, newPasswordProblem, proofField } from "../door/fields.ts";
import { keepSecret } from "../door/secrecy.ts";
import { guardCode, guardMail, guardPassword } from "../limits.ts";
import { originOf } from "../security-events.ts";
import { renewSession } from "../sessions.ts";
import {
  askToChangeAddress,
  confirmChange,
  findChange,
  findConfirmation,
  forgetChange,
  type Side,
} from "../settings/address.ts";
import { changePassword, isCurrentPassword } from "../settings/password.ts";
import { getUser } from "../users.ts";
import { AddressOutcomePage, AddressPage, ConfirmAddressPage } from "../views/settings/address.tsx";
import { PasswordPage } from "../views/settings/password.tsx";

const done = { query: z.object({ done: z.string().optional() }) };
const dangerous = { access: "viewer", reauthenticate: true } as const;

/** Password and mail address. */
export function credentialRoutes(router: Router): void {
  router.get(urls.accountPassword.pattern, { ...dangerous, ...done }, async (request) => (
    <PasswordPage user={await getUser(request.viewer.id)} isChanged={request.query.done !== undefined} />
  ));
  router.post(urls.accountPassword.pattern, dangerous, savePassword);

  router.get(urls.accountAddress.pattern, { ...dangerous, ...done }, async (request) => {
    const user = await getUser(request.viewer.id);
    const waiting = await findChange(user.id);
    return <AddressPage user={user} waiting={waiting} isChanged={request.query.done !== undefined} />;
  });
  router.post(urls.accountAddress.pattern, dangerous, askForAddress);
  router.delete(urls.accountAddress.pattern, dangerous, async (request, reply) => {
    await forgetChange((await getUser(request.viewer.id)).id);
    return reply.redirect(urls.accountAddress(), 303);
  });

  const link = z.object({ token: z.string().max(100).default("") });
  router.get(urls.accountAddressConfirm.pattern, { access: "anyone", query: link }, async (request, reply) => {
    keepSecret(reply);
    const found = await findConfirmation(request.query.token);
    if (found !== undefined) return <ConfirmAddressPage token={request.query.token} {...found} />;
    reply.code(404);
    return <AddressOutcomePage outcome="stale" />;
  });
  router.post(urls.accountAddressConfirm.pattern, { access: "anyone" }, confirmAddress);
}

const passwords = z.object({
  current: z.string().optional(),
  password: z.string("Type a new password."),
  proof: proofField,
});

async function savePassword(request: Request, reply: Reply) {
  const user = await getUser(request.viewer.id);
  const { data, errors } = readForm(request, passwords);
  const again = (errors: Record<string, string>): Html => {
    reply.code(422);
    return <PasswordPage user={user} errors={errors} />;
  };
  if (data === undefined) return again(errors);
  if (user.passwordHash !== null) {
    const guard = await guardPassword(request, { address: user.address, userId: user.id, proof: data.proof });
    if (guard.asks !== undefined) {
      reply.code(429);
      return <PasswordPage user={user} asks={guard.asks} />;
    }
    if (!(await isCurrentPassword(user, data.current ?? ""))) return again({ current: "This is not your password." });
    await guard.succeed();
  }
  const problem = await newPasswordProblem(data.password, user);
  if (problem !== undefined) return again({ password: problem });
  await changePassword(user, data.password, { origin: originOf(request), keep: request.viewer.session?.id });
  await renewSession(request, reply);
  return reply.redirect(urls.accountPassword({}, { done: "yes" }), 303);
}

const addresses = z.object({ address: addressField, proof: proofField });

async function askForAddress(request: Request, reply: Reply) {
  const user = await getUser(request.viewer.id);
  const { data, errors, values } = readForm(request, addresses);
  const isSame = data?.address === user.address.toLowerCase();
  if (data === undefined || isSame) {
    reply.code(422);
    const problems = isSame ? { address: "This is your address already." } : errors;
    return <AddressPage user={user} waiting={await findChange(user.id)} errors={problems} values={values} />;
  }
  const guard = await guardMail(request, { address: data.address, userId: user.id, proof: data.proof });
  if (guard.asks !== undefined) {
    reply.code(429);
    return <AddressPage user={user} waiting={await findChange(user.id)} values={values} asks={guard.asks} />;
  }
  await askToChangeAddress(user, data.address, { visit: visitOf(request, reply), origin: originOf(request) });
  return reply.redirect(urls.accountAddress(), 303);
}

const confirmation = z.object({
  token: z.string().max(100).optional(),
  side: z.enum(["old", "new"]).optional(),
  code: z.string().max(20).optional(),
});

/** By the link of a mail, in any browser, or by its code, in the one that asked. */
async function confirmAddress(request: Request, reply: Reply) {
  keepSecret(reply);
  const { data = {} } = readForm(request, confirmation);
  const context = { origin: originOf(request), keep: request.viewer.session?.id };
  if (data.side !== undefined) return await confirmByCode(request, reply, { side: data.side, code: data.code ?? "" });
  const confirmed = await confirmChange({ token: data.token ?? "" }, context);
  if (confirmed?.outcome === "changed" && confirmed.userId === request.viewer.id) await renewSession(request, reply);
  if (confirmed === undefined || confirmed.outcome === "taken") reply.code(confirmed === undefined ? 404 : 409);
  return <AddressOutcomePage outcome={confirmed?.outcome ?? "stale"} />;
}

async function confirmByCode(request: Request, reply: Reply, { side, code }: { side: Side; code: string }) {
  if (request.viewer.id === null) return reply.redirect(urls.signIn({}, { next: urls.accountAddress() }), 303);
  const user = await getUser(request.viewer.id);
  const guard = await guardCode(request);
  const context = { origin: originOf(request), keep: request.viewer.session?.id };
  const confirmed = await confirmChange({ side, visit: visitOf(request, reply), code }, context);
  if (confirmed === undefined || confirmed.outcome === "taken") {
    const sentence = confirmed === undefined ? wrongCode : "Another account has got this address in the meantime.";
    reply.code(422);
    return <AddressPage user={user} waiting={await findChange(user.id)} errors={{ [side]: sentence }} />;
  }
  await guard.succeed();
  if (confirmed.outcome === "waiting") return reply.redirect(urls.accountAddress(), 303);
  await renewSession(request, reply);
  return reply.redirect(urls.accountAddress({}, { done: "yes" }), 303);
}

const wrongCode = "This is not the code, or it is older than ten minutes. The link in the mail is good for a day.";
