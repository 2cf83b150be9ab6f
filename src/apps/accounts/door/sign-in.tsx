import { and, eq } from "drizzle-orm";
import { z } from "zod";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { atomic, db } from "#lib/db.ts";
import { readForm } from "#lib/forms.ts";
import { log } from "#lib/log.ts";
import { mailAddress } from "#lib/mail/headers.ts";
import { hashPassword, needsRehash, verifyPassword } from "#lib/passwords.ts";
import { urls } from "#urls.ts";
import { findWork, guardPassword } from "../limits.ts";
import { users, type User } from "../schema.ts";
import { originOf, recordEvent } from "../security-events.ts";
import { endSession } from "../sessions.ts";
import { continueSignIn } from "../sign-in.ts";
import { findUserByAddress } from "../users.ts";
import { SignInPage, type SignInPageProps } from "../views/sign-in.tsx";
import { proofField } from "./fields.ts";
import { afterSignIn, wayIn, wayOf, wayQuery, wayShape } from "./way.ts";

const form = z.object({
  ...wayShape,
  address: z.string().trim().min(1, "Type your mail address."),
  password: z.string().min(1, "Type your password."),
  stay: z.string().optional(),
  proof: proofField,
});

/** One sentence for every reason, so that nobody learns who has an account. */
const wrong = "The address and the password do not belong together. Check both, or have a link mailed to you.";

export function signInRoutes(router: Router): void {
  router.get(urls.signIn.pattern, { access: "anyone", query: wayQuery }, async (request, reply) => {
    const way = wayOf(request);
    if (request.viewer.id !== null) return reply.redirect(afterSignIn(way), 303);
    return <SignInPage way={way} work={await findWork(request, "password")} />;
  });

  router.post(urls.signIn.pattern, { access: "anyone" }, async (request, reply) => {
    const { data, errors, values } = readForm(request, form);
    const way = wayIn(values);
    if (data === undefined) return show(reply, 422, { way, errors, values });
    const { password, proof } = data;
    const address = mailAddress(data.address) ?? data.address.toLowerCase();
    const user = await findUserByAddress(address);
    const guard = await guardPassword(request, { address, userId: user?.id, proof });
    if (guard.asks !== undefined) return show(reply, 429, { way, values, work: guard.asks });
    if (!(await verifyPassword(user?.passwordHash ?? null, password)) || user === undefined) {
      if (user !== undefined) noteFailure(user, request);
      return show(reply, 422, { way, values, errors: { "": wrong } });
    }
    await guard.succeed();
    await renewHash(user, password);
    const isPersistent = data.stay !== undefined;
    return await continueSignIn(request, reply, user, { method: "password", isPersistent, next: afterSignIn(way) });
  });

  router.post(urls.signOut.pattern, { access: "anyone" }, async (request, reply) => {
    const { id, session } = request.viewer;
    await atomic(async () => {
      if (id !== null && session?.isImpersonated !== true) {
        await recordEvent("sign-out", { userId: id }, originOf(request));
      }
      await endSession(request, reply);
    });
    return reply.redirect(urls.home(), 303);
  });
}

function show(reply: Reply, status: 422 | 429, props: SignInPageProps): Answer {
  reply.code(status);
  return <SignInPage {...props} />;
}

// Not waited for, as there is nothing of the kind to do for an address without an account.
function noteFailure(user: User, request: Request): void {
  recordEvent("sign-in-failed", { userId: user.id, details: { method: "password" } }, originOf(request)).catch(
    (error: unknown) => log.error({ error }, "a failed sign-in could not be noted"),
  );
}

// The price of a hash goes up over the years, and the password is at hand just now.
async function renewHash({ id, passwordHash }: User, password: string): Promise<void> {
  if (passwordHash === null || !needsRehash(passwordHash)) return;
  const renewed = await hashPassword(password);
  await db
    .update(users)
    .set({ passwordHash: renewed })
    .where(and(eq(users.id, id), eq(users.passwordHash, passwordHash)));
}
