import { eq } from "drizzle-orm";
import type { Router } from "#lib/app.ts";
import { atomic, db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { urls } from "#urls.ts";
import { listPasskeys } from "../passkeys.ts";
import { users, type User } from "../schema.ts";
import { turnOnSecondFactor } from "../second-factor.ts";
import { originOf, type Origin } from "../security-events.ts";
import { endSessions, renewSession } from "../sessions.ts";
import { holdCodes } from "../settings/shown-codes.ts";
import { getUser } from "../users.ts";

/** Passkeys as the second factor of an account that has no app for codes. It is turned off as any other. */
export function passkeyFactorRoutes(router: Router): void {
  const dangerous = { access: "viewer", reauthenticate: true } as const;
  router.put(urls.accountSecondFactor.pattern, dangerous, async (request, reply) => {
    const user = await getUser(request.viewer.id);
    if (user.requiresSecondFactor) return reply.redirect(urls.accountPasskeys(), 303);
    holdCodes(reply, user.id, await requirePasskey(user, originOf(request)));
    // The others were begun with one factor.
    const keep = request.viewer.session?.id;
    await endSessions(user.id, keep === undefined ? {} : { except: keep });
    await renewSession(request, reply);
    return reply.redirect(urls.accountRecoveryCodes(), 303);
  });
}

async function requirePasskey(user: User, origin: Origin): Promise<string[]> {
  return await atomic(async () => {
    // Whoever removes the last passkey at the same time waits, and then is told that it must stay.
    await db.select().from(users).where(eq(users.id, user.id)).for("update");
    if ((await listPasskeys(user.id)).length === 0) throw new UserError("Add a passkey first.");
    return await turnOnSecondFactor(user, undefined, origin);
  });
}
